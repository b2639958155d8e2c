"""Every type and argument that a table or a reader of a cloud names is one that its SDK has."""

import re
from functools import cache
from importlib.metadata import files
from pathlib import Path

import pytest

from im_stack.facts.aws import CLOUD as AWS
from im_stack.facts.mechanism.cloud import PROVIDER, judged_arguments
from im_stack.facts.mechanism.tables import defaults, forbidden_settings, inert
from im_stack.facts.tencent import CLOUD as TENCENT

_CLOUDS = {cloud.name: cloud for cloud in (TENCENT, AWS)}
_SDKS = {"tencentcloud": ("tencentcloud-iac-pulumi", "tencentcloud_iac_pulumi"), "aws": ("pulumi-aws", "pulumi_aws")}
_GETTER = re.compile(r'@pulumi\.getter(?:\(name="(?P<wire>\w+)"\))?\n(?:\s+@_utilities[^\n]*\n)?\s+def (?P<python>\w+)')
_NAMED = {
    name: {*cloud.readers, *forbidden_settings(name), *inert(name), *defaults(name)} for name, cloud in _CLOUDS.items()
}
_TYPES = [(name, type_) for name, types in _NAMED.items() for type_ in sorted(types) if not type_.startswith(PROVIDER)]


@cache
def _root(package: str) -> Path:
    distribution, name = _SDKS[package]
    init = next(file for file in files(distribution) or () if str(file) == f"{name}/__init__.py")
    return Path(str(init.locate())).parent


def module_of(token: str) -> Path:
    """`tencentcloud:Vpc/flowLog:FlowLog` is made in `vpc/flow_log.py`; a name that Python keeps has a `_` behind it."""
    package, where, _ = token.split(":")
    folder, _, name = where.partition("/")
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + ".py"
    found = [_root(package) / f"{folder.lower()}{end}" / file for end in ("", "_")]
    return next((path for path in found if path.is_file()), found[0])


@cache
def arguments_of(token: str) -> frozenset[str]:
    """The arguments of a resource type, as they reach the engine; nothing where the SDK has no such type."""
    path = module_of(token)
    text = path.read_text("utf-8") if path.is_file() else ""
    if f'@pulumi.type_token("{token}")' not in text:
        return frozenset()
    inputs = text[: text.index("class _")]  # the first class is the arguments, the next the state
    return frozenset(match["wire"] or match["python"] for match in _GETTER.finditer(inputs))


def members_of(token: str) -> set[str]:
    """The members of all blocks of a type's module."""
    blocks = (module_of(token).parent / "_inputs.py").read_text("utf-8")
    return {match["wire"] or match["python"] for match in _GETTER.finditer(blocks)}


@pytest.mark.parametrize(("cloud", "token"), _TYPES)
def test_type_and_arguments_are_in_the_sdk(cloud: str, token: str) -> None:
    arguments = arguments_of(token)
    assert arguments, f"{token} is no resource type of {_SDKS[token.split(':', 1)[0]][1]}"
    every = _CLOUDS[cloud].every
    named = _CLOUDS[cloud].judged(token) - (every.arguments if every else frozenset())
    named |= set(defaults(cloud).get(token, {}))
    assert not named - arguments, f"{token} has no argument {sorted(named - arguments)}"


@pytest.mark.parametrize("cloud", _CLOUDS)
def test_members_of_blocks_are_in_the_sdk(cloud: str) -> None:
    """A dotted argument of a leak row names a member that some block of the same module has."""
    for token, rows in forbidden_settings(cloud).items():
        for row in rows:
            _, *members = (row.argument or "").replace("[]", "").split(".")
            assert not set(members) - (members_of(token) if members else set()), f"{token}.{row.argument}"


@pytest.mark.parametrize("cloud", _CLOUDS)
def test_no_type_is_both_judged_and_inert(cloud: str) -> None:
    assert not inert(cloud) & {*_CLOUDS[cloud].readers, *forbidden_settings(cloud)}


def test_what_every_resource_may_name_passes_the_boundary() -> None:
    """Most types of AWS take a region of their own: it must be seen even of a type that holds nothing."""
    for type_ in ("aws:ec2/vpc:Vpc", "aws:s3/bucketMetric:BucketMetric", "aws:kms/alias:Alias"):
        assert "region" in judged_arguments(type_)
