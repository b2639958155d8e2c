"""The network: EC2."""

from typing import Any

from tests.readback.table import Call, Given, Kind, Parameters, Read


def _tells(attribute: str) -> Read:
    """A question for one attribute of a network, since EC2 returns one at a time."""
    return Read("ec2", "describe_vpc_attribute", {"VpcId": "id", "Attribute": f"'{attribute}'"}, under=attribute)


_EVERYTHING = """[{IpProtocol: '-1', IpRanges: [{CidrIp: '0.0.0.0/0'}]}]"""
"""EC2's default rule of a new group that allows all egress, which the provider deletes."""
_DEFAULT_GROUP = "[{Name: 'group-name', Values: ['default']}, {Name: 'vpc-id'}]"


def _permissions(direction: str) -> Parameters:
    def more(given: Given) -> dict[str, Any] | None:
        group = given.answers["describe_security_groups"]["SecurityGroups"][0]
        return {"GroupId": group["GroupId"], "IpPermissions": group[direction]} if group[direction] else None

    return more


_RULE = {
    "securityGroupId": "GroupId",
    "description": "",
    "fromPort": "IpPermissions.0.FromPort",
    "toPort": "IpPermissions.0.ToPort",
    "ipProtocol": "IpPermissions.0.IpProtocol",
    "cidrIpv4": "IpPermissions.0.IpRanges.0.CidrIp",
    "referencedSecurityGroupId": "IpPermissions.0.UserIdGroupPairs.0.GroupId",
    "prefixListId": "IpPermissions.0.PrefixListIds.0.PrefixListId",
}
"""A rule of its own is one permission with one peer."""
_PEERS = {"cidrIpv4": "IpRanges", "referencedSecurityGroupId": "UserIdGroupPairs", "prefixListId": "PrefixListIds"}


def _described(given: Given) -> dict[str, Any]:
    """The description of a rule, which the API has at its peer."""
    peers = given.inputs.keys() & _PEERS.keys()
    return {f"IpPermissions.0.{_PEERS[peer]}.0.Description": given.inputs.get("description") for peer in peers}


def _rule(direction: str, out: bool, never: str) -> Kind:
    """A rule; `never` is a peer that no rule of the stacks has in this direction."""
    at = {argument: way for argument, way in _RULE.items() if argument != never}
    operation = f"authorize_security_group_{direction}"
    id_ = f"answers.{operation}.SecurityGroupRules[0].SecurityGroupRuleId"
    root = "SecurityGroupRules[0]"
    return Kind(
        calls=(Call("ec2", operation, at=at, more=_described),),
        reads=(Read("ec2", "describe_security_group_rules", {"SecurityGroupRuleIds.0": "id"}, root),),
        outputs={"id": id_},
        back={"securityGroupId": "GroupId", "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId"},
        besides={"IsEgress": out},
        unread={"description": "moto tells it of a rule with addresses only"},
    )


