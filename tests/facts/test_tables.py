"""Every type and argument that a table or a reader of Tencent Cloud names is one the SDK has."""

import re
from functools import cache
from importlib.metadata import files
from pathlib import Path

import pytest

from facts.cloud import PROVIDER, judged_arguments
from facts.tables import defaults, inert, leaks
from facts.tencent import CLOUD

_SDK = "tencentcloud_iac_pulumi"
_GETTER = re.compile(
    r'@pulumi\.getter(?:\(name="(?P<wire>\w+)"\))?\n(?:\s+@_utilities\.deprecated\(.*\)\n)?\s+def (?P<python>\w+)'
)
_NAMED = {*CLOUD.readers, *leaks("tencent"), *inert("tencent"), *defaults("tencent")}
_TYPES = sorted(type_ for type_ in _NAMED if not type_.startswith(PROVIDER))


@cache
def _root() -> Path:
    init = next(file for file in files("tencentcloud-iac-pulumi") or () if str(file) == f"{_SDK}/__init__.py")
    return Path(str(init.locate())).parent


def _module(token: str) -> Path:
    """`tencentcloud:Vpc/flowLog:FlowLog` is made in `vpc/flow_log.py`."""
    _, where, _ = token.split(":")
    folder, _, name = where.partition("/")
    return _root() / folder.lower() / (re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + ".py")


@cache
def _arguments(token: str) -> frozenset[str]:
    """The arguments of a resource type, as they reach the engine; nothing where the SDK has no such type."""
    path = _module(token)
    text = path.read_text("utf-8") if path.is_file() else ""
    if f'@pulumi.type_token("{token}")' not in text:
        return frozenset()
    inputs = text[: text.index("class _")]  # the first class is the arguments, the next the state
    return frozenset(match["wire"] or match["python"] for match in _GETTER.finditer(inputs))


@pytest.mark.parametrize("token", _TYPES)
def test_type_and_arguments_are_in_the_sdk(token: str) -> None:
    arguments = _arguments(token)
    assert arguments, f"{token} is no resource type of {_SDK}"
    named = judged_arguments(token) | set(defaults("tencent").get(token, {}))
    assert not named - arguments, f"{token} has no argument {sorted(named - arguments)}"


def test_members_of_blocks_are_in_the_sdk() -> None:
    """A dotted argument of a leak row names a member that some block of the same module has."""
    for token, rows in leaks("tencent").items():
        for row in rows:
            _, *members = (row.argument or "").replace("[]", "").split(".")
            blocks = (_module(token).parent / "_inputs.py").read_text("utf-8") if members else ""
            known = {match["wire"] or match["python"] for match in _GETTER.finditer(blocks)}
            assert not set(members) - known, f"{token}.{row.argument}"


def test_no_type_is_both_judged_and_inert() -> None:
    assert not inert("tencent") & {*CLOUD.readers, *leaks("tencent")}
