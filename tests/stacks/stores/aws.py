"""Stores of one's own: for each of `own:stores` a bucket, a key and a role that reads it alone.

A row is its name and class, and perhaps its region, its days, its sources, and whether its requests are logged.
"""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi_aws import iam, kms, s3

from im_stack.components.aws.account import Account, allow, document
from im_stack.components.aws.s3 import forget, https_only
from im_stack.components.declaring import holds
from im_stack.terms.stack.declaration import Declaration


def home(declaration: Declaration) -> pulumi.ProviderResource:
    """The provider of a program without a backend."""
    return _provider("home", declaration, declaration.region)


def add(declaration: Declaration, ours: pulumi.ProviderResource) -> None:
    """Make the stores; one of another region than the stack's by a provider of its own."""
    rows = pulumi.Config("own").require_object("stores")
    account, here = Account(_number(declaration), declaration.region), pulumi.ResourceOptions(provider=ours)
    logs = _logs(account, here) if any(row.get("logged") for row in rows) else None
    for row in rows:
        region = row.get("region", declaration.region)
        provider = ours if region == declaration.region else _provider(f"{row['name']}-{region}", declaration, region)
        _store(Account(_number(declaration), region), row, pulumi.ResourceOptions(provider=provider), here, logs)


def _number(declaration: Declaration) -> str:
    return declaration.network.app_id if declaration.network else ""


def _provider(name: str, declaration: Declaration, region: str) -> pulumi.ProviderResource:
    provider: pulumi.ProviderResource = aws.Provider(name, region=region, allowed_account_ids=[_number(declaration)])
    return provider


def _logs(account: Account, here: pulumi.ResourceOptions) -> s3.Bucket:
    """The bucket of the access logs, under a key of the service: no other is supported for them."""
    full = account.bucket_name("requests")
    mine = {"StringEquals": {"aws:SourceAccount": account.number}}
    write = allow(
        {"Service": ["logging.s3.amazonaws.com"]}, "s3:PutObject", resource=f"{account.bucket(full)}/*", Condition=mine
    )
    bucket = _bucket("requests", full, account, here, None, 20, write)
    holds(bucket, "access-logs")
    return bucket


def _store(
    account: Account,
    row: dict[str, Any],
    there: pulumi.ResourceOptions,
    here: pulumi.ResourceOptions,
    logs: s3.Bucket | None,
) -> None:
    name, full = row["name"], account.bucket_name(row["name"])
    key = kms.Key(
        f"{name}-key",
        is_enabled=True,
        multi_region=False,
        enable_key_rotation=True,
        deletion_window_in_days=30,
        policy=document(allow({"AWS": [account.root()]}, "kms:*"), allow({"AWS": [account.role(full)]}, "kms:Decrypt")),
        opts=there,
    )
    bucket = _bucket(name, full, account, there, key, row.get("days", 20))
    if logs is not None and row.get("logged"):
        s3.BucketLogging(
            f"{name}-logging", bucket=bucket.bucket, target_bucket=logs.bucket, target_prefix=f"{name}/", opts=there
        )
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.Role(f"{name}-role", name=full, assume_role_policy=_document(trust), opts=here)
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{account.bucket(full)}/*"}
    iam.RolePolicy(f"{name}-may", name=full, role=role.name, policy=_document(reads), opts=here)
    holds(bucket, row["class"], sources=tuple(row.get("sources", ["clients"])))


def _bucket(
    name: str,
    full: str,
    account: Account,
    there: pulumi.ResourceOptions,
    key: kms.Key | None,
    days: int | None,
    *more: dict[str, object],
) -> s3.Bucket:
    """A private bucket for TLS only, whose objects end after days, if any."""
    bucket = s3.Bucket(name, bucket=full, force_destroy=True, opts=there)
    s3.BucketPublicAccessBlock(
        f"{name}-private",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=there,
    )
    owner = s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced")
    s3.BucketOwnershipControls(f"{name}-ownership", bucket=bucket.bucket, rule=owner, opts=there)
    by_default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
    rule = s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=by_default(sse_algorithm="aws:kms", kms_master_key_id=key.arn)
        if key
        else by_default(sse_algorithm="AES256"),
        bucket_key_enabled=bool(key),
        blocked_encryption_types=["SSE-C"],
    )
    s3.BucketServerSideEncryptionConfiguration(f"{name}-encryption", bucket=bucket.bucket, rules=[rule], opts=there)
    s3.BucketLifecycleConfiguration(f"{name}-lifecycle", bucket=bucket.bucket, rules=[forget(days)], opts=there)
    s3.BucketPolicy(f"{name}-policy", bucket=bucket.bucket, policy=https_only(full, account, *more), opts=there)
    return bucket


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
