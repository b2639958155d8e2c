"""What database components take from Tencent Cloud's limits, and say of zones by number."""

from collections.abc import Sequence

from im_stack.components.expiry import Expiry

_LIMITS = Expiry("tencent")
floor, expiry, turn = _LIMITS.floor, _LIMITS.expiry, _LIMITS.turn


def zones_must(numbers: Sequence[int], verified: str) -> str:
    """What an operator must do about zones known by number only: nothing in a plan says where a number is."""
    zones = ", ".join(map(str, numbers))
    if verified:
        return f"keep the zones {zones} as found in the region ({verified})"
    return f"check with an account of the cloud (preflight zones) that the zones {zones} are in the region"
