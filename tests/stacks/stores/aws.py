"""Stores of one's own beside the backend: for each of `own:stores` a bucket, a key and a role that reads it alone."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi_aws import iam, kms, s3

from im_stack.components.aws.account import Account, allow, document
from im_stack.components.aws.s3 import forget, https_only
from im_stack.components.declaring import holds
from im_stack.terms.stack.declaration import Declaration


def add(declaration: Declaration, home: pulumi.ProviderResource) -> None:
    """Make the stores; one of another region than the stack's by a provider of its own."""
    number = declaration.network.app_id if declaration.network else ""
    for row in pulumi.Config("own").require_object("stores"):
        region = row.get("region", declaration.region)
        elsewhere = region != declaration.region
        provider = (
            aws.Provider(f"{row['name']}-{region}", region=region, allowed_account_ids=[number]) if elsewhere else home
        )
        there, here = pulumi.ResourceOptions(provider=provider), pulumi.ResourceOptions(provider=home)
        _store(Account(number, region), row, there, here)


def _store(account: Account, row: dict[str, Any], there: pulumi.ResourceOptions, here: pulumi.ResourceOptions) -> None:
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
    by_key = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
        sse_algorithm="aws:kms", kms_master_key_id=key.arn
    )
    rule = s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=by_key, bucket_key_enabled=True, blocked_encryption_types=["SSE-C"]
    )
    s3.BucketServerSideEncryptionConfiguration(f"{name}-encryption", bucket=bucket.bucket, rules=[rule], opts=there)
    s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle", bucket=bucket.bucket, rules=[forget(row.get("days", 20))], opts=there
    )
    s3.BucketPolicy(f"{name}-policy", bucket=bucket.bucket, policy=https_only(full, account), opts=there)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.Role(f"{name}-role", name=full, assume_role_policy=_document(trust), opts=here)
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{account.bucket(full)}/*"}
    iam.RolePolicy(f"{name}-may", name=full, role=role.name, policy=_document(reads), opts=here)
    holds(bucket, row["class"], sources=tuple(row.get("sources", ["clients"])))


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
