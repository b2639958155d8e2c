"""ElastiCache: replication groups, single clusters, serverless caches; their logs of commands, users and networks."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import arns, region_of_zone, zones
from im_stack.facts.aws.network.vpc import GROUPS, SUBNET
from im_stack.facts.aws.stores.parameters import Parameters, parameters_of
from im_stack.facts.knowledge.credentials import credential, in_state
from im_stack.facts.knowledge.database_parameters import engine, other_parameters, quick_commands
from im_stack.facts.mechanism.rows import (
    Facts,
    always,
    at_rest,
    channel,
    chosen,
    copy,
    endless,
    exposure,
    inside,
    looked_up,
    reads,
    refers_to,
    resource,
    store,
)
from im_stack.facts.mechanism.view import View, as_number, as_values, member, show
from im_stack.facts.model import (
    ABSENT,
    Amount,
    AtRest,
    Channel,
    Copy,
    Evidence,
    Exposure,
    Fact,
    Located,
    Unknown,
    Value,
)

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
USER = "aws:elasticache/user:User"
USER_GROUP = "aws:elasticache/userGroup:UserGroup"
MEMBERSHIP = "aws:elasticache/userGroupAssociation:UserGroupAssociation"
_TOKENS = ("authToken", "authTokenWo")
_BUILT_IN = "default"
_NO_COMMAND_LOG = frozenset({"redis4.0", "redis5.0", "redis6.x", "redis7", "valkey7"})
"""Families of engines older than the log of large commands."""
_COMMAND_LOG = frozenset({"valkey8", "valkey9"})
_LEAST_TLS = 6
_PARAMETERS = "ElastiCache guide, engine parameters: logs hold 128 commands by default, and nothing ends an entry"
_TLS = "AWS announcement of 2024-05-08: TLS 1.2 is the least of engines from 6.0 on; of older ones nothing says so"
_ENGINE = (
    "elasticache.ReplicationGroup.at_rest_encryption_enabled (pulumi-aws 7.51.1): valkey on, redis off by default; "
    "terraform-provider-aws: of a group that is there it stays as it was, and an engine can be changed in place"
)
_MODE = "elasticache.ReplicationGroup.transit_encryption_mode (pulumi-aws 7.51.1): preferred answers plaintext, too"
_CLUSTER = "elasticache.Cluster (pulumi-aws 7.51.1) has no encryption at rest, and TLS for memcached only"
_ALWAYS = "ElastiCache guide: a serverless cache answers TLS only and rests encrypted"
_STANDARD = "elasticache.ReplicationGroup.subnet_group_name; absent is the default network of the account"
_NO_PASSWORD = "ElastiCache guide, role-based access: the built-in user default has no password and every right"
_SNAPSHOTS = chosen("snapshotRetentionLimit", "elasticache-snapshot", "snapshots kept")


@reads(*_SNAPSHOTS.arguments)
def _snapshots(view: View) -> Iterator[Fact]:
    """Snapshots hold every key that existed when they were taken. Zero, or absent, is no snapshots."""
    limit = view.get("snapshotRetentionLimit")
    if limit is not ABSENT and as_number(limit) != 0:
        yield Copy(view.urn, "snapshots", tuple(replace(each, floor=timedelta(0)) for each in _SNAPSHOTS(view)))


@reads("parameterGroupName")
def _command_logs(view: View) -> Iterator[Fact]:
    """An endless copy for each log of commands that the parameter group does not keep empty."""
    parameters = parameters_of(view, "parameterGroupName", PARAMETERS)
    group, evidence = parameters.view.resource, parameters.evidence(source=_PARAMETERS)
    if group.type != PARAMETERS:
        why = parameters.astray or "the default parameters keep it"
        yield _endless(view, "slow log", why, evidence, unknown=bool(parameters.astray))
        return  # equivalent(pass): what follows adds copies of the same outcome
    yield from other_parameters(view, "redis", parameters.names(), evidence)
    family = group.inputs.get("family", ABSENT)
    if family not in _NO_COMMAND_LOG | _COMMAND_LOG:
        why = f"nothing is known of the logs that {show(family)} keeps"
        yield _endless(view, "log of an engine", why, Evidence(group.urn, "family", source=_PARAMETERS), unknown=True)
    logs = engine("redis").governed
    for kind in sorted(logs if family in _COMMAND_LOG else {"slow log"}):
        empty = [_empty(parameters, *governed) for governed in logs[kind]]
        if not all(empty):
            if kind == "slow log":
                yield from quick_commands(view, "redis", parameters.values, evidence)
            why = f"parameters of {group.name} do not keep it empty"
            yield _endless(view, kind, why, evidence, unknown=False not in empty)


def _endless(view: View, kind: str, why: str, evidence: Evidence, *, unknown: bool) -> Copy:
    label = f"the {kind} holds commands with keys and arguments, and {why}"
    return Copy(view.urn, kind, (Amount(None, label, evidence, unknown=unknown),))


def _empty(parameters: Parameters, threshold: str, length: str) -> bool | None:
    """Whether a log stays empty; None where the plan does not say. Of what is given twice either may be what counts."""
    below, none = parameters.values(threshold), parameters.values(length)
    if _every_number(below, lambda number: number < 0) or _every_number(none, lambda number: number == 0):
        return True
    return None if any(isinstance(value, Unknown) for value in (*below, *none)) else False


def _every_number(values: Sequence[Value], holds: Callable[[float], bool]) -> bool:
    """Whether there is a number, and it holds of every one."""
    numbers = [as_number(value) for value in values]
    return bool(numbers) and all(number is not None and holds(number) for number in numbers)


@reads("atRestEncryptionEnabled", "engine", "kmsKeyId")
def _at_rest(view: View) -> Iterator[Fact]:
    """Off, or on under a key. Absent it is off, but for Valkey, which has it unless it was Redis before."""
    on, what = view.flag("atRestEncryptionEnabled"), "data and snapshots"
    if view.get("atRestEncryptionEnabled") is ABSENT:
        engine = view.get("engine")
        on = False if isinstance(engine, str) and engine.lower() != "valkey" else None
    if on:
        yield from _UNDER_KEY(view)
    else:
        state = "is off" if on is False else "is not known to be on"
        evidence = view.evidence("atRestEncryptionEnabled", _ENGINE)
        yield AtRest(view.urn, what, on, f"encryption at rest {state}", evidence)


_UNDER_KEY = under_key("data and snapshots", "KMS", "kmsKeyId")


@reads("transitEncryptionEnabled", "transitEncryptionMode", "engineVersion", "engine")
def _channels(view: View) -> Iterator[Fact]:
    on, mode = view.flag("transitEncryptionEnabled"), view.get("transitEncryptionMode")
    if on:
        only = {"required": True, "preferred": False}.get(mode) if isinstance(mode, str) else None
        yield Channel(view.urn, "connections", only, view.evidence("transitEncryptionMode", _MODE))
    else:
        yield Channel(view.urn, "connections", on, view.evidence("transitEncryptionEnabled"))
    version, engine = view.get("engineVersion"), view.get("engine")
    if version in (ABSENT, "") and isinstance(engine, str) and engine.lower() == "valkey":
        return  # no version of it is that old; any other stays what it was, where the group is there
    major = re.match(r"\d+", version) if isinstance(version, str) else None
    recent = None if major is None else int(major.group()) >= _LEAST_TLS
    yield Channel(view.urn, "TLS 1.2 as the least", recent, view.evidence("engineVersion", _TLS))


@reads("userGroupIds", *_TOKENS)
def _login(view: View) -> Iterator[Fact]:
    """A token, or user groups of this stack: without either every client that reaches the cache may read it.

    Where both are named no document says which counts, so both must hold.
    """
    tokens = {argument: view.get(argument) for argument in _TOKENS}
    groups = view.items("userGroupIds")
    given = [argument for argument, value in tokens.items() if value not in (ABSENT, "")]
    # equivalent(operand): what is not known is true, as every object is
    grouped = isinstance(groups, Unknown) or bool(groups)
    if given:
        sure = any(not isinstance(tokens[argument], Unknown) for argument in given)
        yield _without_password(view, False if sure else None, given[0])
    if grouped:
        why = view.links("userGroupIds", {USER_GROUP}, groups).doubts
        yield _without_password(view, None if why else False, "userGroupIds", why)
    if not given and not grouped:
        yield _without_password(view, True, "authToken")


def _without_password(view: View, is_open: bool | None, argument: str, why: str = "") -> Exposure:
    what = "access without a password" + (f" ({why})" if why else "")
    how = "an authToken, or userGroupIds with groups of this stack whose users have passwords"
    return Exposure(view.urn, what, is_open, view.evidence(argument), alone=True, how=how)


@reads("nodeGroupConfigurations")
def _node_zones(view: View) -> Iterator[Fact]:
    """The zones of every shard."""
    for shard in view.values("nodeGroupConfigurations"):
        for key in ("primaryAvailabilityZone", "replicaAvailabilityZones"):
            for zone in as_values(member(shard, key)):
                path = f"nodeGroupConfigurations[].{key}"
                yield Located(view.urn, region_of_zone(zone), key, view.evidence(path))


@reads("engine", "transitEncryptionEnabled")
def _memcached_tls(view: View) -> Iterator[Fact]:
    """A cluster by itself speaks TLS for memcached only."""
    able = view.get("engine") == "memcached" and view.flag("transitEncryptionEnabled")
    yield Channel(view.urn, "connections", able, view.evidence("transitEncryptionEnabled", _CLUSTER))


@reads("userGroupId")
def _serverless_login(view: View) -> Iterator[Fact]:
    absent, doubts = view.get("userGroupId") in (ABSENT, ""), view.links("userGroupId", {USER_GROUP}).doubts
    is_open = True if absent else None if doubts else False
    # equivalent(negate): only the words of the finding differ
    yield _without_password(view, is_open, "userGroupId", "" if absent else doubts)


@reads("noPasswordRequired", "authenticationMode", "accessString")
def _user(view: View) -> Iterable[Fact]:
    """A user without a password is access without one, unless its access string switches the user off."""
    mode, unasked = view.get("authenticationMode"), view.flag("noPasswordRequired")
    kind = member(mode, "type")
    if member(mode, "passwords") not in (ABSENT, ()):
        yield in_state(view, "its passwords", "authenticationMode", member(mode, "passwords"))
    if kind is not ABSENT:
        named = {"no-password-required": True, "password": unasked, "iam": unasked}
        unasked = True if unasked else named.get(kind) if isinstance(kind, str) else None
    is_open = False if _user_disabled(view.get("accessString")) else unasked
    where = "authenticationMode" if kind is not ABSENT else "noPasswordRequired"
    yield _without_password(view, is_open, where)


def _user_disabled(access: Value) -> bool:
    """Whether an access string says off, and nowhere on."""
    words = access.lower().split() if isinstance(access, str) else []
    return "off" in words and "on" not in words


@reads("userIds")
def _user_group(view: View) -> Iterator[Fact]:
    """Every member must be a user of this stack; of others only the built-in one is known."""
    # equivalent(operand): what is not known is true, as every object is
    if isinstance(view.items("userIds"), Unknown) or view.items("userIds"):
        doubts = view.links("userIds", {USER}, view.items("userIds")).doubts
        yield _membership_access(view, "userIds", view.values("userIds"), doubts)


@reads("userId")
def _membership(view: View) -> Iterator[Fact]:
    yield _membership_access(view, "userId", (view.get("userId"),), view.links("userId", {USER}).doubts)


def _membership_access(view: View, argument: str, members: Iterable[Value], why: str) -> Exposure:
    """Access by membership; `why` says which member is not known."""
    if any(isinstance(each, str) and each.lower() == _BUILT_IN for each in members):
        what = "access without a password by the built-in user"
        how = "name a user of this stack in its place, with the userName default"
        return Exposure(view.urn, what, True, view.evidence(argument, _NO_PASSWORD), alone=True, how=how)
    return _without_password(view, None if why else False, argument, why)


def _network(argument: str, *types: str) -> Facts:
    """Whether a cache stands in subnets of the stack, behind security groups of the stack."""
    return inside(argument, types, _STANDARD, each=SUBNETS not in types)


_SECURITY_GROUPS = _network("securityGroupIds", *GROUPS)
_NETWORK = _network("subnetGroupName", SUBNETS), _SECURITY_GROUPS
_SLOW = "the slow log holds commands with keys and arguments, and nothing says that a serverless cache keeps none"
_GROUP_INSTEAD = "a ReplicationGroup or a ServerlessCache with userGroupIds: a Cluster has no password"

READERS = {
    GROUP: resource(
        store("redis"),
        _snapshots,
        _command_logs,
        _at_rest,
        _channels,
        _login,
        credential("its password", *_TOKENS),
        *_NETWORK,
        zones("preferredCacheClusterAzs"),
        _node_zones,
        arns("kmsKeyId", "notificationTopicArn"),
    ),
    CLUSTER: resource(
        store("redis"),
        _snapshots,
        _command_logs,
        at_rest("data", False, "a cluster by itself is not encrypted", _CLUSTER),
        _memcached_tls,
        exposure("access without a password", "", always, _CLUSTER, alone=True, how=_GROUP_INSTEAD),
        *_NETWORK,
        zones("availabilityZone", "preferredAvailabilityZones"),
    ),
    SERVERLESS: resource(
        store("redis"),
        _snapshots,
        copy("slow log", endless(_SLOW, source=_PARAMETERS, unknown=True)),
        _UNDER_KEY,
        channel("connections", "", always, _ALWAYS),
        _serverless_login,
        _network("subnetIds", SUBNET),
        _SECURITY_GROUPS,
        arns("kmsKeyId"),
    ),
    PARAMETERS: resource(looked_up("name", "family", "parameters")),
    SUBNETS: resource(_network("subnetIds", SUBNET), looked_up("name")),
    USER: resource(_user, credential("its password", "passwords", "passwordsWo"), looked_up("userId")),
    USER_GROUP: resource(_user_group, looked_up("userGroupId")),
    MEMBERSHIP: resource(refers_to("userGroupId", USER_GROUP), _membership),
}
