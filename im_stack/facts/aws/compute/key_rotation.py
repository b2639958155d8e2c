"""The key rotation function of a keyring on AWS: its configuration, and what prevents it from deleting expired keys."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from im_stack.facts.aws.identity import kms
from im_stack.facts.aws.identity.permissions import Use, missing
from im_stack.facts.aws.network.path import NETWORK, cut_off
from im_stack.facts.knowledge.key_rotation import read_code, read_concurrency, read_instructions
from im_stack.facts.mechanism.requirements import requirement
from im_stack.facts.mechanism.view import View, as_number, member
from im_stack.facts.model import ABSENT, Fact
from im_stack.facts.runs import Timer
from im_stack.purge.config import KEY_VARIABLE

_ELSEWHERE: Final = (
    *("imageUri", "imageConfig", "layers", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceKmsKeyArn", "publishTo"),
    *("codeSha256", "sourceCodeHash", "codeSigningConfigArn"),
)
"""Arguments by which other code runs than the bundle, or the bundle does not get there."""
ARGUMENTS: Final = frozenset(
    {"environment", "handler", "runtime", "role", "code", "packageType", "kmsKeyArn", NETWORK, *_ELSEWHERE}
) | {"reservedConcurrentExecutions", "tenancyConfig", "memorySize"}
_ISOLATED: Final = "tenancyConfig"
"""Sets runs apart by tenant: whatever starts one must name a tenant, which no timer does (Lambda developer guide)."""
_RUNTIMES: Final = frozenset({"python3.10", "python3.11", "python3.12", "python3.13"})
"""Runtimes of Lambda with boto3, of the versions of Python that the bundle is tested with (Lambda developer guide)."""


def read_key_rotation(view: View, timers: Iterable[Timer]) -> Iterator[Fact]:
    """The rotation that a function is configured for, and what it needs for that; nothing for other functions."""
    variables = member(view.get("environment"), "variables")
    found, doubts = kms.key_of(view.resource, "environment", member(variables, KEY_VARIABLE), view.graph)
    read = read_instructions(view, variables, "environment.variables", timers, "aws", doubts)
    if read is None:
        return
    yield from read.facts
    code = view.get("code")
    zipped = code != "" and isinstance(code, Mapping | str) and view.get("packageType") in (ABSENT, "Zip")
    yield from read_code(view, _RUNTIMES, zipped, _ELSEWHERE, "code")
    number = as_number(view.get("reservedConcurrentExecutions"))
    yield from read_concurrency(
        view, [(number, view.evidence("reservedConcurrentExecutions"))], "memorySize", _ISOLATED
    )
    if read.keyring:
        use = Use(read.keyring.bucket, read.keyring.region, found[0] if found else None)
        shown = f"its role may do all that it needs in {use.bucket}, and nothing in the stack refuses it"
        yield from requirement(view.urn, "rights", missing(view, use), shown, view.evidence("role"))
        inside = "its network leads to the object store and the key service"
        yield from requirement(view.urn, "network", cut_off(view, use), inside, view.evidence(NETWORK))
