"""Private DNS: zones that networks of the stack ask, and where their names lead.

A zone that answers for a name of a service of the cloud, or for a whole top-level domain, leads the stack's own calls
elsewhere; one that another account's network asks says the stack's addresses there.
"""

from collections.abc import Iterator
from typing import Final

from im_stack.facts.mechanism.rows import Facts, reads, refers_to, resource
from im_stack.facts.mechanism.view import View, as_items, member
from im_stack.facts.model import ABSENT, Exposure, Fact, Unknown, Unresolved, Value

ZONE = "tencentcloud:PrivateDns/zone:Zone"
RECORD = "tencentcloud:PrivateDns/record:Record"
ATTACHMENT = "tencentcloud:PrivateDns/zoneVpcAttachment:ZoneVpcAttachment"
_NETWORK: Final = "tencentcloud:Vpc/instance:Instance"
_SERVICES: Final = ("tencentcloudapi.com", "myqcloud.com", "tencentyun.com", "qcloud.com", "tencentcos.cn")
"""The domains in which the cloud's own services are (documents 436/6224, 598/34569, 583/9694)."""
_WORDS: Final = ("TXT",)


@reads("domain")
def _answers(view: View) -> Iterator[Fact]:
    if answers_for_the_cloud(view.get("domain")):
        why = "it may answer for names of the cloud's own services, which the stack calls"
        yield Unresolved(view.urn, f"domain: {why}", "link")


def answers_for_the_cloud(domain: Value) -> bool:
    """Whether a zone of this domain may answer for names of the cloud's own services."""
    name = domain.lower().strip(".") if isinstance(domain, str) else None
    # equivalent(operand): a name that is not known stops the reader, which proves nothing
    return name is None or "." not in name or any(_within(name, each) for each in _SERVICES)


def _within(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _asked_by(argument: str, foreign: str) -> Facts:
    """Networks of the stack ask the zone, and none of another account."""

    @reads(argument, foreign)
    def facts(view: View) -> Iterator[Fact]:
        networks = as_items(view.get(argument))
        ids = networks if isinstance(networks, Unknown) else [member(each, "uniqVpcId") for each in networks]
        if ids:
            yield from view.unresolved(view.links(argument, {_NETWORK}, ids).doubts, "who asks it")
        if view.get(foreign) not in (ABSENT, ()):
            what, how = "the zone, to a network of another account,", "leave it out"
            yield Exposure(view.urn, what, True, view.evidence(foreign), how=how)

    return facts


@reads("recordValue", "recordType")
def _leads(view: View) -> Iterator[Fact]:
    if view.get("recordType") not in _WORDS and not view.resource.links.get("recordValue"):
        why = "where the name leads: recordValue is not made from resources of this stack"
        yield Unresolved(view.urn, why, "link")


READERS = {
    ZONE: resource(_answers, _asked_by("vpcSets", "accountVpcSets")),
    ATTACHMENT: resource(refers_to("zoneId", ZONE), _asked_by("vpcSet", "accountVpcSet")),
    RECORD: resource(refers_to("zoneId", ZONE), _leads),
}
