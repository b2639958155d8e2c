"""Zones and regions named in arguments."""

import re
from collections.abc import Iterator

from facts.model import ABSENT, Fact, Located, Unknown, Value
from facts.view import View, as_number

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


def numbered_zones(view: View, *arguments: str) -> Iterator[Fact]:
    """Zones given by the service's own numbers: nothing at hand says where those are, somebody has to look them up.

    A list with a number that is not known yet cannot have been looked up by anybody.
    """
    for argument in arguments:
        zones = view.items(argument)
        known = not isinstance(zones, Unknown) and all(as_number(zone) is not None for zone in zones)
        if zones:
            what = "the zone by number" if known else ""
            yield Located(view.urn, None, argument, view.evidence(argument), declared=what)
