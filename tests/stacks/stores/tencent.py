"""Stores of one's own: for each of `own:stores` a bucket, a key and a role that reads it alone.

A row is its name and class, and perhaps its region, its days, its sources, and whether its requests are logged.
"""

import json
from typing import Any

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cam, cos, kms

from im_stack.components.declaring import holds
from im_stack.components.tencent.cos import https_only, lifecycle
from im_stack.terms.stack.declaration import Declaration

_TAG = "own-key"


def home(declaration: Declaration) -> pulumi.ProviderResource:
    """The provider of a program without a backend."""
    return _provider("home", declaration.region)


def add(declaration: Declaration, ours: pulumi.ProviderResource) -> None:
    """Make the stores; one of another region than the stack's by a provider of its own."""
    rows = pulumi.Config("own").require_object("stores")
    here, app_id = pulumi.ResourceOptions(provider=ours), declaration.network.app_id if declaration.network else ""
    for row in rows:
        region = row.get("region", declaration.region)
        provider = ours if region == declaration.region else _provider(f"{row['name']}-{region}", region)
        _store(row, app_id, region, pulumi.ResourceOptions(provider=provider), here)
    if any(row.get("logged") for row in rows):
        holds(
            _bucket("requests", app_id, declaration.region, here, {"encryption_algorithm": "AES256"}, 20), "access-logs"
        )


def _provider(name: str, region: str) -> pulumi.ProviderResource:
    provider: pulumi.ProviderResource = tencentcloud.Provider(name, region=region)
    return provider


def _store(
    row: dict[str, Any], app_id: str, region: str, there: pulumi.ResourceOptions, here: pulumi.ResourceOptions
) -> None:
    name = row["name"]
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
    more: dict[str, Any] = {"encryption_algorithm": "KMS", "kms_id": key.id}
    if row.get("logged"):
        more |= {"log_enable": True, "log_target_bucket": f"requests-{region}-{app_id}", "log_prefix": f"{name}/"}
    bucket = _bucket(name, app_id, region, there, more, row.get("days", 20))
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


def _bucket(
    name: str, app_id: str, region: str, there: pulumi.ResourceOptions, more: dict[str, Any], days: int | None
) -> cos.Bucket:
    """A private bucket for TLS only, whose objects end after days, if any."""
    full = f"{name}-{region}-{app_id}"
    bucket = cos.Bucket(
        name,
        bucket=full,
        acl="private",
        versioning_enable=False,
        acceleration_enable=False,
        force_clean=True,
        lifecycle_rules=[lifecycle("forget", days)],
        opts=there,
        **{"log_enable": False, **more},
    )
    cos.BucketPolicy(f"{name}-policy", bucket=bucket.bucket, policy=https_only(full, region, app_id), opts=there)
    return bucket


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"version": "2.0", "statement": [{"effect": "allow", **each} for each in statements]})
