"""Picture and table of docs/architecture.md, from the import graph.

A room is a package of `im_stack` down to the second level; the packages of both clouds are one room, `<cloud>`. A room
inside a package that also imports it is shown as part of the package. An arrow is an import, a dotted one a module that
is loaded by the name of a cloud; an arrow is left out where others lead the same way.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Final
from xml.sax.saxutils import escape

import grimp

from tests.harness.root import ROOT

_TOP: Final = "im_stack"
_CLOUDS: Final = {"aws", "tencent"}
_LOADED: Final = re.compile(rf'import_module\(f"{_TOP}\.(\w+)\.\{{')

_WIDE, _TALL, _STEP_X, _STEP_Y, _GAP = 170, 28, 186, 76, 16
_COLOURS: Final = ("#dbeafe", "#dcfce7", "#fef9c3", "#f3e8ff", "#ffedd5", "#fee2e2", "#e5e7eb")

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


def reduced() -> Edges:
    """The imports without those that a longer way replaces."""
    found = imports()

    def reaches(start: str, goal: str) -> bool:
        below = {imported for importer, imported in found if importer == start}
        return goal in below or any(reaches(room, goal) for room in below)

    return {
        (importer, imported)
        for importer, imported in found
        if not any(reaches(other, imported) for start, other in found if start == importer and other != imported)
    }


def picture() -> str:
    """Rooms and imports as SVG that loads nothing: a row for each level, importing rooms above imported ones."""
    arrows = [(*edge, False) for edge in sorted(reduced())] + [(*edge, True) for edge in sorted(loads())]
    rows = _levels(reduced())
    width = max(map(len, rows)) * _STEP_X + _GAP
    at = {
        room: (round((n + 0.5) * width / len(row)), _GAP + level * _STEP_Y)
        for level, row in enumerate(rows)
        for n, room in enumerate(row)
    }
    height = len(rows) * _STEP_Y + _GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="13" role="img">',
        "<title>Rooms of the code: an arrow is an import, a dotted one is loaded by the name of the cloud</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        '<marker id="head" markerWidth="7" markerHeight="7" refX="6" refY="3" orient="auto">'
        '<path d="M0 0 6 3 0 6z" fill="#555"/></marker>',
    ]
    for start, end, dotted in arrows:
        (x, y), (to_x, to_y) = at[start], at[end]
        y, to_y = (y + _TALL, to_y) if y < to_y else (y, to_y + _TALL)
        middle = (y + to_y) // 2
        dashes = ' stroke-dasharray="3 4"' if dotted else ""
        curve = f"M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y}"
        lines.append(f'<path d="{curve}" fill="none" stroke="#555" marker-end="url(#head)"{dashes}/>')
    for room, (x, y) in sorted(at.items()):
        fill = _COLOURS[sorted({each.split("/")[0] for each in at}).index(room.split("/")[0]) % len(_COLOURS)]
        box = f'x="{x - _WIDE // 2}" y="{y}" width="{_WIDE}" height="{_TALL}"'
        lines.append(f'<rect {box} rx="4" fill="{fill}" stroke="#888"/>')
        lines.append(f'<text x="{x}" y="{y + 19}" text-anchor="middle">{escape(room)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _levels(arrows: Edges) -> list[list[str]]:
    """Rooms by level, each above all that it leads to; in a level by where its arrows come from."""
    rooms = {room for edge in arrows for room in edge}

    @cache
    def level(room: str) -> int:
        return max((level(start) + 1 for start, end in arrows if end == room), default=0)

    rows: list[list[str]] = [[] for _ in range(max(map(level, rooms)) + 1)]
    place: dict[str, float] = {}
    for n in range(len(rows)):
        above = {room: [place[start] for start, end in arrows if end == room] for room in rooms if level(room) == n}
        rows[n] = sorted(above, key=lambda room: (sum(above[room]) / len(above[room]) if above[room] else 0, room))
        place |= {room: (index + 0.5) / len(above) for index, room in enumerate(rows[n])}
    return rows


def table() -> str:
    """A row for each room: its folder, and the first line of its package."""
    return "\n".join(["| room | contents |", "|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    for room in sorted({room for edge in imports() for room in edge}):
        packages = [ROOT / _TOP / room.replace("<cloud>", cloud) / "__init__.py" for cloud in sorted(_CLOUDS)]
        lines = [(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").splitlines() for path in packages]
        yield f"| `{_TOP}/{room}` | {' '.join(dict.fromkeys(line[0] for line in lines if line))} |"
