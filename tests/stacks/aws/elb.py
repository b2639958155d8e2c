"""Mutants of the edge: the load balancer, its listener, where it sends requests and logs; and other ways in."""

from typing import Any

from tests.harness.mutate import REMOVED, Change, add, lose, option, put, twin
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_EDGE, _LISTENER, _TARGETS = "LoadBalancer im-edge", "Listener im-edge-443", "TargetGroup im-edge-targets"
_RULE = "ListenerRule im-edge-api"
_WORLD = "SecurityGroupIngressRule im-network-world-to-edge"
_TWINS = ("aws:lb", "aws:alb")
_THERE = "arn:aws:acm:ap-southeast-1:123456789012:certificate/1"
_OLD = ("2016-08", "TLS13-1-0-2021-06", "TLS13-1-1-2021-06", "FS-1-1-2019-08", "TLS-1-1-2017-01", "TLS13-1-2-2021-07")


def _listener(module: str, inputs: dict[str, Any]) -> Change:
    return add(f"{module}/listener:Listener", "l", inputs, loadBalancerArn=_EDGE)


def _policy(name: str, **more: Any) -> dict[str, Any]:
    return {"protocol": "HTTPS", "sslPolicy": f"ELBSecurityPolicy-{name}", **more}


def _moved(label: str, argument: str, value: Any) -> tuple[Change, Change]:
    """An argument that is not made from another resource any more."""
    return put(label, argument, value), option(label, links={})


def _logs_to(part: str, kind: str) -> Change:
    """Logs of the edge to another bucket of the stack, by its name."""
    return put(_EDGE, kind, {"bucket": f"im-{part}-123456789012-ap-southeast-3", "enabled": True})


def _of_every_twin(module: str) -> list[Mutant]:
    to_http = [{"type": "redirect", "redirect": {"protocol": "HTTPS"}}]
    return [
        m(f"{module}: a second listener, HTTP", "encrypted-in-transit no-public-door", _listener(module, {})),
        m(
            f"{module}: a second listener that sends clients to HTTPS",
            "encrypted-in-transit no-public-door",
            _listener(module, {"protocol": "HTTP", "port": 80.0, "defaultActions": to_http}),
        ),
        m(f"{module}: a second listener, old TLS", "encrypted-in-transit", _listener(module, _policy("2016-08"))),
        m(f"{module}: a second listener, TCP", "encrypted-in-transit?", _listener(module, {"protocol": "TCP"})),
        m(
            f"{module}: a rule that sends clients elsewhere",
            "copies-stay-home",
            add(
                f"{module}/listenerRule:ListenerRule",
                "r",
                {"actions": [{"type": "redirect", "redirect": {"host": "other.example.com"}}]},
                listenerArn=_LISTENER,
            ),
        ),
        m(
            f"{module}: a rule that goes on to somebody else",
            "known-types?",
            add(
                f"{module}/listenerRule:ListenerRule",
                "r",
                {"actions": [{"type": "forward", "targetGroupArn": "arn:other"}]},
                listenerArn=_LISTENER,
            ),
        ),
        m(
            f"{module}: a certificate of another region",
            "copies-stay-home",
            add(
                f"{module}/listenerCertificate:ListenerCertificate",
                "c",
                {"certificateArn": _THERE},
                listenerArn=_LISTENER,
            ),
        ),
        m(
            f"{module}: a target in any network",
            "known-types?",
            add(
                f"{module}/targetGroupAttachment:TargetGroupAttachment",
                "a",
                {"targetId": "10.99.0.1", "availabilityZone": "all"},
                targetGroupArn=_TARGETS,
            ),
        ),
        m(
            f"{module}: a second way in, to a database",
            "no-public-door encrypted-in-transit? known-types?",
            add(f"{module}/loadBalancer:LoadBalancer", "n", {"loadBalancerType": "network", "internal": False}),
            add(f"{module}/targetGroup:TargetGroup", "t", {"protocol": "TCP"}, vpcId="Vpc im-network"),
            add(
                f"{module}/listener:Listener",
                "l",
                {"protocol": "TCP", "defaultActions": [{"type": "forward", "targetGroupArn": "arn:other"}]},
                loadBalancerArn="LoadBalancer n",
            ),
        ),
    ]


