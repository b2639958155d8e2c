# refused: it depends on nobody, which is not in the stack
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from pulumi.resource import DependencyResource
from tencentcloud_iac_pulumi import cos

nobody = DependencyResource("urn:pulumi:test::test::test:index:Nobody::nobody")
provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(provider=provider, depends_on=[nobody])
cos.Bucket("photos", bucket="photos-1250000000", encryption_algorithm="AES256", opts=opts)
