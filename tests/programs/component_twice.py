# refused: two resources are called 'group'
import pulumi

for _ in range(2):
    pulumi.ComponentResource("test:index:Group", "group")
