"""OSCAL assessment results: an observation per verdict, a finding per duty, a risk per waiver and per open verdict.

In: reports on stacks. Out: JSON text. Identifiers derive from what they identify and times are the day of the
assessment, so that the same judgement gives the same bytes.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID, uuid5

from im_stack.policies.rule import Outcome
from im_stack.policies.say import say
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.report import Judged, Report, judged_only
from im_stack.preflight.reports.records import needed
from im_stack.terms.packages import HOME

_NAMESPACE: Final = UUID("6f0a2b1e-6f2f-5d0f-9c38-1d3c0d6f7a55")
_PROPERTIES: Final = HOME


def to_assessment(judged: Iterable[Judged]) -> str:
    """One result per stack. Raises the `InputError` of a stack that was not judged."""
    needed("trestle", "compliance-trestle")
    from trestle.oscal import OSCAL_VERSION
    from trestle.oscal.assessment_results import AssessmentResults

    reports = list(judged_only(judged))
    day = max(report.day for report in reports)
    names = ", ".join(report.stack for report in reports)
    plan = _uuid("plan", names)
    document = AssessmentResults.model_validate(
        {
            "uuid": _uuid("document", names, str(day)),
            "metadata": {
                "title": f"What the infrastructure code of {names} keeps",
                "last-modified": _instant(day),
                "version": str(day),
                "oscal-version": OSCAL_VERSION,
            },
            "import-ap": {"href": f"#{plan}"},
            "results": [_result(report) for report in reports],
            "back-matter": {
                "resources": [
                    {"uuid": plan, "title": "What is assessed", "description": "What each stack's own file declares."}
                ]
            },
        }
    )
    return (
        json.dumps(json.loads(document.oscal_serialize_json_bytes()), indent=2, sort_keys=True, ensure_ascii=False)
        + "\n"
    )


def _result(report: Report) -> dict[str, Any]:
    stack, home = report.stack, report.home
    observations = [_observation(report, verdict, n) for n, verdict in enumerate(report.findings)]
    by_duty: dict[str, list[int]] = {}
    for n, verdict in enumerate(report.findings):
        for duty in verdict.duties:
            by_duty.setdefault(duty, []).append(n)
    risks = [_risk(report, verdict, n) for n, verdict in enumerate(report.findings) if verdict.weak]
    findings = [_finding(report, duty, of) for duty, of in sorted(by_duty.items())]
    result: dict[str, Any] = {
        "uuid": _uuid("result", stack, str(report.day)),
        "title": f"{stack}: {report.headline}",
        "description": f"{report.resources} resources in {home.place} ({home.cloud} {home.id}), judged offline",
        "start": _instant(report.day),
        "end": _instant(report.day),
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": [{"control-id": control} for control in sorted({_control(d) for d in by_duty})]}
            ]
        },
        "observations": observations,
        "findings": findings,
    }
    return result | ({"risks": risks} if risks else {})


def _observation(report: Report, verdict: Finding, n: int) -> dict[str, Any]:
    resource = verdict.subject.startswith("urn:")
    subject = {
        "subject-uuid": _uuid("subject", report.stack, verdict.subject),
        "type": "component" if resource else "inventory-item",
        "title": verdict.name,
    }
    return {
        "uuid": _of(report, n),
        "title": f"{verdict.rule}: {verdict.name}",
        "description": say(verdict),
        "methods": ["TEST"],
        "types": ["control-objective"],
        "props": _props(
            outcome=verdict.outcome.value.replace(" ", "-"),
            rule=verdict.rule,
            **({"let-through": verdict.let_through} if verdict.let_through else {}),
        ),
        "subjects": [subject],
        "collected": _instant(report.day),
    }


def _finding(report: Report, duty: str, of: Sequence[int]) -> dict[str, Any]:
    verdicts = [report.findings[n] for n in of]
    blocked, waived = any(v.blocks for v in verdicts), any(v.waived for v in verdicts)
    outcomes = {verdict.outcome for verdict in verdicts}
    reason = "fail" if Outcome.FAIL in outcomes else "other" if blocked or waived else "pass"
    state = "not-satisfied" if blocked or waived else "satisfied"
    return {
        "uuid": _uuid("finding", report.stack, duty),
        "title": duty,
        "description": report.duties[duty],
        "target": {"type": "objective-id", "target-id": _token(duty), "status": {"state": state, "reason": reason}},
        "related-observations": [{"observation-uuid": _of(report, n)} for n in of],
    }


def _risk(report: Report, verdict: Finding, n: int) -> dict[str, Any]:
    """A risk: open for a blocking verdict, an accepted deviation until its date for a waived one."""
    risk: dict[str, Any] = {
        "uuid": _uuid("risk", report.stack, str(n)),
        "title": f"{verdict.rule}: {verdict.name}",
        "description": verdict.message,
        "statement": verdict.fix or verdict.title,
        "status": "deviation-approved" if verdict.waived else "open",
        "related-observations": [{"observation-uuid": _of(report, n)}],
    }
    if verdict.waived:
        waiver = verdict.waived
        risk["deadline"] = _instant(waiver.expires)
        risk["statement"] = f"{waiver.reason} ({waiver.owner})"
        risk["links"] = [{"href": waiver.evidence, "rel": "evidence"}]
    return risk


def _control(duty: str) -> str:
    return _token(duty.split("/", maxsplit=1)[0])


def _token(text: str) -> str:
    return text.replace("/", ".")


def _props(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "ns": _PROPERTIES, "value": value} for name, value in sorted(values.items())]


def _of(report: Report, n: int) -> str:
    return _uuid("observation", report.stack, str(n))


def _uuid(*parts: str) -> str:
    """A version 5 identifier: OSCAL takes versions 4 and 5."""
    return str(uuid5(_NAMESPACE, "\0".join(parts)))


def _instant(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()
