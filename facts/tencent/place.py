"""Zones and regions named in arguments."""

import re
from collections.abc import Iterator

from facts.model import ABSENT, Fact, Located, Value
from facts.view import View

_ZONE = re.compile(r"([a-z]{2}-[a-z-]+)-\d+")


def region_of_zone(zone: Value) -> str | None:
    """`ap-jakarta-1` is in `ap-jakarta`; None for anything that is no zone name."""
    match = _ZONE.fullmatch(zone) if isinstance(zone, str) else None
    return match.group(1) if match else None


def zone_places(view: View, *arguments: str) -> Iterator[Fact]:
    """Where each named zone is. An absent zone is chosen by the service inside the provider's region."""
    for argument in arguments:
        zone = view.get(argument)
        if zone is not ABSENT and zone != "":
            yield Located(view.urn, region_of_zone(zone), f"{argument}", view.evidence(argument))
