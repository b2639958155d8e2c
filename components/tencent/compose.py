"""Which Tencent Cloud services make up the backend, and what each of them holds."""

from dataclasses import dataclass

import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from components.backend import Secrets
from components.budget import plan
from components.tencent.cos import Bucket, BucketArgs
from components.tencent.keys import Keys
from components.tencent.mysql import Mysql, MysqlArgs
from terms.declaration import Declaration


@dataclass(frozen=True)
class Services:
    keys: Keys
    media: Bucket
    mysql: Mysql


def compose(parent: pulumi.Resource, name: str, declaration: Declaration, secrets: Secrets) -> Services:
    """Make every service under `parent`, by one explicit provider pinned to the declared region."""
    region = declaration.region
    app_id = str(declaration.network["app-id"])
    provider = tencentcloud.Provider(f"{name}-{region}", region=region)
    inside = pulumi.ResourceOptions(parent=parent, providers=[provider])
    keys = Keys(f"{name}-keys", inside)
    messages, users = plan(declaration, "messages"), plan(declaration, "user-information")
    media = Bucket(
        f"{name}-media",
        BucketArgs(f"{name}-media-{app_id}", app_id, region, messages, keys),
        inside,
    )
    mysql = Mysql(
        f"{name}-mysql",
        MysqlArgs(
            tables={"profiles": users},
            keys=keys,
            region=region,
            zones=(declaration.zones["first"], declaration.zones["second"]),
            size=declaration.size,
            root_password=secrets.mysql_root_password,
        ),
        inside,
    )
    return Services(keys, media, mysql)
