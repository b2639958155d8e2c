# passes
# holds: nothing, as its declaration says
import json
import os

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned)


class Names:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def of(self, value: str) -> str:
        return json.dumps({"name": f"{self.prefix}-{value}".upper()})


names = Names(os.environ.get("HOME", "") and "net")
pulumi.export("name", network.id.apply(lambda value: names.of(value + "!")))
pulumi.export("both", pulumi.Output.concat(network.id, "/", network.name))
pulumi.export("password", pulumi.Output.secret("canary-8d1f").apply(lambda text: f"root:{text}"))
