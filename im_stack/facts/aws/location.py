"""Location of AWS resources: regions and accounts, from the provider, from zones and from ARNs.

Out: `Located` facts, and names of regions, partitions and accounts; None where the plan does not say.
"""

import re
from collections.abc import Iterator
from functools import partial

from im_stack.facts.mechanism import rows
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import Facts, in_region, reads, resource
from im_stack.facts.mechanism.view import View, as_flag, listed
from im_stack.facts.model import ABSENT, Fact, Located, Resource, Value

_ZONE = re.compile(r"([a-z]{2,4}(?:-[a-z]+)+-\d+)[a-z]")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
PINS = frozenset({"allowedAccountIds", "skipRequestingAccountId"})
"""What a provider says of the account that it works in."""
_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc"))


EVERY = resource(in_region("region", "the resource by itself", crosses=False, optional=True))
"""A resource that names a region of its own is there, whatever its provider says."""


def region_of_zone(zone: Value) -> str | None:
    """`ap-southeast-3a` is in `ap-southeast-3`; None for any other name (local zones, ids like `apse3-az1`)."""
    match = _ZONE.fullmatch(zone) if isinstance(zone, str) else None
    return match.group(1) if match else None


zones = partial(rows.zones, region_of_zone)


def region_of_arn(value: Value) -> str | None:
    """The region in `arn:partition:service:region:account:...`; None where it has none, or is no such name."""
    parts = value.split(":", 5) if isinstance(value, str) else []
    return parts[3] if len(parts) == 6 and parts[0] == "arn" and _REGION.fullmatch(parts[3]) else None


def region_in(text: str) -> str | None:
    """The region that a text names: itself, one of its zones, or an ARN in it."""
    return text if _REGION.fullmatch(text) else region_of_zone(text) or region_of_arn(text)


def arns(*arguments: str) -> Facts:
    """The region in each known ARN that arguments name: data or keys go there."""

    @reads(*arguments)
    def facts(view: View) -> Iterator[Fact]:
        for argument in arguments:
            for region in map(region_of_arn, view.values(argument)):
                if region is not None:
                    yield Located(view.urn, region, argument, view.evidence(argument), crosses=True)

    return facts


def partition(region: str) -> str:
    """The partition in the names of a region's resources."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


def home_of(resource: Resource, graph: Graph) -> str | None:
    """The region that a resource names, or else its provider; None where that is not known before deployment."""
    provider = graph.by_urn.get(resource.provider or "")  # equivalent(operand): nothing has either of them for a name
    for inputs in (resource.inputs, provider.inputs if provider else {}):
        region = inputs.get("region", ABSENT)
        if region not in (ABSENT, ""):
            return region if isinstance(region, str) else None
    return None


def account_of(resource: Resource, graph: Graph) -> str | None:
    """The number of the one account that a resource's provider works in; None where it may be another."""
    provider = graph.by_urn.get(resource.provider or "")  # equivalent(operand): nothing has either of them for a name
    return pinned(provider) if provider else None


def pinned(provider: Resource) -> str | None:
    """The number of the one account that a provider works in: it asks whose its credentials are, and stops where that
    is none of the accounts it is allowed."""
    asks = provider.inputs.get("skipRequestingAccountId", ABSENT)
    numbers = listed(provider.inputs.get("allowedAccountIds", ABSENT))
    number = numbers[0] if len(numbers) == 1 and as_flag(asks) is False else None
    return number if isinstance(number, str) else None
