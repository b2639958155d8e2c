"""Machines on which calls pass: instances behind the edge, which keep what they pass on in memory alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import clb, instance

from im_stack.components.plan.budget import ClassPlan
from im_stack.components.plan.holdings import encrypts, in_memory
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.components.tencent.clb import Clb

ENCRYPTED = "start it from an encrypted image, or switch on the default encryption of disks in the region"
"""What an operator must do for a system disk to rest encrypted: the provider has no argument for it."""
_PORT = 8443


@dataclass(frozen=True, kw_only=True)
class MachinesArgs:
    """`image` is the id of a patched image. `path` is the path of the edge that leads to the machines; `zones` are the
    subnets' own, in their order."""

    of: ClassPlan
    image: str
    size: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    zones: tuple[str, ...]
    group_id: pulumi.Input[str]
    edge: Clb
    port: int
    path: str


class Machines(Service):
    """Machines in both zones, without a role, without a further disk. Nothing but the edge reaches them, and they reach
    nothing. They are paid by the hour, so that a deleted one is gone, and its system disk with it."""

    def __init__(self, name: str, args: MachinesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        bought = size("tencent", "machines", args.size)
        names = [f"{name}-{number}" for number in range(1, bought["machines"] + 1)]
        declares = in_memory(names, args.of)
        hops = (*declares.hops, *(encrypts(each, "the operator", ENCRYPTED) for each in names))
        inputs = {"size": args.size, "image": args.image}
        super().__init__("im:tencent:Machines", name, declares.model_copy(update={"hops": hops}), inputs, opts)
        made = [self._machine(each, index % len(args.zones), bought, args) for index, each in enumerate(names)]
        clb.Attachment(
            f"{name}-targets",
            clb_id=args.edge.instance.id,
            listener_id=args.edge.listeners[args.port].listener_id,
            rule_id=args.edge.rules[args.path].rule_id,
            targets=[clb.AttachmentTargetArgs(instance_id=each.id, port=_PORT, weight=10) for each in made],
            opts=self.change(args.edge.instance, protect=False),
        )
        self.register_outputs({})

    def _machine(self, name: str, zone: int, bought: dict[str, object], args: MachinesArgs) -> instance.Instance:
        return instance.Instance(
            name,
            instance_name=self.physical_name(name),
            image_id=args.image,
            instance_type=str(bought["instance_type"]),
            instance_charge_type="POSTPAID_BY_HOUR",
            availability_zone=args.zones[zone],
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_ids[zone],
            orderly_security_groups=[args.group_id],
            system_disk_type="CLOUD_BSSD",
            system_disk_size=bought["system_disk_size"],
            allocate_public_ip=False,
            opts=self.child(protect=False),  # nothing is lost with it
        )
