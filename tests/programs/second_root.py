# refused: the program makes a second root stack
import pulumi

pulumi.ComponentResource("pulumi:pulumi:Stack", "another")
