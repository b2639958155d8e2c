"""EC2 instances: their system disk, and the ways out of their memory: disks, security groups, the role."""

from collections.abc import Iterator
from typing import Final

from im_stack.facts.access.machine_roles import role_of
from im_stack.facts.access.permissions import Document
from im_stack.facts.access.requests import Requests
from im_stack.facts.aws.arns import named
from im_stack.facts.aws.compute.disks import DISK, FILES
from im_stack.facts.aws.identity import iam
from im_stack.facts.aws.identity.kms import encryption_of
from im_stack.facts.aws.location import account_of, zones
from im_stack.facts.aws.network.vpc import EDGE, EGRESS, ENDPOINT, GROUPS, INGRESS, RULE, rules_of_group
from im_stack.facts.knowledge.machines import attached, groups_of, listed, own_disks
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import is_off, looked_up, reads, refers_to, resource, together, when_asked
from im_stack.facts.mechanism.tables import machines
from im_stack.facts.mechanism.view import View, as_flag, member
from im_stack.facts.model import ABSENT, AtRest, Evidence, Fact, Outlet, ResidualData, Resource

INSTANCE: Final = "aws:ec2/instance:Instance"
PROFILE: Final = "aws:iam/instanceProfile:InstanceProfile"
_ROOT, _PROFILE = "rootBlockDevice", "iamInstanceProfile"
_DOCUMENTS: Final = frozenset({"policy", "policyDocument", "assumeRolePolicy"})
"""Arguments that say who may do what with a resource."""
_IDENTITIES: Final = ("aws:iam/rolePolicy:", "aws:iam/policy:", "aws:iam/userPolicy:", "aws:iam/groupPolicy:")
"""Types whose documents say it of an identity."""
_DISK: Final = "its system disk"
_DEFAULT: Final = "EC2 API, EbsBlockDevice: encrypted is false by default, deleteOnTermination true (pulumi-aws 7.51.1)"
_BESIDE: Final = GROUPS | EDGE | {RULE, INGRESS, EGRESS, INSTANCE}


@reads(_ROOT)
def _system_disk(view: View) -> Iterator[Fact]:
    disk = view.get(_ROOT)
    encrypted, at = as_flag(member(disk, "encrypted")), Evidence(view.urn, f"{_ROOT}.encrypted", source=_DEFAULT)
    if encrypted:
        key, where = member(disk, "kmsKeyId"), f"{_ROOT}.kmsKeyId"
        yield encryption_of(view.urn, _DISK, "KMS", view.resource, _ROOT, key, view.graph, where)
    else:
        how = "nothing encrypts it" if encrypted is False else "not known"
        yield AtRest(view.urn, _DISK, encrypted, how, at)
    dies = member(disk, "deleteOnTermination")
    stays = False if dies is ABSENT else is_off(dies)
    yield ResidualData(view.urn, _DISK, stays, Evidence(view.urn, f"{_ROOT}.deleteOnTermination", source=_DEFAULT))


@reads("ephemeralBlockDevices")
def _local_disks(view: View) -> Iterator[Fact]:
    yield listed(view, "ephemeralBlockDevices", "a disk of its host")


@reads("vpcSecurityGroupIds", "securityGroups")
def _network(view: View) -> Iterator[Fact]:
    yield from groups_of(view, ("vpcSecurityGroupIds", "securityGroups"), GROUPS, rules_of_group, _keeps_nothing)


def _keeps_nothing(user: Resource) -> bool:
    """Whether nothing is kept by what stands in a group: a service of the table asks for a role, which is judged."""
    if user.type != ENDPOINT:
        return user.type in _BESIDE
    name = user.inputs.get("serviceName", ABSENT)
    return isinstance(name, str) and name.rpartition(".")[2] in machines("aws").services


@reads(_PROFILE)
def _role(view: View) -> Iterator[Fact]:
    value, graph = view.get(_PROFILE), view.graph
    role, doubts = None, ""
    if value not in (ABSENT, ""):
        profiles, doubts = named(view.resource, _PROFILE, value, {PROFILE}, graph)
        roles = [role for each in profiles for role in graph.links(each, "role", {iam.ROLE}).found]
        role = roles[0] if roles else None
        # equivalent(operand): the words of a doubt
        doubts = "" if role else doubts or "its profile names no role of this stack"

    def requests(of: Resource) -> Requests:
        return iam.requests_of(of, graph, account_of(of, graph))

    yield from role_of(view, _PROFILE, role, doubts, _rights, iam.boundaries_of, requests)


def _rights(role: Resource, graph: Graph) -> Iterator[Document]:
    """The policies of a role, and those of everything else, which may name it."""
    yield from iam.policies_of(role, graph)
    for each in graph.by_urn.values():
        for argument in _DOCUMENTS & each.inputs.keys() if not each.type.startswith(_IDENTITIES) else ():
            yield iam.lets_in(each, argument, account_of(role, graph))


MACHINE = together(
    zones("availabilityZone"),
    _system_disk,
    *(when_asked(Outlet, row) for row in (_local_disks, own_disks("instanceType", "."), _network, _role)),
)
"""What is read of a machine, which a program declares (`declared_types.yaml`)."""
READERS = {
    PROFILE: resource(refers_to("role", iam.ROLE), looked_up("name")),
    "aws:ec2/volumeAttachment:VolumeAttachment": resource(
        attached("instanceId", {INSTANCE}, "volumeId", "a volume that is attached to it"),
        refers_to("volumeId", DISK),
    ),
    "aws:efs/mountTarget:MountTarget": resource(refers_to("fileSystemId", FILES), looked_up("securityGroups")),
}
