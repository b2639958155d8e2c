"""CLB: the load balancer keeps no payload; what counts is how requests come in, go on, and where their log goes."""

import re
from collections.abc import Iterable, Iterator

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, as_items, as_number, as_period
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    Amount,
    Channel,
    Door,
    Fact,
    Resource,
    Unknown,
    Unread,
    Value,
    Written,
)
from im_stack.facts.tencent import cls
from im_stack.facts.tencent.location import zones

INSTANCE = "tencentcloud:Clb/instance:Instance"
LISTENER = "tencentcloud:Clb/listener:Listener"
RULE = "tencentcloud:Clb/listenerRule:ListenerRule"
CONFIG = "tencentcloud:Clb/customizedConfig:CustomizedConfig"
CONFIG_V2 = "tencentcloud:Clb/customizedConfigV2:CustomizedConfigV2"
LOG_SET = "tencentcloud:Clb/logSet:LogSet"
LOG_TOPIC = "tencentcloud:Clb/logTopic:LogTopic"
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


def _instance(view: View, graph: Graph) -> Iterable[Fact]:
    yield _door(view, graph)
    if all(_serves(config, view.resource, graph) is False for config in graph.of_type(CONFIG)):
        yield Channel(view.urn, _OLD_TLS, False, view.evidence("", _DEFAULT_TLS))
    if view.get("logTopicId") not in (ABSENT, ""):
        yield from _log_target(view, graph)
    yield from zones("zoneId", "masterZoneId", "slaveZoneId")(view)


def _door(view: View, graph: Graph) -> Door:
    """A public load balancer is meant to be one: it passes while every way in is layer 7 HTTPS."""
    network = view.get("networkType")
    if network == "INTERNAL":
        return Door(view.urn, "the public address", False, view.evidence("networkType"))
    listeners = graph.pointing_at(view.resource, LISTENER, "clbId")
    protocols = [listener.inputs.get("protocol", ABSENT) for listener in listeners]
    unknown = any(isinstance(protocol, Unknown) for protocol in protocols)
    others = any(protocol != "HTTPS" for protocol in protocols if not isinstance(protocol, Unknown))
    opened = True if others or not protocols else None if unknown else False
    if opened and isinstance(network, Unknown):
        opened = None
    source = "" if protocols else "no listener of this stack is linked to it"
    return Door(view.urn, "any way in but HTTPS", opened, view.evidence("networkType", source))


def _log_target(view: View, graph: Graph) -> Iterator[Fact]:
    """Access logs go to a log topic, which must be a store of this stack that is for them."""
    topic = graph.link(view.resource, "logTopicId", _LOG_TOPICS)
    if isinstance(topic, NoLink):
        yield Unread(view.urn, f"access logs: {topic.why}", "link")
    else:
        yield Written(view.urn, topic.urn, "access logs", ACCESS_LOGS, view.evidence("logTopicId"))


def _listener(view: View, graph: Graph) -> Iterable[Fact]:
    balancer = graph.link(view.resource, "clbId", {INSTANCE})
    if isinstance(balancer, NoLink):
        yield Unread(view.urn, balancer.why, "link")
    protocol, evidence = view.get("protocol"), view.evidence("protocol")
    yield Channel(view.urn, "the way in", None if isinstance(protocol, Unknown) else protocol in _ENCRYPTED, evidence)
    if protocol in _LAYER_4_TLS:
        yield Channel(view.urn, "the way to the backends", False, view.evidence("protocol", _LAYER_4))


def _rule(view: View, graph: Graph) -> Iterable[Fact]:
    balancer = graph.link(view.resource, "clbId", {INSTANCE})
    if isinstance(balancer, NoLink):
        yield Unread(view.urn, balancer.why, "link")
    onward = view.get("forwardType")
    evidence = view.evidence("forwardType", "provider v1.82.42 clb_listener_rule.forward_type: HTTP unless told")
    encrypted = None if isinstance(onward, Unknown) else onward in _ONWARD
    yield Channel(view.urn, "the way to the backends", encrypted, evidence)


