"""Key rotation: what keeps the function of a keyring from deleting the keys that it is configured to delete."""

from collections.abc import Iterator

from im_stack.facts.knowledge.key_rotation import KEY as KEY_VARIABLE
from im_stack.facts.knowledge.key_rotation import Configured, foreign_code, foreign_services
from im_stack.facts.knowledge.key_rotation import read_key_rotation as read
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact, Timer
from im_stack.facts.tencent.kms import KEY
from im_stack.facts.tencent.permissions import missing

ARGUMENTS = frozenset({"environment", "handler", "role", "zipFile", "imageConfigs", "cosBucketName"})
_ENVIRONMENT = "environment"
_KMS, _KMS_INSIDE = "https://kms.tencentcloudapi.com", "https://kms.internal.tencentcloudapi.com"
_ELSEWHERE = ("imageConfigs", "cosBucketName")
"""Where code can come from besides the bundle that this project builds."""


def read_key_rotation(view: View, timers: list[Timer]) -> Iterator[Fact]:
    """The keyring that a function is configured to rotate, and what keeps it from that; nothing for others."""

    def obstacles(configured: Configured) -> Iterator[str]:
        elsewhere = any(view.get(way) not in (ABSENT, (), "") for way in _ELSEWHERE)
        yield from foreign_code(view.get("handler"), isinstance(view.get("zipFile"), str) and not elsewhere)
        if view.links(_ENVIRONMENT, {KEY}).doubts:
            yield f"{KEY_VARIABLE} is the id of no key of this stack, so what wraps the keys is not known"
        yield from foreign_services(configured, (None, "tencent"), _endpoints(configured.region))
        yield from missing(view, configured.bucket, configured.region)

    return read(view, view.get(_ENVIRONMENT), _ENVIRONMENT, timers, obstacles)


def _endpoints(region: str) -> dict[str, tuple[str, ...]]:
    return {
        "kms_endpoint": (_KMS, _KMS_INSIDE, f"https://kms.{region}.tencentcloudapi.com"),
        "cos_endpoint": (f"https://cos.{region}.myqcloud.com",),
    }
