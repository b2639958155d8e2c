# fails: no-content-in-logs
# config: {"im:instruments": {"im-module": {"source": "test"}, "generic": {"source": "test", "answers": {"issuer": "Example", "contact": "x@example.com", "precedence": "it has no policy of its own", "china": "lawful"}}}, "im:elsewhere": {"gp-log": "another stack of this test holds it", "gp-location": "another stack of this test holds it"}}
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cls

from im_stack.components.declaring import holds

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
logset = cls.Logset("set", logset_name="set", opts=pinned)
topic = cls.Topic("lines", topic_name="lines", logset_id=logset.id, period=1, opts=pinned)
holds(topic, "messages", name="texts")
# ruff: noqa: E501
