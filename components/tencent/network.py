"""The private network: subnets in two zones, and one security group per part that only lets through who talks to it."""

from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses, ip_network
from pathlib import Path
from typing import Any, Literal

import pulumi
from pydantic import Field
from tencentcloud_iac_pulumi import security, subnet, vpc

from im_stack.components.service import Service
from im_stack.terms.wire import Declares
from im_stack.terms.yaml_file import Row, load

_WORLD = "0.0.0.0/0"


class _Port(Row):
    protocol: Literal["TCP", "UDP"]
    port: str


class _World(_Port):
    part: str


class _Flow(_Port):
    source: str = Field(alias="from")
    to: str
    by: Literal["group", "subnets"] = "group"


class _Outside(_Port):
    source: str = Field(alias="from")
    cidr: str
    why: str


class _Table(Row):
    parts: tuple[str, ...]
    world: _World
    flows: tuple[_Flow, ...]
    outside: tuple[_Outside, ...]


def _table() -> _Table:
    return load(Path(__file__).with_name("network.yaml"), _Table)


@dataclass(frozen=True)
class NetworkArgs:
    """`cidr` is the private range of the whole network; each of the two `zones` gets one subnet of `prefix` bits."""

    cidr: str
    zones: tuple[str, str]
    prefix: int = 20


class Network(Service):
    """Everything of the stack is in here. The edge takes HTTPS from anywhere; nothing else is reachable from outside.

    There is no gateway out: what the application needs of the cloud has addresses inside it (`network.yaml`).
    """

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shown = {"cidr": args.cidr, "zones": list(args.zones)}
        super().__init__("im:tencent:Network", name, Declares(), shown, opts)
        self.vpc = vpc.Instance(
            name, name=self.called(name), cidr_block=args.cidr, is_multicast=False, opts=self.child()
        )
        self.ranges = _ranges(args)
        self.inside = str(next(collapse_addresses(map(IPv4Network, self.ranges))))
        """All subnets as one range: they are the first two of their size, and nothing else is in it."""
        self.subnets = [
            subnet.Instance(
                f"{name}-{number}",
                name=self.called(f"{name}-{number}"),
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
                f"{name}-{part}", name=self.called(f"{name}-{part}"), description=part, opts=self.child()
            )
            for part in _table().parts
        }
        for part, group in self.groups.items():
            security.GroupRuleSet(
                f"{name}-{part}-rules",
                security_group_id=group.id,
                ingresses=[security.GroupRuleSetIngressArgs(**rule) for rule in self._ingress(part)],
                egresses=[security.GroupRuleSetEgressArgs(**rule) for rule in self._egress(part)],
                opts=self.child(),
            )
        self.register_outputs({"vpcId": self.vpc.id, "subnetIds": [each.id for each in self.subnets]})

    def group_id(self, part: str) -> pulumi.Output[str]:
        """The security group of a part. Raises KeyError for a part that `network.yaml` does not have."""
        found: pulumi.Output[str] = self.groups[part].id
        return found

    def _ingress(self, part: str) -> list[dict[str, Any]]:
        world = _table().world
        rules = [_rule(world, f"the world to {part}", cidr_block=_WORLD)] if part == world.part else []
        return rules + [
            _rule(flow, f"{flow.source} to {part}", source_security_id=self.group_id(flow.source))
            for flow in _table().flows
            if flow.to == part
        ]

    def _egress(self, part: str) -> list[dict[str, Any]]:
        rules = []
        for flow in _table().flows:
            what = f"{part} to {flow.to}"
            if flow.source == part and flow.by == "subnets":
                rules += [_rule(flow, what, cidr_block=cidr) for cidr in self.ranges]
            elif flow.source == part:
                rules.append(_rule(flow, what, source_security_id=self.group_id(flow.to)))
        return rules + [_rule(out, out.why, cidr_block=out.cidr) for out in _table().outside if out.source == part]


def _rule(row: _Port, why: str, **peer: Any) -> dict[str, Any]:
    return {"action": "ACCEPT", "protocol": row.protocol, "port": row.port, "description": why, **peer}


def _ranges(args: NetworkArgs) -> list[str]:
    """The first two ranges of `prefix` bits, one for each zone. Raises ValueError where the network has no two."""
    parts = ip_network(args.cidr).subnets(new_prefix=args.prefix)
    found = [str(part) for part, _ in zip(parts, args.zones, strict=False)]
    if len(found) < len(args.zones):
        raise ValueError(f"{args.cidr} has no {len(args.zones)} ranges of /{args.prefix}")
    return found
