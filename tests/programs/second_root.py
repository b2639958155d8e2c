# refused: the program makes a second root stack
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=provider))
pulumi.ComponentResource("pulumi:pulumi:Stack", "another", opts=pulumi.ResourceOptions(depends_on=[network]))
