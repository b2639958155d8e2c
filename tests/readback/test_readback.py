"""Recorded AWS stacks in a service: the service's state is equal to the recording."""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from im_stack.preflight.recording.recording import Recording, Registration
from im_stack.preflight.stack_files.stack_file import read_stack, stack_names
from tests.harness.people import check_people
from tests.harness.recorded import recorder
from tests.harness.root import ROOT
from tests.readback.compare import differences
from tests.readback.kinds import KINDS
from tests.readback.shapes import Misfit
from tests.readback.stand import Applied, Clients, Moto, Stand

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def recordings() -> list[Recording]:
    """Recordings of all AWS stacks of the project, and of what keys of people need."""
    stacks = [read_stack(ROOT, name) for name in stack_names(ROOT)]
    ours = [recorder().record(stack) for stack in stacks if stack.structured["im:cloud"] == "aws"]
    return [*ours, _people(check_people("aws-ap-southeast-3").recording)]


def _people(recording: Recording) -> Recording:
    """The master key and the bucket of people's keys, in an account of their own."""
    parts = [r for r in recording["registrations"] if r["name"].startswith(("im-keys", "im-people")) or _is_provider(r)]
    moved: Recording = json.loads(json.dumps({**recording, "registrations": parts}).replace("123456789012", "2" * 12))
    return moved


def _is_provider(r: Registration) -> bool:
    return r["type"] == "pulumi:providers:aws"


