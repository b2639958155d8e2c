# fails: stack-complete
import tencentcloud_iac_pulumi as tencentcloud

provider = tencentcloud.Provider("home", region="ap-jakarta")
