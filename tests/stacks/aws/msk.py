"""Mutants of the message queue."""

import json

from im_stack.facts.aws.kafka import content_name
from im_stack.preflight.recording.recording import Registration
from tests.harness.mutate import REMOVED, Change, add, declare, find, lose, option, put
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_MSK = "aws:msk"
_KAFKA, _CONFIGURATION = "Cluster im-msk", "Configuration im-msk-configuration"
_MESSAGES, _CHANGES = "Topic im-msk-messages", "Topic im-msk-profile-changes"
_MONTH = str(30 * 24 * 3600 * 1000)
_ANYBODY = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kafka-cluster:*"}})


def _told(topic: str, name: str, value: object) -> Change:
    """A topic with one of its settings changed, or taken away."""

    def change(registrations: list[Registration]) -> None:
        inputs = find(registrations, topic)["inputs"]
        settings = json.loads(inputs["configs"])
        settings[name] = value
        inputs["configs"] = json.dumps({key: each for key, each in settings.items() if each is not REMOVED})

    return change


def _brokers(name: str, value: str) -> Change:
    """The brokers told something else by a configuration that is called by what is in it."""

    def change(registrations: list[Registration]) -> None:
        inputs = find(registrations, _CONFIGURATION)["inputs"]
        lines = [line for line in inputs["serverProperties"].splitlines() if not line.startswith(f"{name}=")]
        inputs["serverProperties"] = "\n".join([*lines, f"{name}={value}"])
        inputs["name"] = content_name("im-msk", inputs["serverProperties"])

    return change


def _of_every_topic() -> list[Mutant]:
    rows = []
    for part, topic in (("messages", _MESSAGES), ("changes", _CHANGES)):
        rows += [
            m(f"{part}: kept a month", "ceiling", _told(topic, "retention.ms", _MONTH)),
            m(f"{part}: rolled after a month", "ceiling", _told(topic, "segment.ms", _MONTH)),
            m(f"{part}: deleted segments kept a month", "ceiling", _told(topic, "file.delete.delay.ms", _MONTH)),
            m(f"{part}: kept for ever", "ceiling", _told(topic, "retention.ms", "-1")),
            m(f"{part}: compacted", "ceiling", _told(topic, "cleanup.policy", "compact")),
            m(f"{part}: compacted and deleted", "ceiling", _told(topic, "cleanup.policy", "compact,delete")),
            m(f"{part}: in tiers", "ceiling?", _told(topic, "remote.storage.enable", "true")),
            m(f"{part}: kept by a word", "ceiling?", _told(topic, "retention.ms", "short")),
            m(f"{part}: by the client's clock", "sweeps-alive", _told(topic, "message.timestamp.type", "CreateTime")),
            m(f"{part}: told what nobody knows", "known-types?", _told(topic, "im.keep.ms", "1")),
            m(f"{part}: settings not readable", "ceiling?", put(topic, "configs", "{")),
            m(f"{part}: settings not known", "ceiling?", put(topic, "configs", UNKNOWN)),
            m(f"{part}: of another cluster", "known-types?", put(topic, "clusterArn", "c"), option(topic, links={})),
            m(f"{part}: in another region", "home-region", put(topic, "region", "ap-southeast-1")),
            m(f"{part}: settings ignored", "judged-arguments-count", option(topic, ignore_changes=["configs"])),
            m(f"{part}: stays when it is deleted", "judged-arguments-count", option(topic, retain_on_delete=True)),
            m(f"{part}: looked up", "known-types?", option(topic, read=True)),
        ]
    return rows


