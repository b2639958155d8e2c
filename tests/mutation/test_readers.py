"""Mutants of the readers' tables: no facts of a kind, an argument hidden, a default missing; a table row notices.

That a reader is registered at all is noticed with its facts; changes inside its functions are `make mutants-of-code`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from im_stack.facts.mechanism import collect
from im_stack.facts.mechanism.cloud import Cloud, Reader, cloud_of, clouds
from im_stack.facts.mechanism.forbidden_settings import read_forbidden_settings
from im_stack.facts.mechanism.tables import defaults
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Fact, ForbiddenSetting, Resource, Value
from im_stack.preflight.recording.recording import Registration, to_resources
from tests.harness.tables import Lift, cases
from tests.mutation.disabling import about, cloud, noticed
from tests.mutation.unnoticed import DEFAULTS

_READERS: Mapping[str, Reader] = {type_: cloud.readers[type_] for cloud in clouds() for type_ in sorted(cloud.readers)}
_ARGUMENTS = [(type_, argument) for type_ in _READERS for argument in sorted(_READERS[type_].arguments)]
_DEFAULTS = [
    (type_, argument)
    for cloud in clouds()
    for type_, arguments in sorted(defaults(cloud.name).items())
    for argument in sorted(cloud.judged(type_) & arguments.keys())
]


def _readers(type_: str) -> dict[str, Reader]:
    readers = cloud(type_).readers
    assert isinstance(readers, dict)
    return readers


def _instead(patch: pytest.MonkeyPatch, type_: str, read: Callable[[View], Iterable[Fact]]) -> None:
    patch.setitem(_readers(type_), type_, replace(_READERS[type_], read=read))


@cache
def _kinds(type_: str) -> frozenset[type]:
    """Every kind of fact that the reader of a type yields for any case."""
    kinds: set[type] = set()

    def listen(patch: pytest.MonkeyPatch) -> None:
        def read(view: View) -> Iterable[Fact]:
            facts = list(_READERS_READ[type_](view))
            kinds.update(map(type, facts))
            return facts

        _instead(patch, type_, read)

    assert not noticed(listen, about(type_))
    return frozenset(kinds)


_READERS_READ = {type_: reader.read for type_, reader in _READERS.items()}


@pytest.mark.parametrize("type_", _READERS)
def test_a_kind_of_fact_that_a_reader_keeps_to_itself_is_noticed(type_: str) -> None:
    for kind in _kinds(type_):

        def silent(patch: pytest.MonkeyPatch, kind: type = kind) -> None:
            read = _READERS_READ[type_]
            _instead(patch, type_, lambda view: [f for f in read(view) if type(f) is not kind])

        assert noticed(silent, about(type_)), kind.__name__


def _short(type_: str) -> str:
    return f"{type_.partition(':')[0]} {type_.rsplit(':', 1)[-1].removesuffix('V2')}"


def _hiding(patch: pytest.MonkeyPatch, type_: str, argument: str) -> Lift:
    """Readers see an argument as absent and without a default; the leak tables see it as it is."""
    whole: dict[str, Resource] = {}

    def lift(registrations: Iterable[Registration]) -> list[Resource]:
        resources = to_resources(registrations)
        whole.update({resource.urn: resource for resource in resources})
        return [_less(resource, argument) if resource.type == type_ else resource for resource in resources]

    def forbidden_settings(resource: Resource, cloud: str, home: str) -> Iterable[ForbiddenSetting]:
        return read_forbidden_settings(whole[resource.urn], cloud, home)

    patch.setattr(collect, "read_forbidden_settings", forbidden_settings)
    patch.setattr(collect, "defaults", lambda name: _defaults_without(name, type_, argument))
    return lift


def _less(resource: Resource, argument: str) -> Resource:
    inputs = {key: value for key, value in resource.inputs.items() if key != argument}
    return replace(resource, inputs=inputs, links={k: v for k, v in resource.links.items() if k != argument})


def _defaults_without(cloud: str, type_: str, argument: str) -> Mapping[str, Mapping[str, Value]]:
    rows = defaults(cloud)
    return {**rows, type_: {key: value for key, value in rows.get(type_, {}).items() if key != argument}}


@pytest.mark.parametrize(("type_", "argument"), _ARGUMENTS)
def test_an_argument_that_is_hidden_is_noticed(type_: str, argument: str) -> None:
    """Of this type, or of another name of it (`aws:lb/...` and `aws:alb/...`, `Bucket` and `BucketV2`)."""
    twins = [twin for twin in _READERS if twin != type_ and _short(twin) == _short(type_)]
    assert any(
        noticed(lambda patch, of=of: _hiding(patch, of, argument), about(of, argument)) for of in (type_, *twins)
    )


@pytest.mark.parametrize(("type_", "argument"), _DEFAULTS)
def test_a_default_that_is_missing_is_noticed(type_: str, argument: str) -> None:
    def missing(patch: pytest.MonkeyPatch) -> None:
        for module in ("im_stack.facts.mechanism.collect", "im_stack.facts.mechanism.forbidden_settings"):
            patch.setattr(f"{module}.defaults", lambda name: _defaults_without(name, type_, argument))

    found = noticed(missing, reversed(about(type_, argument)))
    if cloud(type_).name != "aws" or defaults("aws")[type_][argument]:
        assert found is (f"{type_}.{argument}" not in DEFAULTS)


@pytest.mark.parametrize("name", [cloud.name for cloud in clouds() if cloud.every])
def test_what_is_read_of_every_resource_and_is_not_is_noticed(name: str) -> None:
    def off(patch: pytest.MonkeyPatch) -> None:
        def less(type_: str) -> Cloud | None:
            found = cloud_of(type_)
            return replace(found, every=None) if found and found.name == name else found

        patch.setattr(collect, "cloud_of", less)

    assert noticed(off, (case for case in cases() if case.duties.declaration.cloud == name))
