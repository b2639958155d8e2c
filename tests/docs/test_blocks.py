"""Generated blocks of the documentation are equal to the output of their commands and to their sources."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.docs import blocks, pictures
from tests.docs.blocks import BLOCK, KINDS, PAGES, line

_MUTANTS = "mutants aws-ap-southeast-3"
"""A block that no test renews: it takes minutes. Those of `least` take one."""


def _blocks() -> Iterator[Any]:
    for page in PAGES:
        for _, kind, argument, content, _ in BLOCK.findall(page.read_text("utf-8")):
            marks = [pytest.mark.mutants] if argument.startswith("mutate ") else []
            yield pytest.param(kind, argument, content, marks=marks, id=f"{page.stem}: {kind} {argument}".strip())


_BLOCKS = list(_blocks())


@pytest.mark.parametrize(("kind", "argument", "content"), [block for block in _BLOCKS if block.values[0] in KINDS])
def test_a_block_is_up_to_date(kind: str, argument: str, content: str) -> None:
    assert content == f"{KINDS[kind](argument)}\n", "run: make readme"


def test_every_kind_has_a_block() -> None:
    assert {block.values[0] for block in _BLOCKS} == {*KINDS, "mutants", "least"}
    assert [block.id for block in _BLOCKS if block.values[0] == "mutants"] == [f"catches: {_MUTANTS}"]


def test_blocks_are_written_by_kind_and_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x one -->\nold\n<!-- /x -->\n<!-- x two -->\n<!-- /x -->\n<!-- y -->\nold\n<!-- /y -->\n")
    monkeypatch.setattr(blocks, "PAGES", (page,))
    blocks.write({"x": str.upper}, "one")
    assert "<!-- x one -->\nONE\n<!-- /x -->\n<!-- x two -->\n<!-- /x -->" in page.read_text()
    blocks.write({"x": str.upper})
    assert "<!-- x two -->\nTWO\n<!-- /x -->\n<!-- y -->\nold\n<!-- /y -->" in page.read_text()


_PRINTED = """aws-x: 1,006 mutants
      600 killed     a rule blocks it
        2 counted    a bound is another, within its limit, and printed
        4 promised   one more declared hop, listed
      100 unjudged   nothing judges it, 100 with a reason
      300 unnoticed  judged, and nothing to say, 300 with a reason

| **all** | 600 | |

%s survivors without a reason, 0 stale reasons
"""


def test_a_line_about_the_mutants_of_a_stack_is_what_was_printed() -> None:
    said = line(_PRINTED % 0, "aws-x", date(2026, 11, 23))
    assert said == (
        "`aws-x`, 2026-11-23: 1,006 mutants, 600 killed, 2 counted, 4 promised, 400 silent with a reason, none without "
        "(`make mutants STACK=aws-x`, minutes)."
    )


@pytest.mark.parametrize("printed", [_PRINTED % 10, _PRINTED % 1, ""])
def test_no_line_hides_a_survivor(printed: str) -> None:
    with pytest.raises(ValueError, match="aws-x"):
        line(printed, "aws-x", date(2026, 11, 23))


def test_the_line_about_aws_is_one() -> None:
    (found,) = (block.values[2] for block in _BLOCKS if block.values[0] == "mutants")
    assert isinstance(found, str)
    assert found.startswith("`aws-ap-southeast-3`, 20")
    assert found.endswith(", none without (`make mutants STACK=aws-ap-southeast-3`, minutes).\n")


def test_the_demos_terminal_is_up_to_date() -> None:
    assert pictures.TERMINAL.read_text("utf-8") == pictures.terminal(), "run: make readme"


@pytest.mark.server
def test_the_data_map_can_be_drawn_and_is_there(tmp_path: Path) -> None:
    if not pictures.data_map(tmp_path / "map.png"):
        pytest.skip("there is no Chromium")
    made, kept = (tmp_path / "map.png").read_bytes(), pictures.MAP.read_bytes()
    assert made[:20] == kept[:20], "no PNG of this width: run: make readme"  # the height is the browser's fonts'
