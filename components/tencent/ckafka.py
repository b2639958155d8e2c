"""CKafka: topics with a retention within the limit, with a SASL_SSL route for a producer and a consumer account."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pulumi
from tencentcloud_iac_pulumi import ckafka

from im_stack.components.plan import stream
from im_stack.components.plan.holdings import encrypts, zones_by_number
from im_stack.components.plan.sizes import size
from im_stack.components.plan.stream import Topic, topic_name
from im_stack.components.service import Service
from im_stack.facts.mechanism.tables import limits
from im_stack.terms.stack.wire import Hop

_VPC = 3
_SASL_SSL = 3
_MINUTE = timedelta(minutes=1)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Account:
    """A user of the instance. `host` is the one address or network it connects from: of several, the provider reads
    only the first one back."""

    name: str
    password: pulumi.Input[str] = field(repr=False)
    host: str


@dataclass(frozen=True)
class CkafkaArgs:
    """`zone_ids` are numbers that only an account can check. `application_encrypts` says who encrypts unsealed classes
    before they are sent: the service does not encrypt at rest."""

    topics: dict[str, Topic]
    zone_ids: tuple[int, ...]
    size: str
    producer: Account
    consumer: Account
    application_encrypts: str | None = None
    vpc_id: pulumi.Input[str] | None = None
    subnet_id: pulumi.Input[str] | None = None
    zones_verified: str = ""


class Ckafka(Service):
    """An instance in several zones with an encrypted route, its topics and their access lists."""

    def __init__(self, name: str, args: CkafkaArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = {"size": args.size, "topics": sorted(args.topics)}
        declares = stream.declares(name, args.topics, "ckafka", _hops(name, args))
        super().__init__("im:tencent:Ckafka", name, declares, inputs, opts)
        replicas = min(max(len(args.zone_ids), 2), 3)
        self.instance = self._instance(name, args, replicas)
        for role, account in (("producer", args.producer), ("consumer", args.consumer)):
            ckafka.User(
                f"{name}-{role}",
                instance_id=self.instance.id,
                account_name=account.name,
                password=account.password,
                opts=self.change(self.instance),
            )
        self.topics = {
            key: self._topic(topic_name(name, key), key, topic, args, replicas) for key, topic in args.topics.items()
        }
        self.route = ckafka.Route(
            f"{name}-tls",
            instance_id=self.instance.id,
            vip_type=_VPC,
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id,
            access_type=_SASL_SSL,
            opts=self.change(self.instance),
        )
        self.brokers = self.route.vip_lists
        self.register_outputs({"addresses": self.brokers})

    def _instance(self, name: str, args: CkafkaArgs, replicas: int) -> ckafka.Instance:
        longest = max((times(topic)[0] for topic in args.topics.values()), default=_MINUTE)
        several = len(args.zone_ids) > 1
        return ckafka.Instance(
            name,
            instance_name=self.physical_name(name),
            charge_type="POSTPAID_BY_HOUR",
            specifications_type="profession",
            zone_id=args.zone_ids[0],
            multi_zone_flag=several,
            zone_ids=list(args.zone_ids) if several else None,
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id,
            config=ckafka.InstanceConfigArgs(
                auto_create_topic_enable=False, default_num_partitions=3, default_replication_factor=replicas
            ),
            dynamic_retention_config=ckafka.InstanceDynamicRetentionConfigArgs(enable=0),
            # Every topic has its own retention; another topic gets no more than the longest of them.
            msg_retention_time=max(longest // _MINUTE, 1),
            **size("tencent", "ckafka", args.size),
            opts=self.child(),
        )

    def _topic(self, name: str, key: str, topic: Topic, args: CkafkaArgs, replicas: int) -> ckafka.Topic:
        retention, segment = times(topic)
        made = ckafka.Topic(
            name,
            instance_id=self.instance.id,
            topic_name=key,
            replica_num=replicas,
            sync_replica_min_num=replicas - 1,
            unclean_leader_election_enable=False,
            clean_up_policy="delete",
            retention=retention // _MILLISECOND,
            segment=segment // _MILLISECOND,
            max_message_bytes=topic.largest_record,
            enable_white_list=False,
            **size("tencent", "ckafka-topic", args.size),
            opts=self.change(self.instance),
        )
        for account, operation in ((args.producer, "WRITE"), (args.consumer, "READ")):
            ckafka.Acl(
                f"{name}-{operation.lower()}",
                instance_id=self.instance.id,
                resource_type="TOPIC",
                resource_name_=made.topic_name,
                operation_type=operation,
                permission_type="ALLOW",
                principal=account.name,
                host=account.host,
                opts=self.setting(self.instance),
            )
        return made


def times(topic: Topic) -> tuple[timedelta, timedelta]:
    """Retention and segment roll of a topic. The roll is the service's default wherever the limit has room for it,
    because not every version of the service accepts an hour."""
    roll = limits("tencent")["ckafka-segment"].default
    if roll is None:
        raise LookupError("the limits of CKafka lack a default")
    return stream.times(topic, "tencent", "ckafka", roll)


def _hops(name: str, args: CkafkaArgs) -> Iterator[Hop]:
    clock = "give no record a time in the future: a segment is kept until its latest record is old enough"
    for key, topic in args.topics.items():
        own = topic_name(name, key)
        yield Hop(resource=own, what="producer-clock", who="the producer", must=clock)
        if not topic.seals and args.application_encrypts:
            yield encrypts(own, args.application_encrypts, f"encrypt {topic.of.data_class} before it is sent to {key}")
    listener = "use the SASL_SSL route only: the default listener answers on port 9092, and brokers take no group"
    yield Hop(resource=name, what="plaintext-listener", who="every client", must=listener)
    yield zones_by_number(name, args.zone_ids, args.zones_verified)
