# fails: known-types
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, subnet, vpc

from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
args = BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys)
media = Bucket("media", args, pinned)
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned)
part = subnet.Instance(
    "part", vpc_id=network.id, cidr_block="10.0.0.0/24", availability_zone="ap-jakarta-1", opts=pinned
)
cos.BucketReferer(
    "referer", bucket="media-1250000000", status="Enabled", referer_type="Black-List", domain_lists=["*"], opts=pinned
)
acl = vpc.Acl("acl", vpc_id=network.id, ingresses=["DROP#0.0.0.0/0#ALL#ALL"], opts=pinned)
vpc.AclAttachment("attached", acl_id=acl.id, subnet_id=part.id, opts=pinned)
