# fails: encrypted-at-rest
# deployed: a known text is a name without any dependency
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
key = kms.Key("key", alias="key", is_enabled=True, opts=pulumi.ResourceOptions(provider=provider))


def tagged(given: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
    """Whatever a resource's own transform returns loses what it was made from: the key is not provable any more."""
    return pulumi.ResourceTransformResult(props={**given.props, "tags": {"owner": "im"}}, opts=given.opts)


cos.Bucket(
    "photos",
    bucket="photos-1250000000",
    encryption_algorithm="KMS",
    kms_id=key.id,
    opts=pulumi.ResourceOptions(provider=provider, transforms=[tagged]),
)
