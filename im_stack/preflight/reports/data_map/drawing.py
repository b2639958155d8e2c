"""Drawing of the flows between holdings: columns by distance from the clients, sources left of their targets.

In: nodes and flows. Out: boxes and arrows in pixels, in a fixed order; None for more than a reader can follow. The
table beside the drawing has everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from im_stack.facts.declarations import Flow
from im_stack.preflight.reports.model.holdings import Node
from im_stack.terms.stack.wire import CLIENTS

_WIDE, _NARROW, _TALL, _GAP, _ROW = 272, 76, 60, 56, 74
_MOST_NODES: Final = 60
_MOST_EDGES: Final = 240


@dataclass(frozen=True, slots=True)
class Box:
    """A holding, or where flows come from. `lines` are what is written in it, already short (what is wide all the same
    is cut at its edge); `said` is it in full."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    said: str
    kind: str


@dataclass(frozen=True, slots=True)
class Arrow:
    curve: str
    head: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(nodes: Sequence[Node], flows: Sequence[Flow]) -> Drawing | None:
    """The drawing of all nodes; None for nothing to draw, or more than a reader can follow."""
    known = {node.name: node for node in nodes}
    for name in sorted({flow.source for flow in flows} | {flow.target for flow in flows}):
        known.setdefault(name, Node(name, kind="outside"))
    edges = sorted({(flow.source, flow.target, flow.sealed) for flow in flows})
    if not nodes or len(known) > _MOST_NODES or len(edges) > _MOST_EDGES:
        return None
    columns = _columns(known, edges)
    rows = _rows(columns, edges)
    boxes = {name: _box(known[name], column, rows[name]) for column, names in enumerate(columns) for name in names}
    of = {name: column for column, names in enumerate(columns) for name in names}
    arrows = [_arrow(boxes[a], boxes[b], of[a] < of[b], sealed) for a, b, sealed in edges]
    width = max(box.x + box.width for box in boxes.values()) + (48 if any(of[a] >= of[b] for a, b, _ in edges) else 2)
    height = max(box.y + box.height for box in boxes.values()) + 2
    return Drawing(width, height, tuple(boxes.values()), tuple(arrows))


def _columns(known: Mapping[str, Node], edges: Iterable[tuple[str, str, bool]]) -> list[list[str]]:
    """Names by their distance from where data starts; what nothing starts (a cycle) stands as if clients fed it."""
    feeds: dict[str, list[str]] = {}
    for source, target, _ in edges:
        feeds.setdefault(source, []).append(target)
    fed = {target for targets in feeds.values() for target in targets}
    outside = sorted(name for name, node in known.items() if node.kind == "outside" and name not in fed)
    outside.sort(key=lambda name: name != CLIENTS)
    distance = dict.fromkeys(outside, 0)
    queue = list(outside)
    for name in (*(name for name in known if name not in fed), *known):
        while queue:
            source = queue.pop(0)
            for target in feeds.get(source, []):
                if target not in distance:
                    distance[target] = distance[source] + 1
                    queue.append(target)
        if name not in distance:
            distance[name] = 1
            queue.append(name)
    columns: list[list[str]] = [[] for _ in range(max(distance.values()) + 1)]
    for name, n in distance.items():
        columns[n].append(name)
    # Those that feed others come first: their arrows are then the short ones.
    return [sorted(names, key=lambda name: (known[name].kind != "outside", name not in feeds)) for names in columns]


def _rows(columns: list[list[str]], edges: Iterable[tuple[str, str, bool]]) -> dict[str, int]:
    """Which row each name stands in: as near to the row of what feeds it as there is room."""
    fed_by: dict[str, list[str]] = {}
    for source, target, _ in edges:
        fed_by.setdefault(target, []).append(source)
    rows: dict[str, int] = {}
    for names in columns:
        wanted = {name: [rows[source] for source in fed_by.get(name, []) if source in rows] for name in names}
        mean = {name: sum(of) // len(of) if of else 0 for name, of in wanted.items()}
        free = 0
        for name in sorted(names, key=lambda name: mean[name]):
            rows[name] = max(free, mean[name])
            free = rows[name] + 1
    return rows


def _box(node: Node, column: int, row: int) -> Box:
    narrow = column == 0
    x = 1 if narrow else 1 + _NARROW + _GAP + (column - 1) * (_WIDE + _GAP)
    width, letters = (_NARROW, (8, 9, 9)) if narrow else (_WIDE, (30, 36, 36))
    lines = (node.name, ", ".join(node.stores), ", ".join(node.classes))
    said = ": ".join(line for line in lines if line)
    kept = tuple(_short(line, most) for line, most in zip(lines, letters, strict=True) if line)
    return Box(x, 1 + row * _ROW, width, _TALL, kept, said, node.kind)


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _arrow(source: Box, target: Box, forward: bool, sealed: bool) -> Arrow:
    """An arrow from the right side of one box to the left side of another, or to the right side where it leads back."""
    x, y = source.x + source.width, source.y + source.height // 2
    to_y = target.y + target.height // 2
    if forward:
        to_x, bend = target.x, _GAP // 2
        curve = f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x - 7} {to_y}"
        return Arrow(curve, f"M{to_x} {to_y}l-9 -5v10z", sealed)
    to_x, to_y = target.x + target.width, to_y + 12
    bend = max(x, to_x) + 44
    return Arrow(f"M{x} {y}C{bend} {y} {bend} {to_y} {to_x + 7} {to_y}", f"M{to_x} {to_y}l9 -5v10z", sealed)
