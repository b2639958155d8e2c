"""SARIF 2.1.0 report, for code scanning: every blocking verdict at the user's own line, a library's line beside it.

In: reports on stacks. Out: JSON text. It is written as plain data and validated against the standard's schema in the
tests: a library of models costs a fifth of a check to import.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from im_stack.policies.rules import RULES
from im_stack.policies.say import say, say_hop
from im_stack.preflight.reports.markdown import escape
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.obligations import ObligationRow
from im_stack.preflight.reports.model.places import Place
from im_stack.preflight.reports.model.report import Judged, Unjudged
from im_stack.terms.packages import own_version
from im_stack.terms.problem import Problem

_PRINT: Final = "verdict/v1"
_INSTALLED: Final = "PACKAGES"
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_TITLES: Final = {rule.id: rule.title for rule in RULES}


def to_sarif(reports: Iterable[Judged]) -> str:
    """One run per stack, in order; a stack that could not be judged is a run that did not succeed."""
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _run(report: Judged) -> dict[str, Any]:
    failed = isinstance(report, Unjudged)
    notes = [_notification(problem) for problem in report.problems] if isinstance(report, Unjudged) else []
    weak = [] if isinstance(report, Unjudged) else [finding for finding in report.findings if finding.weak]
    duties = {} if isinstance(report, Unjudged) else report.duties
    titles = {finding.rule: finding.title for finding in weak} | _TITLES
    rules = sorted(titles)
    return {
        "tool": {
            "driver": {
                "name": "im-preflight",
                "version": own_version(),
                "rules": [_rule(rule, titles[rule], duties, weak) for rule in rules],
            }
        },
        "originalUriBaseIds": {_INSTALLED: {"description": {"text": "where Python's packages are installed"}}},
        "automationDetails": {"id": f"im-preflight/{report.stack}/"},
        "invocations": [{"executionSuccessful": not failed, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "results": _told_apart([_result(finding, rules.index(finding.rule), report.stack) for finding in weak]),
        "properties": {
            "obligations": [] if isinstance(report, Unjudged) else [_standing(o) for o in report.obligations]
        },
    }


def _standing(row: ObligationRow) -> dict[str, str]:
    return {"id": row.obligation.id, "standing": row.standing.value, "says": row.says}


def _rule(rule: str, title: str, duties: Mapping[str, str], findings: Iterable[Finding]) -> dict[str, Any]:
    """A rule with its help in full, as plain text that is Markdown, too: there is no address to send a reader to."""
    asked = sorted({duty for finding in findings if finding.rule == rule for duty in finding.duties} & duties.keys())
    listed = "\n".join(f"- {duty}: {escape(duties[duty])}" for duty in asked)
    text = "\n\n".join(filter(None, [f"{escape(title)}.", listed, f"More: `preflight explain {rule}`"]))
    return {
        "id": rule,
        "shortDescription": {"text": title},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": "error"},
    }


def _result(verdict: Finding, index: int, stack: str) -> dict[str, Any]:
    """Unproven verdicts block a pull request as failures do, so both have level error; `outcome` distinguishes them."""
    result: dict[str, Any] = {
        "ruleId": verdict.rule,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": f"{stack}: {say(verdict)}"},
        "locations": [_location(verdict.place) | _logical(verdict)],
        "partialFingerprints": {_PRINT: _fingerprint(verdict, stack)},
        "properties": {"outcome": verdict.outcome.value, "stack": stack, "duties": list(verdict.duties)},
    }
    if verdict.related:
        rows = enumerate(verdict.related, 1)
        result["relatedLocations"] = [
            {"id": number, **_location(place), "message": {"text": "made here"}} for number, place in rows
        ]
    if verdict.hops:
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": hop} for hop in _path(verdict)]}]}]
    if verdict.excuse:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": verdict.excuse}]
    return result


def _path(verdict: Finding) -> list[dict[str, Any]]:
    """The hops of a verdict, each where its number was set."""
    rows = zip(verdict.along, verdict.hops, strict=True)
    return [_location(place) | {"message": {"text": say_hop(hop)}} for place, hop in rows]


def _location(place: Place) -> dict[str, Any]:
    artifact = {"uri": place.uri, "uriBaseId": _INSTALLED} if place.installed else {"uri": place.uri}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": place.line or 1}}}


def _logical(verdict: Finding) -> dict[str, Any]:
    kind = "resource" if verdict.subject.startswith("urn:") else "namespace"
    qualified = verdict.subject or "the stack"
    return {"logicalLocations": [{"name": verdict.name, "fullyQualifiedName": qualified, "kind": kind}]}


def _fingerprint(verdict: Finding, stack: str) -> str:
    """The same finding keeps its identity when lines move or numbers change."""
    return hashlib.sha256("\0".join((stack, *verdict.identity)).encode()).hexdigest()


def _told_apart(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results, where several have one fingerprint with their number in it."""
    seen: Counter[str] = Counter()
    for result in results:
        prints = result["partialFingerprints"]
        seen[prints[_PRINT]] += 1
        prints[_PRINT] += f":{seen[prints[_PRINT]]}"
    return results


def _notification(problem: Problem) -> dict[str, Any]:
    note: dict[str, Any] = {"level": "error", "message": {"text": str(problem)}}
    if problem.file:
        note["locations"] = [_location(Place(problem.file, problem.line))]
    return note
