"""The evaluator against evaluation request by request, over generated documents and worlds that are small and whole."""

import json
from collections.abc import Mapping
from itertools import chain, combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from im_stack.facts.access.patterns import Work, confined, have_common_word, literal
from im_stack.facts.access.statements import is_granted, is_refused, may_be_refused, may_pass
from im_stack.facts.aws.access import read_document
from tests.facts.access import reference

WORDS = ["".join(word) for length in range(6) for word in product("abc", repeat=length)]
ROLE, OTHER = "arn:aws:iam::111111111111:role/a", "arn:aws:iam::222222222222:role/a"
SETS = tuple(chain.from_iterable(combinations("abcd", n) for n in range(5)))
WORLD: Mapping[str, Any] = {
    "principal": (ROLE, OTHER, "anonymous"),
    "action": ["x:x", *(f"s3:{word}" for word in WORDS[:121])],
    "resource": ["x", *(f"arn:aws:s3:::{word}" for word in WORDS[:121])],
    "aws:one": (None, *WORDS[:364]),
    "aws:number": (None, *map(str, range(5)), "0.5", "1.5", "2.5", "3.5"),
    "aws:many": [members or None for members in SETS],
    "aws:securetransport": ("true", "false"),
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
numbers = st.sampled_from([f"Numeric{name}" for name in ("Equals", "NotEquals", "LessThan", "GreaterThanEquals")])
blocks = st.one_of(
    _block(st.builds("".join, st.tuples(equals, optional)), "aws:one", words),
    _block(st.builds("".join, st.tuples(likes, optional)), "aws:one", patterns),
    _block(st.just("Null"), "aws:one", st.sampled_from(["true", "false"])),
    _block(st.just("Null"), "aws:many", st.sampled_from(["true", "false"])),
    _block(st.builds("".join, st.tuples(numbers, optional)), "aws:number", st.sampled_from("123")),
    _block(st.builds("".join, st.tuples(quantified, equals, optional)), "aws:many", st.sampled_from("abc")),
    _block(
        st.builds("".join, st.tuples(st.just("Bool"), optional)),
        "aws:securetransport",
        st.sampled_from(["true", "false"]),
    ),
)


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


def read(*found: Mapping[str, Any]) -> Any:
    def principal(who: Any) -> Any:
        return who if who == "*" else {"AWS": who}

    return read_document(json.dumps({"Statement": [{**s, "Principal": principal(s["Principal"])} for s in found]}))


documents = st.lists(statements(), max_size=4)
thorough = settings(max_examples=300, deadline=None)


@thorough
@given(documents, questions)
def test_it_decides_as_evaluation_request_by_request(document: list[Any], question: Any) -> None:
    found, (asked,) = read(*document), read(question)
    assert is_refused(found, asked.may) is reference.refused(document, question, WORLD)
    assert is_granted(found, asked.may) is reference.granted(document, question, WORLD)
    assert may_pass(found, asked.may) is reference.passes(document, question, WORLD)


@thorough
@given(documents, questions)
def test_what_may_be_refused_is_not_allowed_altogether(document: list[Any], question: Any) -> None:
    denying = [s for s in document if s["Effect"] == "Deny"]
    (asked,) = read(question)
    found = may_be_refused(read(*document), asked.may)
    assert found is reference.passes([{**s, "Effect": "Allow"} for s in denying], question, WORLD)


@thorough
@given(documents, questions, statements(("Deny",)), st.sampled_from(["Foo", "Condition"]))
def test_what_is_not_read_never_makes_a_decision_firmer(document: Any, question: Any, more: Any, member: str) -> None:
    """A statement that is not understood can take certainty away, and give none."""
    before, (asked,) = read(*document), read(question)
    after = read(*document, {**more, member: {"NewOperator": {"k": "v"}}})
    assert is_refused(before, asked.may) in (is_refused(after, asked.may), False)
    assert (is_refused(before, asked.may) is True) is (is_refused(after, asked.may) is True)
    assert is_granted(before, asked.may) is is_granted(after, asked.may)


@thorough
@given(documents, questions, st.randoms())
def test_the_order_of_statements_and_how_they_are_split_is_nothing(document: Any, question: Any, random: Any) -> None:
    (asked,) = read(question)
    mixed = list(document)
    random.shuffle(mixed)
    split = [
        {**s, key: [value]}
        for s in mixed
        for key in ("Action" if "Action" in s else "Resource",)
        for value in s.get(key, ())
        if key in s
    ] + [s for s in mixed if "Action" not in s and "Resource" not in s]
    assert is_refused(read(*document), asked.may) is is_refused(read(*split), asked.may)
    assert is_granted(read(*document), asked.may) is is_granted(read(*split), asked.may)


languages = st.lists(patterns, min_size=1, max_size=3).map(frozenset)


@thorough
@given(st.lists(languages, min_size=1, max_size=3), st.lists(languages, max_size=3))
def test_a_common_word_is_found_where_there_is_one(inside: list[Any], outside: list[Any]) -> None:
    def has(language: Any, word: str) -> bool:
        return any(reference.like(pattern, word) for pattern in language)

    expected = any(
        all(has(each, word) for each in inside) and not any(has(each, word) for each in outside) for word in WORDS
    )
    assert have_common_word(inside, outside, Work()) is expected


segments = st.text("a:*?", min_size=1, max_size=8)
texts = st.text("a:b", max_size=8)


@thorough
@given(segments, texts)
def test_a_confined_pattern_matches_segment_by_segment(pattern: str, text: str) -> None:
    full = f"x:x:x:x:{pattern}:{pattern}" if ":" not in pattern else pattern
    found = have_common_word([frozenset({confined(full)}), frozenset({literal(text)})], [], Work())
    head, parts = full.split(":", 5), text.split(":", 5)
    if len(head) == 6:
        assert found is (len(parts) == 6 and all(map(reference.like, head, parts)))
    else:
        assert not found or reference.like(full, text)
