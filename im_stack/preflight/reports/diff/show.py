"""Formats of a comparison: a comment on a pull request (Markdown), text, and JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from im_stack.policies.say import say_head
from im_stack.preflight.reports.as_json import Verdict
from im_stack.preflight.reports.diff.changes import Change, ClassChange
from im_stack.preflight.reports.markdown import Block, by_resource, cut, escape, folded
from im_stack.terms.problem import printable

COMMENT = "<!-- im-preflight diff -->"
"""Begins the comment, so that the next run finds it and does not add another."""
SCHEMA = "im-preflight-diff/1"


def as_markdown(changes: Sequence[Change]) -> str:
    """A section per stack that changed, and one line for all that did not."""
    changed = [change for change in changes if not change.is_empty]
    same = [change.stack for change in changes if change.is_empty]
    parts = [COMMENT, *(_section(change) for change in changed)]
    if same:
        parts.append(f"Nothing changes for {', '.join(map(escape, same))}.\n")
    return cut("\n".join(parts))


def _section(change: Change) -> str:
    parts = [f"### {escape(change.stack)}: {escape(_headline(change))}\n"]
    parts += [_points("Could not be judged", change.problems), _points("Place", change.place)]
    parts.append(_points("Refused: no update does it", change.refused))
    parts.append(_points("Data that the deployment ends", _lost(change)))
    for moved in change.classes:
        parts.append(_points(f"Class {escape(moved.data_class)}", (*moved.lines, *_since(moved))))
    parts += [_verdicts("Blocks now", change.worse), _points("Waivers", change.waivers)]
    parts.append(folded(f"{len(change.better)} no longer block", [escape(_said(v)) for v in change.better]))
    parts.append(folded(f"{len(change.leaning)} changes in what the proof leans on", list(map(escape, change.leaning))))
    return "\n".join(part for part in parts if part)


def _points(title: str, lines: Iterable[str]) -> str:
    items = "\n".join(f"- {escape(line)}" for line in lines)
    return f"**{title}**\n\n{items}\n" if items else ""


def _verdicts(title: str, verdicts: Sequence[Verdict]) -> str:
    causes: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        causes.setdefault(_culprit(verdict), []).append(verdict)
    parts = by_resource(_block(name, argument, found) for (name, argument), found in causes.items())
    return "\n".join([f"**{title}**\n", *parts]) if causes else ""


def _culprit(verdict: Verdict) -> tuple[str, str]:
    """The resource and argument that a verdict is about: the hop without an end, or else the last, or else its own."""
    hop = next((hop for hop in verdict.hops if hop.period is None), verdict.hops[-1] if verdict.hops else None)
    at = hop.evidence if hop else verdict.evidence
    if at is None or not at.resource.startswith("urn:"):
        return verdict.name, at.argument if at else ""
    kind, name = at.resource.split("::")[-2:]
    return f"{kind.rsplit(':', 1)[-1]} {name}", at.argument


def _block(name: str, argument: str, verdicts: Sequence[Verdict]) -> Block:
    return Block(
        name=name,
        outcome="fail" if any(verdict.outcome == "fail" for verdict in verdicts) else "unproven",
        argument=argument,
        classes=list(dict.fromkeys(v.subject for v in verdicts if v.subject and not v.subject.startswith("urn:"))),
        rules=list(dict.fromkeys(verdict.rule for verdict in verdicts)),
        places=[verdict.source for verdict in verdicts],
        said=[_said(verdict) for verdict in verdicts],
        fixes=list(dict.fromkeys(verdict.fix for verdict in verdicts if verdict.fix)),
    )


def _said(verdict: Verdict) -> str:
    return f"{say_head(verdict)}{f' at {verdict.source}' if verdict.source else ''}"


def _headline(change: Change) -> str:
    if change.before is None:
        return f"new, {change.after}"
    if change.after is None:
        return "gone"
    return change.after if change.before == change.after else f"{change.before} -> {change.after}"


def _since(moved: ClassChange) -> list[str]:
    """When a new bound holds: existing data keeps the bound that it was written under."""
    if moved.never_true:
        return ["not true for what is already written: its bound had no end"]
    return [f"true for all data from {moved.true_from}"] if moved.true_from else []


def _lost(change: Change) -> list[str]:
    return [
        f"{row.store} is {row.what}" + (f" because of {', '.join(row.because)}" if row.because else "")
        for row in change.lost
    ]


def as_text(changes: Sequence[Change]) -> str:
    """The same for a terminal."""
    lines: list[str] = []
    for change in changes:
        lines.append(f"{change.stack}: {'nothing changes' if change.is_empty else _headline(change)}")
        lines += [f"  {line}" for line in (*change.problems, *change.place)]
        lines += [f"  refused: {line}" for line in change.refused]
        lines += [f"  {line}" for line in _lost(change)]
        for moved in change.classes:
            lines += [f"  {moved.data_class}: {line}" for line in (*moved.lines, *_since(moved))]
        lines += [f"  blocks now: {_said(verdict)}" for verdict in change.worse]
        lines += [f"  no longer blocks: {_said(verdict)}" for verdict in change.better]
        lines += [f"  {line}" for line in (*change.waivers, *change.leaning)]
    return "\n".join(printable(line).replace("\n", r"\n") for line in lines) + "\n"


def as_json(changes: Sequence[Change]) -> str:
    """The same as data."""
    document = {"schema": SCHEMA, "stacks": [asdict(change) for change in changes]}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else str(value)
