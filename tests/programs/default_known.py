# fails: no-public-door
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
photos = cos.Bucket("photos", bucket="photos-1250000000", opts=pinned)


def another(acl: str) -> None:
    """What a preview fills in, it knows: this runs."""
    cos.Bucket("other", bucket="other-1250000000", acl=f"{acl and 'public-read'}", opts=pinned)


photos.acl.apply(another)
