"""MSK: topics with a retention within the limit, on brokers with TLS and IAM authentication."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import msk

from im_stack.components.aws.keys import Keys
from im_stack.components.plan import stream
from im_stack.components.plan.sizes import size
from im_stack.components.plan.stream import Topic, topic_name
from im_stack.components.service import Service
from im_stack.facts.aws.stores.kafka import content_name

_ROLL = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_MILLISECOND = timedelta(milliseconds=1)
_NO_LOGS = msk.ClusterLoggingInfoBrokerLogsArgs(
    cloudwatch_logs=msk.ClusterLoggingInfoBrokerLogsCloudwatchLogsArgs(enabled=False),
    firehose=msk.ClusterLoggingInfoBrokerLogsFirehoseArgs(enabled=False),
    s3=msk.ClusterLoggingInfoBrokerLogsS3Args(enabled=False),
)
"""Every destination by name, because the provider does not change one that is absent."""


@dataclass(frozen=True)
class MskArgs:
    """`subnet_ids` are in two zones, with one broker or more in each. IAM policies of the account decide who reads and
    writes which topic: a client authenticates with its role, so there is no password."""

    topics: dict[str, Topic]
    keys: Keys
    subnet_ids: Sequence[pulumi.Input[str]]
    group_id: pulumi.Input[str]
    size: str


class Msk(Service):
    """A cluster in two zones, the configuration its brokers run, and its topics."""

    def __init__(self, name: str, args: MskArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = {"size": args.size, "topics": sorted(args.topics)}
        super().__init__("im:aws:Msk", name, stream.declares(name, args.topics, "msk"), inputs, opts)
        bought = size("aws", "msk", args.size)
        replicas = min(bought["brokers"], 3)
        properties = _properties(args, replicas)
        self.configuration = msk.Configuration(
            f"{name}-configuration",
            name=content_name(self.physical_name(name), properties),
            server_properties=properties,
            opts=self.child(protect=False),  # replaced whenever its content, and so its name, changes
        )
        self.cluster = self._cluster(name, args, bought)
        self.topics = {
            key: self._topic(topic_name(name, key), key, topic, args, replicas) for key, topic in args.topics.items()
        }
        self.brokers = self.cluster.bootstrap_brokers_sasl_iam
        self.register_outputs({"brokers": self.brokers})

    def _cluster(self, name: str, args: MskArgs, bought: dict[str, object]) -> msk.Cluster:
        return msk.Cluster(
            name,
            cluster_name=self.physical_name(name),
            kafka_version=bought["kafka_version"],
            number_of_broker_nodes=bought["brokers"],
            storage_mode="LOCAL",
            broker_node_group_info=msk.ClusterBrokerNodeGroupInfoArgs(
                instance_type=bought["instance_type"],
                client_subnets=list(args.subnet_ids),
                security_groups=[args.group_id],
                storage_info=msk.ClusterBrokerNodeGroupInfoStorageInfoArgs(
                    ebs_storage_info=msk.ClusterBrokerNodeGroupInfoStorageInfoEbsStorageInfoArgs(
                        volume_size=bought["volume_size"]
                    )
                ),
                connectivity_info=msk.ClusterBrokerNodeGroupInfoConnectivityInfoArgs(
                    public_access=msk.ClusterBrokerNodeGroupInfoConnectivityInfoPublicAccessArgs(type="DISABLED")
                ),
            ),
            client_authentication=msk.ClusterClientAuthenticationArgs(
                unauthenticated=False, sasl=msk.ClusterClientAuthenticationSaslArgs(iam=True, scram=False)
            ),
            encryption_info=msk.ClusterEncryptionInfoArgs(
                encryption_at_rest_kms_key_arn=args.keys.key.arn,
                encryption_in_transit=msk.ClusterEncryptionInfoEncryptionInTransitArgs(
                    client_broker="TLS", in_cluster=True
                ),
            ),
            configuration_info=msk.ClusterConfigurationInfoArgs(
                arn=self.configuration.arn, revision=self.configuration.latest_revision
            ),
            logging_info=msk.ClusterLoggingInfoArgs(broker_logs=_NO_LOGS),
            opts=self.child(),
        )

    def _topic(self, name: str, key: str, topic: Topic, args: MskArgs, replicas: int) -> msk.Topic:
        retention, roll = times(topic)
        settings = {
            "cleanup.policy": "delete",
            "max.message.bytes": str(topic.largest_record),
            "message.timestamp.type": "LogAppendTime",  # a client's clock decides nothing
            "min.insync.replicas": str(replicas - 1),
            "retention.ms": str(retention // _MILLISECOND),
            "segment.ms": str(roll // _MILLISECOND),
        }
        return msk.Topic(
            name,
            cluster_arn=self.cluster.arn,
            name=key,
            replication_factor=replicas,
            configs=json.dumps(settings, sort_keys=True),
            **size("aws", "msk-topic", args.size),
            opts=self.change(self.cluster),
        )


def times(topic: Topic) -> tuple[timedelta, timedelta]:
    """Retention and segment roll of a topic."""
    return stream.times(topic, "aws", "msk", _ROLL)


def _properties(args: MskArgs, replicas: int) -> str:
    """The brokers' configuration. Every topic has its own retention; another topic gets no more than the longest of
    them.

    Access lists are absent: they do not apply to clients that authenticate by IAM."""
    longest = max((times(topic)[0] for topic in args.topics.values()), default=_MINUTE)
    settings = {
        "auto.create.topics.enable": "false",
        "default.replication.factor": replicas,
        "log.cleanup.policy": "delete",
        "log.message.timestamp.type": "LogAppendTime",
        "log.retention.ms": longest // _MILLISECOND,
        "log.roll.ms": _ROLL // _MILLISECOND,
        "min.insync.replicas": replicas - 1,
        "unclean.leader.election.enable": "false",
    }
    return "\n".join(f"{name}={value}" for name, value in settings.items())
