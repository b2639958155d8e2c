"""Refusals of the engine: registrations that it would reject, whatever their inputs are.

In: a registration request, its options after transforms, and the URNs registered so far. Out: reasons as text. Without
them the recorder would judge a stack that never reaches a preview.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from im_stack.facts.wire.constants import ARCHIVE, ASSET, SIGNATURE
from im_stack.facts.wire.walk import walk

_FILES: Final = {ASSET, ARCHIVE}
_DURATION: Final = re.compile(r"[+-]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)")
_VERSION: Final = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


def refusals(request: Any, options: Any, inputs: Any, registered: Collection[str]) -> Iterator[str]:
    """Reasons why the engine would refuse a registration. `options` and `inputs` are what transforms left;
    `registered` is the URNs of everything before it."""
    if request.parent and request.parent not in registered:
        yield f"its parent {_name(request.parent)} is not in the stack"
    if (request.custom or request.remote) and request.type.count(":") < 2:
        yield f"{request.type!r} is no type of a provider, which is package:module:name"
    named = {*request.dependencies, *options.depends_on, *options.replace_with, options.deleted_with}
    named |= {urn for links in request.propertyDependencies.values() for urn in links.urns}
    for urn in sorted(named - {""} - set(registered)):
        yield f"it depends on {_name(urn)}, which is not in the stack"
    for alias in options.aliases:
        for urn in (alias.urn, alias.spec.parentUrn):
            if urn and not _is_urn(urn):
                yield f"its alias {urn!r} is no URN"
    for what in ("create", "update", "delete", "read"):
        text = getattr(options.custom_timeouts, what, "")
        if text and not _DURATION.fullmatch(text):
            yield f"its {what} timeout {text!r} is no duration (30s, 5m, 1h)"
    if options.version and not _VERSION.fullmatch(options.version):
        yield f"its provider version {options.version!r} is no version"
    yield from (f"the file {path} is not there" for path in _missing(inputs))


def unseen(options: Any, hooks: Collection[str]) -> Iterator[str]:
    """Steps of a preview that cannot be run offline. `hooks` are the names of hooks that run in a preview.

    Those of updates and deletions run where something is deployed, and can only stop what was planned.
    """
    if getattr(options, "import"):
        yield "it is imported, and only the cloud knows whether it is there and as written here"
    bound = {*options.hooks.before_create, *options.hooks.after_create}
    for name in sorted(bound & set(hooks)):
        yield f"its hook {name!r} runs in a preview, and may fail there"


def _is_urn(text: str) -> bool:
    return text.startswith("urn:pulumi:") and text.count("::") >= 3


def _name(urn: str) -> str:
    return urn.split("::", 3)[3] if _is_urn(urn) else repr(urn)


def _missing(inputs: Any) -> Iterator[str]:
    """The path of every file that an asset or archive names and that does not exist. Paths are the program's."""
    for value in walk(inputs):
        if isinstance(value, dict) and value.get(SIGNATURE) in _FILES:
            path = value.get("path")
            if isinstance(path, str) and not Path(path).exists():
                yield path
