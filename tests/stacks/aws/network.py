"""Mutants of the network."""

from tests.harness.mutate import REMOVED, Change, add, option, put
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import m

_EC2, _VPC = "aws:ec2", "aws:vpc"
_DB = "SecurityGroup im-network-mysql"
_INTO_DB = "SecurityGroupIngressRule im-network-application-to-mysql-3306-in"
_OUT = "SecurityGroupEgressRule im-network-application-to-mysql-3306-out"
_SUBNET = "Subnet im-network-private-1"
_TCP = {"ipProtocol": "tcp", "fromPort": 3306.0, "toPort": 3306.0}
_EVERYWHERE = [{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": ["0.0.0.0/0"]}]


def _ingress(name: str, **inputs: object) -> Change:
    return add(f"{_VPC}/securityGroupIngressRule:SecurityGroupIngressRule", name, _TCP | inputs, securityGroupId=_DB)


MUTANTS = [
    m("database open to the world", "no-public-door", _ingress("w", cidrIpv4="0.0.0.0/0")),
    m("database open to the world by IPv6", "no-public-door", _ingress("w", cidrIpv6="::/0")),
    m("database open to half of the world", "no-public-door", _ingress("w", cidrIpv4="0.0.0.0/1")),
    m("database open to the world, rule changed", "no-public-door", put(_INTO_DB, "cidrIpv4", "0.0.0.0/0")),
    m(
        "database open to somebody else's group",
        "no-public-door?",
        put(_INTO_DB, "referencedSecurityGroupId", "sg-1"),
        option(_INTO_DB, links={}),
    ),
    m("database open to nobody named", "no-public-door?", put(_INTO_DB, "referencedSecurityGroupId", REMOVED)),
    m("database open by the group's arguments", "no-public-door", put(_DB, "ingress", _EVERYWHERE)),
    m("default group open", "no-public-door", put("DefaultSecurityGroup im-network-default", "ingress", _EVERYWHERE)),
    m("way out to anywhere", "no-public-door", put(_OUT, "cidrIpv4", "0.0.0.0/0")),
    m("way out by the group's arguments", "no-public-door", put(_DB, "egress", _EVERYWHERE)),
    m(
        "way out by the older rule",
        "no-public-door",
        add(
            f"{_EC2}/securityGroupRule:SecurityGroupRule",
            "o",
            {"type": "egress", "protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]},
            securityGroupId=_DB,
        ),
    ),
    m("subnet of another region", "home-region", put(_SUBNET, "availabilityZone", "ap-southeast-1a")),
    m("subnet of a zone not known", "home-region?", put(_SUBNET, "availabilityZone", UNKNOWN)),
    m("subnet with addresses on the Internet", "no-public-door", put(_SUBNET, "mapPublicIpOnLaunch", True)),
    m("network in another region", "home-region", put("Vpc im-network", "region", "ap-southeast-1")),
    m(
        "peered with another region",
        "copies-stay-home",
        add(f"{_EC2}/vpcPeeringConnection:VpcPeeringConnection", "p", {"peerRegion": "ap-southeast-1"}),
    ),
    m("a way to anywhere", "no-public-door", add(f"{_EC2}/natGateway:NatGateway", "n", {})),
    m(
        "endpoint of another region",
        "copies-stay-home",
        put("VpcEndpoint im-network-to-kms", "serviceName", "com.amazonaws.ap-southeast-1.kms"),
    ),
    m(
        "endpoint of another region by name",
        "copies-stay-home",
        put("VpcEndpoint im-network-to-kms", "serviceRegion", "ap-southeast-1"),
    ),
]
_INSIDE = "what is in it does not start without"
_PORTS = "who is at the other end is a group of the stack, by whatever port"
MAY_BE_UNKNOWN = {
    f"vpc/securityGroupIngressRule {argument}": _PORTS for argument in ("fromPort", "toPort", "ipProtocol")
}
MAY_BE_LEFT_OUT = {
    "ec2/defaultSecurityGroup": "nothing of the stack is in the default group",
    "ec2/internetGateway": _INSIDE,
    "ec2/route": "a way out less",
    "ec2/routeTable": _INSIDE,
    "ec2/routeTableAssociation": "a subnet without it has no way out",
    "ec2/vpcEndpoint": "a way to a service less",
    "vpc/securityGroupEgressRule": "a way out less",
    "vpc/securityGroupIngressRule": "a way in less",
}
