"""Catalogue of the backend's parts on Tencent Cloud: the component of each part, and the arguments it is made with."""

from functools import partial
from typing import Any

import tencentcloud_iac_pulumi as tencentcloud
from pulumi import ProviderResource, ResourceOptions

from im_stack.components.bundle import bundle_path
from im_stack.components.composition import FOUNDATION, GUARDS, Catalogue, Part, Stack
from im_stack.components.plan.budget import plan
from im_stack.components.plan.layouts.calls import KEYS, LOGS, MEDIA, PATH
from im_stack.components.plan.layouts.feature import APPLICATION, PORT, Services
from im_stack.components.plan.layouts.layout import APART, ARCHIVES, BUCKETS
from im_stack.components.plan.turnover import SCHEDULE
from im_stack.components.tencent.alarm import Alarm, AlarmArgs
from im_stack.components.tencent.archive import Archive, ArchiveArgs
from im_stack.components.tencent.ckafka import Account, Ckafka, CkafkaArgs, times
from im_stack.components.tencent.clb import Clb, ClbArgs, Entry
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.customers import CustomerKeys, CustomerLogs
from im_stack.components.tencent.keyring import Keyring, KeyringArgs
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.logs import Logs, LogsArgs
from im_stack.components.tencent.machines import Machines, MachinesArgs
from im_stack.components.tencent.mongodb import Mongodb, MongodbArgs
from im_stack.components.tencent.mysql import Mysql, MysqlArgs
from im_stack.components.tencent.network import Network, NetworkArgs
from im_stack.components.tencent.people_keyring import PeopleKeyring, PeopleKeyringArgs
from im_stack.components.tencent.reader import Reader, ReaderArgs
from im_stack.components.tencent.redis import Redis, RedisArgs
from im_stack.components.tencent.secrets import SecretsManager

SERVICES = Services(
    "tencent",
    "ckafka",
    times,
    zones="first and second by name, ckafka and redis by number",
    network="app-id, owner-uin, certificate-id and domain",
    cache_expiry="redis-key-expiry",
    cache_copies=("redis-backup",),
    numbered=True,
)


def _provider(stack: Stack, name: str) -> ProviderResource:
    provider: ProviderResource = tencentcloud.Provider(name, region=stack.region)
    return provider


def _inside(stack: Stack, group: str = "") -> dict[str, Any]:
    """Network and subnet of a service, and its security group where it has one."""
    network: Network = stack.made["network"]
    groups = {"security_group_ids": (network.group_id(group),)} if group else {}
    return {"vpc_id": network.vpc.id, "subnet_id": network.subnets[0].id, **groups}


def _bucket_name(stack: Stack, name: str) -> str:
    return f"{name}-{stack.region}-{stack.account.app_id}"


def _keys(_: Stack, name: str, opts: ResourceOptions) -> Keys:
    return Keys(name, opts)


def _network(stack: Stack, name: str, opts: ResourceOptions) -> Network:
    zones = (stack.zones.first, stack.zones.second)
    return Network(name, NetworkArgs(stack.account.cidr, zones, stack.absent), opts)


def _secrets(stack: Stack, name: str, opts: ResourceOptions) -> SecretsManager:
    return SecretsManager(name, stack.passwords, stack.made["keys"], opts)


def _keyring(stack: Stack, name: str, opts: ResourceOptions) -> Keyring:
    args = KeyringArgs(
        bucket=_bucket_name(stack, name),
        app_id=stack.account.app_id,
        owner_uin=stack.account.owner_uin,
        region=stack.region,
        keys=stack.made["keys"],
        classes=stack.layout.epochs,
        logs=stack.access,
        repair=stack.repair,
        bundle=bundle_path(),
        **_inside(stack),
    )
    return Keyring(name, args, opts)


def _people(stack: Stack, name: str, opts: ResourceOptions) -> PeopleKeyring:
    account = stack.account
    args = PeopleKeyringArgs(
        bucket=_bucket_name(stack, name),
        app_id=account.app_id,
        owner_uin=account.owner_uin,
        region=stack.region,
        keys=stack.made["keys"],
        classes=stack.layout.people,
    )
    return PeopleKeyring(name, args, opts)


def _alarm(stack: Stack, name: str, opts: ResourceOptions) -> Alarm:
    purge = stack.made["keyring"].purge
    args = AlarmArgs(logset=purge.logset, topic=purge.topic, schedule=SCHEDULE, recipient=stack.recipient)
    return Alarm(name, args, opts)


def _logs(stack: Stack, name: str, opts: ResourceOptions) -> Logs:
    return Logs(name, LogsArgs(stack.access), opts)


def _edge(stack: Stack, name: str, opts: ResourceOptions) -> Clb:
    network: Network = stack.made["network"]
    args = ClbArgs(
        entries={key: Entry(PORT, stack.account.domain, path) for key, path in stack.layout.paths.items()},
        certificate_id=stack.account.certificate_id,
        size=stack.size,
        logs=stack.made.get("access"),
        vpc_id=network.vpc.id,
        security_group_ids=(network.group_id("edge"),),
    )
    return Clb(name, args, opts)


