"""References of the network and the load balancers: arguments that must name a resource of this stack.

What they name is judged where it is made; a network, a target group or a flow log of another stack may lead anywhere.
"""

from collections.abc import Mapping

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.rows import refers_to, resource, with_rows

VPC = "tencentcloud:Vpc/instance:Instance"
_SUBNET = "tencentcloud:Subnet/instance:Instance"
_ROUTES = "tencentcloud:Route/table:Table"
_CCN = "tencentcloud:Ccn/instance:Instance"
_PEERING = "tencentcloud:Vpc/peerConnectManager:PeerConnectManager"
_HAVIP = "tencentcloud:Ha/vip:Vip"
_FLOW_LOG = "tencentcloud:Vpc/flowLog:FlowLog"
_BALANCER = "tencentcloud:Clb/instance:Instance"
_LISTENER = "tencentcloud:Clb/listener:Listener"
_TARGETS = "tencentcloud:Clb/targetGroup:TargetGroup"
_CONFIGS = (
    "tencentcloud:Clb/customizedConfig:CustomizedConfig",
    "tencentcloud:Clb/customizedConfigV2:CustomizedConfigV2",
)

Ends = Mapping[str, tuple[str, ...]]
"""Arguments, and the types that each may name."""

MUST: Mapping[str, Ends] = {
    # What joins the network to others, and where packets go on.
    _SUBNET: {"vpcId": (VPC,)},
    _ROUTES: {"vpcId": (VPC,)},
    "tencentcloud:Route/tableAssociation:TableAssociation": {"routeTableId": (_ROUTES,)},
    "tencentcloud:Route/tableEntry:TableEntry": {"nextHub": (_HAVIP, _PEERING, _CCN)},
    "tencentcloud:Ccn/attachmentV2:AttachmentV2": {"ccnId": (_CCN,), "instanceId": (VPC,)},
    _PEERING: {"sourceVpcId": (VPC,), "destinationVpcId": (VPC,)},
    "tencentcloud:Vpc/flowLogConfig:FlowLogConfig": {"flowLogId": (_FLOW_LOG,)},
    # What hangs on a load balancer, and where it sends requests.
    "tencentcloud:Clb/listenerRule:ListenerRule": {"listenerId": (_LISTENER,)},
    "tencentcloud:Clb/attachment:Attachment": {"clbId": (_BALANCER,), "listenerId": (_LISTENER,)},
    "tencentcloud:Clb/redirection:Redirection": {"clbId": (_BALANCER,), "targetListenerId": (_LISTENER,)},
    "tencentcloud:Clb/clsLogAttachment:ClsLogAttachment": {"loadBalancerId": (_BALANCER,)},
    "tencentcloud:Clb/customizedConfigAttachment:CustomizedConfigAttachment": {"configId": _CONFIGS},
    _TARGETS: {"vpcId": (VPC,)},
    "tencentcloud:Clb/targetGroupAttachment:TargetGroupAttachment": {
        "clbId": (_BALANCER,),
        "listenerId": (_LISTENER,),
        "targetGroupId": (_TARGETS,),
    },
    "tencentcloud:Clb/targetGroupInstanceAttachment:TargetGroupInstanceAttachment": {"targetGroupId": (_TARGETS,)},
}
"""Arguments that have to name something: what the service would take instead is not of this stack either."""

MAY: Mapping[str, Ends] = {
    _SUBNET: {"routeTableId": (_ROUTES,)},  # absent: the network's own table, which only this stack can fill
    _BALANCER: {"vpcId": (VPC,), "subnetId": (_SUBNET,)},  # absent: a network in which this stack has nothing
    "tencentcloud:Clb/redirection:Redirection": {"sourceListenerId": (_LISTENER,)},
}
"""Arguments that may be absent."""


def referring(readers: Mapping[str, Reader]) -> dict[str, Reader]:
    """All readers of a cloud, with the references of their types."""
    found = dict(readers)
    for ends, optional in ((MUST, False), (MAY, True)):
        for type_, arguments in ends.items():
            rows = [refers_to(argument, *types, optional=optional) for argument, types in arguments.items()]
            found[type_] = with_rows(found.get(type_, resource()), *rows)
    return found
