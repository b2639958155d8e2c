"""Machines on which calls pass: instances behind the edge, which keep what they pass on in memory alone."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, lb

from im_stack.components.aws.keys import Keys
from im_stack.components.plan.budget import ClassPlan
from im_stack.components.plan.holdings import in_memory
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service


@dataclass(frozen=True, kw_only=True)
class MachinesArgs:
    """`image` is the id of a patched image; a new one replaces the machines. `target` is the target group of the path
    that leads to them."""

    of: ClassPlan
    image: str
    size: str
    keys: Keys
    subnet_ids: list[pulumi.Output[str]]
    group_id: pulumi.Input[str]
    target: pulumi.Input[str]


class Machines(Service):
    """Machines in both zones, without a role, without a further disk. Nothing but the edge reaches them, and they reach
    nothing. Their system disk is encrypted and ends with them."""

    def __init__(self, name: str, args: MachinesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        bought = size("aws", "machines", args.size)
        names = [f"{name}-{number}" for number in range(1, bought["machines"] + 1)]
        inputs = {"size": args.size, "image": args.image}
        super().__init__("im:aws:Machines", name, in_memory(names, args.of), inputs, opts)
        for index, each in enumerate(names):
            made = ec2.Instance(
                each,
                ami=args.image,
                instance_type=bought["instance_type"],
                subnet_id=args.subnet_ids[index % len(args.subnet_ids)],
                vpc_security_group_ids=[args.group_id],
                ebs_optimized=True,
                monitoring=True,
                metadata_options=ec2.InstanceMetadataOptionsArgs(http_tokens="required"),
                root_block_device=ec2.InstanceRootBlockDeviceArgs(
                    encrypted=True,
                    kms_key_id=args.keys.key.arn,
                    delete_on_termination=True,
                    volume_size=bought["volume_size"],
                ),
                tags={"Name": self.physical_name(each)},
                opts=self.child(protect=False),  # a new image replaces it, and nothing is lost with it
            )
            lb.TargetGroupAttachment(
                f"{each}-target", target_group_arn=args.target, target_id=made.id, opts=self.child(protect=False)
            )
        self.register_outputs({})
