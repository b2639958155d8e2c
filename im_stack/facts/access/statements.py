"""Statements of access policies, and what they decide together: refused, allowed, or not known.

A `Statement` bounds the requests that it is about from both sides: `sure` are those that it certainly matches, `may`
those that it may match. They differ where a document says something that is not read here (an operator, a variable, a
member). So a decision is True or False only where it follows from what is read, and None otherwise; a question that
is too large has the answer None, too. A refusal wins over whatever allows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from im_stack.facts.access.patterns import Exhausted, Language, Work
from im_stack.facts.access.requests import Requests, is_covered, meet
from im_stack.facts.mechanism.view import any_of

Others = tuple[Any, ...]
"""One set of requests, or several, to which another set is compared."""
Question = Callable[[Requests, Others, Work], bool]


@dataclass(frozen=True, slots=True)
class Principal:
    """One principal as a document names it. `kind` is the document's own word (`AWS`, `Service`, `qcs`); `also` is what
    else is certain of its requests."""

    kind: str
    name: str
    words: Language
    exact: bool = True  # False: the language has no such form, or more may be meant
    also: Requests = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """`sure` is None where no request is certain. `allows` and `denies` are both set where the effect is no word of
    the language. `principals` are empty where a document names none, or names all but some."""

    label: str
    allows: bool
    denies: bool
    sure: Requests | None
    may: Requests
    principals: tuple[Principal, ...] = ()


def words_of(statements: Iterable[Statement]) -> frozenset[str]:
    """Every word and pattern that statements have of anything."""
    return frozenset(word for s in statements for c in s.may for word in c.words)


@dataclass(frozen=True, slots=True)
class Refusals:
    """The requests that some statements certainly refuse, and those that they may refuse."""

    sure: tuple[Requests, ...]
    may: tuple[Requests, ...]


def refusals(statements: Iterable[Statement]) -> Refusals:
    """What those of some statements that refuse do together."""
    denying = [s for s in statements if s.denies]
    return Refusals(_sure(denying), tuple(s.may for s in denying))


def is_refused(statements: Iterable[Statement], requests: Requests, work: Work | None = None) -> bool | None:
    """Whether every request of a set is refused. `work` is shared by several questions, here and below."""
    refused = refusals(statements)
    surely = _decide(is_covered, requests, refused.sure, work)
    if surely is not False:
        return surely
    return False if _decide(is_covered, requests, refused.may, work) is False else None


def may_be_refused(statements: Iterable[Statement], requests: Requests) -> bool:
    """Whether some request of a set may be refused."""
    work = Work()
    return any(_decide(meet, requests, s.may, work) is not False for s in statements if s.denies)


def is_granted(statements: Iterable[Statement], requests: Requests, work: Work | None = None) -> bool | None:
    """Whether every request of a set is allowed, refusals left out."""
    return _decide(is_covered, requests, _sure(s for s in statements if s.allows), work)


def may_pass(statements: Iterable[Statement], requests: Requests) -> bool | None:
    """Whether some request of a set is allowed, and not refused."""
    found = list(statements)
    refused = refusals(found)
    return any_of(*(let_in(s, refused, requests, Work()) for s in found if s.allows))


def let_in(statement: Statement, refused: Refusals, requests: Requests, work: Work) -> bool | None:
    """Whether a statement allows some request of a set that is not refused."""
    if _decide(is_covered, (*requests, *statement.may), refused.sure, work):
        return False
    certain = (_decide(is_covered, (*requests, *s), refused.may, work) is False for s in _sure([statement]))
    return True if any(certain) else None


def _sure(statements: Iterable[Statement]) -> tuple[Requests, ...]:
    """What statements certainly match, of those that certainly do what they are asked for."""
    return tuple(s.sure for s in statements if s.sure is not None and s.allows is not s.denies)


def _decide(question: Question, requests: Requests, other: Others, work: Work | None = None) -> bool | None:
    """An answer, or None where it takes more than `work` has left. What is known already takes as many steps again."""
    work = work or Work()  # equivalent(operand): work that is not shared is only more
    try:
        work.step(0)
        answer, steps = _answered(question, requests, other)
        work.step(steps)
    except Exhausted:
        return None
    return answer


@lru_cache(maxsize=20_000)
def _answered(question: Question, requests: Requests, other: Others) -> tuple[bool | None, int]:
    """The answer, None where it takes more than all steps there are, and the steps that it took."""
    work = Work()
    before = work.left
    try:
        answer = question(requests, other, work)
    except Exhausted:
        return None, before + 1  # equivalent(sum): no table row is that long; tests/facts/access/test_bounds.py
    return answer, before - work.left
