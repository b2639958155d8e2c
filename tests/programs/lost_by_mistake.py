# fails: loss-prevented
# config: {"im:instruments": {"im-module": {"source": "test"}, "kenalan": {"source": "test"}}, "im:elsewhere": {"access-logs": "another stack of this test holds it", "kenalan-identity": "another stack of this test holds it", "kenalan-financial": "another stack of this test holds it", "kenalan-biometric": "another stack of this test holds it", "kenalan-device": "another stack of this test holds it", "kenalan-support": "another stack of this test holds it", "kenalan-security": "another stack of this test holds it", "kenalan-cookies": "another stack of this test holds it"}}
import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
Bucket("media", BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys), pinned)
# ruff: noqa: E501
