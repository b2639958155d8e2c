"""Private network: subnets in two zones, and a security group per part that admits only its clients."""

from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses
from typing import Any

import pulumi
from tencentcloud_iac_pulumi import security, subnet, vpc

from im_stack.components.contract import Placement
from im_stack.components.plan.network import WORLD, Flow, Outside, World, network_table, subnet_ranges
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares

_TENCENT = "tencent"


@dataclass(frozen=True)
class NetworkArgs:
    """`cidr` is the private range of the whole network; each of the two `zones` gets one subnet of `prefix` bits.
    What connects to the parts `absent` is left out."""

    cidr: str
    zones: tuple[str, str]
    absent: frozenset[str] = frozenset()
    prefix: int = 20


class Network(Service):
    """The network of the whole stack. The edge accepts HTTPS from everywhere; nothing else is reachable from outside.

    It has no gateway to the Internet: services of the cloud have addresses inside it (`network.yaml`).
    """

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shown = {"cidr": args.cidr, "zones": list(args.zones)}
        super().__init__("im:tencent:Network", name, Declares(), shown, opts)
        self.table = network_table(_TENCENT).without(args.absent)
        self.vpc = vpc.Instance(
            name, name=self.physical_name(name), cidr_block=args.cidr, is_multicast=False, opts=self.child()
        )
        self.ranges = subnet_ranges(args.cidr, args.prefix, len(args.zones))
        self.inside = str(next(collapse_addresses(map(IPv4Network, self.ranges))))
        """Both subnets as one range: they are the first two of their size."""
        self.subnets = [
            subnet.Instance(
                f"{name}-{number}",
                name=self.physical_name(f"{name}-{number}"),
                vpc_id=self.vpc.id,
                availability_zone=zone,
                cidr_block=cidr,
                is_multicast=False,
                opts=self.child(),
            )
            for number, (zone, cidr) in enumerate(zip(args.zones, self.ranges, strict=True), 1)
        ]
        self.groups = {
            part: security.Group(
                f"{name}-{part}", name=self.physical_name(f"{name}-{part}"), description=part, opts=self.child()
            )
            for part in self.table.parts
        }
        for part, group in self.groups.items():
            security.GroupRuleSet(
                f"{name}-{part}-rules",
                security_group_id=group.id,
                ingresses=[security.GroupRuleSetIngressArgs(**rule) for rule in self._ingress(part)],
                egresses=[security.GroupRuleSetEgressArgs(**rule) for rule in self._egress(part)],
                opts=self.child(),
            )
        subnet_ids = [each.id for each in self.subnets]
        self.placement = Placement(self.vpc.id, subnet_ids, self.group_id("application"))
        self.register_outputs({"vpcId": self.vpc.id, "subnetIds": subnet_ids})

    def group_id(self, part: str) -> pulumi.Output[str]:
        """The security group of a part. Raises KeyError for a part that `network.yaml` does not have."""
        found: pulumi.Output[str] = self.groups[part].id
        return found

    def _ingress(self, part: str) -> list[dict[str, Any]]:
        world = self.table.world
        rules = [_rule(world, f"the world to {part}", cidr_block=WORLD)] if part == world.part else []
        return rules + [
            _rule(flow, f"{flow.source} to {part}", source_security_id=self.group_id(flow.source))
            for flow in self.table.flows
            if flow.to == part
        ]

    def _egress(self, part: str) -> list[dict[str, Any]]:
        rules = []
        for flow in self.table.flows:
            what = f"{part} to {flow.to}"
            if flow.source == part and flow.by == "subnets":
                rules += [_rule(flow, what, cidr_block=cidr) for cidr in self.ranges]
            elif flow.source == part:
                rules.append(_rule(flow, what, source_security_id=self.group_id(flow.to)))
        return rules + [_rule(out, out.why, cidr_block=out.cidr) for out in self.table.outside if out.source == part]


def _rule(row: World | Flow | Outside, why: str, **peer: Any) -> dict[str, Any]:
    return {"action": "ACCEPT", "protocol": row.protocol.upper(), "port": row.port, "description": why, **peer}
