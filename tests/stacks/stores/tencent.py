"""Stores of one's own beside the backend: for each of `own:stores` a bucket, a key and a role that reads it alone."""

import json
from typing import Any

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cam, cos, kms

from im_stack.components.declaring import holds
from im_stack.components.tencent.cos import https_only, lifecycle
from im_stack.terms.stack.declaration import Declaration

_TAG = "own-key"


def add(declaration: Declaration, home: pulumi.ProviderResource) -> None:
    """Make the stores; one of another region than the stack's by a provider of its own."""
    for row in pulumi.Config("own").require_object("stores"):
        region = row.get("region", declaration.region)
        elsewhere = region != declaration.region
        provider = tencentcloud.Provider(f"{row['name']}-{region}", region=region) if elsewhere else home
        there, here = pulumi.ResourceOptions(provider=provider), pulumi.ResourceOptions(provider=home)
        _store(declaration, row, region, there, here)


def _store(
    declaration: Declaration,
    row: dict[str, Any],
    region: str,
    there: pulumi.ResourceOptions,
    here: pulumi.ResourceOptions,
) -> None:
    name, app_id = row["name"], declaration.network.app_id if declaration.network else ""
    full = f"{name}-{region}-{app_id}"
    key = kms.Key(
        f"{name}-key",
        alias=f"{name}-{region}",
        is_enabled=True,
        key_rotation_enabled=True,
        pending_delete_window_in_days=30,
        tags={_TAG: full},
        opts=there,
    )
    bucket = cos.Bucket(
        name,
        bucket=full,
        acl="private",
        encryption_algorithm="KMS",
        kms_id=key.id,
        versioning_enable=False,
        acceleration_enable=False,
        force_clean=True,
        log_enable=False,
        lifecycle_rules=[lifecycle("forget", row.get("days", 20))],
        opts=there,
    )
    cos.BucketPolicy(f"{name}-policy", bucket=bucket.bucket, policy=https_only(full, region, app_id), opts=there)
    role = cam.Role(
        f"{name}-role",
        name=f"{name}-{region}",
        document=_document({"action": ["name/sts:AssumeRole"], "principal": {"service": ["scf.qcloud.com"]}}),
        console_login=False,
        opts=here,
    )
    objects = {"action": ["name/cos:GetObject"], "resource": [f"qcs::cos:{region}:uid/{app_id}:{full}/*"]}
    unwraps = {
        "action": ["kms:Decrypt"],
        "resource": [f"qcs::kms:{region}::key/*"],
        "condition": {"for_any_value:string_equal": {"qcs:resource_tag": [f"{_TAG}&{full}"]}},
    }
    policy = cam.Policy(f"{name}-may", name=f"{name}-{region}", document=_document(objects, unwraps), opts=here)
    cam.RolePolicyAttachment(f"{name}-attachment", role_id=role.id, policy_id=policy.id, opts=here)
    holds(bucket, row["class"], sources=tuple(row.get("sources", ["clients"])))


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"version": "2.0", "statement": [{"effect": "allow", **each} for each in statements]})
