"""What every component of the stack has in common: protection, and the order in which resources come and go."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi

from im_stack.facts.mechanism.cloud import cloud_of
from im_stack.facts.mechanism.tables import limits
from im_stack.terms.wire import INPUT, Declares


class Service(pulumi.ComponentResource):
    """One service of the backend.

    Its arguments are component inputs, so that policies can read them; `imDeclares` among them says
    which data it holds. Every resource made inside takes `child()`, `change()` or `setting()` as options.

    Everything inside is protected unless its options or the component's say otherwise: the engine removes first what
    nothing depends on, so a store is safe only where all that guards it is protected, too.

    `region` is that of the backend that the component is a part of, `guard` the backend's hook against updates that
    cannot be; nothing for one that is made alone.
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
        self._kept = opts is None or opts.protect is not False
        self._kind = kind
        self._resting: pulumi.ResourceHook | None = None
        self._latest: dict[pulumi.Resource, pulumi.Resource] = {}
        super().__init__(kind, name, {**(args or {}), INPUT: wire}, after(opts, protect=self._kept))
        within = opts.parent if opts else None
        self.region: str = within.region if isinstance(within, Service) else ""
        self.guard: pulumi.ResourceHookBinding | None = within.guard if isinstance(within, Service) else None

    def called(self, name: str) -> str:
        """What a resource of this name is called in the account, where stacks of other regions have theirs."""
        return f"{name}-{self.region}" if self.region else name

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options for a resource inside this component."""
        return pulumi.ResourceOptions(**{"parent": self, "protect": self._kept, "hooks": self.guard, **options})

    def change(self, of: pulumi.Resource, **options: Any) -> pulumi.ResourceOptions:
        """Options for a resource that changes `of`: it is made after the change before it and deleted before that one.

        A service refuses a change while another one runs on the same instance.
        """

        def remember(made: pulumi.ResourceTransformationArgs) -> None:
            self._latest[of] = made.resource

        waits = [self.settled(of), *options.pop("depends_on", ())]
        return self.child(depends_on=waits, transformations=[remember], **options)

    def settled(self, of: pulumi.Resource) -> pulumi.Resource:
        """The last change made to `of` so far, or itself: what uses it comes after."""
        return self._latest.get(of, of)

    def setting(self, of: pulumi.Resource, **options: Any) -> pulumi.ResourceOptions:
        """Options for a change that is gone when `of` is: nothing asks to undo it where `of` is deleted anyway, so
        that `of` never is without it."""
        return self.change(
            of, deleted_with=of, hooks=pulumi.ResourceHookBinding.merge(self.guard, self._rest(of)), **options
        )

    def _rest(self, of: pulumi.Resource) -> pulumi.ResourceHookBinding | None:
        """What leaves an instance alone for a while after a change, where its cloud asks for that."""
        cloud = cloud_of(of.pulumi_resource_type)
        row = limits(cloud.name).get("between-changes") if cloud else None
        if row is None or row.least is None:
            return None
        pause = row.least.total_seconds()

        async def rest(_: pulumi.ResourceHookArgs) -> None:
            await asyncio.sleep(pause)

        if self._resting is None:  # hooks are named, each once in a program
            self._resting = pulumi.ResourceHook(f"{self._kind}:{self._name}:rest", rest)
        return pulumi.ResourceHookBinding(after_create=[self._resting], after_update=[self._resting])


def after(opts: pulumi.ResourceOptions | None, *made: pulumi.Resource, **more: Any) -> pulumi.ResourceOptions:
    """The same options for what comes after all of `made`, and goes before it; a component stands for all inside."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(made), **more))
