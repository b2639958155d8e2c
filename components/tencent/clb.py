"""Load balancer: HTTPS listeners and HTTPS backends, TLS 1.2 at least, access logs in the stack's own topic."""

from dataclasses import dataclass
from typing import Any, Literal

import pulumi
from tencentcloud_iac_pulumi import clb

from im_stack.components.contract import Edge
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.components.tencent.logs import Logs
from im_stack.terms.stack.wire import Declares

TLS_VERSIONS = "ssl_protocols TLSv1.2 TLSv1.3;"
_ANSWERS = 1 + 2 + 4 + 8  # 1xx to 4xx: a backend that answers is healthy
_BACKEND_PORT = -1  # the service may report the default so; an absent argument would then differ in every preview


@dataclass(frozen=True)
class Entry:
    """A path of an HTTPS listener; entries of one port share the listener. Backends answer HTTPS, WebSocket
    included."""

    port: int
    domain: str
    path: str = "/"


@dataclass(frozen=True)
class ClbArgs:
    """`certificate_id` names a certificate of the certificate service, so that its private key is in no state.

    `OPEN` is the edge, the one public way in; `INTERNAL` needs a `subnet_id`.
    """

    entries: dict[str, Entry]
    certificate_id: pulumi.Input[str]
    size: str
    logs: Logs | None = None
    network: Literal["OPEN", "INTERNAL"] = "OPEN"
    vpc_id: pulumi.Input[str] | None = None
    subnet_id: pulumi.Input[str] | None = None
    security_group_ids: tuple[pulumi.Input[str], ...] = ()


class Clb(Service):
    """A load balancer with HTTPS listeners only. It stores no payload."""

    def __init__(self, name: str, args: ClbArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = {"size": args.size, "network": args.network, "entries": sorted(args.entries)}
        super().__init__("im:tencent:Clb", name, Declares(), inputs, opts)
        self.instance = self._instance(name, args)
        clb.CustomizedConfig(
            f"{name}-tls",
            config_name=self.physical_name(f"{name}-tls"),
            config_content=TLS_VERSIONS,
            load_balancer_ids=[self.instance.id],
            opts=self.change(self.instance),
        )
        ports = sorted({entry.port for entry in args.entries.values()})
        self.listeners = {port: self._listener(name, port, args) for port in ports}
        self.rules = {key: self._rule(f"{name}-{key}", entry) for key, entry in args.entries.items()}
        self.edge = Edge(
            self.instance.id,
            {port: made.listener_id for port, made in self.listeners.items()},
            {key: made.rule_id for key, made in self.rules.items()},
        )
        self.register_outputs({"id": self.instance.id})

    def _instance(self, name: str, args: ClbArgs) -> clb.Instance:
        public: dict[str, Any] = {}
        if args.network == "OPEN":
            public = {"internet_charge_type": "TRAFFIC_POSTPAID_BY_HOUR", **size("tencent", "clb-bandwidth", args.size)}
        return clb.Instance(
            name,
            clb_name=self.physical_name(name),
            network_type=args.network,
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id if args.network == "INTERNAL" else None,
            security_groups=list(args.security_group_ids) or None,
            load_balancer_pass_to_target=False,
            snat_pro=False,
            log_set_id=args.logs.logset.id if args.logs else None,
            log_topic_id=args.logs.topic.id if args.logs else None,
            **public,
            **size("tencent", "clb", args.size),
            opts=self.child(),
        )

    def _listener(self, name: str, port: int, args: ClbArgs) -> clb.Listener:
        return clb.Listener(
            f"{name}-{port}",
            clb_id=self.instance.id,
            listener_name=f"{name}-{port}",
            port=port,
            protocol="HTTPS",
            certificate_ssl_mode="UNIDIRECTIONAL",
            certificate_id=args.certificate_id,
            sni_switch=False,
            opts=self.change(self.instance),
        )

    def _rule(self, name: str, entry: Entry) -> clb.ListenerRule:
        return clb.ListenerRule(
            name,
            clb_id=self.instance.id,
            listener_id=self.listeners[entry.port].listener_id,
            domain=entry.domain,
            url=entry.path,
            forward_type="HTTPS",
            health_check_switch=True,
            health_check_type="HTTPS",
            health_check_http_method="HEAD",
            health_check_http_path="/",
            health_check_http_code=_ANSWERS,
            health_check_port=_BACKEND_PORT,
            scheduler="WRR",
            opts=self.change(self.instance),
        )
