# fails: keyring-guarded
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])


class Ring(pulumi.ComponentResource):
    """A keyring that somebody wanted to be able to restore: every key it ever held stays readable."""

    def __init__(self) -> None:
        sweep = {"name": "turn", "period": "PT1H", "run": "PT5M", "repair": "P1D", "by": "a function"}
        ring = {"name": "ring", "store": "ring", "sealsClass": "messages", "sweep": sweep}
        periods = {"epoch": "PT1H", "life": "P5D", "cache": "PT15M"}
        super().__init__(
            "test:index:Ring", "keys", {"imDeclares": {"version": 1, "keyrings": [ring | periods]}}, pinned
        )
        own = pulumi.ResourceOptions(parent=self)
        cos.Bucket("ring", bucket="ring-1250000000", acl="private", versioning_enable=True, opts=own)
        self.register_outputs({})


Ring()
