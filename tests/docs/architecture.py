"""Picture and table of docs/architecture.md, from the import graph.

A room is a package of `im_stack` down to the second level; the packages of both clouds are one room, `<cloud>`. A room
inside a package that also imports it is shown as part of the package. An arrow is an import, a dotted one a module that
is loaded by the name of a cloud; an arrow is left out where others lead the same way.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[2]
_TOP: Final = "im_stack"
_CLOUDS: Final = {"aws", "tencent"}
_LOADED: Final = re.compile(rf'import_module\(f"{_TOP}\.(\w+)\.\{{')

Edges = set[tuple[str, str]]


def _room(module: str) -> str:
    """Room of a module: `facts/mechanism` for `im_stack.facts.mechanism.graph`, `facts` for `im_stack.facts.model`."""
    top, *inner = module.split(".")[1:3]
    inner = [name for name in inner if (ROOT / _TOP / top / name).is_dir()]
    return "/".join([top, *("<cloud>" if name in _CLOUDS else name for name in inner)])


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(_TOP, cache_dir=None)


def imports() -> Edges:
    """Importing and imported room of every import from one room into another."""
    graph = _graph()
    modules = graph.modules - {_TOP}
    found = {
        (_room(module), _room(other)) for module in modules for other in graph.find_modules_directly_imported_by(module)
    }
    inside = {child: child.split("/")[0] for edge in found for child in edge}
    inside = {child: parent for child, parent in inside.items() if {(child, parent), (parent, child)} <= found}
    found = {(inside.get(importer, importer), inside.get(imported, imported)) for importer, imported in found}
    return {(importer, imported) for importer, imported in found if importer != imported}


def loads() -> Edges:
    """Loading and loaded room of every module that is loaded by the name of a cloud."""
    files = ((module, ROOT / f"{module.replace('.', '/')}.py") for module in _graph().modules)
    return {
        (_room(module), f"{top}/<cloud>")
        for module, file in files
        if file.is_file()
        for top in _LOADED.findall(file.read_text("utf-8"))
    }


def _reduced(found: Edges) -> Edges:
    """The edges without those that a longer way replaces."""

    def reaches(start: str, goal: str) -> bool:
        below = {imported for importer, imported in found if importer == start}
        return goal in below or any(reaches(room, goal) for room in below)

    return {
        (importer, imported)
        for importer, imported in found
        if not any(reaches(other, imported) for start, other in found if start == importer and other != imported)
    }


def picture() -> str:
    """Rooms and imports as a Mermaid flow chart, the rooms of a package in a frame."""
    found = imports()
    rooms = {room for edge in found for room in edge}
    lines = ["```mermaid", "flowchart TD"]
    for package in sorted({room.split("/")[0] for room in rooms}):
        inside = sorted(room for room in rooms if room.split("/")[0] == package)
        if inside == [package]:
            lines.append(f"  {package}")
            continue
        lines.append(f"  subgraph {package}_ [{package}]")
        lines += [f'    {_id(room)}["{_label(room)}"]' for room in inside]
        lines.append("  end")
    lines += [f"  {_id(importer)} --> {_id(imported)}" for importer, imported in sorted(_reduced(found))]
    lines += [f"  {_id(loading)} -.-> {_id(loaded)}" for loading, loaded in sorted(loads())]
    return "\n".join([*lines, "```"])


def _id(room: str) -> str:
    return re.sub(r"\W+", "_", room).strip("_")


def _label(room: str) -> str:
    _, inner, name = room.rpartition("/")
    return name.replace("<", "#lt;").replace(">", "#gt;") if inner else "*.py"


def table() -> str:
    """A row for each room: its folder, and the first line of its package."""
    return "\n".join(["| room | contents |", "|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    for room in sorted({room for edge in imports() for room in edge}):
        packages = [ROOT / _TOP / room.replace("<cloud>", cloud) / "__init__.py" for cloud in sorted(_CLOUDS)]
        lines = [(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").splitlines() for path in packages]
        yield f"| `{_TOP}/{room}` | {' '.join(dict.fromkeys(line[0] for line in lines if line))} |"
