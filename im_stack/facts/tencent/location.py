"""Location: zones, regions and networks that arguments name."""

import re
from collections.abc import Iterator
from functools import partial

from im_stack.facts.knowledge.accounts import works_in
from im_stack.facts.mechanism import rows
from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import Facts, inside, looked_up, reads, resource
from im_stack.facts.mechanism.view import View, as_number, listed
from im_stack.facts.model import ABSENT, Fact, Located, Resource, Unknown, Value

NETWORK = "tencentcloud:Vpc/instance:Instance"
_REGION = re.compile(r"(?:ap|na|eu|sa|me|af)-[a-z]+(?:-(?:ec|fsi|open|sycft|adc|xinan|arabia))?")
_ZONE = re.compile(r"([a-z]{2}-[a-z-]+)-[1-9]\d*")
_CREDENTIALS = (
    "assumeRole",
    "assumeRoleWithSaml",
    "assumeRoleWithWebIdentity",
    "camRoleName",
    "profile",
    "sharedCredentialsDir",
)
"""What a provider says of whose credentials it uses."""
_CLASSIC = "provider v1.82.42: without a vpc_id the service uses the classic network, which the whole account shares"


def region_of_zone(zone: Value) -> str | None:
    """`ap-jakarta-1` is in `ap-jakarta`; None for anything that is no zone name."""
    match = _ZONE.fullmatch(zone) if isinstance(zone, str) else None
    return match.group(1) if match else None


def region_in(text: str) -> str | None:
    """The region that a text names: itself, one of its zones, or a six-part name of a resource (`qcs::`) in it."""
    parts = text.split(":", 5)
    if len(parts) == 6 and parts[0] == "qcs":
        text = parts[3]
    return text if _REGION.fullmatch(text) else region_of_zone(text)


zones = partial(rows.zones, region_of_zone)


def numbered_zones(*arguments: str) -> Facts:
    """Zones given by the service's own numbers: no table says where those are, so the declaration must name each.

    A number that is not known before deployment cannot have been declared.
    """

    @reads(*arguments)
    def facts(view: View) -> Iterator[Fact]:
        for argument in arguments:
            zones = view.items(argument)
            numbers = None if isinstance(zones, Unknown) else [as_number(zone) for zone in zones]
            if numbers == []:
                continue
            known = numbers is not None and None not in numbers
            # equivalent(operand): the numbers are not None once all are known
            # equivalent(filter): no number is None once all are known
            names = tuple(f"{number:.0f}" for number in numbers or () if number is not None) if known else ()
            what = "the zone by number" if names else ""
            yield Located(view.urn, None, argument, view.evidence(argument), declared=what, names=names)

    return facts


own_network = inside("vpcId", {NETWORK}, _CLASSIC)
"""Whether a store stands in a network of this stack."""


def account_of(resource: Resource, graph: Graph) -> str | None:
    """The number (uin) of the one account that a resource's provider works in; None where it may be another."""
    provider = graph.by_urn.get(resource.provider or "")  # equivalent(operand): nothing has either of them for a name
    return _pinned(provider) if provider else None


def _pinned(provider: Resource) -> str | None:
    """The number of the one account that a provider is allowed to work in. It asks whose its credentials are, and stops
    where that is none of the accounts."""
    numbers = listed(provider.inputs.get("allowedAccountIds", ABSENT))
    return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], str) else None


READERS = {
    f"{PROVIDER}tencentcloud": resource(
        looked_up("allowedAccountIds"), works_in(_pinned, *_CREDENTIALS, key="secretId")
    )
}
