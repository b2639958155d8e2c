"""Generated questions on access, each with its answers: of documents of statements, and of languages of patterns.

Strategies for properties, and a fixed draw of them as judges of mutants. The answers are those of evaluation request by
request (`reference`), over worlds that are small and whole.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, product
from typing import Any

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from im_stack.facts.access.patterns import Work, confined, have_common_word, literal
from im_stack.facts.access.statements import is_granted, is_refused, may_be_refused, may_pass
from im_stack.facts.aws.identity.access import read_document
from tests.facts.access import reference

WORDS = ["".join(word) for length in range(6) for word in product("abc", repeat=length)]
ROLE, OTHER = "arn:aws:iam::111111111111:role/a", "arn:aws:iam::222222222222:role/a"
SETS = tuple(chain.from_iterable(combinations("abcd", n) for n in range(5)))
WORLD: Mapping[str, Any] = {
    "principal": (ROLE, OTHER, "anonymous"),
    "action": ["x:x", *(f"s3:{word}" for word in WORDS[:121])],
    "resource": ["x", *(f"arn:aws:s3:::{word}" for word in WORDS[:121])],
    "aws:one": (None, *WORDS[:364]),
    "aws:number": (None, *map(str, range(5)), *(f"{n}.5" for n in range(4)), *(f"{n}.0" for n in range(1, 4))),
    "aws:many": [members or None for members in SETS],
    "aws:address": (None, "9.255.255.255", *(f"10.0.0.{n}" for n in range(9)), "::", "::1", "::2", "::3"),
    "aws:securetransport": ("true", "false"),
}
FOLDED: Mapping[str, Any] = {
    **WORLD,
    "aws:one": (None, *("".join(word) for length in range(5) for word in product("aAbBc", repeat=length))),
}
patterns = st.text("ab*?", min_size=1, max_size=3)
words = st.text("ab", min_size=1, max_size=2)
optional = st.sampled_from(["", "IfExists"])
quantified = st.sampled_from(["ForAnyValue:", "ForAllValues:"])


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, min_size=1, max_size=3)


def _block(operator: st.SearchStrategy[str], key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(operator, st.just(key), some(values))


equals = st.sampled_from(["StringEquals", "StringNotEquals"])
likes = st.sampled_from(["StringLike", "StringNotLike"])
relations = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
numbers = st.sampled_from([f"Numeric{name}" for name in relations])
BLOCKS = {
    "aws:one": st.one_of(
        _block(st.builds("".join, st.tuples(equals, optional)), "aws:one", words),
        _block(st.builds("".join, st.tuples(likes, optional)), "aws:one", patterns),
        _block(st.just("Null"), "aws:one", st.sampled_from(["true", "false"])),
    ),
    "aws:many": st.one_of(
        # both at once say nothing of a key of several values, which the evaluator takes for no certain answer
        st.tuples(st.just("Null"), st.just("aws:many"), st.sampled_from([["true"], ["false"]])),
        _block(st.builds("".join, st.tuples(quantified, equals, optional)), "aws:many", st.sampled_from("abc")),
    ),
    "aws:number": st.one_of(
        _block(st.builds("".join, st.tuples(numbers, optional)), "aws:number", st.sampled_from("123")),
        _block(st.just("StringEquals"), "aws:number", st.sampled_from("123")),
    ),
    "aws:address": _block(
        st.builds("".join, st.tuples(st.sampled_from(["IpAddress", "NotIpAddress"]), optional)),
        "aws:address",
        st.sampled_from(["10.0.0.0/29", "10.0.0.4/31", "10.0.0.2", "::/126", "::1"]),
    ),
    "aws:securetransport": _block(
        st.builds("".join, st.tuples(st.just("Bool"), optional)),
        "aws:securetransport",
        st.sampled_from(["true", "false"]),
    ),
}
blocks = st.one_of(*BLOCKS.values())
folds = st.sampled_from(["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"])
BOUNDED = {
    "folded": st.one_of(
        BLOCKS["aws:one"],
        _block(st.builds("".join, st.tuples(folds, optional)), "aws:one", st.text("aAbB", min_size=1, max_size=2)),
    )
}
"""Conditions of which the evaluator knows bounds alone."""


def _condition(parts: list[tuple[str, str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for operator, key, values in parts:
        found.setdefault(operator, {})[key] = values
    return found


HTTPS_OR_NOT = {"aws:securetransport": ["true", "false"]}  # every request is one of them


@st.composite
def statements(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Deny")) -> dict[str, Any]:
    resources = draw(some(st.builds("arn:aws:s3:::".__add__, patterns))) if draw(st.booleans()) else ["*"]
    actions = draw(some(st.builds("s3:".__add__, patterns))) if draw(st.booleans()) else ["s3:*"]
    return {
        "Effect": draw(st.sampled_from(effects)),
        "Principal": draw(st.sampled_from(["*", ROLE, [ROLE, OTHER]])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): actions,
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): resources,
        "Condition": _condition(draw(st.lists(blocks, max_size=2))),
    }


def _said_of_https(question: dict[str, Any]) -> dict[str, Any]:
    condition = question["Condition"]
    return {
        **question,
        "Condition": {**condition, "StringEquals": {**condition.get("StringEquals", {}), **HTTPS_OR_NOT}},
    }


questions = statements(("Allow",)).map(_said_of_https)


@st.composite
def about(draw: st.DrawFn, key: str, effects: tuple[str, ...] = ("Allow", "Deny")) -> dict[str, Any]:
    """Statements about one key alone, by its block."""
    return {
        "Effect": draw(st.sampled_from(effects)),
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": ["*"],
        "Condition": _condition(draw(st.lists({**BLOCKS, **BOUNDED}[key], max_size=2))),
    }


def read(*found: Mapping[str, Any]) -> Any:
    def principal(who: Any) -> Any:
        return who if who == "*" else {"AWS": who}

    return read_document(json.dumps({"Statement": [{**s, "Principal": principal(s["Principal"])} for s in found]}))


documents = st.lists(statements(), max_size=4)
languages = st.lists(patterns, min_size=1, max_size=3).map(frozenset)
insides, outsides = st.lists(languages, min_size=1, max_size=3), st.lists(languages, max_size=3)
segments = st.text("a:*?", min_size=1, max_size=8)
texts = st.text("a:b", max_size=8)


def decided(document: list[Any], question: Any) -> tuple[bool | None, ...]:
    """What the evaluator makes of the question's requests: refused, in part perhaps; granted; let in, in part."""
    found, (asked,) = read(*document), read(question)
    asks = (is_refused, may_be_refused, is_granted, may_pass)
    return tuple(ask(found, asked.may) for ask in asks)


