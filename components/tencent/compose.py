"""Which Tencent Cloud services make up the backend: `im_stack.components.layout` says what each of them holds."""

from typing import TypedDict

import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from im_stack.components.backend import Secrets
from im_stack.components.budget import ClassPlan
from im_stack.components.bundle import FOLDER, bundle_name
from im_stack.components.contract import Contract, Edge, Endpoint, Placement, Ring
from im_stack.components.layout import APPLICATION, PATHS, PORT, Layout, Services, needed
from im_stack.components.service import Service, after
from im_stack.components.tencent.ckafka import Account, Ckafka, CkafkaArgs, times
from im_stack.components.tencent.clb import Clb, ClbArgs, Entry
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keyring import Keyring, KeyringArgs
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.logs import Logs, LogsArgs
from im_stack.components.tencent.mongodb import Mongodb, MongodbArgs
from im_stack.components.tencent.mysql import Mysql, MysqlArgs
from im_stack.components.tencent.network import Network as PrivateNetwork
from im_stack.components.tencent.network import NetworkArgs
from im_stack.components.tencent.redis import Redis, RedisArgs
from im_stack.components.tencent.secrets import SecretsArgs, SecretsManager
from im_stack.terms.declaration import Declaration
from im_stack.terms.period import format_period

SERVICES = Services("tencent", "ckafka", times, "redis-key-expiry", ("redis-backup",))


class _Part(TypedDict):
    vpc_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    security_group_ids: tuple[pulumi.Input[str], ...]


