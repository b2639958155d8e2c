"""The hook that stops an update which no provider carries out: in a preview too, before anything is asked of the cloud.

The provider plans such an update and refuses it in the middle of the deployment, with all that came before it done.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from im_stack.facts.mechanism.changes import objections, settled
from im_stack.facts.model import Resource


def guard() -> pulumi.ResourceHookBinding:
    """The hook, for the options of every resource of a backend. Made once in a program: the engine knows it by name."""
    hook = pulumi.ResourceHook("only-what-can-change", refuse, opts=pulumi.ResourceHookOptions(on_dry_run=True))
    return pulumi.ResourceHookBinding(before_update=[hook])


def refuse(args: pulumi.ResourceHookArgs) -> None:
    """Raises ValueError for the changes of a resource that cannot be, each with its reason."""
    was = settled([_resource(args, {**(args.old_outputs or {}), **(args.old_inputs or {})})])
    found = objections(was, settled([_resource(args, args.new_inputs or {})]))
    if found:
        what = "; ".join(f"{each.before.resource}: {each}" for each in found)
        raise ValueError(
            f"{what}. Put back what Pulumi.{pulumi.get_stack()}.yaml said before (im:size, im:zones): "
            "other values need a stack of another im:name"
        )


def _resource(args: pulumi.ResourceHookArgs, inputs: Mapping[str, Any]) -> Resource:
    return Resource(args.urn, args.type, args.name, inputs)
