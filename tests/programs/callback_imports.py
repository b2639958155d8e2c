# fails: program-seen
# holds: nothing, as its declaration says
# deployed: then the value is known, the callback runs, and what it makes is judged
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned)


def late(name: str) -> None:
    from importlib import import_module

    import_module("tencentcloud_iac_pulumi.cos").Bucket(name, bucket="late-1250000000", opts=pinned)


network.id.apply(late)
