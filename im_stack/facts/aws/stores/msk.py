"""MSK: clusters and their clients, the configurations that they run, and topics (each a store of its own)."""

from collections.abc import Iterator
from dataclasses import replace

from im_stack.facts.aws.identity.documents import lets_in
from im_stack.facts.aws.identity.kms import encryption_of
from im_stack.facts.aws.network.vpc import GROUPS, SUBNET
from im_stack.facts.aws.stores import kafka
from im_stack.facts.aws.stores.kafka import CONFIGURATION
from im_stack.facts.aws.stores.s3 import BUCKETS
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.rows import lag, limit_of, looked_up, reads, resource, setting_of
from im_stack.facts.mechanism.view import View, as_flag, as_items, member, show, test
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    Amount,
    Channel,
    Copy,
    Evidence,
    Exposure,
    Fact,
    ForbiddenSetting,
    Resource,
    ServiceLog,
    Store,
    Unresolved,
)

CLUSTER = "aws:msk/cluster:Cluster"
TOPIC = "aws:msk/topic:Topic"
SCRAM = "aws:msk/scramSecretAssociation:ScramSecretAssociation"
SINGLE_SCRAM = "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation"
POLICY = "aws:msk/clusterPolicy:ClusterPolicy"
SECRET = "aws:secretsmanager/secret:Secret"  # a type
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_NODES, _AUTH, _CRYPT, _LOGS = "brokerNodeGroupInfo", "clientAuthentication", "encryptionInfo", "loggingInfo"
_STANDARD = "kafka."
_OPEN = "MSK developer guide: a cluster without authentication admits every client"
_PUBLIC = "terraform-provider-aws: public access that is not named stays as it was"
_TLS = "kafka API: a cluster that names no encryption takes TLS_PLAINTEXT, and the provider's own default is TLS"
_LISTS = "MSK developer guide: allow.everyone.if.no.acl.found is true by default"
_TOPICS = "MSK developer guide: auto.create.topics.enable is false by default"


@reads("configurationInfo", _AUTH)
def _brokers(view: View) -> Iterator[Fact]:
    """What the configuration of the brokers says of clients and topics."""
    broker = kafka.cluster_settings(view.resource, view.graph)
    if broker.values is None:
        yield Unresolved(view.urn, broker.why, "link")
    yield from _clients(view, broker)
    yield _topic_creation(view, broker)


@reads(_CRYPT)
def _transit(view: View) -> Iterator[Fact]:
    """Encryption between clients and brokers, and among brokers."""
    block = member(view.get(_CRYPT), "encryptionInTransit")
    mode, inside = member(block, "clientBroker"), member(block, "inCluster")
    effective = "TLS" if mode is ABSENT and block is not ABSENT else mode
    tls = None if effective is ABSENT else test(effective, lambda mode: mode == "TLS")
    path = f"{_CRYPT}.encryptionInTransit"
    yield Channel(view.urn, "clients to brokers", tls, view.evidence(f"{path}.clientBroker", _TLS))
    among = True if inside is ABSENT else as_flag(inside)
    yield Channel(view.urn, "brokers to brokers", among, view.evidence(f"{path}.inCluster"))


def _clients(view: View, broker: kafka.Settings) -> Iterator[Fact]:
    """Whether clients must authenticate, and whether those that do may access topics without an access list.

    Clients that authenticate by IAM are authorized by policies of the account alone, those with passwords and
    certificates by access lists in the cluster.
    """
    auth = view.get(_AUTH)
    sasl, tls = member(auth, "sasl"), member(auth, "tls")
    iam, scram = as_flag(member(sasl, "iam")), as_flag(member(sasl, "scram"))
    certificates = test(tls, lambda block: block is not ABSENT)
    unnamed = as_flag(member(auth, "unauthenticated"))
    ways = (iam, scram, certificates)
    open_ = True if not any(way is not False for way in ways) else unnamed
    if open_ is False and not any(ways):
        open_ = None  # the one way that there may be is not known
    how = f"set {_AUTH}.sasl.iam to true, and {_AUTH}.unauthenticated to false"
    yield Exposure(view.urn, "unauthenticated clients", open_, view.evidence(_AUTH, _OPEN), alone=True, how=how)
    if scram is not False or certificates is not False:
        everyone = _switch(broker, "allow.everyone.if.no.acl.found", default=True)
        if everyone and not scram and not certificates:
            everyone = None  # both ways may be switched off
        what = "clients by password or certificate, past an access list,"
        how = "set allow.everyone.if.no.acl.found=false in the broker's configuration, or let clients in by IAM alone"
        yield Exposure(view.urn, what, everyone, replace(broker.evidence, source=_LISTS), alone=True, how=how)
    if certificates is not False:
        what = "clients with certificates of an authority that nothing here judges"
        how = f"let clients in by {_AUTH}.sasl.iam instead"
        yield Exposure(view.urn, what, None, view.evidence(f"{_AUTH}.tls"), alone=True, how=how)


