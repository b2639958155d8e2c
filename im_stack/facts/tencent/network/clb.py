"""CLB: the load balancer keeps no payload; what counts is how requests come in, go on, and where their log goes."""

import re
from collections.abc import Iterator

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import (
    channel,
    equals,
    lag,
    limit_of,
    looked_up,
    reads,
    refers_to,
    resource,
    service,
    writes,
)
from im_stack.facts.mechanism.view import View, as_items, as_number, as_period, member, test
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    Amount,
    Channel,
    Exposure,
    Fact,
    Ingress,
    Resource,
    Unknown,
    Unresolved,
    Value,
)
from im_stack.facts.tencent.location import zones
from im_stack.facts.tencent.monitoring import cls

INSTANCE = "tencentcloud:Clb/instance:Instance"
LISTENER = "tencentcloud:Clb/listener:Listener"
RULE = "tencentcloud:Clb/listenerRule:ListenerRule"
CONFIG = "tencentcloud:Clb/customizedConfig:CustomizedConfig"
CONFIG_V2 = "tencentcloud:Clb/customizedConfigV2:CustomizedConfigV2"
LOG_SET = "tencentcloud:Clb/logSet:LogSet"
LOG_TOPIC = "tencentcloud:Clb/logTopic:LogTopic"
ATTACHMENT = "tencentcloud:Clb/attachment:Attachment"
MACHINE = "tencentcloud:Instance/instance:Instance"
LOG_ATTACHMENT = "tencentcloud:Clb/clsLogAttachment:ClsLogAttachment"
_LOG_TOPICS = frozenset({cls.TOPIC, LOG_TOPIC})
_ENCRYPTED = ("HTTPS", "TCP_SSL", "QUIC")
_LAYER_4_TLS = ("TCP_SSL", "QUIC")
_ONWARD = ("HTTPS", "GRPCS")
_MODERN = frozenset({"TLSv1.2", "TLSv1.3"})
_OLD_TLS = "TLS below 1.2"
_PROTOCOLS = re.compile(r"(?<![\w-])ssl_protocols\s+([^;]*);")
_DEFAULT_TLS = "document 214/32427: TLSv1 TLSv1.1 TLSv1.2 unless a customized config says otherwise"
_LAYER_4 = "clb_listener has no argument for it: a layer 4 listener ends TLS and forwards plain TCP"
_HTTP = "provider v1.82.42 clb_listener_rule.forward_type: HTTP by default"


@reads("networkType")
def _exposure(view: View) -> Iterator[Fact]:
    """A public load balancer is meant to be one: it passes while every way in is layer 7 HTTPS."""
    network = view.get("networkType")
    if network == "INTERNAL":
        yield Exposure(view.urn, "the public address", False, view.evidence("networkType"))
        return
    listeners = view.pointing(LISTENER, "clbId")
    yield from (Ingress(listener.urn) for listener in listeners)
    protocols = [listener.inputs.get("protocol", ABSENT) for listener in listeners]
    unknown = any(isinstance(protocol, Unknown) for protocol in protocols)
    others = any(protocol != "HTTPS" for protocol in protocols if not isinstance(protocol, Unknown))
    opened = True if others or not protocols else None if unknown else False
    if opened and isinstance(network, Unknown):
        opened = None
    source = "" if protocols else "no listener of this stack is linked to it"
    evidence, how = view.evidence("networkType", source), "make every listener HTTPS, or set networkType to INTERNAL"
    yield Exposure(view.urn, "any way in but HTTPS", opened, evidence, how=how)


@reads()
def _default_tls(view: View) -> Iterator[Fact]:
    if all(_serves(config, view.resource, view.graph) is False for config in view.graph.of_type(CONFIG)):
        yield Channel(view.urn, _OLD_TLS, False, view.evidence("", _DEFAULT_TLS))


@reads("protocol")
def _onward(view: View) -> Iterator[Fact]:
    if view.get("protocol") in _LAYER_4_TLS:
        yield Channel(view.urn, "the way to the backends", False, view.evidence("protocol", _LAYER_4))


def _serves(config: Resource, balancer: Resource, graph: Graph) -> bool | None:
    """Whether a config is bound to a load balancer. None: it is bound to several things, and to which is not known."""
    named = as_items(config.inputs.get("loadBalancerIds", ABSENT))
    linked = graph.linked(config, "loadBalancerIds", {INSTANCE})
    members = () if isinstance(named, Unknown) else named
    # equivalent(operand): what is no text names no resource
    if any(isinstance(member, str) and balancer in graph.named(member, {INSTANCE}) for member in members):
        return True
    if balancer not in linked:
        return False
    places = 1 if isinstance(named, Unknown) else len(named)
    return True if places >= len(linked) else None