def _serves(config: Resource, balancer: Resource, graph: Graph) -> bool | None:
    """Whether a config is bound to a load balancer. None: it is bound to several things, and to which is not known."""
    named = as_items(config.inputs.get("loadBalancerIds", ABSENT))
    linked = graph.linked(config, "loadBalancerIds", {INSTANCE})
    members = () if isinstance(named, Unknown) else named
    if any(isinstance(member, str) and balancer in graph.named(member, {INSTANCE}) for member in members):
        return True
    if balancer not in linked:
        return False
    places = 1 if isinstance(named, Unknown) else len(named)
    return True if places >= len(linked) else None


def _config(view: View, graph: Graph) -> Iterable[Fact]:
    """The TLS versions of every load balancer a config is bound to."""
    refused = _refuses_old(view.get("configContent"))
    bound = 0
    for balancer in graph.of_type(INSTANCE):
        serves = _serves(view.resource, balancer, graph)
        if serves is not False:
            bound += 1
            yield Channel(balancer.urn, _OLD_TLS, refused if serves else None, view.evidence("configContent"))
    named = view.items("loadBalancerIds")
    if bound == 0 if isinstance(named, Unknown) else bound < len(named):
        yield Unread(view.urn, "loadBalancerIds names something that is no load balancer of this stack", "link")


def _config_v2(view: View, graph: Graph) -> Iterable[Fact]:
    """A config for a server or location is no proof of anything, but what it names may not be old."""
    content = view.get("configContent")
    if isinstance(content, Unknown) or (isinstance(content, str) and _named_versions(content)):
        yield Channel(view.urn, _OLD_TLS, _refuses_old(content), view.evidence("configContent"))


def _refuses_old(content: Value) -> bool | None:
    """Whether a config names TLS versions, and none below 1.2. A comment may not help, only harm: where a comment
    ends is nginx's to say, and a quoted `#` starts none."""
    if isinstance(content, Unknown):
        return None
    if not isinstance(content, str) or not _named_versions(re.sub(r"#[^\r\n]*", "", content)):
        return False
    return all(versions and versions <= _MODERN for versions in _named_versions(content))


def _named_versions(content: str) -> list[frozenset[str]]:
    """The versions of every `ssl_protocols` line."""
    return [frozenset(match.split()) for match in _PROTOCOLS.findall(content)]


def _log_topic(view: View, graph: Graph) -> Iterable[Fact]:
    """A log topic of CLB's own: kept for the service's period, or its log set's where that is longer."""
    limit = limits("tencent")["clb-log-topic"]
    kept = view.amount(ABSENT, "", limit, "access logs kept")
    log_set = graph.link(view.resource, "logSetId", {LOG_SET})
    if isinstance(log_set, NoLink):
        yield Unread(view.urn, log_set.why, "link")
    else:
        period = log_set.inputs.get("period", ABSENT)
        days = as_number(period)
        length = None if days is None else as_period(days, limit.unit)
        longer = days is not None and limit.default is not None and (length is None or length > limit.default)
        if isinstance(period, Unknown) or longer:
            evidence = view.evidence("logSetId", "which of log set and topic governs is in no document: the longer")
            kept = Amount(length, "access logs kept by the log set", evidence, limit.least, unknown=days is None)
    yield from cls.log_store(view, (kept, cls.expiry_lag(view, "", limit)))


def _log_set(view: View, graph: Graph) -> Iterable[Fact]:
    """Read through its topics."""
    return ()


def _log_attachment(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _log_target(view, graph)


_ARGUMENTS = frozenset({"networkType", "logTopicId", "zoneId", "masterZoneId", "slaveZoneId"})
READERS = {
    INSTANCE: Reader(_ARGUMENTS, _instance),
    LISTENER: Reader(frozenset({"clbId", "protocol"}), _listener),
    RULE: Reader(frozenset({"clbId", "forwardType"}), _rule),
    CONFIG: Reader(frozenset({"loadBalancerIds", "configContent"}), _config),
    CONFIG_V2: Reader(frozenset({"configContent"}), _config_v2),
    LOG_SET: Reader(frozenset({"period"}), _log_set),
    LOG_TOPIC: Reader(frozenset({"logSetId"}), _log_topic),
    LOG_ATTACHMENT: Reader(frozenset({"logTopicId"}), _log_attachment),
}
