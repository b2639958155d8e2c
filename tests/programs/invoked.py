# refused: calls the data source
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
kms.get_keys(opts=pulumi.InvokeOptions(provider=provider))
