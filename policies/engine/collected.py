"""Resources of one deployment as its policies see them: inputs of `Analyze` calls, joined with links of `AnalyzeStack`.

The engine sends a resource's inputs only to resource policies, and its dependencies only to stack policies.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pulumi import AssetArchive
from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError
from pulumi_policy.secret import Secret

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of
from im_stack.facts.mechanism.identities import ID, forms
from im_stack.facts.mechanism.references import Leaf, open_argument
from im_stack.facts.model import ABSENT, SECRET, Options, Resource, Value
from im_stack.facts.values.decode import decode_inputs, decode_mentions, decode_outputs, kept_arguments
from im_stack.facts.wire.constants import ARCHIVE, SIGNATURE
from im_stack.facts.wire.constants import SECRET as SECRET_MARK

STACK: Final = "pulumi:pulumi:Stack"


class Collected:
    """The resources of the running deployment by URN. Safe to use from several threads.

    A deployment starts with its root stack, or with whatever comes after the stack was judged.
    `turn` changes with everything that is collected, so that nothing judged earlier is taken for the present.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._seen: dict[str, Resource] = {}
        self._secret: dict[str, Mapping[str, Value]] = {}
        self._mentions: dict[str, Mapping[str, tuple[Leaf, ...]]] = {}
        self._joined = False
        self.turn = 0

    def notice(self, args: ResourceValidationArgs) -> None:
        """See which inputs are secret, before `keep`: only to a policy that may change them does the SDK say so."""
        with self._lock:
            self._begin(args.resource_type)
            custom = _custom(args.resource_type, args.provider)
            kept = kept_arguments(args.resource_type, custom)
            raw = _bare(args.props)
            wire = {key: _marked(raw[key]) for key in raw if key in kept or open_argument(args.resource_type, key)}
            self._secret[args.urn] = decode_inputs(wire, args.resource_type, custom)
            self._mentions[args.urn] = decode_mentions(wire, args.resource_type, custom)

    def keep(self, args: ResourceValidationArgs) -> Resource | None:
        """Keep one resource as it is registered and return it; None for the root stack, which is judged by nothing."""
        with self._lock:
            self.turn += 1
            self._begin(args.resource_type)
            if args.resource_type == STACK:
                return None
            self._seen.pop(args.urn, None)  # should what follows fail, the resource is unseen, not out of date
            resource = _lifted(args)
            secret = self._secret.pop(args.urn, {})
            inputs = {key: _sealed(value, secret.get(key, ABSENT)) for key, value in resource.inputs.items()}
            mentions = self._mentions.pop(args.urn, resource.mentions)
            self._seen[args.urn] = replace(resource, inputs=inputs, mentions=mentions)
            return self._seen[args.urn]

    def _begin(self, type_: str) -> None:
        if type_ == STACK or self._joined:
            self._seen.clear()
            self._secret.clear()
            self._mentions.clear()
            self._joined = False

    def so_far(self) -> list[Resource]:
        """Everything registered until now, without links."""
        with self._lock:
            return list(self._seen.values())

    def join(self, resources: Sequence[PolicyResource]) -> list[Resource]:
        """The whole stack: collected inputs with parents, links, order, ids; what was never collected is not `seen`."""
        with self._lock:
            self._joined = True
            joined = {r.urn: self._join(r) for r in resources if r.resource_type != STACK}
            for resource in resources:
                provider = resource.provider
                if provider is not None and provider.urn not in joined:
                    inputs = decode_inputs(plain(provider.props, {"region"}), provider.resource_type, True)
                    joined[provider.urn] = Resource(provider.urn, provider.resource_type, provider.name, inputs)
            return list(joined.values())

    def _join(self, resource: PolicyResource) -> Resource:
        links = {key: tuple(r.urn for r in found) for key, found in resource.property_dependencies.items() if found}
        parent = _parent(resource.parent.urn if resource.parent else None)
        outputs = decode_outputs(plain(resource.props, forms(resource.resource_type)), resource.resource_type)
        identity = outputs.get(ID)
        seen = self._seen.get(resource.urn)
        if seen is None:
            custom = _custom(resource.resource_type, resource.provider)
            seen = Resource(resource.urn, resource.resource_type, resource.name, {}, custom, seen=False)
        provider = resource.provider.urn if resource.provider else seen.provider
        return replace(
            seen,
            parent=parent,
            links=links,
            after=tuple(r.urn for r in resource.dependencies),
            id=identity if isinstance(identity, str) else None,
            outputs=outputs,
            options=_options(resource),
            provider=provider,
        )


def plain(props: Any, keys: Iterable[str]) -> dict[str, Any]:
    """Some members of the engine's properties as plain wire values: no proxy that raises is left, an unknown is
    the engine's own text for it again."""
    kept = frozenset(keys)
    return {key: _member(props, key) for key in props if key in kept}


def _member(container: Any, key: Any) -> Any:
    try:
        value = container[key]
    except UnknownValueError as unknown:
        return unknown.unknown_type_sentinel
    if isinstance(value, Mapping):
        return {name: _member(value, name) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_member(value, index) for index in range(len(value))]
    if isinstance(value, AssetArchive):
        files = {name: {"text": getattr(each, "text", None)} for name, each in value.assets.items()}
        return {SIGNATURE: ARCHIVE, "assets": files}
    return value


def _bare(props: Any) -> Any:
    """The value behind a proxy of the SDK, which would unwrap secrets silently."""
    return props if isinstance(props, dict | list) else props["__target"]


def _marked(value: Any) -> Any:
    """A member of properties that say what is secret, in wire form."""
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_MARK, "value": None}
    if isinstance(value, Mapping):
        return {key: _marked(item) for key, item in _bare(value).items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_marked(item) for item in _bare(value)]
    return value


def _sealed(value: Value, marked: Value) -> Value:
    """A value with everything dropped that is marked as a secret."""
    if marked is SECRET:
        return SECRET
    if isinstance(value, Mapping) and isinstance(marked, Mapping):
        return {key: _sealed(part, marked.get(key, ABSENT)) for key, part in value.items()}
    if isinstance(value, tuple) and isinstance(marked, tuple) and len(value) == len(marked):
        return tuple(_sealed(part, mark) for part, mark in zip(value, marked, strict=True))
    return value


def _lifted(args: ResourceValidationArgs) -> Resource:
    custom = _custom(args.resource_type, args.provider)
    open_ = {key for key in args.props if open_argument(args.resource_type, key)}
    inputs = plain(args.props, kept_arguments(args.resource_type, custom) | open_)
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        inputs=decode_inputs(inputs, args.resource_type, custom),
        mentions=decode_mentions(inputs, args.resource_type, custom),
        custom=custom,
        parent=_parent(args.opts.parent),
        provider=args.provider.urn if args.provider else None,
        options=_options(args),
    )


def _custom(type_: str, provider: object) -> bool:
    """Whether a provider makes it. Only components have none; what looks like a cloud's type is never taken for one."""
    return provider is not None or type_.startswith(PROVIDER) or cloud_of(type_) is not None


def _parent(urn: str | None) -> str | None:
    """The parent, unless it is the root stack."""
    return None if not urn or urn.split("::")[2:3] == [STACK] else urn


def _options(args: ResourceValidationArgs | PolicyResource) -> Options:
    return Options(bool(args.opts.protect), tuple(args.opts.ignore_changes))