_BALANCER = [
    m("edge: its listener by HTTP", "encrypted-in-transit no-public-door", put(_LISTENER, "protocol", "HTTP")),
    m(
        "edge: its listener by nothing named",
        "encrypted-in-transit no-public-door",
        put(_LISTENER, "protocol", REMOVED),
    ),
    m("edge: no listener", "no-public-door", lose(_LISTENER)),
    m("edge: no policy", "encrypted-in-transit", put(_LISTENER, "sslPolicy", REMOVED)),
    *(
        m(f"edge: {name}", "encrypted-in-transit", put(_LISTENER, "sslPolicy", f"ELBSecurityPolicy-{name}"))
        for name in _OLD
    ),
    m("edge: its certificate elsewhere", "copies-stay-home", put(_LISTENER, "certificateArn", _THERE)),
    m("edge: its listener is another's", "no-public-door known-types?", *_moved(_LISTENER, "loadBalancerArn", "arn:x")),
    m("edge: its rule is another's", "known-types?", *_moved(_RULE, "listenerArn", "arn:x")),
    m("edge: to HTTP backends", "encrypted-in-transit", put(_TARGETS, "protocol", "HTTP")),
    m("edge: to TCP backends", "encrypted-in-transit?", put(_TARGETS, "protocol", "TCP")),
    m("edge: to functions", "no-public-door", put(_TARGETS, "targetType", "lambda")),
    m("edge: to another network", "known-types?", *_moved(_TARGETS, "vpcId", "vpc-1")),
    m("edge: an appliance", "no-public-door", put(_EDGE, "loadBalancerType", "gateway")),
    m(
        "edge: who users are is asked elsewhere",
        "copies-stay-home",
        put(_LISTENER, "defaultActions", [{"type": "authenticate-oidc", "authenticateOidc": {"issuer": "x"}}]),
    ),
    *(
        m(f"edge: {kind} in {part}", "declared-holdings", _logs_to(part, kind))
        for kind in ("accessLogs", "connectionLogs", "healthCheckLogs")
        for part in ("media", "avatars", "keyring")
    ),
    m("edge: requests that have no clear end", "no-public-door", put(_EDGE, "desyncMitigationMode", "monitor")),
    m("edge: logs to nowhere", "known-types?", put(_EDGE, "accessLogs.bucket", "other")),
    *(
        m(f"edge: {kind} to nowhere", "known-types?", put(_EDGE, kind, {"bucket": "other", "enabled": True}))
        for kind in ("connectionLogs", "healthCheckLogs")
    ),
    m("edge: logs to a bucket in another region", "home-region", put("Bucket im-access", "region", "ap-southeast-1")),
    m("edge: in a subnet of somebody else", "known-types?", put(_EDGE, "subnets.2", "subnet-1")),
    m("edge: behind a group of somebody else", "known-types?", put(_EDGE, "securityGroups.0", "sg-1")),
    m("edge: in another region", "home-region", put(_EDGE, "region", "ap-southeast-1")),
    m("edge: its targets in another region", "home-region", put(_TARGETS, "region", "ap-southeast-1")),
    m("edge: looked up", "known-types?", option(_EDGE, read=True)),
    m("edge: policy ignored", "judged-arguments-count", option(_LISTENER, ignore_changes=["sslPolicy"])),
    m("edge: an action ignored", "judged-arguments-count", option(_RULE, ignore_changes=["actions[0].type"])),
    m("edge: logs ignored", "judged-arguments-count", option(_EDGE, ignore_changes=["accessLogs"])),
    m("edge: retained", "judged-arguments-count", option(_EDGE, retain_on_delete=True)),
    m("no edge, and the world let in", "no-public-door?", lose(_EDGE)),
    m("world: to any port", "no-public-door", put(_WORLD, "toPort", 65535.0)),
    m("world: by HTTP", "no-public-door", put(_WORLD, "fromPort", 80.0), put(_WORLD, "toPort", 80.0)),
    m(
        "world: to the application",
        "no-public-door?",
        twin(_WORLD, "w", option(_WORLD, links={}), put(_WORLD, "securityGroupId", UNKNOWN)),
    ),
    m(
        "world: by HTTPS to a group of the edge that a database has too",
        "no-public-door",
        add("aws:rds/instance:Instance", "d", {}, vpcSecurityGroupIds="SecurityGroup im-network-edge"),
    ),
    m("in front: an accelerator", "copies-stay-home", add("aws:globalaccelerator/accelerator:Accelerator", "a", {})),
    m("in front: a distribution", "copies-stay-home", add("aws:cloudfront/distribution:Distribution", "d", {})),
    m("beside: a classic load balancer", "no-public-door", add("aws:elb/loadBalancer:LoadBalancer", "c", {})),
    m("beside: an API", "no-public-door", add("aws:apigatewayv2/api:Api", "a", {})),
    m("beside: a network of services", "no-public-door", add("aws:vpclattice/serviceNetwork:ServiceNetwork", "s", {})),
]
MUTANTS = [*_BALANCER, *(row for module in _TWINS for row in _of_every_twin(module))]
EQUIVALENT = [
    # Nobody outside reaches what is internal.
    m("edge: internal", "", put(_EDGE, "internal", True)),
    # No log is no data.
    m("edge: no logs", "", put(_EDGE, "accessLogs.enabled", False)),
    # It takes less than the one it replaces.
    m("edge: TLS 1.3 alone", "", put(_LISTENER, "sslPolicy", "ELBSecurityPolicy-TLS13-1-3-2021-06")),
    # Certificates of the account have no region.
    m(
        "edge: an older certificate",
        "",
        put(_LISTENER, "certificateArn", "arn:aws:iam::123456789012:server-certificate/x"),
    ),
    # Every request is answered by the load balancer itself.
    m("edge: nothing passed on", "", lose(_RULE, "ListenerRule im-edge-websocket")),
]
_ANSWER = "what the load balancer answers by itself to requests that no rule passes on"
MAY_BE_UNKNOWN = {
    "lb/listener certificateArn": "a listener takes no certificate of another region",
    "lb/loadBalancer internal": "every way in is by TLS, whoever may take it",
    **dict.fromkeys(
        (f"lb/listener defaultActions[].fixedResponse{part}" for part in ("", ".contentType", ".statusCode")), _ANSWER
    ),
}
MAY_BE_LEFT_OUT = {"lb/listenerRule": "requests that no rule passes on are answered by the load balancer itself"}
