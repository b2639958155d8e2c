# fails: encrypted-at-rest
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import ssm

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
secret = ssm.Secret("secret", secret_name="a-secret", opts=pinned)
ssm.SecretVersion("one", secret_name=secret.secret_name, version_id="v1", secret_string="canary-8d1f", opts=pinned)
hidden = pulumi.Output.secret("canary-8d1f")
ssm.SecretVersion("two", secret_name=secret.secret_name, version_id="v2", secret_string=hidden, opts=pinned)
