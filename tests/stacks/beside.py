"""Stacks of the tests that have stores of their own beside the backend (`tests/stacks/stores`), and their checks.

In: a committed stack, the stores, and what its declaration says otherwise. Out: its `Check`, or a judgement.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from im_stack.policies.judge import Judgement, judge
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import to_resources
from im_stack.terms.duties.resolve import library_for, resolve
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.mutate import REMOVED, Change, changed
from tests.harness.recorded import check_project
from tests.harness.stacks import PROGRAM, changed_config, config_of, write_stack
from tests.harness.world import TODAY, cloud_entry

_STORES: Final = Path(__file__).parent / "stores"
_BESIDE: Final = PROGRAM.read_text("utf-8") + "\nfrom own_stores import add\n\nadd(declaration, backend.provider)\n"
_ALONE: Final = """
from im_stack.components.program import declared
from own_stores import add, home

add(declared(), home(declared()))
"""
JAKARTA: Final = {"tencent": "tencent-ap-jakarta", "aws": "aws-ap-southeast-3"}
ABROAD: Final = {"tencent": "ap-singapore", "aws": "ap-southeast-1"}
SENSITIVE: Final = {"documents": "kenalan-identity", "cards": "kenalan-financial", "faces": "kenalan-biometric"}
"""Kenalan's sensitive classes by the stores that have them."""
_CHOICE: Final = {
    "store": True,
    "period": "P30D",
    "clock": "birth",
    "backups": "counted",
    "erasure": {"within": "P30D", "source": "decided for this stack"},
}


def _check(config: Mapping[str, Any], program: str) -> Check:
    with TemporaryDirectory() as folder:
        text = (_STORES / f"{config['im:cloud']}.py").read_text("utf-8")
        (Path(folder) / "own_stores.py").write_text(text, "utf-8")
        return check_project(write_stack(Path(folder), config, program=program))


def check_beside(stack: str, stores: Sequence[Mapping[str, Any]], said: Mapping[str, Any]) -> Check:
    """The check of a committed stack with these stores beside its backend, and other values in its declaration."""
    return _check(changed_config(config_of(stack), said) | {"own:stores": [*stores]}, _BESIDE)


def judged(check: Check, said: Mapping[str, Any], *changes: Change) -> Judgement:
    """The judgement of such a stack under another declaration, and with its resources changed as by hand."""
    declaration = parse_declaration(changed_config(check.stack.structured, said))
    made = changed(check.recording["registrations"], *changes)
    return judge(to_resources(made), resolve(declaration, library_for(declaration)), today=TODAY)


@cache
def sensitive(cloud: str) -> Check:
    """The stack of Kenalan alone that holds its sensitive classes beside the backend."""
    stack = JAKARTA[cloud]
    held = [*config_of(stack)["im:classes"], *SENSITIVE.values()]
    said = {
        "instruments": {"kenalan": {"role": "controller", "source": "the operator is Kenalan"}},
        "sub-processors.0.classes": held,
        **{f"elsewhere.{name}": REMOVED for name in SENSITIVE.values()},
        **{f"classes.{name}": _CHOICE for name in SENSITIVE.values()},
    }
    return check_beside(stack, [{"name": name, "class": of} for name, of in SENSITIVE.items()], said)


@cache
def abroad(cloud: str) -> Check:
    """The committed stack with posts of profiles in Singapore, too, which no exception lets rest there."""
    return check_beside(JAKARTA[cloud], [{"name": "posts", "class": "user-information", "region": ABROAD[cloud]}], {})


@cache
def administrative(cloud: str) -> Check:
    """A stack of Tencent Cloud's policy in Jakarta, of what residents of the Philippines enter and say, and who reads
    it."""
    held = {"registrations": "tc-registration", "dealings": "tc-interactions"}
    others = ("tc-usage", "tc-delegates", "tc-incomplete", "tc-content")
    erased = {"within": "P10D", "by": "worker", "takes": "P1D", "source": "data retention, line 398"}
    classes = {of: {"store": True, "until": {"account-end": "P10D"}, "erasure": erased} for of in held.values()}
    logs = {**_CHOICE, "period": "P60D"}
    config = {key: value for key, value in config_of(JAKARTA[cloud]).items() if key != "im:alarm"}
    said = config | {
        "im:residents": ["philippines"],
        "im:instruments": {"tencent-cloud": {"source": "the operator is Tencent Cloud"}},
        "im:classes": {**classes, "access-logs": logs},
        "im:elsewhere": dict.fromkeys(others, "another stack of this test holds it"),
        "im:sub-processors": [cloud_entry(cloud, "indonesia", [*classes, "access-logs"])],
        "im:services": [],
        "im:accepted-losses": {},
        "own:stores": [{"name": name, "class": of, "days": None, "logged": True} for name, of in held.items()],
    }
    return _check(said, _ALONE)