def expected(document: list[Any], question: Any, world: Mapping[str, Any] = WORLD) -> tuple[bool | None, ...]:
    """The same of evaluation request by request. What may be refused is what is not allowed where refusals allow."""
    allowing = [{**s, "Effect": "Allow"} for s in document if s["Effect"] == "Deny"]
    return (
        reference.refused(document, question, world),
        reference.passes(allowing, question, world),
        reference.granted(document, question, world),
        reference.passes(document, question, world),
    )


_SURE = ((True, False), (False,), (True,), (True, False))
"""The answers of `decided` that are certain: some refusal may be there, or a grant not be known."""


def contradicted(document: list[Any], question: Any) -> list[tuple[bool | None, bool | None]]:
    """What the evaluator is sure of, and the same of evaluation request by request, where they differ."""
    both = zip(decided(document, question), expected(document, question, FOLDED), _SURE, strict=True)
    return [(found, right) for found, right, sure in both if found in sure and found is not right]


def have_common(inside: list[Any], outside: list[Any]) -> bool:
    """Whether the evaluator finds a word in every language `inside` and in none `outside`."""
    return have_common_word(inside, outside, Work())


def expected_common(inside: list[Any], outside: list[Any]) -> bool:
    """The same of every word in turn."""

    def has(language: Any, word: str) -> bool:
        return any(reference.like(pattern, word) for pattern in language)

    return any(
        all(has(each, word) for each in inside) and not any(has(each, word) for each in outside) for word in WORDS
    )


def full(pattern: str) -> str:
    """A pattern of segments: as it is, or twice at the end of a resource name."""
    return f"x:x:x:x:{pattern}:{pattern}" if ":" not in pattern else pattern


def matches_confined(pattern: str, text: str) -> bool:
    return have_common_word([frozenset({confined(full(pattern))}), frozenset({literal(text)})], [], Work())


@dataclass(frozen=True, eq=False)
class Generated:
    """One question, and its answers."""

    asks: Callable[..., Any]
    about: tuple[Any, ...]
    answer: Any
    number: int
    rule: str = "generated"

    def __str__(self) -> str:
        return f"{self.asks.__name__} {self.number}"

    def red(self) -> bool:
        """Whether the evaluator answers otherwise."""
        return self.asks(*self.about) != self.answer


@cache
def generated() -> tuple[Generated, ...]:
    """The same questions in every run."""
    found: list[Generated] = []

    def draw(most: int, asks: Callable[..., Any], answers: Callable[..., Any], *drawn: st.SearchStrategy[Any]) -> None:
        @seed(0)
        @settings(max_examples=most, database=None, phases=[Phase.generate], deadline=None)
        @given(st.tuples(*drawn))
        def keep(question: tuple[Any, ...]) -> None:
            found.append(Generated(asks, question, answers(*question), len(found)))

        keep()

    draw(300, decided, expected, documents, questions)
    for key in ("aws:number", "aws:many", "aws:address"):
        asked = about(key, ("Allow",)).map(_said_of_https)
        draw(200, decided, expected, st.lists(about(key), min_size=1, max_size=3), asked)
    folded = st.lists(about("folded"), min_size=1, max_size=3), about("aws:one", ("Allow",)).map(_said_of_https)
    draw(200, contradicted, lambda *_: [], *folded)
    draw(500, have_common, expected_common, insides, outsides)
    return tuple(found)
