# fails: ingress-first
# texts: kenalan
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import clb, cos

from im_stack.components.declaring import holds

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
edge = clb.Instance("edge", clb_name="edge", network_type="OPEN", opts=pinned)
https = clb.Listener("https", clb_id=edge.id, listener_name="https", protocol="HTTPS", port=443, opts=pinned)
later = pulumi.ResourceOptions(provider=provider, depends_on=[https])
media = cos.Bucket("media", bucket="media-1250000000", encryption_algorithm="AES256", opts=later)
holds(media, "messages")
