"""The evaluator against evaluation request by request, over generated documents and worlds that are small and whole."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from im_stack.facts.access.statements import is_granted, is_refused
from tests.facts.access import reference
from tests.facts.access.generated import (
    FOLDED,
    about,
    contradicted,
    decided,
    documents,
    expected,
    expected_common,
    full,
    have_common,
    insides,
    matches_confined,
    outsides,
    questions,
    read,
    segments,
    statements,
    texts,
)

thorough = settings(max_examples=300, deadline=None)


@thorough
@given(documents, questions)
def test_it_decides_as_evaluation_request_by_request(document: list[Any], question: Any) -> None:
    assert decided(document, question) == expected(document, question)


@thorough
@given(st.lists(about("folded"), max_size=3), about("aws:one", ("Allow",)))
def test_what_is_bounded_alone_is_never_decided_otherwise(document: list[Any], question: Any) -> None:
    assume(reference.passes([question], question, FOLDED))  # of a question that no request meets anything holds
    assert contradicted(document, question) == []


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


@thorough
@given(insides, outsides)
def test_a_common_word_is_found_where_there_is_one(inside: list[Any], outside: list[Any]) -> None:
    assert have_common(inside, outside) is expected_common(inside, outside)


@thorough
@given(segments, texts)
def test_a_confined_pattern_matches_segment_by_segment(pattern: str, text: str) -> None:
    found = matches_confined(pattern, text)
    head, parts = full(pattern).split(":", 5), text.split(":", 5)
    if len(head) == 6:
        assert found is (len(parts) == 6 and all(map(reference.like, head, parts)))
    else:
        assert not found or reference.like(full(pattern), text)
