"""Stores of single customers: of each a secret, or a log topic, which is deleted with its account."""

from collections.abc import Sequence

import pulumi
from tencentcloud_iac_pulumi import cls, ssm

from im_stack.components.plan.holdings import encrypts, of_customers
from im_stack.components.service import Service
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.logs import ENCRYPTED

FOR_EVER = 3640
"""The period of a log topic whose lines have no age (cls_topic.period, provider v1.82.42)."""


class CustomerKeys(Service):
    """An empty secret for each customer: the application puts the key in, so that no plan and no state has it. It is
    deleted without a recovery window. `names` maps a customer to its secret."""

    def __init__(
        self, name: str, customers: Sequence[str], data_class: str, keys: Keys, opts: pulumi.ResourceOptions
    ) -> None:
        stores = {f"{name}-{customer}": customer for customer in customers}
        super().__init__("im:tencent:CustomerKeys", name, of_customers(stores, data_class), opts=opts)
        self.names = {
            customer: ssm.Secret(
                store,
                secret_name=self.physical_name(store),
                kms_key_id=keys.key.id,
                is_enabled=True,
                recovery_window_in_days=0,
                opts=self.child(),
            ).secret_name
            for store, customer in stores.items()
        }
        self.register_outputs({"names": self.names})


class CustomerLogs(Service):
    """A log topic for each customer, whose lines have no age, in one log set. `names` maps a customer to its topic."""

    def __init__(
        self, name: str, customers: Sequence[str], data_class: str, _: Keys, opts: pulumi.ResourceOptions
    ) -> None:
        stores = {f"{name}-{customer}": customer for customer in customers}
        hops = [encrypts(store, "the operator", ENCRYPTED) for store in stores]
        super().__init__("im:tencent:CustomerLogs", name, of_customers(stores, data_class, hops), opts=opts)
        logset = cls.Logset(f"{name}-set", logset_name=self.physical_name(name), opts=self.child())
        self.names = {
            customer: cls.Topic(
                store,
                topic_name=self.physical_name(store),
                logset_id=logset.id,
                period=FOR_EVER,
                storage_type="hot",
                is_web_tracking=False,
                auto_split=True,
                opts=self.child(),
            ).id
            for store, customer in stores.items()
        }
        self.register_outputs({"names": self.names})