@pytest.fixture(scope="module")
def stands(recordings: list[Recording]) -> Iterator[list[Stand]]:
    """All stacks created in one service and read back; stacks of one account do not interfere."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("AWS_")]:
            patch.delenv(name)
        moto = Moto()
        try:
            moto.reset()
            yield [_stand(moto, recording) for recording in recordings]
        finally:
            moto.close()


def _stand(moto: Moto, recording: Recording) -> Stand:
    (provider,) = [r["inputs"] for r in recording["registrations"] if _is_provider(r)]
    (account,) = json.loads(provider["allowedAccountIds"])
    stand = Stand(Clients(moto.url, account, provider["region"]), KINDS)
    stand.apply(recording)
    return stand


@pytest.fixture(scope="module")
def applied(stands: list[Stand]) -> list[Applied]:
    return [one for stand in stands for one in stand.applied]


def test_every_type_of_the_recordings_has_its_calls_and_no_other_has(recordings: list[Recording]) -> None:
    recorded = {r["type"] for recording in recordings for r in recording["registrations"] if r["custom"]}
    assert recorded - {"pulumi:providers:aws"} == KINDS.keys()


def test_the_service_holds_what_the_recording_says(stands: list[Stand], recordings: list[Recording]) -> None:
    for stand, recording in zip(stands, recordings, strict=True):
        assert len(stand.applied) == len([r for r in recording["registrations"] if r["type"].startswith("aws:")])
        found = {one.given.name: one.differences() for one in stand.applied}
        assert {name: said for name, said in found.items() if said} == {}


def test_no_group_lets_anything_through_that_is_not_recorded(applied: list[Applied]) -> None:
    """Applied rules are compared one by one; this test looks for others in the whole network."""
    groups = {one.held["GroupId"]: one.held for one in applied if "IpPermissions" in one.held}
    through = [
        (group["GroupId"], permission["IpProtocol"], permission.get("FromPort"), way, peer)
        for group in groups.values()
        for way in ("IpPermissions", "IpPermissionsEgress")
        for permission in group[way]
        for peers in ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds")
        for peer in permission[peers]
    ]
    assert groups
    assert len(through) == len([one for one in applied if "SecurityGroupRuleId" in one.held])


def test_what_moto_is_said_not_to_take_it_refuses(applied: list[Applied]) -> None:
    refused = [one for one in applied if one.kind.refused]
    assert refused
    for one in refused:
        assert len(one.refusals) == len([call for call in one.kind.calls if call.sent]), one.given.name


def test_what_is_said_not_to_be_told_again_is_not(applied: list[Applied]) -> None:
    for type_, kind in KINDS.items():
        for path in kind.unread:
            strict = replace(kind, unread={other: why for other, why in kind.unread.items() if other != path})
            mine = [one for one in applied if one.registration["type"] == type_]
            assert any(differences(strict, one.given.inputs, one.held) for one in mine), f"{type_} reads {path}"


def test_what_is_said_to_be_the_provider_s_own_no_call_takes(stands: list[Stand]) -> None:
    for stand in stands:
        for one in stand.applied:
            for argument in one.kind.own.keys() & one.given.inputs.keys():
                own = {other: why for other, why in one.kind.own.items() if other != argument}
                with pytest.raises(Misfit):
                    list(stand.calls(replace(one.kind, own=own), one.given))


def test_every_path_of_the_tables_is_recorded(recordings: list[Recording]) -> None:
    recorded: dict[str, set[str]] = {}
    for recording in recordings:
        for row in recording["registrations"]:
            recorded.setdefault(row["type"], set()).update(_paths(row["inputs"], ""))
    for type_, kind in KINDS.items():
        taken = {argument for call in kind.calls for argument in (*(call.takes or ()), *call.at)}
        assert taken | kind.back.keys() | kind.held.keys() | kind.unread.keys() | kind.own.keys() <= recorded[type_], (
            type_
        )


def test_a_value_that_is_recorded_otherwise_is_seen(applied: list[Applied]) -> None:
    for one in applied:
        for path, inputs in _mutants(one.given.inputs):
            silent = path.split(".")[0] in one.kind.own or any(f"{path}.".startswith(f"{u}.") for u in one.kind.unread)
            if not one.kind.refused and not silent:
                assert one.differences(inputs), f"{one.given.name}: {path}"


def test_a_name_that_the_interface_does_not_have_is_refused(stands: list[Stand]) -> None:
    for stand in stands:
        for one in stand.applied:
            for argument, value in one.given.inputs.items():
                inputs = {k: v for k, v in one.given.inputs.items() if k != argument} | {f"{argument}Too": value}
                with pytest.raises((Misfit, KeyError)):  # or what is made of it misses it
                    list(stand.calls(one.kind, replace(one.given, inputs=inputs)))


@pytest.mark.parametrize(
    ("name", "argument", "value", "said"),
    [
        ("im-mysql", "multiAz", "both", "MultiAZ"),
        ("im-mysql", "backupRetentionPeriod", "a day", "BackupRetentionPeriod"),
        ("im-msk", "storageMode", "NEARBY", "is none of"),
        ("im-msk", "encryptionInfo", {"encryptionInTransit": {"clientBroker": "SSL"}}, "is none of"),
        ("im-msk", "encryptionInfo", {"encryptionInTransit": {"inBroker": True}}, "has no inBroker"),
        ("im-msk-messages", "partitionCount", "many", "PartitionCount"),
        ("im-mongodb", "storageEncrypted", "yes", "StorageEncrypted"),
        ("im-media-lifecycle", "rules", [{"status": "On"}], "is none of"),
        ("im-keyring-purge", "timeout", 5401, "beyond 5400"),
        ("im-keyring-purge-undone", "sqsManagedSseEnabled", [True], "SqsManagedSseEnabled"),
    ],
)
def test_a_value_that_the_interface_does_not_take_is_refused(
    stands: list[Stand], name: str, argument: str, value: Any, said: str
) -> None:
    made = [(stand, one) for stand in stands for one in stand.applied if one.given.name == name]
    taking = [(stand, one) for stand, one in made if argument in one.given.inputs]
    assert taking
    for stand, one in taking:
        given = replace(one.given, inputs={**one.given.inputs, argument: value})
        with pytest.raises(Misfit, match=said):
            list(stand.calls(one.kind, given))


def _paths(value: Any, way: str) -> Iterator[str]:
    """Paths in a recorded block, without list positions."""
    if isinstance(value, dict):
        for key, item in value.items():
            inner = f"{way}.{key}" if way else key
            yield inner
            yield from _paths(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, way)


def _mutants(inputs: Any) -> Iterator[tuple[str, Any]]:
    """Arguments with one value changed or a list's last item removed, each with the path of the change."""

    def walk(inner: Any, way: str) -> Iterator[str]:
        for key in list(inner) if isinstance(inner, dict) else range(len(inner)):
            old, at = inner[key], way if isinstance(inner, list) else f"{way}.{key}".lstrip(".")
            if isinstance(old, dict | list):
                yield from walk(old, at)
            if isinstance(old, dict):
                continue
            inner[key] = _other(old)
            yield at
            inner[key] = old

    mine = deepcopy(dict(inputs))
    for path in walk(mine, ""):
        yield path, mine


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, bytes):
        return value + b"x"
    if isinstance(value, list):
        return value[:-1] if value else ["x"]
    return "" if value else "x"
