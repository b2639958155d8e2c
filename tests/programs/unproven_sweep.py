# fails: sweeps-proven, sweeps-watched
# config: {"im:alarm": {"recipient": "100000000002", "repair": "P1D", "source": "test"}}
import json

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cls, cos, scf

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
TOLD = {
    "bucket": "keys-1250000000",
    "region": "ap-jakarta",
    "kms_key_id": "00000000-0000-0000-0000-000000000000",
    "classes": {"messages": {"epoch": "PT1H", "life": "P5D"}},
    "ahead": 24,
    "delete_limit": 50,
    "note": "the function refuses a field that it does not know",
}


class Ring(pulumi.ComponentResource):
    """Keys that a function is told to end, in words that it refuses; and nothing says so."""

    def __init__(self) -> None:
        sweep = {"name": "turnover", "period": "PT1H", "run": "PT5M", "repair": "P1D", "by": "f", "function": "f"}
        ring = {"name": "epochs", "store": "keys", "sealsClass": "messages", "epoch": "PT1H", "life": "P5D"}
        rings = [ring | {"cache": "PT15M", "sweep": sweep}]
        super().__init__("test:index:Ring", "ring", {"imDeclares": {"version": 1, "keyrings": rings}}, pinned)
        own = pulumi.ResourceOptions(parent=self)
        cos.Bucket("keys", bucket="keys-1250000000", opts=own)
        topic = cls.Topic("topic", logset_id="logset", topic_name="topic", period=1, opts=own)
        scf.Function(
            "f",
            name="f",
            handler="index.main_handler",
            runtime="Python3.10",
            zip_file="purge.zip",
            cls_topic_id=topic.id,
            environment={"IM_KEYRING": json.dumps(TOLD)},
            triggers=[scf.FunctionTriggerArgs(name="t", type="timer", trigger_desc="0 0 * * * * *")],
            opts=own,
        )
        self.register_outputs({})


Ring()
