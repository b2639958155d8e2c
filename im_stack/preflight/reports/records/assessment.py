"""OSCAL assessment results: an observation per verdict and per declared hop, a finding per duty and per obligation
without one, a risk per waiver and per open verdict.

In: reports on stacks. Out: JSON text. Identifiers derive from what they identify and times are the day of the
assessment, so that the same judgement gives the same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID, uuid5

from im_stack.policies.say import say
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.obligations import ObligationRow, Standing
from im_stack.preflight.reports.model.report import Hop, Judged, Report, judged_only
from im_stack.preflight.reports.records import needed
from im_stack.terms.packages import HOME

_NAMESPACE: Final = UUID("6f0a2b1e-6f2f-5d0f-9c38-1d3c0d6f7a55")
_PROPERTIES: Final = HOME
_STATUS: Final = {Standing.PROVEN: ("satisfied", "pass"), Standing.FAIL: ("not-satisfied", "fail")}
"""What is satisfied is shown by the plan alone; what leans on a hop, on paper or on nothing is none of it yet."""


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
    findings = sorted(_findings(report, by_duty), key=lambda finding: str(finding["title"]))
    observations += [_hop(report, hop, n) for n, hop in enumerate(report.declared_hops, 1)]
    result: dict[str, Any] = {
        "uuid": _uuid("result", stack, str(report.day)),
        "title": f"{stack}: {report.headline}",
        "description": f"{report.resources} resources in {home.place} ({home.cloud} {home.id}), judged offline",
        "props": _props(
            version=report.provenance.version,
            declaration=report.provenance.declaration,
            terms=report.provenance.terms,
            **({"commit": report.provenance.commit} if report.provenance.commit else {}),
        ),
        "start": _instant(report.day),
        "end": _instant(report.day),
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": [{"control-id": row.obligation.id} for row in report.obligations]}
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


def _hop(report: Report, hop: Hop, n: int) -> dict[str, Any]:
    """A declared hop: what its owner says of it is evidence, and is not what the proof shows."""
    observation: dict[str, Any] = {
        "uuid": _uuid("hop", report.stack, str(n)),
        "title": f"declared hop {n}: {hop.subject}",
        "description": f"{hop.who} must {hop.must}",
        "methods": ["INTERVIEW"],
        "types": ["control-objective"],
        "props": _props(hop=str(n), outcome="declared"),
        "collected": _instant(report.day),
    }
    if hop.fulfilled:
        observation["relevant-evidence"] = [{"description": hop.done}]
        observation["collected"] = _instant(hop.fulfilled.when)
    return observation


def _findings(report: Report, by_duty: Mapping[str, Sequence[int]]) -> Iterator[dict[str, Any]]:
    """A finding for each duty, and for each obligation that gave none."""
    for row in report.obligations:
        for duty in row.duties:
            if duty.standing is not Standing.NOT_JUDGED:
                # what no plan shows of an obligation is open of each of its duties
                held = duty.standing is Standing.PROVEN and row.standing is Standing.CONDITIONAL
                standing = row.standing if held else duty.standing
                yield _finding(report, row, duty.id, standing, duty.hops, by_duty.get(duty.id, ()))
        if all(duty.standing is Standing.NOT_JUDGED for duty in row.duties):
            yield _finding(report, row, row.obligation.id, row.standing, (), ())


def _finding(
    report: Report, row: ObligationRow, id_: str, standing: Standing, hops: Iterable[int], of: Iterable[int]
) -> dict[str, Any]:
    state, reason = _STATUS.get(standing, ("not-satisfied", "other"))
    status = {"state": state, "reason": reason}
    seen = [*(_of(report, n) for n in of), *(_uuid("hop", report.stack, str(n)) for n in hops)]
    finding: dict[str, Any] = {
        "uuid": _uuid("finding", report.stack, id_),
        "title": id_,
        "description": row.obligation.summary,
        "props": _props(standing=standing.value.replace(" ", "-")),
        "target": {"type": "objective-id", "target-id": _token(id_), "status": status},
        "remarks": f"{standing}: {row.says}",
    }
    return finding | ({"related-observations": [{"observation-uuid": each} for each in seen]} if seen else {})


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
        risk["statement"] = f"{waiver.reason} ({', '.join(filter(None, (waiver.owner, waiver.hold)))})"
        risk["links"] = [{"href": waiver.evidence, "rel": "evidence"}]
    return risk


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
