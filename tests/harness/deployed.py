"""Recorder of a deployed program: every id and naming output of a resource is known, as in an update after the first.

Started as the module of a `Recorder`, it answers each registration with identities in the provider's form
(`im_stack/facts/<cloud>/identities.yaml`), equal in every run.
"""

import atexit
import random
import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, cast

from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.mechanism.identities import ID, forms
from im_stack.preflight.recording import fork_server
from im_stack.preflight.recording.monitor import run_program
from im_stack.preflight.recording.record import Recorder
from im_stack.preflight.recording.recording import Registration
from im_stack.preflight.stack_files.stack_file import StackFile
from tests.engine.standin.forms import made
from tests.harness.root import ROOT
from tests.harness.world import ACCOUNT, UNKNOWN

OTHERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "aws:msk/configuration:Configuration": {"latestRevision": 1},
}
"""Outputs by which nothing is named, and others are set all the same."""


class _Monitor(run_program.RecordingMonitor):
    def RegisterResource(self, request: Any) -> Any:
        answer = super().RegisterResource(request)
        mine = self.registrations.get(answer.urn)
        if mine is None or not mine["custom"]:
            return answer
        if mine["type"].startswith(PROVIDER):
            answer.id = str(uuid.UUID(int=random.Random(answer.urn).getrandbits(128)))
            mine["known"] = {ID: answer.id}
            return answer
        provider = self.registrations.get(mine["provider"])
        region = provider["inputs"].get("region", "") if provider else ""
        place = {"region": region if isinstance(region, str) else "", "account": ACCOUNT, "partition": "aws"}
        for argument in _to_be_named(mine["type"]):  # as the provider's check does
            mine["inputs"].setdefault(argument, f"{mine['name']}-1a2b3c4")
        names = made(mine["type"], mine["inputs"], answer.urn, place)
        answer.id = names[ID]
        answer.object.update({**OTHERS.get(mine["type"], {}), **names})
        mine["known"] = dict(names)
        return answer


def _to_be_named(type_: str) -> set[str]:
    """Arguments that get a generated name when absent: an id is made of them, and they have no other default."""
    return {part.text for form in forms(type_).values() for part in form if part.kind == "argument"} - {
        part.text for form in forms(type_).values() for part in form if part.default is not None
    }


def ended_at_exit(recorder: Recorder) -> Recorder:
    """The recorder, stopped when this process exits."""
    atexit.register(recorder.__exit__, None, None, None)
    return recorder


@cache
def _recorder() -> Recorder:
    return ended_at_exit(Recorder("tests.harness.deployed", str(ROOT)))


def deployed(stack: StackFile) -> list[Registration]:
    """Registrations of a stack's program after everything has been created."""
    return _recorder().record(stack)["registrations"]


def not_yet(first: list[Registration], second: list[Registration], waiting: frozenset[str]) -> list[Registration]:
    """Registrations of an update that still has to create the resources `waiting`: their ids are unknown in all others.

    `first` is the program before any resource exists, `second` with all of them.
    """
    before = {r["urn"]: r for r in first}
    texts = {
        text
        for r in second
        if r["urn"] in waiting
        for text in r.get("known", {}).values()
        if text not in before[r["urn"]]["inputs"].values()
    }
    found = []
    for r in second:
        inputs = {key: _masked(before[r["urn"]]["inputs"].get(key), value, texts) for key, value in r["inputs"].items()}
        known = {} if r["urn"] in waiting else r.get("known", {})
        kept = {key: value for key, value in known.items() if not _holds(value, texts)}
        found.append(cast(Registration, {**r, "inputs": inputs, "known": kept}))
    return found


def _masked(first: Any, second: Any, texts: set[str]) -> Any:
    """`second` with every value unknown that is unknown in `first` and contains one of the texts."""
    if first == UNKNOWN:
        return UNKNOWN if _holds(second, texts) else second
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [_masked(old, new, texts) for old, new in zip(first, second, strict=True)]
    if isinstance(first, dict) and isinstance(second, dict):
        return {key: _masked(first.get(key), value, texts) for key, value in second.items()}
    return second


def _holds(value: Any, texts: set[str]) -> bool:
    if isinstance(value, str):
        return any(text in value for text in texts)
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(each, texts) for each in members)


if __name__ == "__main__":
    vars(run_program)["RecordingMonitor"] = _Monitor
    fork_server.main()
