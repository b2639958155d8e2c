# refused: ZeroDivisionError
import pulumi

pulumi.export("share", pulumi.Output.from_input(0).apply(lambda n: 1 // n))
