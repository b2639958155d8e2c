"""Markdown report, for a comment on a pull request. Names come from the program and are escaped."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from im_stack.policies.say import say, say_latest, say_period, say_waiver, say_worst
from im_stack.preflight.reports.model.causes import Cause
from im_stack.preflight.reports.model.report import Judged, Report, Unjudged

_MARKUP: Final = re.compile(r"([\\`*_\[\]#|~])")
_LONGEST: Final = 60_000
"""Characters of a comment: the common forges take 65,536."""


def to_markdown(reports: Iterable[Judged]) -> str:
    """A section per stack: headline, bounds, what blocks, what is waived, what the proof leans on."""
    return cut("\n".join(_broken(report) if isinstance(report, Unjudged) else _judged(report) for report in reports))


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


def folded(title: str, lines: Sequence[str], *, ordered: bool = False) -> str:
    """A list that opens on a click; nothing where there is nothing."""
    items = "\n".join(f"{f'{n}.' if ordered else '-'} {line}" for n, line in enumerate(lines, 1))
    return f"<details><summary>{title}</summary>\n\n{items}\n\n</details>\n" if lines else ""


def _broken(report: Unjudged) -> str:
    problems = "\n\n".join(fenced(str(problem)) for problem in report.problems)
    return f"### {escape(report.stack)}: could not be judged\n\n{problems}\n"


def _judged(report: Report) -> str:
    home = report.home
    parts = [
        f"### {escape(report.stack)}: {escape(report.headline)}\n",
        f"{escape(home.place)} ({escape(home.id)}), {report.resources} resources\n",
        _bounds(report),
        *by_resource(map(_of_cause, report.causes)),
        folded(
            report.standing,
            [f"{row.standing.upper()} {row.obligation.id}: {escape(row.says)}" for row in report.obligations],
        ),
        *(["**Waived**\n\n" + fenced("\n".join(_waivers(report))) + "\n"] if report.waivers else []),
        _let_through(report),
        folded(
            f"{len(report.declared_hops)} declared hops, shown by nothing in the plan",
            [f"{escape(p.subject)}: {escape(p.who)} must {escape(p.must)}" for p in report.declared_hops],
            ordered=True,
        ),
    ]
    return "\n".join(part for part in parts if part)


def _bounds(report: Report) -> str:
    rows = [
        (each.name, each.most, say_latest(bound), say_period(bound.earliest), say_worst(bound))
        for each in report.classes
        if (bound := each.bound)
    ]
    return table(("class", "limit", "latest end", "earliest end", "where it ends last"), rows) if rows else ""


def _let_through(report: Report) -> str:
    """What fails and does not decide the exit status, one by one."""
    rows = [(f.outcome.upper(), f.rule, f.message, f.excuse) for f in report.findings if f.weak and f.excuse]
    columns = "verdict", "rule", "finding", "let through by"
    return f"**Let through**\n\n{table(columns, rows)}" if rows else ""


@dataclass(frozen=True)
class Block:
    """One cause that blocks: which argument of which resource, for which classes, by which rules, and what was said."""

    name: str
    outcome: str
    argument: str
    classes: Sequence[str]
    rules: Sequence[str]
    places: Sequence[str]
    said: Sequence[str]
    fixes: Sequence[str]


def by_resource(blocks: Iterable[Block]) -> Iterator[str]:
    """What blocks, by resource and then by cause; the paths of each cause open on a click."""
    for name, found in groupby(sorted(blocks, key=lambda block: block.name), key=lambda block: block.name):
        rows = list(found)
        places = list(dict.fromkeys(place for row in rows for place in row.places if place))
        where = f" at {escape(', '.join(places))}" if places else ""
        yield f"**{escape(name)}**{where}\n"
        yield "\n".join(map(_block, rows))


def _block(block: Block) -> str:
    classes = f"({', '.join(block.classes)})" if block.classes else ""
    what = " ".join(filter(None, (block.outcome.upper(), block.argument, classes)))
    head = escape(f"{what}: {', '.join(block.rules)}")
    fixes = [f"- {escape(fix)}" for fix in block.fixes]
    said = fenced("\n\n".join(block.said))
    return "\n".join([f"<details><summary>{head}</summary>\n\n{said}\n\n</details>\n", *fixes, ""])


def _of_cause(cause: Cause) -> Block:
    return Block(
        name=cause.name,
        outcome=cause.outcome,
        argument=cause.argument,
        classes=cause.classes,
        rules=cause.rules,
        places=[str(finding.place) for finding in cause.findings],
        said=[finding.spelled(say(finding)) for finding in cause.findings],
        fixes=list(dict.fromkeys(finding.spelled(finding.fix) for finding in cause.findings if finding.fix)),
    )


def _waivers(report: Report) -> list[str]:
    return [line for result in report.waivers for line in say_waiver(result, hops=False)]
