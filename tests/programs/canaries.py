# fails: no-public-door
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, mysql

provider = tencentcloud.Provider("home", region="ap-jakarta", secret_id="canary-8d1f", secret_key="canary-8d1f")
pinned = pulumi.ResourceOptions(provider=provider)
cos.Bucket(
    "photos", bucket="photos-1250000000", acl="public-read", tags={"note": "canary-8d1f"}, force_clean=True, opts=pinned
)
mysql.Instance(
    "database",
    instance_name="canary-8d1f",
    mem_size=1000,
    volume_size=50,
    root_password="canary-8d1f",
    internet_service=1,
    parameters={"canary-8d1f": "canary-8d1f"},
    opts=pinned,
)
