# fails: program-seen
# holds: nothing, as its declaration says
# deployed: then the value is known, the callback runs, and what it makes is judged
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned)


class Maker:
    def __init__(self) -> None:
        self.kinds = {"bucket": cos.Bucket}

    def make(self, name: str) -> None:
        self.kinds["bucket"](name, bucket="late-1250000000", opts=pinned)


maker = Maker()
pulumi.Output.all(network.id, network.name).apply(lambda both: maker.make(both[0]))
