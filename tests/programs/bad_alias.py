# refused: its alias 'old-name' is no URN
import pulumi

pulumi.ComponentResource("test:index:Group", "group", opts=pulumi.ResourceOptions(aliases=["old-name"]))