def _ckafka(stack: Stack, name: str, opts: ResourceOptions) -> Ckafka:
    clients = stack.made["network"].inside
    args = CkafkaArgs(
        topics=stack.layout.topics,
        zone_ids=stack.zones.ckafka,
        zones_verified=stack.zones.verified,
        size=stack.size,
        producer=Account("producer", stack.secrets("producer-password"), clients),
        consumer=Account("consumer", stack.secrets("consumer-password"), clients),
        application_encrypts=APPLICATION,
        **_inside(stack),
    )
    return Ckafka(name, args, opts)


def _mysql(stack: Stack, name: str, opts: ResourceOptions) -> Mysql:
    args = MysqlArgs(
        tables=stack.layout.tables,
        keys=stack.made["keys"],
        region=stack.region,
        zones=(stack.zones.first, stack.zones.second),
        size=stack.size,
        root_password=stack.secrets("mysql-root-password"),
        **_inside(stack, "mysql"),
    )
    return Mysql(name, args, opts)


def _mongodb(stack: Stack, name: str, opts: ResourceOptions) -> Mongodb:
    args = MongodbArgs(
        collections=stack.layout.collections,
        keys=stack.made["keys"],
        region=stack.region,
        zones=stack.zones.mongodb or (stack.zones.first,),
        size=stack.size,
        password=stack.secrets("mongodb-password"),
        **_inside(stack, "mongodb"),
    )
    return Mongodb(name, args, opts)


def _redis(stack: Stack, name: str, opts: ResourceOptions) -> Redis:
    held = [part.of for part in stack.layout.keyspaces.values()]
    clear = dict.fromkeys(of.data_class for of in held if not of.form)
    args = RedisArgs(
        keyspaces=stack.layout.keyspaces,
        zone=stack.zones.first,
        size=stack.size,
        password=stack.secrets("redis-password"),
        replica_zone_ids=stack.zones.redis,
        zones_verified=stack.zones.verified,
        encrypts=f"encrypt {', '.join(clear)} before it is cached",
        **_inside(stack, "redis"),
    )
    return Redis(name, args, opts)


def _bucket(key: str, stack: Stack, name: str, opts: ResourceOptions) -> Bucket:
    layout, app_id = stack.layout, stack.account.app_id
    args = BucketArgs(_bucket_name(stack, name), app_id, stack.region, layout.buckets[key], stack.made["keys"])
    return Bucket(name, args, opts)


def _apart(key: str, stack: Stack, name: str, opts: ResourceOptions) -> Bucket:
    """A bucket under a key of its own, and the role that alone reads it where the layout has one."""
    of, app_id = stack.layout.apart[key], stack.account.app_id
    bucket, keys, reader = _bucket_name(stack, name), Keys(f"{name}-keys", opts, of=name), ""
    if key in stack.layout.readers:
        reads = ReaderArgs(bucket=bucket, app_id=app_id, region=stack.region, key_tag=keys.tag)
        reader = Reader(f"{name}-reader", reads, opts).physical
    args = BucketArgs(bucket, app_id, stack.region, of, keys, reader=reader, owner_uin=stack.account.owner_uin)
    return Bucket(name, args, opts)


def _archive(key: str, stack: Stack, name: str, opts: ResourceOptions) -> Archive:
    account, plan = stack.account, stack.layout.archives[key]
    args = ArchiveArgs(_bucket_name(stack, name), account.app_id, account.owner_uin, stack.region, plan)
    return Archive(name, args, opts)


def _machines(stack: Stack, name: str, opts: ResourceOptions) -> Machines:
    network, edge = stack.made["network"], stack.made["edge"]
    args = MachinesArgs(
        of=plan(stack.declaration, MEDIA),
        image=stack.image,
        size=stack.size,
        vpc_id=network.vpc.id,
        subnet_ids=[each.id for each in network.subnets],
        zones=(stack.zones.first, stack.zones.second),
        group_id=network.group_id("machines"),
        edge=edge,
        port=PORT,
        path=PATH,
    )
    return Machines(name, args, opts)


def _customers(
    make: type[CustomerKeys] | type[CustomerLogs], data_class: str, stack: Stack, name: str, opts: ResourceOptions
) -> CustomerKeys | CustomerLogs:
    return make(name, stack.declaration.customers, data_class, stack.made["keys"], opts)


CATALOGUE = Catalogue(
    SERVICES,
    _provider,
    {
        "keys": Part(_keys, after=()),
        "network": Part(_network, after=()),
        "secrets": Part(_secrets, after=FOUNDATION),
        "keyring": Part(_keyring, after=FOUNDATION),
        "people": Part(_people, after=FOUNDATION),
        "alarm": Part(_alarm, after=(*FOUNDATION, "keyring")),
        "access": Part(_logs),
        "ckafka": Part(_ckafka),
        "mysql": Part(_mysql),
        "mongodb": Part(_mongodb),
        "redis": Part(_redis),
        **{key: Part(partial(_bucket, key)) for key in BUCKETS},
        **{key: Part(partial(_apart, key)) for key in APART},
        **{key: Part(partial(_archive, key)) for key in ARCHIVES},
        "customer-keys": Part(partial(_customers, CustomerKeys, KEYS)),
        "customer-logs": Part(partial(_customers, CustomerLogs, LOGS)),
        "edge": Part(_edge, after=None),
        "machines": Part(_machines, after=(*GUARDS, "edge")),
    },
)
