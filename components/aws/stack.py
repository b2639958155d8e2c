"""What every part of the backend on AWS is built from, and what it leaves for the parts and the contract after it."""

from dataclasses import dataclass, field

import pulumi

from im_stack.components.aws.account import Account
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.network import Network
from im_stack.components.aws.s3 import LogBucket
from im_stack.components.backend import Secrets
from im_stack.components.contract import Contract, Edge, Endpoint, Placement, Ring
from im_stack.components.layout import PATHS, PORT, Layout
from im_stack.components.service import Service, after
from im_stack.terms.declaration import Declaration, Zones
from im_stack.terms.declaration import Network as ChosenNetwork
from im_stack.terms.period import format_period


@dataclass
class Stack:
    """One stack while it is made. A part is a function that takes this, makes its component under `inside`, and adds
    what an application may rely on to the fields below `logs`."""

    name: str
    declaration: Declaration
    secrets: Secrets
    chosen: ChosenNetwork
    zones: Zones
    account: Account
    layout: Layout
    inside: pulumi.ResourceOptions
    keys: Keys
    network: Network
    logs: LogBucket
    edge: Edge = field(init=False)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    brokers: pulumi.Input[object] = ()
    topics: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, pulumi.Input[str]] = field(default_factory=dict)
    rings: dict[str, Ring] = field(default_factory=dict)
    seconds_to_live: dict[str, int] = field(default_factory=dict)
    stored_secrets: dict[str, pulumi.Input[str]] = field(default_factory=dict)

    def after(self, made: Service) -> None:
        """All further parts come after `made`, and go before it."""
        self.inside = after(self.inside, made)

    @property
    def region(self) -> str:
        return self.declaration.region

    def bucket_name(self, part: str) -> str:
        """The name in the whole cloud of one of the stack's buckets."""
        return self.account.bucket_name(f"{self.name}-{part}")

    def contract(self) -> Contract:
        """What an application may rely on, of all that was made."""
        return Contract(
            domain=self.chosen.domain,
            port=PORT,
            paths=PATHS,
            network=Placement(self.network.vpc.id, self.network.subnet_ids, self.network.group_id("application")),
            edge=self.edge,
            endpoints=self.endpoints,
            brokers=self.brokers,
            topics=self.topics,
            buckets=self.buckets,
            rings=self.rings,
            seconds_to_live=self.seconds_to_live,
            periods={of.data_class: format_period(of.limit) for of in (self.layout.messages, self.layout.profiles)},
            secrets=self.stored_secrets,
        )
