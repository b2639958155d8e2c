"""Recorded arguments with unknowns replaced by the ids that the service returned."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from im_stack.facts.wire.constants import ARCHIVE, SECRET, SIGNATURE, is_unknown
from im_stack.preflight.recording.recording import Registration
from tests.readback.names import same_name

_MEANT = {
    "subnetIds": "subnet:Subnet",
    "clientSubnets": "subnet:Subnet",
    "securityGroupIds": "securityGroup:SecurityGroup",
    "securityGroups": "securityGroup:SecurityGroup",
    "roleArn": "role:Role",
    "target.arn": "function:Function",
    "deadLetterConfig.arn": "queue:Queue",
}
"""Which of several linked resources is meant, by the end of the path: a recording has the links of a whole argument."""

Made = Mapping[str, Mapping[str, Any]]
"""What each resource that was made is known by: its outputs, by URN."""


def resolved(registration: Registration, made: Made) -> dict[str, Any]:
    """Known plaintext arguments of one resource, archives packed."""
    links = registration["links"]
    return {key: _value(value, key, links.get(key, []), made) for key, value in registration["inputs"].items()}


def _value(value: Any, way: str, links: list[str], made: Made) -> Any:
    if isinstance(value, list):
        return [_value(item, f"{way}.{index}", links, made) for index, item in enumerate(value)]
    if is_unknown(value):
        return _known(way, links, made)
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET:
        return _value(value["value"], way, links, made)
    if value.get(SIGNATURE) == ARCHIVE:
        return _packed(value["assets"])
    return {key: _value(item, f"{way}.{key}", links, made) for key, item in value.items()}


def _known(way: str, links: list[str], made: Made) -> Any:
    *before, last = way.split(".")
    index = 0
    if last.isdecimal():
        index, last = int(last), before.pop()
    wanted = _MEANT.get(".".join([*before[-1:], last])) or _MEANT.get(last, "")
    meant = [urn for urn in links if wanted in urn] if len(links) > 1 else links
    assert index < len(meant), f"nothing linked is meant by {way}: {links}"
    assert index or len(meant) == 1 or way.endswith(".0"), f"{way} could be any of {meant}"
    return _output(last, made[meant[index]])


def _output(argument: str, outputs: Mapping[str, Any]) -> Any:
    own = same_name(argument, [key for key in outputs if key not in ("id", "arn", "name")])
    low = argument.lower()
    return outputs[own or ("arn" if low.endswith("arn") else "name" if low.endswith("name") else "id")]


def _packed(assets: Mapping[str, Any]) -> bytes:
    """A zip that is equal for equal files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, asset in sorted(assets.items()):
            archive.writestr(zipfile.ZipInfo(name), asset["text"])
    return packed.getvalue()
