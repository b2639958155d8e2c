"""Where things stand in the pictures."""

from datetime import timedelta
from itertools import combinations

import pytest

from im_stack.facts.declarations import Flow
from im_stack.facts.model import Amount, Evidence
from im_stack.policies.bounds.bound import Path
from im_stack.preflight.reports.data_map.bars import LIMIT_AT, bar
from im_stack.preflight.reports.data_map.drawing import draw
from im_stack.preflight.reports.model.classes import ClassBound
from im_stack.preflight.reports.model.holdings import Node

DAY = timedelta(days=1)
HERE = Evidence("r")


def _bound(latest: int | None, earliest: int | None, repair: int | None = 0, unknown: bool = False) -> ClassBound:
    period = None if latest is None else latest * DAY
    path = Path("p", "w", (Amount(period, "x", HERE, unknown=unknown),), None if repair is None else repair * DAY)
    return ClassBound("c", (path,), None if earliest is None else earliest * DAY, (), 10 * DAY)


@pytest.mark.parametrize(
    ("latest", "earliest", "repair", "unknown", "sure", "maybe", "over", "failing"),
    [
        (10, 5, 0, False, (0, 31), (31, 31), 0, None),
        (5, 5, 5, False, (0, 31), (31, 0), 0, LIMIT_AT),
        (5, 5, None, False, (0, 31), (31, 0), 0, 97),
        (15, 5, 0, False, (0, 31), (31, 31), 31, None),
        (15, 12, 0, False, (0, 74.4), (74.4, 0), 18.6, None),
        (None, 0, 0, False, (0, 0), (0, 62), 35, None),
        (None, 0, 1, True, (0, 0), (0, 62), 35, None),
        (None, None, 0, False, (0, 97), (97, 0), 0, None),
        (900, 5, 0, False, (0, 31), (31, 31), 35, None),
    ],
)
def test_a_bar_is_drawn_against_its_limit(
    latest: int | None,
    earliest: int | None,
    repair: int | None,
    unknown: bool,
    sure: tuple[float, float],
    maybe: tuple[float, float],
    over: float,
    failing: float | None,
) -> None:
    drawn = bar(_bound(latest, earliest, repair, unknown))
    assert (drawn.sure.x, drawn.sure.width) == pytest.approx(sure)
    assert (drawn.maybe.x, drawn.maybe.width) == pytest.approx(maybe)
    assert drawn.over.width == pytest.approx(over)
    assert drawn.failing == failing
    assert drawn.on == (latest is None or latest > 15)
    assert drawn.unknown == unknown


def _flow(source: str, target: str, sealed: bool = False) -> Flow:
    return Flow(source, target, sealed, "c")


def test_what_feeds_stands_left_of_what_it_feeds_and_nothing_overlaps() -> None:
    nodes = [Node(name) for name in "abcd"]
    flows = [_flow("clients", "a", True), _flow("clients", "b"), _flow("a", "c", True), _flow("b", "d")]
    drawing = draw(nodes, flows)
    assert drawing
    at = {box.lines[0]: box for box in drawing.boxes}
    assert at["clients"].x < at["a"].x == at["b"].x < at["c"].x == at["d"].x
    for one, other in combinations(drawing.boxes, 2):
        assert one.x + one.width < other.x or other.x + other.width < one.x or abs(one.y - other.y) >= one.height
    assert all(box.x + box.width <= drawing.width and box.y + box.height <= drawing.height for box in drawing.boxes)
    assert sum(arrow.sealed for arrow in drawing.arrows) == 2
    assert draw(nodes, list(reversed(flows))) == drawing


def test_cycles_strangers_and_holdings_that_nothing_feeds_are_drawn() -> None:
    drawing = draw([Node("a"), Node("b"), Node("alone")], [_flow("a", "b"), _flow("b", "a"), _flow("nowhere", "lost")])
    assert drawing
    assert {box.lines[0] for box in drawing.boxes} == {"a", "b", "alone", "nowhere", "lost"}
    assert len(drawing.arrows) == 3


def test_what_nobody_could_read_is_not_drawn() -> None:
    assert draw([], []) is None
    assert draw([Node(f"n{n}") for n in range(61)], []) is None
    nodes = [Node(f"n{n}") for n in range(20)]
    assert draw(nodes, [_flow(a.name, b.name) for a in nodes for b in nodes]) is None


def test_a_name_is_cut_to_its_box_and_said_whole() -> None:
    drawing = draw([Node("W" * 10_000, ("S",), ("x",))], [])
    assert drawing
    (box,) = drawing.boxes
    assert box.lines == ("W" * 29 + "…", "S", "x")
    assert box.said.startswith("W" * 10_000)
