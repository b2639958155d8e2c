"""SARIF 2.1.0 report, for code scanning: every blocking verdict, at the Python line that made its resource.

In: checks of stacks. Out: JSON text. It is written as plain data and validated against the standard's schema in the
tests: a library of models costs a fifth of a check to import.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from im_stack.policies.judge import Verdict
from im_stack.policies.rules import RULES
from im_stack.policies.say import say, say_hop, say_hop_name
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.places import Place, Places
from im_stack.terms.problem import InputError, Problem

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_TITLES: Final = {rule.id: rule.title for rule in RULES}


def to_sarif(results: Iterable[tuple[str, Checked]]) -> str:
    """One run per stack, in order; a stack that could not be judged is a run that did not succeed."""
    runs = [_run(name, checked) for name, checked in results]
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _run(name: str, checked: Checked) -> dict[str, Any]:
    failed = isinstance(checked, InputError)
    notes = [_notification(problem) for problem in checked.problems] if isinstance(checked, InputError) else []
    verdicts = [] if isinstance(checked, InputError) else [v for v in checked.judgement.verdicts if v.weak]
    rules = sorted({verdict.rule: verdict.title for verdict in verdicts} | _TITLES)
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "im-preflight", "rules": [_rule(rule, verdicts) for rule in rules]}},
        "automationDetails": {"id": f"im-preflight/{name}/"},
        "invocations": [{"executionSuccessful": not failed, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "results": [],
    }
    if isinstance(checked, Check):
        places = Places(checked)
        run["results"] = [_result(verdict, rules.index(verdict.rule), places, name) for verdict in verdicts]
    return run


def _rule(rule: str, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    title = _TITLES.get(rule) or next(verdict.title for verdict in verdicts if verdict.rule == rule)
    return {
        "id": rule,
        "shortDescription": {"text": title},
        "help": {"text": f"preflight explain {rule}"},
        "defaultConfiguration": {"level": "error"},
    }


def _result(verdict: Verdict, index: int, places: Places, stack: str) -> dict[str, Any]:
    """Unproven verdicts block a pull request as failures do, so both have level error; `outcome` distinguishes them."""
    result: dict[str, Any] = {
        "ruleId": verdict.rule,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": f"{stack}: {say(verdict)}"},
        "locations": [_location(places.of(verdict)) | _logical(verdict)],
        "partialFingerprints": {"verdict/v1": _fingerprint(verdict, stack)},
        "properties": {"outcome": verdict.outcome.value, "stack": stack, "duties": list(verdict.duties)},
    }
    if verdict.hops:
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": hop} for hop in _path(verdict, places)]}]}]
    if verdict.waived:
        waiver = verdict.waived
        why = f"{waiver.reason} ({waiver.owner}, until {waiver.expires}, {waiver.evidence})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _path(verdict: Verdict, places: Places) -> list[dict[str, Any]]:
    """The hops of a verdict, each where its number was set."""
    fallback = places.of(verdict)
    return [
        _location(places.made(hop.evidence.resource) or fallback) | {"message": {"text": say_hop(hop)}}
        for hop in verdict.hops
    ]


def _location(place: Place) -> dict[str, Any]:
    region = {"region": {"startLine": place.line or 1}}
    return {"physicalLocation": {"artifactLocation": {"uri": place.uri}, **region}}


def _logical(verdict: Verdict) -> dict[str, Any]:
    kind = "resource" if verdict.subject.startswith("urn:") else "namespace"
    qualified = verdict.subject or "the stack"
    return {"logicalLocations": [{"name": verdict.name, "fullyQualifiedName": qualified, "kind": kind}]}


def _fingerprint(verdict: Verdict, stack: str) -> str:
    """The same finding keeps its identity when lines move or numbers change."""
    argument = verdict.evidence.argument if verdict.evidence else ""
    path = map(say_hop_name, verdict.hops)
    parts = (stack, verdict.rule, verdict.subject, argument, *path, *verdict.duties)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _notification(problem: Problem) -> dict[str, Any]:
    note: dict[str, Any] = {"level": "error", "message": {"text": str(problem)}}
    if problem.file:
        note["locations"] = [_location(Place(problem.file, problem.line))]
    return note