_PREFIX_LIST = "[{Name: 'prefix-list-name', Values: [inputs.serviceName]}]"
KINDS = {
    "aws:ec2/vpc:Vpc": Kind(
        calls=(
            Call("ec2", "create_vpc"),
            Call("ec2", "modify_vpc_attribute", ("enableDnsSupport",), of={"VpcId": "id"}),
            Call("ec2", "modify_vpc_attribute", ("enableDnsHostnames",), of={"VpcId": "id"}),
        ),
        reads=(
            Read("ec2", "describe_vpcs", {"VpcIds.0": "id"}, "Vpcs[0]"),
            _tells("enableDnsSupport"),
            _tells("enableDnsHostnames"),
        ),
        outputs={"id": "answers.create_vpc.Vpc.VpcId"},
        back={
            "enableDnsSupport": "enableDnsSupport.EnableDnsSupport.Value",
            "enableDnsHostnames": "enableDnsHostnames.EnableDnsHostnames.Value",
        },
    ),
    "aws:ec2/subnet:Subnet": Kind(
        calls=(
            Call("ec2", "create_subnet"),
            Call("ec2", "modify_subnet_attribute", ("mapPublicIpOnLaunch",), of={"SubnetId": "id"}),
        ),
        reads=(Read("ec2", "describe_subnets", {"SubnetIds.0": "id"}, "Subnets[0]"),),
        outputs={"id": "answers.create_subnet.Subnet.SubnetId"},
        besides={"AssignIpv6AddressOnCreation": False},
    ),
    "aws:ec2/internetGateway:InternetGateway": Kind(
        calls=(
            Call("ec2", "create_internet_gateway", ()),
            Call("ec2", "attach_internet_gateway", of={"InternetGatewayId": "id"}),
        ),
        reads=(Read("ec2", "describe_internet_gateways", {"InternetGatewayIds.0": "id"}, "InternetGateways[0]"),),
        outputs={"id": "answers.create_internet_gateway.InternetGateway.InternetGatewayId"},
        back={"vpcId": "Attachments[0].VpcId"},
    ),
    "aws:ec2/routeTable:RouteTable": Kind(
        calls=(Call("ec2", "create_route_table"),),
        reads=(Read("ec2", "describe_route_tables", {"RouteTableIds.0": "id"}, "RouteTables[0]"),),
        outputs={"id": "answers.create_route_table.RouteTable.RouteTableId"},
    ),
    "aws:ec2/route:Route": Kind(
        calls=(Call("ec2", "create_route"),),
        reads=(
            Read(
                "ec2",
                "describe_route_tables",
                {"RouteTableIds.0": "id"},
                "RouteTables[0].Routes[?DestinationCidrBlock=='$destinationCidrBlock'] | [0]",
            ),
            Read("ec2", "describe_route_tables", {"RouteTableIds.0": "id"}, "RouteTables[0]", under="table"),
        ),
        outputs={"id": "inputs.routeTableId"},
        back={"routeTableId": "table.RouteTableId"},
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Kind(
        calls=(Call("ec2", "associate_route_table"),),
        reads=(
            Read(
                "ec2",
                "describe_route_tables",
                {"RouteTableIds.0": "inputs.routeTableId"},
                "RouteTables[0].Associations[?RouteTableAssociationId=='$id'] | [0]",
            ),
        ),
        outputs={"id": "answers.associate_route_table.AssociationId"},
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Kind(
        calls=(
            Call(
                "ec2",
                "describe_security_groups",
                ("vpcId", "ingress", "egress"),
                at={"vpcId": "Filters.1.Values.0", "ingress": "", "egress": ""},
                of={"Filters": _DEFAULT_GROUP},
            ),
            Call("ec2", "revoke_security_group_ingress", (), more=_permissions("IpPermissions")),
            Call("ec2", "revoke_security_group_egress", (), more=_permissions("IpPermissionsEgress")),
        ),
        reads=(Read("ec2", "describe_security_groups", {"GroupIds.0": "id"}, "SecurityGroups[0]"),),
        outputs={"id": "answers.describe_security_groups.SecurityGroups[0].GroupId"},
        back={"ingress": "IpPermissions", "egress": "IpPermissionsEgress"},
    ),
    "aws:ec2/securityGroup:SecurityGroup": Kind(
        calls=(
            Call("ec2", "create_security_group", named="GroupName"),
            Call("ec2", "revoke_security_group_egress", (), of={"GroupId": "id", "IpPermissions": _EVERYTHING}),
        ),
        reads=(Read("ec2", "describe_security_groups", {"GroupIds.0": "id"}, "SecurityGroups[0]"),),
        outputs={"id": "answers.create_security_group.GroupId"},
        own={"revokeRulesOnDelete": "what the provider does before it deletes"},
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress", out=False, never="prefixListId"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress", out=True, never="cidrIpv4"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Kind(
        calls=(
            Call("ec2", "create_vpc_endpoint"),
            Call("ec2", "describe_managed_prefix_lists", (), of={"Filters": _PREFIX_LIST}),
        ),
        reads=(Read("ec2", "describe_vpc_endpoints", {"VpcEndpointIds.0": "id"}, "VpcEndpoints[0]"),),
        outputs={
            "id": "answers.create_vpc_endpoint.VpcEndpoint.VpcEndpointId",
            "prefixListId": "answers.describe_managed_prefix_lists.PrefixLists[0].PrefixListId",
        },
        back={"securityGroupIds": "Groups[].GroupId"},
    ),
}
