"""Markdown report, for a comment on a pull request. Names come from the program and are escaped."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from im_stack.policies.judge import Judgement, Verdict
from im_stack.policies.say import say, say_latest, say_period, say_waiver, say_worst
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.places import Places
from im_stack.terms.problem import InputError

_MARKUP: Final = re.compile(r"([\\`*_\[\]#|~])")
_LONGEST: Final = 60_000
"""Characters of a comment: the common forges take 65,536."""


def to_markdown(results: Iterable[tuple[str, Checked]]) -> str:
    """A section per stack: headline, bounds, what blocks, what is waived, what the proof leans on."""
    sections = [
        _broken(name, checked) if isinstance(checked, InputError) else _judged(checked) for name, checked in results
    ]
    return cut("\n".join(sections))


def cut(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning with a word that it is not all of it."""
    if len(text) <= longest:
        return text
    whole = text[:longest].rsplit("\n\n", 1)[0]
    closing = "\n```" if whole.count("\n```") % 2 else ""
    folds = "\n</details>" * (whole.count("<details>") - whole.count("</details>"))
    rest = "The report is longer than a comment may be; the rest is in the job's other reports."
    return f"{whole}{closing}{folds}\n\n{rest}\n"


def escape(text: str) -> str:
    """Text that shows as it is: no link, no image, no mention, no table cell ends in it."""
    flat = "".join(c if c.isprintable() else " " for c in text)
    flat = flat.replace("&", "&amp;").replace("<", "&lt;")
    return _MARKUP.sub(r"\\\1", flat).replace("@", "@\u200b").replace("://", ":\u200b//")


def fenced(text: str) -> str:
    """A block of text as it is, in a fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return f"{fence}text\n{shown}\n{fence}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return "\n".join([*lines, *(f"| {' | '.join(escape(cell) for cell in row)} |" for row in rows)]) + "\n"


def folded(title: str, lines: Sequence[str]) -> str:
    """A list that opens on a click; nothing where there is nothing."""
    items = "\n".join(f"- {line}" for line in lines)
    return f"<details><summary>{title}</summary>\n\n{items}\n\n</details>\n" if lines else ""


def _broken(name: str, error: InputError) -> str:
    problems = "\n\n".join(fenced(str(problem)) for problem in error.problems)
    return f"### {escape(name)}: could not be judged\n\n{problems}\n"


def _judged(check: Check) -> str:
    judgement, home, places = check.judgement, check.duties.home, Places(check)
    parts = [
        f"### {escape(check.stack.stack)}: {escape(judgement.headline)}\n",
        f"{escape(home.place)} ({escape(home.id)}), {judgement.resources} resources\n",
        _bounds(judgement),
        *(_finding(verdict, places) for verdict in judgement.verdicts if verdict.blocks),
        *(["**Waived**\n\n" + fenced("\n".join(_waivers(judgement))) + "\n"] if judgement.waivers else []),
        folded(
            f"{len(judgement.declared_hops)} declared hops, shown by nothing in the plan",
            [f"{escape(p.subject)}: {escape(p.who)} must {escape(p.must)}" for p in judgement.declared_hops],
        ),
    ]
    return "\n".join(part for part in parts if part)


def _bounds(judgement: Judgement) -> str:
    rows = []
    for bound, limit in judgement.bounds:
        ends = say_period(limit), say_latest(bound), say_period(bound.earliest)
        rows.append((bound.data_class, *ends, say_worst(bound)))
    return table(("class", "limit", "latest end", "earliest end", "where it ends last"), rows) if rows else ""


def _finding(verdict: Verdict, places: Places) -> str:
    head = f"**{verdict.outcome.value.upper()} {escape(verdict.rule)}** at {escape(str(places.of(verdict)))}"
    return f"{head}\n\n{fenced(say(verdict))}\n"


def _waivers(judgement: Judgement) -> list[str]:
    return [line for result in judgement.waivers for line in say_waiver(result, hops=False)]
