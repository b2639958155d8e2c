"""Requirements of a sweep: what a function needs to run, as facts, from the obstacles that a plan shows."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from im_stack.facts.model import Evidence
from im_stack.facts.runs import Requirement

Item = Literal["code", "instructions", "concurrency", "rights", "network"]


class Obstacle(NamedTuple):
    """One thing in the way of a function, in words. `certain`: the plan shows that it stops the function; otherwise
    nothing shows that it does not."""

    why: str
    evidence: Evidence
    certain: bool = False


def requirement(
    function: str, item: Item, obstacles: Iterable[Obstacle], shown: str, evidence: Evidence
) -> Iterator[Requirement]:
    """One fact for each obstacle; where there is none, one that the requirement is met, and what shows it."""
    found = [
        Requirement(function, item, False if each.certain else None, each.why, each.evidence) for each in obstacles
    ]
    yield from found or [Requirement(function, item, True, shown, evidence)]
