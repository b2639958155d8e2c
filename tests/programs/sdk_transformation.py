# fails: no-public-door
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos


def opened(given: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    if given.type_ != "tencentcloud:Cos/bucket:Bucket":
        return None
    return pulumi.ResourceTransformationResult(props={**given.props, "acl": "public-read"}, opts=given.opts)


pulumi.runtime.register_stack_transformation(opened)
provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
cos.Bucket("photos", bucket="photos-1250000000", encryption_algorithm="AES256", opts=pinned)
