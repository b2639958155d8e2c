"""The glossary has all words of the text report, and every word is explained by its row."""

import io
import re

import pytest
from rich.console import Console

from im_stack.facts.model import Grade
from im_stack.policies.rule import Outcome
from im_stack.preflight.reports.explain import explain
from im_stack.preflight.reports.model.report import report_of
from im_stack.preflight.reports.text import Detail, print_report
from im_stack.terms.texts.library import load_glossary
from tests.harness.recorded import check_ours

_PLAIN = {"pass", "fail", "zone lost", "mistake"}
"""Words of a report's headings that mean what they mean everywhere."""


def test_words_are_in_alphabetical_order_and_take_one_line() -> None:
    rows = list(load_glossary().values())
    assert [row.word for row in rows] == sorted((row.word for row in rows), key=str.casefold)
    assert not [row.word for row in rows if {"|", "\n"} & set(row.meaning + row.example)]


@pytest.mark.parametrize("word", load_glossary())
def test_a_word_is_explained_by_its_row(word: str) -> None:
    row = load_glossary()[word]
    assert list(explain(word))[:2] == [
        f"{word}: {row.meaning}",
        f"for example: {row.example.replace('`', '')}",
    ]


def _headings() -> set[str]:
    """Column headings of the text report, split at commas and slashes."""
    text = io.StringIO()
    print_report(report_of(check_ours("tencent-ap-jakarta")), Console(file=text, width=300), Detail(everything=True))
    lines = text.getvalue().splitlines()
    heads = [line for line in lines if re.match(r"(class|store) {2,}", line)]
    assert len(heads) == 2, "the report has another table: name its first column here"
    return {part for head in heads for cell in re.split(r" {2,}", head.strip()) for part in re.split(r" / |, ", cell)}


def test_every_heading_outcome_and_grade_of_the_text_report_is_in_it() -> None:
    shown = {*_headings(), *(outcome.value for outcome in Outcome), *(grade.value for grade in Grade)}
    assert shown - _PLAIN <= load_glossary().keys()
    assert shown > {"latest end", "copies reach", "unproven", "assumed"}
