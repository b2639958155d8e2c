"""Key rotation: what the function of a keyring is configured to do, and what it needs to delete the keys."""

from collections.abc import Iterable, Iterator
from typing import Final

from im_stack.facts.knowledge.bundle import zip_prefix
from im_stack.facts.knowledge.key_rotation import read_code, read_concurrency, read_instructions
from im_stack.facts.mechanism.requirements import requirement
from im_stack.facts.mechanism.view import View, as_number, member
from im_stack.facts.model import ABSENT, Evidence, Fact
from im_stack.facts.runs import Timer
from im_stack.facts.tencent.identity.kms import KEY
from im_stack.facts.tencent.identity.permissions import missing
from im_stack.facts.tencent.network.path import NETWORK, cut_off
from im_stack.purge.config import KEY_VARIABLE

RESERVED: Final = "tencentcloud:Scf/reservedConcurrencyConfig:ReservedConcurrencyConfig"
_ELSEWHERE: Final = ("imageConfigs", "cosBucketName", "cosBucketRegion", "cosObjectName", "layers")
"""Arguments by which other code runs than the bundle."""
ARGUMENTS: Final = frozenset({"environment", "handler", "runtime", "role", "zipFile", "memSize", *NETWORK, *_ELSEWHERE})
_RUNTIMES: Final = frozenset({"Python3.10"})
"""The runtime that the bundle is built for (`components/bundle`)."""
_OTHER_KMS: Final = frozenset({"https://kms.tencentcloudapi.com", "https://kms.internal.tencentcloudapi.com"})


def read_key_rotation(view: View, timers: Iterable[Timer]) -> Iterator[Fact]:
    """The rotation that a function is configured for, and what it needs for that; nothing for other functions."""
    keys, doubts = view.links("environment", {KEY}, (member(view.get("environment"), KEY_VARIABLE),))
    read = read_instructions(view, view.get("environment"), "environment", timers, "tencent", doubts, _OTHER_KMS)
    if read is None:
        return
    yield from read.facts
    yield from read_code(view, _RUNTIMES, isinstance(view.get("zipFile"), str), _ELSEWHERE, "zipFile", zip_prefix())
    yield from read_concurrency(view, _instances(view), "memSize")
    if read.keyring:
        shown = f"its role may do all that it needs in {read.keyring.bucket}, and nothing in the stack refuses it"
        obstacles = missing(view, read.keyring.bucket, read.keyring.region, keys[0] if keys else None)
        yield from requirement(view.urn, "rights", obstacles, shown, view.evidence("role"))
        inside = "its network leads to the object store and the key service"
        cut = cut_off(view, read.keyring.kms_endpoint)
        yield from requirement(view.urn, "network", cut, inside, view.evidence(NETWORK[0]))


def _instances(view: View) -> Iterator[tuple[int | float | None, Evidence]]:
    """How many instances may run by each limit: memory is reserved for all of them together."""
    for config, certain in view.graph.touching(view.resource, RESERVED, "functionName"):
        total = as_number(config.inputs.get("reservedConcurrencyMem", ABSENT))
        each = as_number(view.get("memSize"))
        yield (
            total // each if certain and total is not None and each else None,
            Evidence(config.urn, "reservedConcurrencyMem"),
        )
