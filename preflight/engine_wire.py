"""What the engine would send a policy pack for a recording: the Analyzer protocol's messages, field by field.

Like the engine's, and checked against it in `tests/engine`: internal keys dropped at the top level,
resource references flattened, secrets and unknowns by their signatures, provider inputs with each
resource, default providers where the program names none. Provider defaults are not added here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2

from facts.cloud import PROVIDER
from preflight.recording import Recording, Registration

STACK_TYPE: Final = "pulumi:pulumi:Stack"
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


@dataclass(frozen=True)
class Sent:
    """One resource as both kinds of policies see it: with its inputs, then as part of the stack."""

    alone: analyzer_pb2.AnalyzeRequest
    in_stack: analyzer_pb2.AnalyzerResource


def sent(recording: Recording, project: str, stack: str, config: Mapping[str, str]) -> list[Sent]:
    """The messages for a recording, in the order of registration: the root stack, then everything else.

    Looked-up resources are left out: the engine shows them to no policy.
    """
    root = f"urn:pulumi:{stack}::{project}::{STACK_TYPE}::{project}-{stack}"
    made = [r for r in recording["registrations"] if not r["read"]]
    prefix = f"urn:pulumi:{stack}::{project}::"
    providers = {r["urn"]: r for r in made if r["type"].startswith(PROVIDER)}
    first = _registration(root, STACK_TYPE, f"{project}-{stack}")
    return [
        Sent(_alone(r, provider, root), _in_stack(r, provider, root))
        for r, provider in _with_providers([first, *made], providers, prefix, config)
    ]


def _with_providers(
    made: list[Registration], providers: dict[str, Registration], prefix: str, config: Mapping[str, str]
) -> Iterator[tuple[Registration, Registration | None]]:
    """Each registration with its provider; a default provider comes just before the first that needs it."""
    for registration in made:
        type_ = registration["type"]
        if not registration["custom"] or type_.startswith(PROVIDER):
            yield registration, None
            continue
        package = type_.split(":", 1)[0]
        urn = registration["provider"] or f"{prefix}{PROVIDER}{package}::default"
        if urn not in providers:
            default = _registration(urn, f"{PROVIDER}{package}", urn.rsplit("::", 1)[-1], custom=True)
            own = f"{package}:"
            default["inputs"] = {k.removeprefix(own): v for k, v in config.items() if k.startswith(own)}
            providers[urn] = default
            yield default, None
        yield registration, providers[urn]


def _registration(urn: str, type_: str, name: str, custom: bool = False) -> Registration:
    return {
        "urn": urn,
        "type": type_,
        "name": name,
        "custom": custom,
        "read": False,
        "parent": "",
        "provider": "",
        "inputs": {},
        "links": {},
        "protect": False,
        "ignore_changes": [],
        "retain_on_delete": False,
        "source": "",
    }


def _alone(r: Registration, provider: Registration | None, root: str) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        type=r["type"],
        properties=_struct(r["inputs"]),
        urn=r["urn"],
        name=r["name"],
        options=_options(r, root),
        provider=_provider(provider),
    )


def _in_stack(r: Registration, provider: Registration | None, root: str) -> analyzer_pb2.AnalyzerResource:
    links = {key: urns for key, urns in r["links"].items() if urns}
    return analyzer_pb2.AnalyzerResource(
        type=r["type"],
        properties=_struct({**r["inputs"], "id": UNKNOWN} if r["custom"] else {}),
        urn=r["urn"],
        name=r["name"],
        options=_options(r, root),
        provider=_provider(provider),
        parent=_parent(r, root),
        dependencies=sorted({urn for urns in links.values() for urn in urns}),
        propertyDependencies={k: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for k, urns in links.items()},
    )


def _parent(r: Registration, root: str) -> str:
    """The engine gives every resource a parent but the root stack and providers made by default."""
    return r["parent"] or ("" if r["type"] == STACK_TYPE else root)


def _options(r: Registration, root: str) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=r["protect"],
        ignoreChanges=r["ignore_changes"],
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(),
        parent=_parent(r, root),
    )


def _provider(r: Registration | None) -> analyzer_pb2.AnalyzerProviderResource | None:
    if r is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=r["type"], properties=_struct(r["inputs"]), urn=r["urn"], name=r["name"]
    )


def _struct(inputs: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update({key: flatten(value) for key, value in inputs.items() if not key.startswith("__")})
    return struct


def flatten(value: Any) -> Any:
    """A wire value as policies get it: no resource references and no output values, everything else as it is."""
    if isinstance(value, list):
        return [flatten(item) for item in value]
    if not isinstance(value, dict):
        return value
    signature = value.get(_SIGNATURE)
    if signature == _RESOURCE:
        return (value["id"] or UNKNOWN) if "id" in value else value.get("urn", UNKNOWN)
    if signature == _OUTPUT:
        inner = flatten(value["value"]) if "value" in value else UNKNOWN
        return {_SIGNATURE: _SECRET, "value": inner} if value.get("secret") else inner
    return {key: flatten(item) for key, item in value.items()}