def _switch(broker: kafka.Settings, name: str, *, default: bool) -> bool | None:
    return None if broker.values is None else as_flag(broker.values.get(name, default))


@reads(_NODES)
def _network(view: View) -> Iterator[Fact]:
    """Addresses on the Internet, and the security groups and subnets the brokers stand in."""
    nodes = view.get(_NODES)
    access = member(member(member(nodes, "connectivityInfo"), "publicAccess"), "type")
    path = f"{_NODES}.connectivityInfo.publicAccess.type"
    public = {"DISABLED": False, "SERVICE_PROVIDED_EIPS": True}.get(access) if isinstance(access, str) else None
    evidence = view.evidence(path, _PUBLIC)
    yield Exposure(view.urn, "brokers on the Internet", public, evidence, alone=True, how="set it to DISABLED")
    for key, types in (("securityGroups", GROUPS), ("clientSubnets", frozenset({SUBNET}))):
        ours = not view.links(_NODES, types, as_items(member(nodes, key))).doubts
        what = f"brokers in {key} of the stack" if ours else f"brokers in {key} that are not the stack's"
        evidence, how = view.evidence(f"{_NODES}.{key}"), "name those of this stack"
        yield Exposure(view.urn, what, False if ours else None, evidence, alone=True, how=how)


@reads(_LOGS)
def _logs(view: View) -> Iterator[Fact]:
    """Broker logs name clients and topics: they must be written to a store of this stack that is for such logs. A
    destination that the cluster does not mention keeps its previous setting, which is not known."""
    block = member(view.get(_LOGS), "brokerLogs")
    targets = (
        ("s3", "bucket", BUCKETS),
        ("cloudwatchLogs", "logGroup", frozenset({LOG_GROUP})),
        ("firehose", "deliveryStream", frozenset[str]()),
    )
    unsaid = ", ".join(kind for kind, _, _ in targets if member(block, kind) is ABSENT)
    if unsaid:
        why = f"broker logs: nothing is said of {unsaid}, so they go where they went before"
        yield Unresolved(view.urn, why, "link")
    for kind, key, types in targets:
        sink = member(block, kind)
        if as_flag(member(sink, "enabled")) is not False:
            found, doubts = view.links(_LOGS, types, (member(sink, key),))
            yield from view.unresolved(doubts, "broker logs")
            for target in found:
                at = view.evidence(f"{_LOGS}.brokerLogs.{kind}")
                yield ServiceLog(view.urn, target.urn, "broker logs", ACCESS_LOGS, at)


def _topic_creation(view: View, broker: kafka.Settings) -> ForbiddenSetting:
    """Whether using a name creates a topic that no plan declares."""
    made = _switch(broker, "auto.create.topics.enable", default=False)
    found = show(broker.values.get("auto.create.topics.enable", ABSENT)) if broker.values is not None else broker.why
    why = "an undeclared topic keeps what it is sent, and no plan says what that is"
    allowed = None if made is None else not made
    return ForbiddenSetting(view.urn, "copy", allowed, found, "false", why, replace(broker.evidence, source=_TOPICS))


@reads("configs")
def _topic(view: View) -> Iterator[Fact]:
    cluster = view.subject
    own, broker = kafka.topic_settings(view.resource), kafka.cluster_settings(cluster, view.graph)
    for name in kafka.unjudged(own):
        yield Unresolved(view.urn, f"what the setting {name} does to a record is not known")
    unsaid = ", ".join(kafka.left_to_brokers(own))
    if unsaid:
        why = f"nothing is said of {unsaid}, and a topic that is there may keep its earlier settings"
        yield Unresolved(view.urn, why)
    clock, _ = kafka.setting_text(kafka.TIMESTAMP, own, broker, "CreateTime")
    yield Store(
        view.urn,
        "msk",
        tuple(_expiry(view, cluster, own, broker)),
        word="" if clock == "logappendtime" else "producer-clock",
    )
    yield from _other_copies(view, own, broker)
    block = cluster.inputs.get(_CRYPT, ABSENT)
    key, path = member(block, "encryptionAtRestKmsKeyArn"), f"{_CRYPT}.encryptionAtRestKmsKeyArn"
    yield encryption_of(view.urn, "records", "KMS", cluster, _CRYPT, key, view.graph, path)


