"""Where AWS resources are: the region that any of them may name for itself, zones by letter, names with a region."""

import json
import re
from collections.abc import Iterable, Iterator

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View, as_flag, as_items
from im_stack.facts.model import ABSENT, Fact, Located, Resource, Unknown, Value

_ZONE = re.compile(r"([a-z]{2,4}(?:-[a-z]+)+-\d+)[a-z]")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
PINS = frozenset({"allowedAccountIds", "skipRequestingAccountId"})
"""What a provider says of the account that it works in."""
_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc"))


def _every(view: View, graph: Graph) -> Iterable[Fact]:
    """A resource that names a region of its own is there, whatever its provider says."""
    region = view.get("region")
    if region not in (ABSENT, ""):
        yield Located(
            view.urn, region if isinstance(region, str) else None, "the resource by itself", view.evidence("region")
        )


EVERY = Reader(frozenset({"region"}), _every)


def region_of_zone(zone: Value) -> str | None:
    """`ap-southeast-3a` is in `ap-southeast-3`; None for any other name (local zones, ids like `apse3-az1`)."""
    match = _ZONE.fullmatch(zone) if isinstance(zone, str) else None
    return match.group(1) if match else None


def zone_places(view: View, *arguments: str) -> Iterator[Fact]:
    """Where each named zone is, of single names and of lists. An absent one is chosen inside the provider's region."""
    for argument in arguments:
        zones = view.items(argument)
        for zone in (zones,) if isinstance(zones, Unknown) else zones:
            if zone != "":
                yield Located(view.urn, region_of_zone(zone), argument, view.evidence(argument))


def region_of_arn(value: Value) -> str | None:
    """The region in `arn:partition:service:region:account:...`; None where it has none, or is no such name."""
    parts = value.split(":", 5) if isinstance(value, str) else []
    return parts[3] if len(parts) == 6 and parts[0] == "arn" and _REGION.fullmatch(parts[3]) else None


def arn_places(view: View, *arguments: str) -> Iterator[Fact]:
    """Where what each argument names is, if its known name holds a region: data or keys go there."""
    for argument in arguments:
        values = view.items(argument)
        for value in () if isinstance(values, Unknown) else values:
            region = region_of_arn(value)
            if region is not None:
                yield Located(view.urn, region, argument, view.evidence(argument), crosses=True)


def partition(region: str) -> str:
    """The partition in the names of a region's resources."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


def home_of(resource: Resource, graph: Graph) -> str | None:
    """The region that a resource names, or else its provider; None where that is not known before deployment."""
    provider = graph.by_urn.get(resource.provider or "")
    for inputs in (resource.inputs, provider.inputs if provider else {}):
        region = inputs.get("region", ABSENT)
        if region not in (ABSENT, ""):
            return region if isinstance(region, str) else None
    return None


def account_of(resource: Resource, graph: Graph) -> str | None:
    """The number of the one account that a resource's provider works in; None where it may be another.

    The provider asks whose its credentials are, and stops where that is none of the accounts it is allowed.
    """
    provider = graph.by_urn.get(resource.provider or "")
    inputs = provider.inputs if provider else {}
    asks = inputs.get("skipRequestingAccountId", ABSENT)
    numbers = _plain(inputs.get("allowedAccountIds", ABSENT))
    number = numbers[0] if len(numbers) == 1 and as_flag(asks) is False else None
    return number if isinstance(number, str) else None


def _plain(value: Value) -> tuple[Value, ...]:
    """The members of a list that a provider has as one, or as the JSON text of one."""
    if isinstance(value, str):
        try:
            found = json.loads(value)
        except ValueError:
            return ()
        return tuple(found) if isinstance(found, list) else ()
    items = as_items(value)
    return () if isinstance(items, Unknown) else tuple(items)
