# fails: sweeps-alive
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import mysql

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])


class Rows(pulumi.ComponentResource):
    """A table that says how long its rows live, and nothing that ends them."""

    def __init__(self) -> None:
        rows = {"name": "rows", "store": "db", "dataClass": "messages", "clock": "birth"}
        super().__init__("test:index:Rows", "rows", {"imDeclares": {"version": 1, "holdings": [rows]}}, pinned)
        own = pulumi.ResourceOptions(parent=self)
        mysql.Instance("db", instance_name="db", mem_size=1000, volume_size=50, root_password="Aa1-xxxxxxxx", opts=own)
        self.register_outputs({})


Rows()