class Composition:
    """The services of one stack, made one after the other: each attribute is one of them."""

    def __init__(self, parent: Service, name: str, declaration: Declaration, secrets: Secrets) -> None:
        self.declaration, self.name, self.secrets = declaration, name, secrets
        self.zones, self.account = needed(
            declaration,
            zones="first and second by name, ckafka and redis by number",
            network="app-id, owner-uin, certificate-id and domain",
            numbered=True,
        )
        self.region = declaration.region
        self.layout = Layout(name, declaration, SERVICES)
        provider = tencentcloud.Provider(f"{name}-{self.region}", region=self.region)
        self.inside = parent.child(providers=[provider])
        self.keys = Keys(f"{name}-keys", self.inside)
        zones = (self.zones.first, self.zones.second)
        self.network = PrivateNetwork(f"{name}-network", NetworkArgs(self.account.cidr, zones), self.inside)
        self.inside = after(self.inside, self.keys, self.network)
        self.stored = self._secrets()
        self.keyring = self._keyring() if self.layout.sealed else None
        # What ends the keys of sealed data, or lets an application in, is there as long as any store is.
        self.inside = after(self.inside, self.stored, *([self.keyring] if self.keyring else []))
        self.logs = Logs(f"{name}-access", LogsArgs(self.layout.access), self.inside)
        self.edge = self._edge()
        self.ckafka = self._ckafka()
        self.mysql = self._mysql()
        self.mongodb = self._mongodb()
        self.redis = self._redis()
        self.buckets = {part: self._bucket(part, of) for part, of in self.layout.buckets.items()}

    def _part(self, part: str) -> _Part:
        """Where a part sits: network, subnet and its security group."""
        return {
            "vpc_id": self.network.vpc.id,
            "subnet_id": self.network.subnets[0].id,
            "security_group_ids": (self.network.group_id(part),),
        }

    def _secrets(self) -> SecretsManager:
        return SecretsManager(f"{self.name}-secrets", SecretsArgs(self.secrets.by_name(), self.keys), self.inside)

    def _edge(self) -> Clb:
        entries = {key: Entry(PORT, self.account.domain, path) for key, path in PATHS.items()}
        args = ClbArgs(
            entries=entries,
            certificate_id=self.account.certificate_id,
            size=self.declaration.size,
            logs=self.logs,
            vpc_id=self.network.vpc.id,
            security_group_ids=(self.network.group_id("edge"),),
        )
        return Clb(f"{self.name}-edge", args, self.inside)

    def _ckafka(self) -> Ckafka:
        args = CkafkaArgs(
            topics=self.layout.topics,
            zone_ids=self.zones.ckafka,
            zones_verified=self.zones.verified,
            size=self.declaration.size,
            producer=Account("producer", self.secrets.producer_password, self.network.inside),
            consumer=Account("consumer", self.secrets.consumer_password, self.network.inside),
            application_encrypts=APPLICATION,
            vpc_id=self.network.vpc.id,
            subnet_id=self.network.subnets[0].id,
        )
        return Ckafka(f"{self.name}-ckafka", args, self.inside)

    def _mysql(self) -> Mysql:
        args = MysqlArgs(
            tables=self.layout.tables,
            keys=self.keys,
            region=self.region,
            zones=(self.zones.first, self.zones.second),
            size=self.declaration.size,
            root_password=self.secrets.mysql_root_password,
            **self._part("mysql"),
        )
        return Mysql(f"{self.name}-mysql", args, self.inside)

    def _mongodb(self) -> Mongodb:
        args = MongodbArgs(
            collections=self.layout.collections,
            keys=self.keys,
            region=self.region,
            zones=self.zones.mongodb or (self.zones.first,),
            size=self.declaration.size,
            password=self.secrets.mongodb_password,
            **self._part("mongodb"),
        )
        return Mongodb(f"{self.name}-mongodb", args, self.inside)

    def _redis(self) -> Redis:
        args = RedisArgs(
            keyspaces=self.layout.keyspaces,
            zone=self.zones.first,
            size=self.declaration.size,
            password=self.secrets.redis_password,
            replica_zone_ids=self.zones.redis,
            zones_verified=self.zones.verified,
            encrypts="encrypt user-information before it is cached",
            **self._part("redis"),
        )
        return Redis(f"{self.name}-redis", args, self.inside)

    def _bucket(self, part: str, of: ClassPlan) -> Bucket:
        bucket = f"{self.name}-{part}-{self.region}-{self.account.app_id}"
        args = BucketArgs(
            bucket, self.account.app_id, self.region, of, self.keys, clear=self.layout.metadata.data_class
        )
        return Bucket(f"{self.name}-{part}", args, self.inside)

    def _keyring(self) -> Keyring:
        args = KeyringArgs(
            bucket=f"{self.name}-keyring-{self.region}-{self.account.app_id}",
            app_id=self.account.app_id,
            owner_uin=self.account.owner_uin,
            region=self.region,
            keys=self.keys,
            classes=self.layout.sealed,
            logs=self.layout.access,
            bundle=f"../{FOLDER}/{bundle_name()}",
            vpc_id=self.network.vpc.id,
            subnet_id=self.network.subnets[0].id,
        )
        return Keyring(f"{self.name}-keyring", args, self.inside)

    def contract(self) -> Contract:
        """What an application may rely on."""
        mysql, mongodb, redis = self.mysql.instance, self.mongodb.instance, self.redis.instance
        rings = {
            of.data_class: Ring(
                self.keyring.bucket.bucket, f"epochs/{of.data_class}/", of.sealing.epoch, of.sealing.cache
            )
            for of in self.layout.sealed
            if self.keyring
        }
        return Contract(
            domain=self.account.domain,
            port=PORT,
            paths=PATHS,
            network=Placement(
                self.network.vpc.id, [each.id for each in self.network.subnets], self.network.group_id("application")
            ),
            edge=Edge(
                self.edge.instance.id,
                {port: made.listener_id for port, made in self.edge.listeners.items()},
                {key: made.rule_id for key, made in self.edge.rules.items()},
            ),
            endpoints={
                "mysql": Endpoint(mysql.intranet_ip, mysql.intranet_port),
                "mongodb": Endpoint(mongodb.vip, mongodb.vport),
                "redis": Endpoint(redis.ip, redis.port),
            },
            brokers=self.ckafka.route.vip_lists,
            topics={key: key for key in self.layout.topics},
            buckets={part: made.bucket.bucket for part, made in self.buckets.items()},
            rings=rings,
            seconds_to_live={**self.mongodb.ttl_seconds, **self.redis.ttl_seconds},
            periods={of.data_class: format_period(of.limit) for of in (self.layout.messages, self.layout.profiles)},
            secrets=dict(self.stored.names),
        )


def compose(parent: Service, name: str, declaration: Declaration, secrets: Secrets) -> Contract:
    """Make every service under `parent`, by one explicit provider pinned to the declared region."""
    return Composition(parent, name, declaration, secrets).contract()