_SETTINGS = [
    m("queue: names make topics", "copies-stay-home", _brokers("auto.create.topics.enable", "true")),
    m("queue: names may make topics", "copies-stay-home?", _brokers("auto.create.topics.enable", UNKNOWN)),
    m(
        "queue: properties not known",
        "known-types? copies-stay-home?",
        put(_CONFIGURATION, "serverProperties", UNKNOWN),
    ),
    m("queue: properties not readable", "known-types?", put(_CONFIGURATION, "serverProperties", "log.roll.hours")),
    m("queue: a revision of its own", "known-types? copies-stay-home?", put(_KAFKA, "configurationInfo.revision", 2.0)),
    m(
        "queue: an older name",
        "known-types?",
        put(_KAFKA, "configurationInfo.revision", 1.0),
        put(_CONFIGURATION, "name", "im"),
    ),
    m("queue: no configuration of the stack", "known-types?", lose(_CONFIGURATION)),
    m(
        "queue: its configuration ignored",
        "judged-arguments-count",
        option(_KAFKA, ignore_changes=["configurationInfo"]),
    ),
]
_CLUSTER = [
    m(
        "queue: plaintext too",
        "encrypted-in-transit",
        put(_KAFKA, "encryptionInfo.encryptionInTransit.clientBroker", "TLS_PLAINTEXT"),
    ),
    m(
        "queue: plaintext inside",
        "encrypted-in-transit",
        put(_KAFKA, "encryptionInfo.encryptionInTransit.inCluster", False),
    ),
    m("queue: transit not said", "encrypted-in-transit?", put(_KAFKA, "encryptionInfo.encryptionInTransit", REMOVED)),
    m(
        "queue: under a key of somebody",
        "encrypted-at-rest?",
        put(_KAFKA, "encryptionInfo.encryptionAtRestKmsKeyArn", "key-1"),
    ),
    m("queue: clients that nobody knows", "no-public-door", put(_KAFKA, "clientAuthentication.unauthenticated", True)),
    m("queue: no way to know clients", "no-public-door", put(_KAFKA, "clientAuthentication", REMOVED)),
    m("queue: clients not known", "no-public-door?", put(_KAFKA, "clientAuthentication", UNKNOWN)),
    m("queue: passwords, past every list", "no-public-door", put(_KAFKA, "clientAuthentication.sasl.scram", True)),
    m(
        "queue: certificates",
        "no-public-door?",
        put(_KAFKA, "clientAuthentication.tls", {"certificateAuthorityArns": ["a"]}),
    ),
    m(
        "queue: on the Internet",
        "no-public-door",
        put(_KAFKA, "brokerNodeGroupInfo.connectivityInfo.publicAccess.type", "SERVICE_PROVIDED_EIPS"),
    ),
    m(
        "queue: the Internet not spoken of",
        "no-public-door?",
        put(_KAFKA, "brokerNodeGroupInfo.connectivityInfo", REMOVED),
    ),
    m(
        "queue: for networks of others",
        "no-public-door",
        put(
            _KAFKA,
            "brokerNodeGroupInfo.connectivityInfo.vpcConnectivity",
            {"clientAuthentication": {"sasl": {"iam": True}}},
        ),
    ),
    m("queue: a group of somebody", "no-public-door?", put(_KAFKA, "brokerNodeGroupInfo.securityGroups.0", "sg-1")),
    m("queue: a subnet of somebody", "no-public-door?", put(_KAFKA, "brokerNodeGroupInfo.clientSubnets.0", "subnet-1")),
    m("queue: express brokers", "ceiling?", put(_KAFKA, "brokerNodeGroupInfo.instanceType", "express.m7g.large")),
    m("queue: tiers", "copies-stay-home", put(_KAFKA, "storageMode", "TIERED")),
    m(
        "queue: logs to a bucket of somebody",
        "known-types?",
        put(_KAFKA, "loggingInfo", {"brokerLogs": {"s3": {"enabled": True, "bucket": "b"}}}),
    ),
    m("queue: logs not spoken of", "known-types?", put(_KAFKA, "loggingInfo", REMOVED)),
    m("queue: no configuration", "known-types? copies-stay-home?", put(_KAFKA, "configurationInfo", REMOVED)),
    m(
        "queue: logs among media",
        "declared-holdings",
        put(
            _KAFKA,
            "loggingInfo.brokerLogs.s3",
            {"enabled": True, "bucket": "im-media-123456789012-ap-southeast-3"},
        ),
    ),
    m(
        "queue: logs to a stream",
        "known-types?",
        put(_KAFKA, "loggingInfo", {"brokerLogs": {"firehose": {"enabled": True, "deliveryStream": "s"}}}),
    ),
    m("queue: in another region", "home-region", put(_KAFKA, "region", "ap-southeast-1")),
    m("queue: no cluster", "known-types?", lose(_KAFKA)),
    m("queue: everything ignored", "judged-arguments-count", option(_KAFKA, ignore_changes=["*"])),
]
_BESIDE = [
    m("queue: copied to another", "copies-stay-home", add(f"{_MSK}/replicator:Replicator", "r", {})),
    m("queue: written on to a table", "copies-stay-home", add(f"{_MSK}/channel:Channel", "ch", {})),
    m("queue: a connector", "copies-stay-home", add("aws:mskconnect/connector:Connector", "co", {})),
    m(
        "queue: a second without brokers",
        "copies-stay-home",
        add(f"{_MSK}/serverlessCluster:ServerlessCluster", "s", {}),
    ),
    m(
        "queue: a connection from elsewhere",
        "no-public-door",
        add(f"{_MSK}/vpcConnection:VpcConnection", "v", {}, targetClusterArn=_KAFKA),
    ),
    m(
        "queue: a policy for anybody",
        "no-public-door",
        add(f"{_MSK}/clusterPolicy:ClusterPolicy", "p", {"policy": _ANYBODY}, clusterArn=_KAFKA),
    ),
    m(
        "queue: a policy not known",
        "no-public-door?",
        add(f"{_MSK}/clusterPolicy:ClusterPolicy", "p", {"policy": UNKNOWN}, clusterArn=_KAFKA),
    ),
    m(
        "queue: a topic beside",
        "declared-holdings",
        add(f"{_MSK}/topic:Topic", "t", {"name": "t"}, clusterArn=_KAFKA),
    ),
    m(
        "queue: passwords of somebody",
        "known-types?",
        add(
            f"{_MSK}/singleScramSecretAssociation:SingleScramSecretAssociation",
            "a",
            {"secretArn": "s"},
            clusterArn=_KAFKA,
        ),
    ),
]
_WORDS = [
    m("messages: no seal", "declared-holdings", declare("im-msk", "holdings.0.seals", [])),
    m("messages: another seal", "keyring-guarded", declare("im-msk", "holdings.0.seals", ["other-epochs"])),
    m("messages: written in clear", "declared-holdings", declare("im-msk", "flows.0.sealed", False)),
    m(
        "messages: silent about what stays in clear",
        "declared-holdings",
        declare("im-msk", "holdings.0.clear", REMOVED),
    ),
    m("messages: no settings", "known-types?", put(_MESSAGES, "configs", REMOVED)),
    m("messages: no flow", "ceiling?", declare("im-msk", "flows.0", REMOVED)),
    m("changes: from nowhere", "declared-holdings", declare("im-msk", "flows.1.source", "nowhere")),
]
MUTANTS = [*_of_every_topic(), *_SETTINGS, *_CLUSTER, *_BESIDE, *_WORDS]
EQUIVALENT = [
    # Messages end with their key, and what stays in clear beside them has a longer period.
    m("messages: kept a day longer", "", _told(_MESSAGES, "retention.ms", str(2 * 24 * 3600 * 1000))),
    # Topics say everything for themselves.
    m("queue: brokers keep for ever", "", _brokers("log.retention.ms", "-1")),
    # Who comes by IAM is let in by policies of the account, whatever the lists in the cluster say.
    m("queue: lists refuse", "", _brokers("allow.everyone.if.no.acl.found", "false")),
    # The first revision of a configuration of this name is what the plan shows.
    m("queue: the first revision by number", "", put(_KAFKA, "configurationInfo.revision", 1.0)),
    # Protection keeps a topic from deletion; without it nothing lives longer.
    m("messages: not protected", "", option(_MESSAGES, protect=False)),
    # MSK encrypts what nobody tells it to, under a key of its own.
    m("queue: under a key of the service", "", put(_KAFKA, "encryptionInfo.encryptionAtRestKmsKeyArn", REMOVED)),
]
MAY_BE_UNKNOWN = {
    "msk/cluster clusterName": "a name",
    "msk/topic name": "a name",
    "msk/topic partitionCount": "compared with what was deployed before, and no part of a proof",
    "msk/configuration name": "a revision that is not known yet is the newest one, whatever it is called",
}
MAY_BE_LEFT_OUT: dict[str, str] = {}
