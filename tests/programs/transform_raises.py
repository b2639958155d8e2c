# refused: a transform of test:index:Group 'group' failed
import pulumi


def broken(given: pulumi.ResourceTransformArgs) -> None:
    raise ValueError(given.name)


pulumi.runtime.register_resource_transform(broken)
pulumi.ComponentResource("test:index:Group", "group")
