"""Stack of another region: what a stack file would say there, by the table of regions, so that one file is judged for
several regions without a copy of it.

In: a stack file, and a region of its cloud. Out: the same stack, `STACK@REGION`, with region, jurisdiction and zones
replaced, and whatever else names the old ones. Raises `InputError` for a region that is not on file or has one zone.
"""

import json
import re
from dataclasses import replace
from typing import Any, Final

from im_stack.facts.wire.walk import map_values
from im_stack.preflight.stack_files.stack_file import StackFile
from im_stack.terms.duties.resolve import library_for
from im_stack.terms.problem import InputError, Problem, one_of
from im_stack.terms.stack.declaration import parse_declaration
from im_stack.terms.texts.model import Region

MARK: Final = "@"
"""Between the name of a stack and that of a region; no name of a stack has it."""
_OPTION: Final = "--region"
_ZONES: Final = "im:zones"
_NAMES: Final = ("first", "second", "mongodb")
_NUMBERS: Final = ("redis", "ckafka")
_KEPT: Final = (_ZONES, "im:residents", "im:exceptions")
"""People stay where they are; zones are named anew."""


def in_region(stack: StackFile, region: str) -> StackFile:
    """The stack as it would be in a region of its cloud."""
    declaration = parse_declaration(stack.structured, stack.root)
    regions = library_for(declaration).regions
    home, there = (regions.get((declaration.cloud, id_)) for id_ in (declaration.region, region))
    if there is None:
        known = sorted(id_ for cloud, id_ in regions if cloud == declaration.cloud)
        raise InputError(Problem(f"{region!r} is no region of {declaration.cloud}", one_of(region, known), _OPTION))
    if home is None or home == there:
        return stack
    if len(there.zones) == 1:
        what = (
            f"{there.id} has one zone, {there.zones[0]}, and a stack needs two: nothing would be left when it is lost"
        )
        raise InputError(Problem(f"{what} ({there.source})", "a region with two zones", _OPTION, "IM-REG-01"))
    structured = {
        key: _moved(value, home, there) if key.startswith("im:") and key not in _KEPT else value
        for key, value in stack.structured.items()
    }
    if _ZONES in structured:
        structured[_ZONES] = _zones(structured[_ZONES], home, there)
    changed = {key: value for key, value in structured.items() if value != stack.structured[key]}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in changed.items()}
    name = f"{stack.stack}{MARK}{there.id}"
    return replace(stack, stack=name, structured=structured, config=stack.config | texts)


def _moved(value: Any, home: Region, there: Region) -> Any:
    """A value with the new names: of the jurisdiction as a whole word, of the region also inside an ARN."""
    named = re.compile(rf"(?<![\w-]){re.escape(home.id)}(?![\w-])")

    def moved(leaf: Any) -> Any:
        if leaf == home.jurisdiction:
            return there.jurisdiction
        return named.sub(there.id, leaf) if isinstance(leaf, str) else leaf

    return map_values(value, moved)


def _zones(chosen: Any, home: Region, there: Region) -> Any:
    """Zones of the region in the places of the old ones. What no document names is a guess, and says so: it stays a
    declared hop."""
    if not isinstance(chosen, dict):
        return chosen
    names = there.zones or tuple(f"{there.id}{end}" for end in ("abc" if there.cloud == "aws" else ("-1", "-2", "-3")))
    named = {key: [value] if isinstance(value, str) else value for key, value in chosen.items() if key in _NAMES}
    numbered = {key: [f"{home.id}-{int(n) % 10_000}" for n in chosen[key]] for key in _NUMBERS if key in chosen}
    old = {zone for zones in (named | numbered).values() for zone in zones}
    order = sorted(old, key=lambda zone: (home.zones.index(zone) if zone in home.zones else len(home.zones), zone))
    new = {zone: names[n % len(names)] for n, zone in enumerate(order)}
    moved: dict[str, Any] = {key: [new[zone] for zone in zones] for key, zones in named.items()}
    moved |= {key: moved[key][0] for key in ("first", "second") if key in moved}
    for key, zones in numbered.items():
        moved[key] = [(there.numbered or 0) * 10_000 + int(new[zone].rpartition("-")[2]) for zone in zones]
    guessed = not there.zones or (numbered and there.numbered is None)
    return moved | {"reason": f"asked for by {_OPTION}: no document names them"} if guessed else moved
