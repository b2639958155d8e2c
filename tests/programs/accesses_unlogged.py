# fails: accesses-logged
# classes: {"tc-usage": {"until": {"account-end": "P10D"}, "erasure": {"within": "P10D", "source": "test"}}}
# config: {"im:residents": ["philippines"], "im:instruments": {"im-module": {"source": "test"}, "tencent-cloud": {"source": "test"}}, "im:elsewhere": {"tc-registration": "held elsewhere", "tc-delegates": "held elsewhere", "tc-interactions": "held elsewhere", "tc-incomplete": "held elsewhere", "tc-content": "held elsewhere"}}
# ruff: noqa: E501
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

from im_stack.components.declaring import holds

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
visits = cos.Bucket("visits", bucket="visits-1250000000", encryption_algorithm="AES256", opts=pinned)
holds(visits, "tc-usage", name="visits")
