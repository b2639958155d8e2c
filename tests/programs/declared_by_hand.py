# passes
# classes: {"user-information": {"store": false, "period": null, "transient": "PT1H"}}
import json

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

from im_stack.components.declaring import holds, holds_nothing

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", alias="key", is_enabled=True, opts=pinned)
ENDS = [
    cos.BucketLifecycleRuleArgs(
        filter_prefix="",
        expiration=cos.BucketLifecycleRuleExpirationArgs(days=7),
        abort_incomplete_multipart_upload=cos.BucketLifecycleRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=1
        ),
    )
]


def bucket(name: str) -> cos.Bucket:
    """A private bucket whose objects end after a week, for TLS only."""
    full = f"{name}-1250000000"
    made = cos.Bucket(
        name, bucket=full, acl="private", encryption_algorithm="KMS", kms_id=key.id, lifecycle_rules=ENDS, opts=pinned
    )
    path = f"qcs::cos:ap-jakarta:uid/1250000000:{full}/*"
    every = {"Principal": {"qcs": ["qcs::cam::anyone:anyone"]}, "Action": ["name/cos:*"], "Resource": [path]}
    old = ({"bool_equal": {"cos:secure-transport": "false"}}, {"numeric_less_than": {"cos:tls-version": 1.2}})
    refused = [{"Effect": "Deny", **every, "Condition": condition} for condition in old]
    policy = json.dumps({"version": "2.0", "Statement": refused})
    cos.BucketPolicy(f"{name}-tls", bucket=full, policy=policy, opts=pinned)
    return made


holds(bucket("photos"), "messages")
holds_nothing(bucket("site"), "only the public emblem lies there")
