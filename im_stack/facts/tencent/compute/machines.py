"""CVM instances: their system disk, and the ways out of their memory: disks, security groups, the role."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from im_stack.facts.access.machine_roles import role_of
from im_stack.facts.knowledge.machines import attached, groups_of, own_disks
from im_stack.facts.mechanism.rows import at_rest, is_off, reads, refers_to, resource, together, when_asked
from im_stack.facts.mechanism.view import View, all_of
from im_stack.facts.model import ABSENT, Fact, Outlet, ResidualData, Unknown
from im_stack.facts.tencent.compute.disks import DISK
from im_stack.facts.tencent.identity import cam
from im_stack.facts.tencent.location import zones
from im_stack.facts.tencent.network.path import RESOLVERS
from im_stack.facts.tencent.network.vpc import EDGE, GROUP, RULE, RULE_SET, rules_of_group

INSTANCE: Final = "tencentcloud:Instance/instance:Instance"
_DISK: Final = "its system disk"
_UNENCRYPTED: Final = "provider v1.82.42 instance: no argument encrypts the system disk; its image or the region does"
_RECYCLED: Final = "provider v1.82.42 instance.force_delete: a prepaid machine goes to the recycle bin otherwise"
_HOURLY: Final = ("POSTPAID_BY_HOUR", "SPOTPAID", "CDHPAID", "CDCPAID")
_BESIDE: Final = EDGE | {GROUP, RULE, RULE_SET, INSTANCE}
_OWN: Final = frozenset(map(ip_network, RESOLVERS))


@reads("instanceChargeType", "forceDelete")
def _deleted(view: View) -> Iterator[Fact]:
    """A machine that is paid by the hour is gone when it is deleted, and its system disk with it."""
    kind = view.get("instanceChargeType")
    prepaid = None if isinstance(kind, Unknown) else kind not in (ABSENT, *_HOURLY)
    stays = all_of(prepaid, is_off(view.get("forceDelete")))
    yield ResidualData(view.urn, _DISK, stays, view.evidence("forceDelete", _RECYCLED))


@reads("securityGroups", "orderlySecurityGroups")
def _network(view: View) -> Iterator[Fact]:
    arguments = ("orderlySecurityGroups", "securityGroups")
    yield from groups_of(view, arguments, {GROUP}, rules_of_group, lambda user: user.type in _BESIDE, _OWN)


@reads("camRoleName")
def _role(view: View) -> Iterator[Fact]:
    role, doubts = None, ""
    if view.get("camRoleName") not in (ABSENT, ""):
        found, doubts = view.links("camRoleName", cam.ROLES)
        role = None if doubts else found[0]
    yield from role_of(view, "camRoleName", role, doubts, cam.policies_of, cam.boundaries_of, cam.requests_of)


MACHINE = together(
    at_rest(_DISK, False, "no argument of the machine encrypts it", _UNENCRYPTED, offered=False),
    _deleted,
    zones("availabilityZone"),
    *(when_asked(Outlet, row) for row in (own_disks("instanceType", "."), _network, _role)),
)
"""What is read of a machine, which a program declares (`declared_types.yaml`)."""
READERS = {
    "tencentcloud:Cbs/storageAttachment:StorageAttachment": resource(
        attached("instanceId", {INSTANCE}, "storageId", "a disk that is attached to it"),
        refers_to("storageId", DISK),
    ),
}
