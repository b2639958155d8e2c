"""Stores of single customers: of each a secret, or a log group, which is deleted with its account."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch, secretsmanager

from im_stack.components.aws.keys import Keys
from im_stack.components.plan.holdings import of_customers
from im_stack.components.service import Service


class CustomerKeys(Service):
    """An empty secret for each customer: the application puts the key in, so that no plan and no state has it. It is
    deleted without a recovery window. `names` maps a customer to its secret."""

    def __init__(
        self, name: str, customers: Sequence[str], data_class: str, keys: Keys, opts: pulumi.ResourceOptions
    ) -> None:
        stores = {f"{name}-{customer}": customer for customer in customers}
        super().__init__("im:aws:CustomerKeys", name, of_customers(stores, data_class), opts=opts)
        self.names = {
            customer: secretsmanager.Secret(
                store,
                name=self.physical_name(store),
                kms_key_id=keys.key.arn,
                recovery_window_in_days=0,
                opts=self.child(),
            ).name
            for store, customer in stores.items()
        }
        self.register_outputs({"names": self.names})


class CustomerLogs(Service):
    """A log group for each customer, whose lines have no age. `names` maps a customer to its log group."""

    def __init__(
        self, name: str, customers: Sequence[str], data_class: str, keys: Keys, opts: pulumi.ResourceOptions
    ) -> None:
        stores = {f"{name}-{customer}": customer for customer in customers}
        super().__init__("im:aws:CustomerLogs", name, of_customers(stores, data_class), opts=opts)
        self.names = {
            customer: cloudwatch.LogGroup(
                store, name=self.physical_name(store), kms_key_id=keys.key.arn, opts=self.child()
            ).name
            for store, customer in stores.items()
        }
        self.register_outputs({"names": self.names})
