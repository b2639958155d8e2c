# fails: program-seen
# holds: nothing, as its declaration says
# no preview: the secret of its configuration is none that an engine encrypted
# config: {"im-secrets:root": {"secure": "x"}}
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned)
password = pulumi.Config("im-secrets").get("root") or ""
pulumi.export("root", f"root:{password}")
