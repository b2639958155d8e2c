"""The report a machine reads: versioned, byte-identical on repeat, without secrets.

`schema` names the format; a field is never renamed or removed within one version.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final, cast

from im_stack.facts.mechanism.tables import recovery
from im_stack.facts.model import Amount, Evidence
from im_stack.policies.judge import Verdict
from im_stack.policies.ledger import Bound, Kept
from im_stack.policies.rule import Standing
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports import shape
from im_stack.terms.declaration import ClassChoice
from im_stack.terms.period import format_period
from im_stack.terms.problem import InputError, Problem

SCHEMA: Final = "im-preflight-report/1"
PROBLEMS: Final = "im-preflight-problems/1"
"""Names the form of what stands in a report's place where a stack could not be judged."""


def to_json(results: Sequence[tuple[str, Checked]], every: bool) -> str:
    """The reports on stacks as JSON text: a list of them, in order, or the first alone where not `every` was asked."""
    rows: list[shape.Report | shape.Problems] = [
        {"schema": PROBLEMS, "stack": name, "problems": [_problem(problem) for problem in checked.problems]}
        if isinstance(checked, InputError)
        else report(checked)
        for name, checked in results
    ]
    return json.dumps(rows if every else rows[0], indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _problem(problem: Problem) -> shape.Problem:
    return cast(shape.Problem, asdict(problem))


def report(check: Check) -> shape.Report:
    """The whole judgement as plain data. Periods are ISO 8601 text, null where there is no bound."""
    judgement, duties = check.judgement, check.duties
    return {
        "schema": SCHEMA,
        "stack": check.stack.stack,
        "cloud": duties.home.cloud,
        "region": duties.home.id,
        "jurisdiction": duties.home.jurisdiction,
        "instruments": sorted(duties.declaration.instruments),
        "classes": [_chosen(name, choice) for name, choice in sorted(duties.declaration.classes.items())],
        "outcome": judgement.outcome.value,
        "headline": judgement.headline,
        "resources": judgement.resources,
        "bounds": [_bound(bound, limit) for bound, limit in judgement.bounds],
        "stores": [_kept(row, duties.home.cloud) for row in judgement.kept],
        "verdicts": [_verdict(verdict, check.source_of(verdict)) for verdict in judgement.verdicts],
        "declaredHops": [{"subject": p.subject, "who": p.who, "must": p.must} for p in judgement.promises],
        "assumptions": [cast(shape.Assumption, row.model_dump(exclude_none=True)) for row in duties.assumptions],
        "assumedHops": [_hop(amount) for amount in judgement.assumptions],
        "provider": {"version": check.accepted.version, "asked": check.accepted.asked} if check.accepted else None,
        "waivers": [_waiver(standing) for standing in judgement.waivers],
        "size": duties.declaration.size,
        "settled": [cast(shape.Settled, asdict(row)) for row in check.settled],
    }


def _chosen(name: str, choice: ClassChoice) -> shape.Chosen:
    return {
        "class": name,
        "store": choice.store,
        "period": choice.period or choice.transient,
        "clock": choice.clock or "birth",
        "backups": choice.backups,
        "erasure": choice.erasure.within if choice.erasure else None,
    }


def _bound(bound: Bound, limit: timedelta) -> shape.Bound:
    return {
        "limit": format_period(limit),
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


def _kept(row: Kept, cloud: str) -> shape.Store:
    objectives = recovery(cloud).get(row.service)
    return {
        "store": row.place,
        "service": row.service,
        "holding": row.holding,
        "class": row.data_class,
        "sealed": row.sealed,
        "live": _period(row.live),
        "copiesReach": _period(row.reach),
        "recovery": cast(shape.Recovery, objectives.model_dump()) if objectives else None,
    }


def _verdict(verdict: Verdict, source: str) -> shape.Verdict:
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
        "source": source,
    }


def _waiver(standing: Standing) -> shape.Waiver:
    """A waiver with what it excuses; `fault` says why it excuses nothing."""
    excused: list[shape.Excused] = [
        {"subject": v.subject, "name": v.name, "message": v.message} for v in standing.waives
    ]
    waiver = standing.waiver
    return {
        "rule": waiver.rule,
        "resource": waiver.resource,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "evidence": waiver.evidence,
        "expires": waiver.expires.isoformat(),
        "position": standing.position,
        "holds": not standing.fault,
        "fault": standing.fault or standing.idle,
        "waives": excused,
    }


def _hop(hop: Amount) -> shape.Hop:
    return {
        "label": hop.label,
        "period": _period(hop.period),
        "least": _period(hop.least),
        "known": not hop.unknown,
        "evidence": _evidence(hop.evidence),
    }


def _evidence(evidence: Evidence) -> shape.Evidence:
    return {
        "resource": evidence.resource,
        "argument": evidence.argument,
        "grade": evidence.grade.value,
        "source": evidence.source,
        "note": evidence.note,
    }


def _period(period: timedelta | None) -> str | None:
    return None if period is None else format_period(period)
