"""Each reader switched off in turn, each kind of fact it yields, and each argument and default it looks at."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from facts import collect
from facts.cloud import Cloud, Reader, cloud_of
from facts.graph import Graph
from facts.leaks import read_leaks
from facts.model import Fact, Leak, Resource, Value
from facts.tables import defaults, inert
from facts.view import View
from preflight.recording import Registration, to_resources
from tests.disabled.disabling import CLOUD, about, noticed
from tests.harness.tables import Lift

_OFF = "absent counts as off anyway"
_WORST = "absent counts as the worst anyway"
_SAME = "the limits say the same of an absent one"
SAME_WITHOUT = {
    "tencentcloud:Cam/user:User.useApi": _WORST,
    "tencentcloud:Ckafka/acl:Acl.host": _WORST,
    "tencentcloud:Ckafka/acl:Acl.permissionType": _WORST,
    "tencentcloud:Ckafka/acl:Acl.principal": _WORST,
    "tencentcloud:Ckafka/topic:Topic.retention": _SAME,
    "tencentcloud:Clb/targetGroup:TargetGroup.vpcId": _WORST,
    "tencentcloud:Cos/bucket:Bucket.logEnable": _OFF,
    "tencentcloud:Cos/bucket:Bucket.versioningEnable": _OFF,
    "tencentcloud:Kms/key:Key.keyUsage": "absent counts as the default anyway",
    "tencentcloud:Mysql/backupPolicy:BackupPolicy.retentionPeriod": _SAME,
    "tencentcloud:Mongodb/instance:Instance.vpcId": _SAME,
    "tencentcloud:Mongodb/shardingInstance:ShardingInstance.vpcId": _SAME,
    "tencentcloud:Mysql/instance:Instance.engineVersion": _SAME,
    "tencentcloud:Mysql/instance:Instance.forceDelete": _OFF,
}
"""Defaults that change no verdict. The table is the plugin's own, so they stay in it, and nothing leans on them."""


def _cloud() -> Cloud:
    cloud = cloud_of("tencentcloud:")
    assert cloud
    assert cloud.name == CLOUD
    return cloud


_READERS: Mapping[str, Reader] = _cloud().readers
_ARGUMENTS = [(type_, argument) for type_ in sorted(_READERS) for argument in sorted(_READERS[type_].arguments)]
_DEFAULTS = [
    (type_, argument)
    for type_, arguments in sorted(defaults(CLOUD).items())
    for argument in sorted(_cloud().judged(type_) & arguments.keys())
]


def _instead(patch: pytest.MonkeyPatch, type_: str, read: Callable[[View, Graph], Iterable[Fact]]) -> None:
    patch.setitem(_READERS, type_, replace(_READERS[type_], read=read))


@pytest.mark.parametrize("type_", sorted(_READERS))
def test_a_reader_that_is_gone_is_noticed(type_: str) -> None:
    def unknown(patch: pytest.MonkeyPatch) -> None:
        patch.delitem(_READERS, type_)

    def known(patch: pytest.MonkeyPatch) -> None:
        unknown(patch)
        patch.setattr("facts.cloud.inert", lambda cloud: inert(cloud) | {type_})

    def silent(patch: pytest.MonkeyPatch) -> None:
        _instead(patch, type_, lambda *_: ())

    assert noticed(unknown, about(type_))
    assert noticed(known, about(type_))
    assert noticed(silent, about(type_)) or not _kinds(type_)  # some are read through others


@cache
def _kinds(type_: str) -> frozenset[type]:
    """Every kind of fact that the reader of a type yields for any case."""
    kinds: set[type] = set()

    def listen(patch: pytest.MonkeyPatch) -> None:
        def read(view: View, graph: Graph) -> Iterable[Fact]:
            facts = list(_READERS_READ[type_](view, graph))
            kinds.update(map(type, facts))
            return facts

        _instead(patch, type_, read)

    assert not noticed(listen, about(type_))
    return frozenset(kinds)


_READERS_READ = {type_: reader.read for type_, reader in _READERS.items()}


@pytest.mark.parametrize("type_", sorted(_READERS))
def test_a_kind_of_fact_that_a_reader_keeps_to_itself_is_noticed(type_: str) -> None:
    for kind in _kinds(type_):

        def silent(patch: pytest.MonkeyPatch, kind: type = kind) -> None:
            read = _READERS_READ[type_]
            _instead(patch, type_, lambda view, graph: [f for f in read(view, graph) if type(f) is not kind])

        assert noticed(silent, about(type_)), kind.__name__


def _hiding(patch: pytest.MonkeyPatch, type_: str, argument: str) -> Lift:
    """Readers see an argument as absent and without a default; the leak tables see it as it is."""
    whole: dict[str, Resource] = {}

    def lift(registrations: Iterable[Registration]) -> list[Resource]:
        resources = to_resources(registrations)
        whole.update({resource.urn: resource for resource in resources})
        return [_less(resource, argument) if resource.type == type_ else resource for resource in resources]

    def leaks(resource: Resource, cloud: str, home: str) -> Iterable[Leak]:
        return read_leaks(whole[resource.urn], cloud, home)

    patch.setattr(collect, "read_leaks", leaks)
    patch.setattr(collect, "defaults", lambda _: _defaults_without(type_, argument))
    return lift


def _less(resource: Resource, argument: str) -> Resource:
    inputs = {key: value for key, value in resource.inputs.items() if key != argument}
    return replace(resource, inputs=inputs, links={k: v for k, v in resource.links.items() if k != argument})


def _defaults_without(type_: str, argument: str) -> Mapping[str, Mapping[str, Value]]:
    rows = defaults(CLOUD)
    return {**rows, type_: {key: value for key, value in rows.get(type_, {}).items() if key != argument}}


@pytest.mark.parametrize(("type_", "argument"), _ARGUMENTS)
def test_an_argument_that_is_hidden_is_noticed(type_: str, argument: str) -> None:
    assert noticed(lambda patch: _hiding(patch, type_, argument), about(type_))


@pytest.mark.parametrize(("type_", "argument"), _DEFAULTS)
def test_a_default_that_is_missing_is_noticed(type_: str, argument: str) -> None:
    def missing(patch: pytest.MonkeyPatch) -> None:
        for module in ("facts.collect", "facts.leaks"):
            patch.setattr(f"{module}.defaults", lambda _: _defaults_without(type_, argument))

    assert noticed(missing, about(type_)) is (f"{type_}.{argument}" not in SAME_WITHOUT)