def _expiry(view: View, cluster: Resource, own: kafka.Settings, broker: kafka.Settings) -> Iterator[Amount]:
    """Retention counts from a segment's last record, the roll from its first; then the cleaner runs and removes.

    A topic that is compacted expires nothing; `_other_copies` says so.
    """
    policies, evidence = kafka.setting_text(kafka.CLEANUP, own, broker, "delete")
    clock, timed = kafka.setting_text(kafka.TIMESTAMP, own, broker, "CreateTime")
    machine = member(cluster.inputs.get(_NODES, ABSENT), "instanceType")
    if not isinstance(machine, str) or not machine.startswith(_STANDARD):
        at = Evidence(cluster.urn, f"{_NODES}.instanceType")
        yield Amount(None, "kept by brokers that are not known to be standard ones", at, unknown=True)
    elif policies is None:
        yield Amount(None, "what cleans the topic (not known)", evidence, unknown=True)
    elif clock not in ("logappendtime", "createtime"):
        yield Amount(None, "what a record's age counts from (not known)", timed, unknown=True)
    elif policies == "delete":
        yield _period(view, kafka.RETENTION, own, broker, "msk-retention", "records kept")
        yield _period(view, kafka.ROLL, own, broker, "msk-segment", "segment roll")
        yield from _delay(view, own, broker)
        yield lag(view, "msk-retention")


def _period(
    view: View, setting: kafka.Setting, own: kafka.Settings, broker: kafka.Settings, limit: str, label: str
) -> Amount:
    seconds, evidence = kafka.setting_period(setting, own, broker)
    if isinstance(seconds, int | float) and seconds < 0:
        return Amount(None, f"{label} without end", evidence)
    amount = view.amount(seconds, evidence.argument, limit_of(view, limit), label)
    return replace(amount, evidence=replace(amount.evidence, resource=evidence.resource, argument=evidence.argument))


def _delay(view: View, own: kafka.Settings, broker: kafka.Settings) -> Iterator[Amount]:
    """Deleted segments stay on disk for a minute, which is part of the cleaner's lag, or for the configured delay."""
    seconds, _ = kafka.setting_period(kafka.DELAY, own, broker)
    if seconds is not ABSENT:
        yield _period(view, kafka.DELAY, own, broker, "msk-delete-delay", "deleted segments kept")


def _other_copies(view: View, own: kafka.Settings, broker: kafka.Settings) -> Iterator[Fact]:
    """Compaction keeps the last record of every key for ever, whatever else the policy names; tiered storage keeps
    records for days beyond the retention of a topic."""
    policies, evidence = kafka.setting_text(kafka.CLEANUP, own, broker, "delete")
    if policies is not None and policies != "delete":
        endless = Amount(None, "compaction keeps the last record of each key", evidence)
        yield Copy(view.urn, "compacted log", (endless,))
    tiered, at = kafka.setting_text(kafka.TIERED, own, broker, "false")
    if tiered != "false":
        yield Copy(view.urn, "tiered storage", (Amount(None, "tiered storage is not judged", at, unknown=True),))


@reads("serverProperties")
def _configuration(view: View) -> Iterator[Fact]:
    """The server properties; the cluster's own reader looks at them."""
    if kafka.read_properties(view.get("serverProperties")) is None:
        yield Unresolved(view.urn, "the properties cannot be read before deployment", "inputs")


def _passwords(argument: str, *, single: bool) -> Reader:
    """The reader of a list of secrets, or of a `single` one, by which clients say who they are."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        if view.links(argument, {SECRET}, (view.get(argument),) if single else view.items(argument)).doubts:
            yield Unresolved(view.urn, f"{argument} names secrets that are not the stack's", "link")

    return setting_of("clusterArn", {CLUSTER}, facts, kept=True)


READERS = {
    CLUSTER: resource(_transit, _brokers, _network, _logs),
    CONFIGURATION: resource(_configuration, looked_up("name")),
    TOPIC: setting_of("clusterArn", {CLUSTER}, _topic, kept=True),
    SCRAM: _passwords("secretArnLists", single=False),
    SINGLE_SCRAM: _passwords("secretArn", single=True),
    POLICY: setting_of("clusterArn", {CLUSTER}, lets_in("the policy {name}")),
}
