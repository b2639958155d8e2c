"""Catalogue of the backend's parts on AWS: the component of each part, and the arguments it is made with."""

from functools import partial
from typing import Any

import pulumi_aws as aws
from pulumi import ProviderResource, ResourceOptions

from im_stack.components.aws.account import Account
from im_stack.components.aws.alarm import Alarm, AlarmArgs
from im_stack.components.aws.archive import Archive, ArchiveArgs
from im_stack.components.aws.customers import CustomerKeys, CustomerLogs
from im_stack.components.aws.docdb import Docdb, DocdbArgs
from im_stack.components.aws.elasticache import Redis, RedisArgs
from im_stack.components.aws.elb import Alb, AlbArgs
from im_stack.components.aws.keyring import Keyring, KeyringArgs
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.machines import Machines, MachinesArgs
from im_stack.components.aws.msk import Msk, MskArgs, times
from im_stack.components.aws.network import Network, NetworkArgs
from im_stack.components.aws.people_keyring import PeopleKeyring, PeopleKeyringArgs
from im_stack.components.aws.rds import Rds, RdsArgs
from im_stack.components.aws.reader import Reader, ReaderArgs
from im_stack.components.aws.s3 import Bucket, BucketArgs, LogBucket, LogBucketArgs
from im_stack.components.aws.secrets import SecretsManager
from im_stack.components.composition import FOUNDATION, GUARDS, Catalogue, Part, Stack
from im_stack.components.plan.budget import plan
from im_stack.components.plan.layouts.calls import KEYS, LOGS, MEDIA, PATH
from im_stack.components.plan.layouts.feature import Services
from im_stack.components.plan.layouts.layout import APART, ARCHIVES, BUCKETS
from im_stack.components.plan.turnover import SCHEDULE
from im_stack.terms.problem import InputError, Problem

SERVICES = Services(
    "aws",
    "msk",
    times,
    zones="first and second by name",
    network="app-id and owner-uin (both the account's number), certificate-id and domain",
    cache_expiry="elasticache-key-expiry",
)


def _provider(stack: Stack, name: str) -> ProviderResource:
    provider: ProviderResource = aws.Provider(name, region=stack.region, allowed_account_ids=[stack.account.app_id])
    return provider


def _account(stack: Stack) -> Account:
    return Account(stack.account.app_id, stack.region, stack.account.deploying_role)


def _inside(stack: Stack, group: str) -> dict[str, Any]:
    """Key, subnets and security group of a service in the network."""
    network: Network = stack.made["network"]
    keys: Keys = stack.made["keys"]
    return {"keys": keys, "subnet_ids": network.subnet_ids, "group_id": network.group_id(group)}


def _keys(stack: Stack, name: str, opts: ResourceOptions) -> Keys:
    return Keys(name, _account(stack), opts)


def _network(stack: Stack, name: str, opts: ResourceOptions) -> Network:
    zones = (stack.zones.first, stack.zones.second)
    return Network(name, NetworkArgs(stack.account.cidr, zones, _account(stack), stack.absent), opts)


def _logs(stack: Stack, name: str, opts: ResourceOptions) -> LogBucket:
    account = _account(stack)
    return LogBucket(name, LogBucketArgs(account.bucket_name(name), account, stack.access), opts)


def _secrets(stack: Stack, name: str, opts: ResourceOptions) -> SecretsManager:
    return SecretsManager(name, stack.passwords, stack.made["keys"], opts)


def _keyring(stack: Stack, name: str, opts: ResourceOptions) -> Keyring:
    account = _account(stack)
    args = KeyringArgs(
        bucket=account.bucket_name(name),
        account=account,
        classes=stack.layout.epochs,
        logs=stack.access,
        repair=stack.repair,
        **_inside(stack, "purge"),
    )
    return Keyring(name, args, opts)


def _people(stack: Stack, name: str, opts: ResourceOptions) -> PeopleKeyring:
    account, role, people = _account(stack), stack.account.application_role, stack.layout.people
    if role is None:
        right = "the name of the application's role, which alone reads and ends people's keys"
        raise InputError(Problem("is missing", right, "im:network.application-role"))
    return PeopleKeyring(
        name, PeopleKeyringArgs(account.bucket_name(name), account, stack.made["keys"], people, role), opts
    )


def _alarm(stack: Stack, name: str, opts: ResourceOptions) -> Alarm:
    args = AlarmArgs(
        account=_account(stack),
        keys=stack.made["keys"],
        function=stack.made["keyring"].purge.function,
        schedule=SCHEDULE,
        recipient=stack.recipient,
    )
    return Alarm(name, args, opts)


