# fails: known-types
# engine: fails before any policy, the other stack is not there
import pulumi

pulumi.export("theirs", pulumi.StackReference("organization/other/prod").get_output("bucket"))
