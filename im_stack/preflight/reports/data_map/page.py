"""HTML page of the data map: the rows of every stack in a template, escaped.

In: reports on stacks. Out: HTML text with a Content-Security-Policy that allows neither scripts nor requests.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from im_stack.policies.say import say_period
from im_stack.preflight.reports.data_map.bars import LIMIT_AT
from im_stack.preflight.reports.data_map.stack import stack_of
from im_stack.preflight.reports.model.report import Judged, Unjudged
from im_stack.terms.period import format_period, parse_period
from im_stack.terms.problem import printable
from im_stack.terms.texts.library import STACK_POLICY, load_glossary

_TABLE: Final = re.compile(r"<table>.*?</table>", re.DOTALL)
_COLUMN: Final = re.compile(r'<th scope="col"[^>]*>(.*?)</th>', re.DOTALL)
_ROW: Final = re.compile(r"<tr>(?!<th scope=\"col\").*?</tr>", re.DOTALL)
_CELL: Final = re.compile(r'<td(?=[ >])|<th(?= scope="row")')
_ROLES: Final = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    'th(?= scope="col")': "columnheader",
    'th(?= scope="row")': "rowheader",
    "td": "cell",
}
"""What the templates write; whatever a name contains is escaped, so it has none of these."""
_FOLDER: Final = Path(__file__).parent
_STATES: Final = ("fail", "unproven", "conditional", "pass")
_LONGEST: Final = 600
"""Characters of one name or message: who makes longer ones finds them in the JSON report."""


def to_html(reports: Iterable[Judged]) -> str:
    """One page for all stacks, what fails first; of one that could not be judged it says why."""
    stacks = [
        {"name": report.stack, "problems": report.problems, "map": None}
        if isinstance(report, Unjudged)
        else {"name": report.stack, "problems": (), "map": stack_of(report)}
        for report in sorted(reports, key=_rank)
    ]
    style = (_FOLDER / "style.css").read_text("utf-8")
    text = _TEMPLATES["page.html"].render(
        stacks=stacks,
        style=Markup(style),
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        limit_at=LIMIT_AT,
        own_policy=STACK_POLICY,
        glossary=load_glossary().values(),
    )
    text = _TABLE.sub(_as_cards, text)
    return text if text.endswith("\n") else text + "\n"


def _rank(report: Judged) -> int:
    """Where a stack stands on the page: what fails, or could not be judged, first."""
    return 0 if isinstance(report, Unjudged) else _STATES.index(report.state)


def _as_cards(table: "re.Match[str]") -> str:
    """A table whose rows a narrow screen shows as cards: each cell has the name of its column, and what loses its role
    as it is laid out otherwise says its role."""
    columns = [re.sub(r"<[^>]*>", "", name).strip() for name in _COLUMN.findall(table[0])]
    body = _ROW.sub(lambda row: _labelled(row[0], columns), table[0])
    for tag, role in _ROLES.items():
        body = re.sub(rf"<({tag})(?=[ >])", rf'<\1 role="{role}"', body)
    return body


def _labelled(row: str, columns: Sequence[str]) -> str:
    names = iter(columns)
    return _CELL.sub(lambda cell: f'{cell[0]} data-label="{next(names)}"', row)


def _templates() -> dict[str, Template]:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"period": _period, "spelled": say_period, "iso": _iso, "urn_name": _urn_name}
    return {name: environment.get_template(name) for name in environment.list_templates(extensions=["html"])}


def shown(value: Any) -> Any:
    """A value as the page shows it, before escaping: invisible characters and those that change the text direction
    as their codes; of a text that is too long, both ends."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    if len(value) > _LONGEST:
        left_out = len(value) - _LONGEST
        value = f"{value[: _LONGEST // 2]} [… {left_out:,} characters …] {value[-_LONGEST // 2 :]}"
    return printable(value)


def _period(period: timedelta | None, unknown: bool = False) -> Markup:
    """A period for people, and for machines as ISO 8601."""
    if unknown or period is None:
        return Markup('<span class="endless">{}</span>').format(say_period(period, unknown))
    return Markup('<time datetime="{}">{}</time>').format(format_period(period), say_period(period))


def _iso(text: str) -> Markup:
    """The same for a period as the stack's file writes it."""
    return _period(parse_period(text))


def _urn_name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


_TEMPLATES: Final = _templates()
"""Compiled as this module is loaded, which is before there is anything to write."""
