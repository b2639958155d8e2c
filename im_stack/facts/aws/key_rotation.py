"""The key rotation function of a keyring on AWS: its configuration, and what prevents it from deleting expired keys."""

from collections.abc import Iterable, Iterator

from im_stack.facts.aws import kms
from im_stack.facts.aws.permissions import missing
from im_stack.facts.knowledge.key_rotation import KEY, Configured, foreign_code, foreign_services
from im_stack.facts.knowledge.key_rotation import read_key_rotation as read
from im_stack.facts.mechanism.view import View, member
from im_stack.facts.model import ABSENT, Fact, Timer

ARGUMENTS = frozenset({"environment", "handler", "role", "code", "imageUri", "s3Bucket", "packageType", "layers"})
_ENVIRONMENT = "environment"
_ELSEWHERE = ("imageUri", "s3Bucket", "layers")
"""Where code can come from besides the bundle that this project builds."""


def read_key_rotation(view: View, timers: Iterable[Timer]) -> Iterator[Fact]:
    """The rotation that a function is configured for, and everything that prevents it; nothing for other functions."""
    variables = member(view.get(_ENVIRONMENT), "variables")

    def keeps(configured: Configured) -> Iterator[str]:
        elsewhere = any(view.get(way) not in (ABSENT, (), "") for way in _ELSEWHERE)
        zipped = view.get("code") not in (ABSENT, "") and view.get("packageType") in (ABSENT, "Zip")
        yield from foreign_code(view.get("handler"), zipped and not elsewhere)
        found, doubts = kms.key_of(view.resource, _ENVIRONMENT, member(variables, KEY), view.graph)
        if doubts:
            yield f"{KEY} is the id of no key of this stack, so what wraps the keys is not known"
        yield from foreign_services(configured, ("aws",), _endpoints(configured.region))
        yield from missing(view, configured.bucket, configured.region, found[0] if found else None)

    return read(view, variables, f"{_ENVIRONMENT}.variables", timers, keeps)


def _endpoints(region: str) -> dict[str, tuple[str, ...]]:
    return {
        "kms_endpoint": (f"https://kms.{region}.amazonaws.com",),
        "s3_endpoint": (f"https://s3.{region}.amazonaws.com",),
    }
