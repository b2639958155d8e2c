"""Private network: subnets in two zones, and a security group per part that admits only its clients."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, vpc

from im_stack.components.aws.account import Account
from im_stack.components.contract import Placement
from im_stack.components.plan.network import WORLD, Flow, network_table, subnet_ranges
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares

_AWS, _ENDPOINTS = "aws", "endpoints"
_HTTPS = 443


@dataclass(frozen=True)
class NetworkArgs:
    """`cidr` is the private range of the whole network; each of the two `zones` gets a private subnet and one for the
    edge, of `prefix` bits each. What connects to the parts `absent` is left out."""

    cidr: str
    zones: tuple[str, str]
    account: Account
    absent: frozenset[str] = frozenset()
    prefix: int = 20


class Network(Service):
    """The network of the whole stack. Nothing is reachable from outside until `admit_world` opens HTTPS to the edge.

    Only the edge's subnets have a route to the Internet. Other parts reach services of the cloud by endpoints inside
    the network (`network.yaml`).
    """

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shown = {"cidr": args.cidr, "zones": list(args.zones)}
        super().__init__("im:aws:Network", name, Declares(), shown, opts)
        self.name, self.table = name, network_table(_AWS).without(args.absent)
        self.vpc = ec2.Vpc(
            name, cidr_block=args.cidr, enable_dns_support=True, enable_dns_hostnames=True, opts=self.child()
        )
        ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=self.vpc.id, ingress=[], egress=[], opts=self.child())
        ranges = subnet_ranges(args.cidr, args.prefix, 2 * len(args.zones))
        self.subnets = self._subnets(name, "private", args.zones, ranges[:2])
        self.edge_subnets: list[ec2.Subnet] = []
        if self.table.world.part in self.table.parts:
            self.edge_subnets = self._subnets(name, "edge", args.zones, ranges[2:])
        inner = self._routes(f"{name}-private", self.subnets)
        if self.edge_subnets:
            self._internet(name)
        self.groups = {
            part: ec2.SecurityGroup(
                f"{name}-{part}", description=part, vpc_id=self.vpc.id, revoke_rules_on_delete=True, opts=self.child()
            )
            for part in self.table.parts
        }
        objects = self._endpoints(name, args, inner)
        self._rules(name, objects)
        self.placement = Placement(self.vpc.id, self.subnet_ids, self.group_id("application"))
        self.register_outputs({"vpcId": self.vpc.id, "subnetIds": self.subnet_ids})

    def _internet(self, name: str) -> None:
        """The one route out, of the edge's subnets."""
        outer = self._routes(f"{name}-edge", self.edge_subnets)
        gateway = ec2.InternetGateway(f"{name}-gateway", vpc_id=self.vpc.id, opts=self.child())
        ec2.Route(
            f"{name}-internet",
            route_table_id=outer.id,
            destination_cidr_block=WORLD,
            gateway_id=gateway.id,
            opts=self.child(),
        )

    @property
    def subnet_ids(self) -> list[pulumi.Output[str]]:
        """The private subnets, one per zone."""
        return [each.id for each in self.subnets]

    def group_id(self, part: str) -> pulumi.Output[str]:
        """The security group of a part. Raises KeyError for a part that `network.yaml` does not have."""
        found: pulumi.Output[str] = self.groups[part].id
        return found

    def admit_world(self) -> None:
        """Open the one public way in, once there is an edge: without one nothing is open."""
        world = self.table.world
        vpc.SecurityGroupIngressRule(
            f"{self.name}-world-to-{world.part}",
            security_group_id=self.group_id(world.part),
            ip_protocol=world.protocol,
            from_port=int(world.port),
            to_port=int(world.port),
            cidr_ipv4=WORLD,
            description=f"the world to {world.part}",
            opts=self.child(),
        )

    def _subnets(self, name: str, kind: str, zones: tuple[str, str], ranges: list[str]) -> list[ec2.Subnet]:
        return [
            ec2.Subnet(
                f"{name}-{kind}-{number}",
                vpc_id=self.vpc.id,
                availability_zone=zone,
                cidr_block=cidr,
                map_public_ip_on_launch=False,
                opts=self.child(),
            )
            for number, (zone, cidr) in enumerate(zip(zones, ranges, strict=True), 1)
        ]

    def _routes(self, name: str, subnets: list[ec2.Subnet]) -> ec2.RouteTable:
        table = ec2.RouteTable(f"{name}-routes", vpc_id=self.vpc.id, opts=self.child())
        for number, subnet in enumerate(subnets, 1):
            ec2.RouteTableAssociation(
                f"{name}-routes-{number}", route_table_id=table.id, subnet_id=subnet.id, opts=self.child()
            )
        return table

    def _endpoints(self, name: str, args: NetworkArgs, routes: ec2.RouteTable) -> ec2.VpcEndpoint:
        """Endpoints of services inside the network. Returns that of object storage, which has a prefix list."""
        for service in self.table.services:
            ec2.VpcEndpoint(
                f"{name}-to-{service}",
                vpc_id=self.vpc.id,
                service_name=args.account.service(service),
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=self.subnet_ids,
                security_group_ids=[self.group_id(_ENDPOINTS)],
                opts=self.child(),
            )
        return ec2.VpcEndpoint(
            f"{name}-to-s3",
            vpc_id=self.vpc.id,
            service_name=args.account.service("s3"),
            vpc_endpoint_type="Gateway",
            route_table_ids=[routes.id],
            opts=self.child(),
        )

    def _rules(self, name: str, objects: ec2.VpcEndpoint) -> None:
        for flow in self.table.flows:
            self._flow(name, flow)
        for part in self.table.objects:
            vpc.SecurityGroupEgressRule(
                f"{name}-{part}-to-s3",
                security_group_id=self.group_id(part),
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                prefix_list_id=objects.prefix_list_id,
                description=f"{part} to buckets",
                opts=self.child(),
            )

    def _flow(self, name: str, flow: Flow) -> None:
        """The ingress rule of the target and the egress rule of the source."""
        what = f"{flow.source} to {flow.to}"
        for kind, own, other, rule in (
            ("in", flow.to, flow.source, vpc.SecurityGroupIngressRule),
            ("out", flow.source, flow.to, vpc.SecurityGroupEgressRule),
        ):
            rule(
                f"{name}-{flow.source}-to-{flow.to}-{flow.port}-{kind}",
                security_group_id=self.group_id(own),
                referenced_security_group_id=self.group_id(other),
                ip_protocol=flow.protocol,
                from_port=int(flow.port),
                to_port=int(flow.port),
                description=what,
                opts=self.child(),
            )
