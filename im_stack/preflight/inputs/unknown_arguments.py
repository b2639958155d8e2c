"""Arguments in a plan or state that the installed SDK does not have: their effect is unknown, so they are unproven.

In: `Contents`. Out: a verdict per argument. Nothing where no SDK is installed, as in Checkov's environment.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from im_stack.policies.rule import Verdict
from im_stack.preflight.inputs.contents import Contents, unproven

if TYPE_CHECKING:
    from im_stack.preflight.sdk.resource_types import Argument


def unknown_arguments(contents: Contents) -> Iterator[Verdict]:
    """A verdict for every such argument of the types that an SDK here has, blocks and what is in them alike.

    Nothing where no SDK is installed, as in Checkov's environment.
    """
    if find_spec("pulumi") is None:
        return
    for resource in contents.resources:
        for path in _unknown(resource.type, contents.arguments.get(resource.urn, frozenset())):
            why = f"it has the argument {path}, of which nothing is known here"
            yield unproven(resource.urn, resource.name, why, "leave it out, or judge it with an SDK that has it")


@cache
def _unknown(type_: str, paths: frozenset[str]) -> tuple[str, ...]:
    from im_stack.preflight.sdk.resource_types import arguments, properties

    known = arguments(type_)
    if not known:
        return ()
    strange = {path for path in paths if not _has(known, path)}
    if strange:  # what a provider notes among the inputs of a state is none of its arguments, and is no stranger
        strange = {path for path in strange if path.partition(".")[0] not in properties(type_).keys() - known.keys()}
    return tuple(sorted(path for path in strange if path.rpartition(".")[0] not in strange))


def _has(known: "Mapping[str, Argument]", path: str) -> bool:
    """Whether an argument exists. Keys of a map are user data and always do."""
    for part in path.split("."):
        if part not in known:
            return False
        known = known[part].shape.members
        if not known:
            return True
    return True
