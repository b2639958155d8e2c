"""Load balancer: HTTPS listeners and HTTPS backends, TLS 1.2 at least, access logs in the stack's own bucket."""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import lb

from im_stack.components.aws.s3 import LogBucket
from im_stack.components.contract import Edge
from im_stack.components.plan.layouts.feature import PORT
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.2 and 1.3, with forward-secret ciphers only."""
TARGET_PORT = 8443


@dataclass(frozen=True)
class AlbArgs:
    """`paths` of one `domain` lead to the same backends. `certificate_arn` names a certificate of the certificate
    service, so that its private key is in no state.

    `to_machines` are those paths that lead to machines of the stack, which are registered by their ids.

    The edge, the one public way in, is not `internal`. `subnet_ids` are in two zones at least.
    """

    domain: str
    paths: dict[str, str]
    certificate_arn: pulumi.Input[str]
    size: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    group_id: pulumi.Input[str]
    logs: LogBucket | None = None
    to_machines: tuple[str, ...] = ()
    internal: bool = False
    port: int = PORT


class Alb(Service):
    """An application load balancer with one HTTPS listener. It stores no payload.

    Backends register their addresses in `targets` and answer HTTPS, WebSocket included. The load balancer itself
    answers 404 for other paths."""

    def __init__(self, name: str, args: AlbArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = {"size": args.size, "internal": args.internal, "paths": sorted(args.paths.values())}
        super().__init__("im:aws:Alb", name, Declares(), inputs, opts)
        self.balancer = self._balancer(name, args)
        self.targets = self._targets(f"{name}-targets", args, "ip")
        machines = self._targets(f"{name}-machines", args, "instance") if args.to_machines else self.targets
        groups = {key: machines if key in args.to_machines else self.targets for key in args.paths}
        self.listener = self._listener(name, args)
        longest_first = sorted(args.paths.items(), key=lambda item: (-len(item[1]), item))
        for priority, (key, path) in enumerate(longest_first, 1):
            self._rule(f"{name}-{key}", args.domain, path, priority, groups[key])
        targets = {key: group.arn for key, group in groups.items()}
        self.edge = Edge(self.balancer.arn, {args.port: self.listener.arn}, targets)
        self.register_outputs({"host": self.balancer.dns_name, "targetGroupArn": self.targets.arn})

    def _balancer(self, name: str, args: AlbArgs) -> lb.LoadBalancer:
        """The load balancer comes after the log bucket's policy, because it writes a test object when it is created."""
        logs: dict[str, Any] = {}
        if args.logs:
            logs = {"access_logs": lb.LoadBalancerAccessLogsArgs(bucket=args.logs.bucket.bucket, enabled=True)}
        return lb.LoadBalancer(
            name,
            load_balancer_type="application",
            internal=args.internal,
            subnets=list(args.subnet_ids),
            security_groups=[args.group_id],
            drop_invalid_header_fields=True,
            **logs,
            **size("aws", "alb", args.size),
            opts=self.child(depends_on=[args.logs] if args.logs else []),
        )

    def _targets(self, name: str, args: AlbArgs, kind: str) -> lb.TargetGroup:
        return lb.TargetGroup(
            name,
            vpc_id=args.vpc_id,
            target_type=kind,
            protocol="HTTPS",
            port=TARGET_PORT,
            health_check=lb.TargetGroupHealthCheckArgs(protocol="HTTPS", path="/", matcher="200-499"),
            opts=self.child(),
        )

    def _listener(self, name: str, args: AlbArgs) -> lb.Listener:
        nothing = lb.ListenerDefaultActionFixedResponseArgs(content_type="text/plain", status_code="404")
        return lb.Listener(
            f"{name}-{args.port}",
            load_balancer_arn=self.balancer.arn,
            port=args.port,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=args.certificate_arn,
            default_actions=[lb.ListenerDefaultActionArgs(type="fixed-response", fixed_response=nothing)],
            opts=self.child(),
        )

    def _rule(self, name: str, domain: str, path: str, priority: int, group: lb.TargetGroup) -> lb.ListenerRule:
        below = f"{path.rstrip('/')}/*"
        host = lb.ListenerRuleConditionHostHeaderArgs(values=[domain])
        paths = lb.ListenerRuleConditionPathPatternArgs(values=[below] if path == "/" else [path, below])
        return lb.ListenerRule(
            name,
            listener_arn=self.listener.arn,
            priority=priority,
            conditions=[
                lb.ListenerRuleConditionArgs(host_header=host),
                lb.ListenerRuleConditionArgs(path_pattern=paths),
            ],
            actions=[lb.ListenerRuleActionArgs(type="forward", target_group_arn=group.arn)],
            opts=self.child(),
        )