def _mysql(stack: Stack, name: str, opts: ResourceOptions) -> Rds:
    args = RdsArgs(
        tables=stack.layout.tables,
        size=stack.size,
        password=stack.secrets("mysql-root-password"),
        **_inside(stack, "mysql"),
    )
    return Rds(name, args, opts)


def _mongodb(stack: Stack, name: str, opts: ResourceOptions) -> Docdb:
    args = DocdbArgs(
        collections=stack.layout.collections,
        zones=(stack.zones.first, stack.zones.second),
        size=stack.size,
        password=stack.secrets("mongodb-password"),
        **_inside(stack, "mongodb"),
    )
    return Docdb(name, args, opts)


def _redis(stack: Stack, name: str, opts: ResourceOptions) -> Redis:
    args = RedisArgs(
        keyspaces=stack.layout.keyspaces,
        zones=(stack.zones.first, stack.zones.second),
        size=stack.size,
        password=stack.secrets("redis-password"),
        **_inside(stack, "redis"),
    )
    return Redis(name, args, opts)


def _msk(stack: Stack, name: str, opts: ResourceOptions) -> Msk:
    return Msk(name, MskArgs(topics=stack.layout.topics, size=stack.size, **_inside(stack, "kafka")), opts)


def _bucket(key: str, stack: Stack, name: str, opts: ResourceOptions) -> Bucket:
    account, of = _account(stack), stack.layout.buckets[key]
    args = BucketArgs(account.bucket_name(name), account, of, stack.made["keys"])
    return Bucket(name, args, opts)


def _apart(key: str, stack: Stack, name: str, opts: ResourceOptions) -> Bucket:
    """A bucket under a key of its own, and the role that alone reads it where the layout has one."""
    account, of = _account(stack), stack.layout.apart[key]
    bucket, keys, reader = account.bucket_name(name), Keys(f"{name}-keys", account, opts, of=name), ""
    if key in stack.layout.readers:
        reads = ReaderArgs(bucket=bucket, account=account, key=keys.name)
        reader = Reader(f"{name}-reader", reads, opts).physical
    return Bucket(name, BucketArgs(bucket, account, of, keys, reader=reader), opts)


def _archive(key: str, stack: Stack, name: str, opts: ResourceOptions) -> Archive:
    account = _account(stack)
    return Archive(name, ArchiveArgs(account.bucket_name(name), account, stack.layout.archives[key]), opts)


def _edge(stack: Stack, name: str, opts: ResourceOptions) -> Alb:
    network: Network = stack.made["network"]
    args = AlbArgs(
        domain=stack.account.domain,
        paths=stack.layout.paths,
        certificate_arn=stack.account.certificate_id,
        size=stack.size,
        vpc_id=network.vpc.id,
        subnet_ids=tuple(each.id for each in network.edge_subnets),
        group_id=network.group_id("edge"),
        logs=stack.made.get("access"),
        to_machines=(PATH,) if "machines" in stack.layout.used else (),
    )
    edge = Alb(name, args, opts)
    network.admit_world()
    return edge


def _machines(stack: Stack, name: str, opts: ResourceOptions) -> Machines:
    network, keys, edge = (stack.made[part] for part in ("network", "keys", "edge"))
    args = MachinesArgs(
        of=plan(stack.declaration, MEDIA),
        image=stack.image,
        size=stack.size,
        keys=keys,
        subnet_ids=network.subnet_ids,
        group_id=network.group_id("machines"),
        target=edge.edge.targets[PATH],
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
        "access": Part(_logs, after=FOUNDATION),
        "secrets": Part(_secrets, after=FOUNDATION),
        "keyring": Part(_keyring, after=(*FOUNDATION, "secrets")),
        "people": Part(_people, after=(*FOUNDATION, "secrets")),
        "alarm": Part(_alarm, after=(*FOUNDATION, "secrets", "keyring")),
        "mysql": Part(_mysql),
        "mongodb": Part(_mongodb),
        "redis": Part(_redis),
        "msk": Part(_msk),
        **{key: Part(partial(_bucket, key)) for key in BUCKETS},
        **{key: Part(partial(_apart, key)) for key in APART},
        **{key: Part(partial(_archive, key)) for key in ARCHIVES},
        "customer-keys": Part(partial(_customers, CustomerKeys, KEYS)),
        "customer-logs": Part(partial(_customers, CustomerLogs, LOGS)),
        "edge": Part(_edge, after=None),
        "machines": Part(_machines, after=(*GUARDS, "edge")),
    },
)
