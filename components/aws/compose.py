"""Which AWS services make up the backend: `im_stack.components.layout` says what each of them holds."""

from collections.abc import Callable

import pulumi_aws as aws

from im_stack.components.aws.account import Account
from im_stack.components.aws.docdb import add_mongodb
from im_stack.components.aws.elasticache import add_redis
from im_stack.components.aws.elb import add_edge
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.msk import add_kafka, times
from im_stack.components.aws.network import Network, NetworkArgs
from im_stack.components.aws.objects import add_buckets, add_keyring
from im_stack.components.aws.rds import add_mysql
from im_stack.components.aws.s3 import LogBucket, LogBucketArgs
from im_stack.components.aws.secrets import add_secrets
from im_stack.components.aws.stack import Stack
from im_stack.components.backend import Secrets
from im_stack.components.contract import Contract
from im_stack.components.layout import Layout, Services, needed
from im_stack.components.service import Service, after
from im_stack.terms.declaration import Declaration

SERVICES = Services("aws", "msk", times, "elasticache-key-expiry")
PARTS: tuple[Callable[[Stack], None], ...] = (
    add_secrets,
    add_keyring,
    add_mysql,
    add_mongodb,
    add_redis,
    add_kafka,
    add_buckets,
    add_edge,
)
"""What is made once there are keys, a network and a place for logs, in this order."""


def compose(parent: Service, name: str, declaration: Declaration, secrets: Secrets) -> Contract:
    """Make every service under `parent`, by one explicit provider pinned to the declared region and account."""
    zones, chosen = needed(
        declaration,
        zones="first and second by name",
        network="app-id and owner-uin (both the account's number), certificate-id and domain",
    )
    region, account = declaration.region, Account(chosen.app_id, declaration.region)
    provider = aws.Provider(f"{name}-{region}", region=region, allowed_account_ids=[account.number])
    inside = parent.child(providers=[provider])
    layout = Layout(name, declaration, SERVICES)
    logs = LogBucketArgs(account.bucket_name(f"{name}-access"), account, layout.access)
    network = NetworkArgs(chosen.cidr, (zones.first, zones.second), account)
    keys, private = Keys(f"{name}-keys", account, inside), Network(f"{name}-network", network, inside)
    inside = after(inside, keys, private)
    stack = Stack(
        name=name,
        declaration=declaration,
        secrets=secrets,
        chosen=chosen,
        zones=zones,
        account=account,
        layout=layout,
        inside=inside,
        keys=keys,
        network=private,
        logs=LogBucket(f"{name}-access", logs, inside),
    )
    for part in PARTS:
        part(stack)
    return stack.contract()
