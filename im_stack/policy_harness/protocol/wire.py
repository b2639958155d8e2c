"""Wire messages of the Analyzer protocol, built from resources as the engine builds them.

As in the engine: internal keys are dropped at the top level, resource references are flattened, secrets and unknowns
have their signatures, numbers are floats, every resource has its provider's inputs, absent providers become default
providers, every resource is below the root stack. Additions of a provider's `Check` are missing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2

STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER: Final = "pulumi:providers:"
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS: Final[Mapping[str, str]] = {
    "string": UNKNOWN,
    "boolean": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "number": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "list": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "object": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    "asset": "030794c1-ac77-496b-92df-f27374a8bd58",
    "archive": "e48ece36-62e2-4504-bad9-02848725956a",
}
"""How the wire says that a value is not known yet. Python programs say `string` of everything."""
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


def secret(value: Any) -> dict[str, Any]:
    """Wire form of a secret."""
    return {SIGNATURE: SECRET, "value": value}


def walk(value: Any) -> Iterator[Any]:
    """A value and every value inside it; signatures are left out."""
    yield value
    inner = value
    if isinstance(value, Mapping):
        inner = [item for key, item in value.items() if key != SIGNATURE]
    for item in inner if isinstance(inner, list | tuple) else ():
        yield from walk(item)


@dataclass(frozen=True)
class Stack:
    """The stack a pack is started for. `dry_run`: a preview; `configured`: False as in `pulumi policy analyze`, which
    sends no stack.
    """

    project: str = "project"
    name: str = "test"
    organization: str = "organization"
    dry_run: bool = True
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Collection[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    configured: bool = True

    @property
    def root(self) -> str:
        """URN of the root stack."""
        return self.urn(STACK_TYPE, f"{self.project}-{self.name}")

    def urn(self, qualified_type: str, name: str) -> str:
        """URN of a resource; `qualified_type` has the types of its parents too, each followed by `$`."""
        return f"urn:pulumi:{self.name}::{self.project}::{qualified_type}::{name}"


@dataclass(frozen=True)
class Options:
    """Resource options that a policy can see. Timeouts in seconds."""

    protect: bool = False
    ignore_changes: Sequence[str] = ()
    delete_before_replace: bool | None = None
    additional_secret_outputs: Sequence[str] = ()
    aliases: Sequence[str] = ()
    create_timeout: float = 0
    update_timeout: float = 0
    delete_timeout: float = 0


@dataclass(frozen=True)
class Resource:
    """A registered resource. `inputs` and `outputs` are in wire form.

    `outputs` None: what a preview shows to stack policies without a provider's answer (the inputs and an unknown id; of
    a component, nothing). `parent` empty: the root stack; None: no parent, as for a default provider.
    """

    type: str
    name: str
    urn: str
    inputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    outputs: Mapping[str, Any] | None = field(default=None, repr=False)
    custom: bool = True
    parent: str | None = ""
    provider: str = ""
    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    options: Options = Options()


def registered(resources: Iterable[Resource], stack: Stack) -> list[Resource]:
    """Registrations in the engine's order: the root stack, then the resources, each default provider before the first
    resource that needs it. `provider` is set for everything that a provider creates.
    """
    given = list(resources)
    known = {r.urn for r in given if r.type.startswith(PROVIDER)}
    return [
        Resource(STACK_TYPE, f"{stack.project}-{stack.name}", stack.root, custom=False, parent=None),
        *_made(given, known, stack),
    ]


def _made(resources: Iterable[Resource], known: set[str], stack: Stack) -> Iterator[Resource]:
    for resource in resources:
        if not resource.custom or resource.type.startswith(PROVIDER):
            yield replace(resource, provider="")
            continue
        package = resource.type.split(":", 1)[0]
        urn = resource.provider or stack.urn(f"{PROVIDER}{package}", "default")
        if urn not in known:
            known.add(urn)
            settings = _settings(stack, f"{package}:")
            yield Resource(f"{PROVIDER}{package}", urn.rsplit("::", 1)[-1], urn, settings, parent=None)
        yield replace(resource, provider=urn)


def _settings(stack: Stack, prefix: str) -> dict[str, Any]:
    """Inputs of a default provider: the stack's configuration in its package's namespace."""
    return {
        key.removeprefix(prefix): secret(value) if key in stack.secrets else value
        for key, value in stack.config.items()
        if key.startswith(prefix)
    }


def to_remediate(r: Resource, provider: Resource | None, stack: Stack) -> analyzer_pb2.AnalyzeRequest:
    """A resource for remediations: with internal keys, which they return."""
    return _request(r, struct(r.inputs, internal=True), provider, stack)


def to_analyze(r: Resource, provider: Resource | None, stack: Stack) -> analyzer_pb2.AnalyzeRequest:
    """A resource for resource policies: alone, with its inputs."""
    return _request(r, struct(r.inputs), provider, stack)


def _request(r: Resource, properties: Struct, provider: Resource | None, stack: Stack) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        type=r.type,
        properties=properties,
        urn=r.urn,
        name=r.name,
        options=_options(r, stack),
        provider=_provider(provider),
    )


def in_stack(r: Resource, provider: Resource | None, stack: Stack) -> analyzer_pb2.AnalyzerResource:
    """A resource for stack policies: with outputs, parent and dependencies."""
    links = {key: urns for key, urns in r.property_dependencies.items() if urns}
    return analyzer_pb2.AnalyzerResource(
        type=r.type,
        properties=struct(_outputs(r, stack)),
        urn=r.urn,
        name=r.name,
        options=_options(r, stack),
        provider=_provider(provider),
        parent=_parent(r, stack),
        dependencies=sorted({*r.dependencies, *(urn for urns in links.values() for urn in urns)}),
        propertyDependencies={k: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for k, urns in links.items()},
    )


def _outputs(r: Resource, stack: Stack) -> dict[str, Any]:
    if not r.custom:
        return dict(r.outputs or {})
    if r.type.startswith(PROVIDER):
        return {**r.inputs, **(r.outputs or {})}
    identity = UNKNOWN if stack.dry_run else f"{r.name}-id"
    return {**r.inputs, "id": identity, **(r.outputs or {})}


def _parent(r: Resource, stack: Stack) -> str:
    return "" if r.parent is None else r.parent or stack.root


def _options(r: Resource, stack: Stack) -> analyzer_pb2.AnalyzerResourceOptions:
    options = r.options
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=options.protect,
        ignoreChanges=options.ignore_changes,
        deleteBeforeReplace=bool(options.delete_before_replace),
        deleteBeforeReplaceDefined=options.delete_before_replace is not None,
        additionalSecretOutputs=options.additional_secret_outputs,
        aliases=options.aliases,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(
            create=options.create_timeout, update=options.update_timeout, delete=options.delete_timeout
        ),
        parent=_parent(r, stack),
    )


def _provider(r: Resource | None) -> analyzer_pb2.AnalyzerProviderResource | None:
    if r is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(type=r.type, properties=struct(r.inputs), urn=r.urn, name=r.name)


def struct(values: Mapping[str, Any], *, internal: bool = False) -> Struct:
    """Values as protobuf; `internal` keeps the keys that begin with two underscores."""
    made = Struct()
    made.update({key: flatten(value) for key, value in values.items() if internal or not key.startswith("__")})
    return made


def plain(values: Struct) -> dict[str, Any]:
    """Values of a message in wire form."""
    found: dict[str, Any] = json_format.MessageToDict(values)
    return found


def flatten(value: Any) -> Any:
    """A wire value without resource references and output values, as policies get it."""
    if isinstance(value, list):
        return [flatten(item) for item in value]
    if not isinstance(value, dict):
        return value
    signature = value.get(SIGNATURE)
    if signature == RESOURCE:
        return (value["id"] or UNKNOWN) if "id" in value else value.get("urn", UNKNOWN)
    if signature == OUTPUT:
        inner = flatten(value["value"]) if "value" in value else UNKNOWN
        return secret(inner) if value.get("secret") else inner
    return {key: flatten(item) for key, item in value.items()}
