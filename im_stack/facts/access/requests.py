"""Sets of requests: conjunctions of constraints on principal, action, resource and condition keys.

A request gives every key a value, several, or none; keys are independent of each other. `Constraint` says which
values of one key are meant, `Requests` is a tuple of constraints that all hold. `is_covered` and `meet` are exact:
whether every request of a set is in one of several others, and whether two sets have a request in common.
`Exhausted` is raised where that takes too long.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import pairwise

from im_stack.facts.access.patterns import ANY, Language, Work, contains, have_common_word, is_wild, spelled

PRINCIPAL = "principal"
ACTION = "action"
RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers (dates and addresses are numbers, too) from `low` to `high`, each end included or not."""

    low: float
    high: float
    with_low: bool = True
    with_high: bool = True

    def holds(self, number: float) -> bool:
        above = self.low < number or (self.with_low and number == self.low)
        return above and (number < self.high or (self.with_high and number == self.high))


@dataclass(frozen=True, slots=True)
class Constraint:
    """The values of `key` that are meant: words of a language, or numbers of spans; all others where `inverted`.

    `absent`: a request that does not have the key is meant as well. `many`: the key may have several values, of which
    one must be meant, or all of them where `every` (and then a request without the key is meant, too).
    """

    key: str
    words: Language = frozenset()
    spans: frozenset[Span] = frozenset()
    inverted: bool = False
    absent: bool = False
    many: bool = False
    every: bool = False

    def has(self, word: str) -> bool:
        """Whether one value is meant."""
        if self.spans:
            return any(span.holds(float(spelled(word))) for span in self.spans) is not self.inverted
        return contains(self.words, word) is not self.inverted


Requests = tuple[Constraint, ...]
_Literal = tuple[Constraint, bool]
_Space = Mapping[str, frozenset[_Literal]]


def among(key: str, *patterns: str, absent: bool = False) -> Constraint:
    """Requests whose value of a key matches one of some patterns."""
    return Constraint(key, frozenset(patterns), absent=absent)


def no(key: str) -> Constraint:
    """Requests that do not have a key."""
    return Constraint(key, absent=True)


def meet(one: Requests, other: Requests, work: Work) -> bool:
    """Whether two sets have a request in common."""
    return _narrowed({}, (*one, *other), work) is not None


def is_covered(requests: Requests, by: Iterable[Requests], work: Work) -> bool:
    """Whether every request of a set is in at least one of some others."""
    whole = _narrowed({}, requests, work)
    if whole is None:
        return True
    # equivalent(filter): what a set has nothing in common with is passed over below, too
    candidates = [each for each in by if _narrowed(whole, each, work) is not None]
    candidates.sort(key=partial(_cuts, whole, work))
    todo = [(whole, 0)]
    while todo:
        space, index = todo.pop()
        while index < len(candidates) and _narrowed(space, candidates[index], work) is None:
            index += 1
        if index == len(candidates):
            return False
        inside: _Space = space
        for constraint in candidates[index]:
            beside = _with(inside, constraint, False, work)
            if beside is not None:
                todo.append((beside, index + 1))
                # equivalent(connective, operand): what is left twice is only more work, and nothing of it is never all
                inside = _with(inside, constraint, True, work) or inside
    return True


def _cuts(space: _Space, work: Work, requests: Requests) -> int:
    """By how many of its constraints a set leaves out part of another: those that leave out least are tried first."""
    # equivalent(comparison, constant): the order is only speed
    return sum(_with(space, constraint, False, work) is not None for constraint in requests)


def _narrowed(space: _Space, requests: Requests, work: Work) -> _Space | None:
    """A set cut down to what another one means, too; None where nothing is left."""
    work.step()
    for constraint in requests:
        left = _with(space, constraint, True, work)
        if left is None:
            return None
        space = left
    return space


def _with(space: _Space, constraint: Constraint, holds: bool, work: Work) -> _Space | None:
    """A set cut down to where a constraint holds, or does not; None where nothing is left."""
    work.step()
    if constraint.every:  # all values are meant: none is that is not
        constraint = replace(constraint, inverted=not constraint.inverted, absent=False)
        holds = not holds
    before = space.get(constraint.key, frozenset())
    literals = before | {(constraint, holds)}
    if literals == before:
        return space
    if not _satisfiable(literals, work):
        return None
    return {**space, constraint.key: literals}


def _satisfiable(literals: frozenset[_Literal], work: Work) -> bool:
    """Whether some value of a key, or none, is as all constraints on it say."""
    answer, steps = _decided(literals)
    work.step(steps)
    return answer


@lru_cache(maxsize=20_000)
def _decided(literals: frozenset[_Literal]) -> tuple[bool, int]:
    """The answer, and the steps that it took."""
    work = Work()
    before = work.left
    many = frozenset(literal for literal in literals if literal[0].many)
    # what an operator for one value makes of a key of several is in no document, so it is taken to leave nothing out
    many = many and many.union(*(_of_several(*literal) for literal in literals - many))
    answer = all(c.absent is holds for c, holds in literals) or (
        _many_values(many, work) if many else _some_value(literals, work)
    )
    return answer, before - work.left


def _of_several(constraint: Constraint, holds: bool) -> Iterator[_Literal]:
    """What a constraint says of a key of several values: whether it has any, and nothing else."""
    if constraint == Constraint(constraint.key, frozenset({ANY})):
        yield constraint, holds
    elif constraint == no(constraint.key):
        yield Constraint(constraint.key, frozenset({ANY})), not holds


def _many_values(literals: frozenset[_Literal], work: Work) -> bool:
    """A key of several values: each constraint that holds needs a value of its own, one that does not forbids some."""
    forbidden = frozenset((c, False) for c, holds in literals if not holds)
    wanted = [frozenset({(c, True)}) for c, holds in literals if holds] or [frozenset()]
    return all(_some_value(forbidden | each, work) for each in wanted)


def _some_value(literals: frozenset[_Literal], work: Work) -> bool:
    """Whether some value is in every constraint that holds, and in none that does not."""
    words: list[tuple[Language, bool]] = []
    spans: list[tuple[Constraint, bool]] = []
    for constraint, holds in literals:
        if constraint.spans:
            spans.append((constraint, holds))
        else:
            words.append((constraint.words, holds is not constraint.inverted))
    inside = [language for language, positive in words if positive]
    single = next((language for language in inside if not any(map(is_wild, language))), None)
    # equivalent(operand, not, builtin): the answer is the same below; a text that is no number stops the reader
    if single is not None and (not spans or all(map(_is_number, single))):
        work.step(len(single))
        return any(all(c.has(word) is holds for c, holds in literals) for word in single)
    if spans and not _some_number(spans):
        return False  # equivalent(return): asked for its truth
    # equivalent(operand): where nothing is said of words, each is one that all have
    return not words or have_common_word(inside, [language for language, positive in words if not positive], work)


def _some_number(spans: Sequence[tuple[Constraint, bool]]) -> bool:
    """Whether some number is as all constraints say: it is an end of a span, or between two of them."""
    ends = sorted({end for c, _ in spans for span in c.spans for end in (span.low, span.high)})
    # equivalent(filter): an infinite number is in the spans in which one beyond all ends is
    finite = [end for end in ends if abs(end) != float("inf")]
    tried = [finite[0] - 1, *finite, *((low + high) / 2 for low, high in pairwise(finite)), finite[-1] + 1]
    return any(
        all((any(span.holds(number) for span in c.spans) is not c.inverted) is holds for c, holds in spans)
        for number in tried
    )


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal()
