"""Zones and regions named in arguments."""

import re
from collections.abc import Iterator

from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View, as_items, as_number
from im_stack.facts.model import ABSENT, Door, Fact, Located, Unknown, Value

NETWORK = "tencentcloud:Vpc/instance:Instance"
_ZONE = re.compile(r"([a-z]{2}-[a-z-]+)-\d+")
_CLASSIC = "provider v1.82.42: without a vpc_id the service uses the classic network, which the whole account shares"


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

    A number that is not known yet cannot have been looked up by anybody, and whoever looked must name each of them.
    """
    for argument in arguments:
        zones = as_items(view.get(argument))
        numbers = None if isinstance(zones, Unknown) else [as_number(zone) for zone in zones]
        if numbers == []:
            continue
        known = numbers is not None and None not in numbers
        names = tuple(f"{number:.0f}" for number in numbers or () if number is not None) if known else ()
        what = "the zone by number" if names else ""
        yield Located(view.urn, None, argument, view.evidence(argument), declared=what, names=names)


def own_network(view: View, graph: Graph, argument: str = "vpcId") -> Iterator[Fact]:
    """Whether a store stands in a network of this stack: who comes into another one nothing here judges."""
    network = graph.link(view.resource, argument, {NETWORK})
    why = network.why if isinstance(network, NoLink) else ""
    what = f"the way in from a network that is not the stack's ({why})" if why else "the private network"
    yield Door(view.urn, what, None if why else False, view.evidence(argument, _CLASSIC))
