"""Zones and regions named in arguments."""

import re
from collections.abc import Iterator

from facts.declared import read_declares
from facts.graph import Graph
from facts.model import ABSENT, Declared, Fact, Located, Resource, Unknown, Value
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


def numbered_zones(view: View, graph: Graph, argument: str) -> Iterator[Fact]:
    """Zones given by the service's own numbers: no table at hand says where those are.

    Known numbers that a component around the resource declares as unverified are left to that hop, which every
    report lists; all others are nowhere provable.
    """
    zones = view.items(argument)
    numbers = (zones,) if isinstance(zones, Unknown) else zones
    if not numbers:
        return
    known = not any(isinstance(number, Unknown) for number in numbers)
    if not (known and _declared_unverified(view.resource, graph)):
        yield Located(view.urn, None, argument, view.evidence(argument, "zone numbers are known to an account only"))


def _declared_unverified(resource: Resource, graph: Graph) -> bool:
    at = resource.parent
    while at and at in graph.by_urn:
        for fact in read_declares(graph.by_urn[at], graph):
            if isinstance(fact, Declared) and fact.subject == resource.urn and fact.what == "unverified-zone":
                return True
        at = graph.by_urn[at].parent
    return False
