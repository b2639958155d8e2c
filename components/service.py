"""Base of every component: protection of its resources, their order, and the refusal of updates that fail half-way.

A provider plans some updates that its cloud refuses in the middle of a deployment, after everything before them was
done. The update guard stops them in the preview.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi

from im_stack.facts.mechanism.cloud import cloud_of
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.model import Resource
from im_stack.facts.values.changes import objections, settled
from im_stack.terms.stack.wire import INPUT, Declares


class Service(pulumi.ComponentResource):
    """One service of the backend.

    Its arguments are component inputs, so that policies can read them; `imDeclares` among them says which data it
    holds. Every resource inside takes `child()`, `change()` or `setting()` as its options.

    Resources inside are protected unless their options or the component's say otherwise. The engine deletes first what
    nothing depends on, so a store is safe only if everything that guards it is protected, too.

    `region` and `guard` are those of the backend: its region, and its hook against updates that a provider refuses. A
    component without a backend has neither.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        declares: Declares,
        args: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        wire = declares.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"version": declares.version}
        self._protected = opts is None or opts.protect is not False
        self._kind = kind
        self._pause: pulumi.ResourceHook | None = None
        self._latest: dict[pulumi.Resource, pulumi.Resource] = {}
        super().__init__(kind, name, {**(args or {}), INPUT: wire}, after(opts, protect=self._protected))
        within = opts.parent if opts else None
        self.region: str = within.region if isinstance(within, Service) else ""
        self.guard: pulumi.ResourceHookBinding | None = within.guard if isinstance(within, Service) else None

    def physical_name(self, name: str) -> str:
        """The name of a resource in the account: with the region, because stacks of other regions have theirs."""
        return f"{name}-{self.region}" if self.region else name

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options for a resource inside this component."""
        return pulumi.ResourceOptions(**{"parent": self, "protect": self._protected, "hooks": self.guard, **options})

    def change(self, of: pulumi.Resource, **options: Any) -> pulumi.ResourceOptions:
        """Options for a resource that changes `of`: it is created after the previous change and deleted before it.

        A service refuses a change while another one runs on the same instance.
        """

        def remember(made: pulumi.ResourceTransformationArgs) -> None:
            self._latest[of] = made.resource

        waits = [self.settled(of), *options.pop("depends_on", ())]
        return self.child(depends_on=waits, transformations=[remember], **options)

    def settled(self, of: pulumi.Resource) -> pulumi.Resource:
        """The last change to `of` so far, or itself: what a resource that uses it depends on."""
        return self._latest.get(of, of)

    def setting(self, of: pulumi.Resource, **options: Any) -> pulumi.ResourceOptions:
        """Options for a change that is deleted together with `of`: the provider is not asked to undo it, so that
        `of` never exists without it."""
        return self.change(
            of,
            deleted_with=of,
            hooks=pulumi.ResourceHookBinding.merge(self.guard, self._pause_after_change(of)),
            **options,
        )

    def _pause_after_change(self, of: pulumi.Resource) -> pulumi.ResourceHookBinding | None:
        """The pause after a change of an instance, where its cloud needs one (`between-changes` of its limits)."""
        cloud = cloud_of(of.pulumi_resource_type)
        row = limits(cloud.name).get("between-changes") if cloud else None
        if row is None or row.least is None:
            return None
        pause = row.least.total_seconds()

        async def wait(_: pulumi.ResourceHookArgs) -> None:
            await asyncio.sleep(pause)

        if self._pause is None:  # hooks are named, each once in a program
            self._pause = pulumi.ResourceHook(f"{self._kind}:{self._name}:rest", wait)
        return pulumi.ResourceHookBinding(after_create=[self._pause], after_update=[self._pause])


def after(opts: pulumi.ResourceOptions | None, *made: pulumi.Resource, **more: Any) -> pulumi.ResourceOptions:
    """The same options for a resource that is created after all of `made` and deleted before them.

    A component stands for everything inside it.
    """
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(made), **more))


def update_guard() -> pulumi.ResourceHookBinding:
    """The hook, for the options of every resource of a backend; once per program, because the engine knows it by
    name."""
    hook = pulumi.ResourceHook("only-what-can-change", refuse_update, opts=pulumi.ResourceHookOptions(on_dry_run=True))
    return pulumi.ResourceHookBinding(before_update=[hook])


def refuse_update(args: pulumi.ResourceHookArgs) -> None:
    """Raises ValueError for changes of a resource that its provider does not carry out, each with its reason."""
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
