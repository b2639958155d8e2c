"""The report a machine reads: versioned, byte-identical on repeat, without secrets.

`schema` names the format; a field is never renamed or removed within one version.
"""

import json
from typing import Any

from facts.model import Amount, Evidence
from facts.tables import recovery
from policies.judge import Verdict
from policies.ledger import Bound, Kept
from policies.rule import Standing
from preflight.check import Check
from terms.period import format_period

SCHEMA = "im-preflight-report/1"


def to_json(check: Check) -> str:
    """The whole judgement as JSON text. Periods are ISO 8601 text, null where there is no bound."""
    judgement, duties = check.judgement, check.duties
    report = {
        "schema": SCHEMA,
        "stack": check.stack.stack,
        "cloud": duties.home.cloud,
        "region": duties.home.id,
        "jurisdiction": duties.home.jurisdiction,
        "instruments": sorted(duties.declaration.instruments),
        "outcome": judgement.outcome.value,
        "headline": judgement.headline,
        "resources": judgement.resources,
        "bounds": [_bound(bound) | {"limit": format_period(limit)} for bound, limit in judgement.bounds],
        "stores": [_kept(row, duties.home.cloud) for row in judgement.kept],
        "verdicts": [_verdict(verdict, check.sources) for verdict in judgement.verdicts],
        "declaredHops": [{"subject": p.subject, "who": p.who, "must": p.must} for p in judgement.promises],
        "assumptions": [row.model_dump(exclude_none=True) for row in duties.assumptions],
        "assumedHops": [_hop(amount) for amount in judgement.assumptions],
        "provider": {"version": check.accepted.version, "asked": check.accepted.asked} if check.accepted else None,
        "waivers": [_waiver(standing) for standing in judgement.waivers],
    }
    return json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _bound(bound: Bound) -> dict[str, Any]:
    return {
        "class": bound.data_class,
        "latestEnd": _period(bound.latest),
        "known": not bound.unknown,
        "earliestEnd": _period(bound.earliest),
        "latestEndIfSweepsFail": _period(bound.if_sweeps_fail),
        "paths": [
            {
                "place": path.place,
                "what": path.what,
                "end": _period(path.total),
                "hops": [_hop(hop) for hop in path.hops],
            }
            for path in bound.paths
        ],
    }


def _kept(row: Kept, cloud: str) -> dict[str, Any]:
    objectives = recovery(cloud).get(row.service)
    return {
        "store": row.place,
        "service": row.service,
        "holding": row.holding,
        "class": row.data_class,
        "sealed": row.sealed,
        "live": _period(row.live),
        "copiesReach": _period(row.reach),
        "recovery": objectives.model_dump() if objectives else None,
    }


def _verdict(verdict: Verdict, sources: dict[str, str]) -> dict[str, Any]:
    return {
        "rule": verdict.rule,
        "title": verdict.title,
        "subject": verdict.subject,
        "name": verdict.name,
        "outcome": verdict.outcome.value,
        "message": verdict.message,
        "fix": verdict.fix,
        "duties": list(verdict.duties),
        "textDerived": verdict.text_derived,
        "evidence": _evidence(verdict.evidence) if verdict.evidence else None,
        "waived": verdict.waived is not None,
        "path": [_hop(hop) for hop in verdict.hops],
        "source": sources.get(verdict.subject)
        or sources.get(verdict.evidence.resource if verdict.evidence else "", ""),
    }


def _waiver(standing: Standing) -> dict[str, Any]:
    """A waiver with what it excuses; `fault` says why it excuses nothing."""
    excused = [{"subject": v.subject, "name": v.name, "message": v.message} for v in standing.waives]
    return {
        **standing.waiver.model_dump(mode="json"),
        "position": standing.position,
        "holds": not standing.fault,
        "fault": standing.fault or standing.idle,
        "waives": excused,
    }


def _hop(hop: Amount) -> dict[str, Any]:
    return {
        "label": hop.label,
        "period": _period(hop.period),
        "least": _period(hop.least),
        "known": not hop.unknown,
        "evidence": _evidence(hop.evidence),
    }


def _evidence(evidence: Evidence) -> dict[str, str]:
    return {
        "resource": evidence.resource,
        "argument": evidence.argument,
        "grade": evidence.grade.value,
        "source": evidence.source,
        "note": evidence.note,
    }


def _period(period: Any) -> str | None:
    return None if period is None else format_period(period)