@reads("configContent", "loadBalancerIds")
def _config(view: View) -> Iterator[Fact]:
    """The TLS versions of every load balancer a config is bound to."""
    refused = _refuses_old(view.get("configContent"))
    bound = 0
    for balancer in view.graph.of_type(INSTANCE):
        serves = _serves(view.resource, balancer, view.graph)
        if serves is not False:
            bound += 1
            yield Channel(balancer.urn, _OLD_TLS, refused if serves else None, view.evidence("configContent"))
    named = view.items("loadBalancerIds")
    if bound == 0 if isinstance(named, Unknown) else bound < len(named):
        yield Unresolved(view.urn, "loadBalancerIds names something that is no load balancer of this stack", "link")


@reads("configContent")
def _config_v2(view: View) -> Iterator[Fact]:
    """A config for a server or location is no proof of anything, but what it names may not be old."""
    content = view.get("configContent")
    if isinstance(content, Unknown) or (isinstance(content, str) and _named_versions(content)):
        yield Channel(view.urn, _OLD_TLS, _refuses_old(content), view.evidence("configContent"))


def _refuses_old(content: Value) -> bool | None:
    """Whether a config names TLS versions, and none below 1.2. A comment may not help, only harm: where a comment
    ends is nginx's to say, and a quoted `#` starts none."""

    def refuses(text: Value) -> bool:
        if not isinstance(text, str) or not _named_versions(re.sub(r"#[^\r\n]*", "", text)):
            return False
        return all(versions and versions <= _MODERN for versions in _named_versions(text))

    return test(content, refuses)


def _named_versions(content: str) -> list[frozenset[str]]:
    """The versions of every `ssl_protocols` line."""
    return [frozenset(match.split()) for match in _PROTOCOLS.findall(content)]


@reads("logSetId")
def _log_topic_expiry(view: View) -> tuple[Amount, ...]:
    """A log topic of CLB's own: kept for the service's period, or its log set's where that is longer."""
    limit = limit_of(view, "clb-log-topic")
    kept = view.amount(ABSENT, "", limit, "access logs kept")
    for log_set in view.links("logSetId", {LOG_SET}).found:
        period = log_set.inputs.get("period", ABSENT)
        days = as_number(period)
        length = None if days is None else as_period(days, limit.unit)
        # equivalent(comparison, operand): the limit has a default, and equal periods are one period
        longer = days is not None and limit.default is not None and (length is None or length > limit.default)
        if isinstance(period, Unknown) or longer:
            evidence = view.evidence("logSetId", "which of log set and topic governs is in no document: the longer")
            kept = Amount(length, "access logs kept by the log set", evidence, limit.least, unknown=days is None)
    return kept, lag(view, "clb-log-topic", cls.EXPIRY)


@reads("targets")
def _targets(view: View) -> Iterator[Fact]:
    """What gets requests must be machines of this stack: of an address nothing says where it is."""
    targets = view.items("targets")
    named = targets if isinstance(targets, Unknown) else [member(each, "instanceId") for each in targets]
    yield from view.unresolved(view.links("targets", {MACHINE}, named).doubts, "what gets requests")


_LOGS = ("access logs", "logTopicId", _LOG_TOPICS, ACCESS_LOGS)
READERS = {
    INSTANCE: resource(
        service("clb"),
        _exposure,
        _default_tls,
        writes(*_LOGS, optional=True),
        zones("zoneId", "masterZoneId", "slaveZoneId"),
    ),
    LISTENER: resource(refers_to("clbId", INSTANCE), channel("the way in", "protocol", equals(*_ENCRYPTED)), _onward),
    RULE: resource(
        refers_to("clbId", INSTANCE), channel("the way to the backends", "forwardType", equals(*_ONWARD), _HTTP)
    ),
    CONFIG: resource(_config),
    CONFIG_V2: resource(_config_v2),
    LOG_SET: resource(looked_up("period")),
    LOG_TOPIC: resource(refers_to("logSetId", LOG_SET), *cls.log_store(_log_topic_expiry)),
    LOG_ATTACHMENT: resource(writes(*_LOGS)),
    ATTACHMENT: resource(_targets),
}
