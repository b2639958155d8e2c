"""What must be stopped before the engine acts: the findings no later correction takes back.

In an update the engine shows the whole stack to the policies only when everything is made. So each
resource is judged as it is registered, too, by the same readers and rules, against what is registered
until then. Only failures count, and only those that rest on something this resource sets: what is
missing (a switch of its own, a guard) may still come.
"""

from collections.abc import Iterable

from facts.cloud import cloud_of
from facts.model import Resource
from facts.tables import leaks
from policies.judge import Verdict, judge
from policies.rule import Outcome
from terms.resolve import Duties


def beyond_recall(resource: Resource, so_far: Iterable[Resource], duties: Duties) -> list[Verdict]:
    """The irreversible failures that `resource` brings in. `so_far` is what is registered, it included."""
    return [
        verdict
        for verdict in judge(so_far, duties).verdicts
        if verdict.irreversible and verdict.outcome is Outcome.FAIL and _brought_by(resource, verdict)
    ]


def _brought_by(resource: Resource, verdict: Verdict) -> bool:
    evidence = verdict.evidence
    if evidence is None or resource.urn not in (verdict.subject, evidence.resource):
        return False
    return bool(evidence.argument) or _refused(resource.type)


def _refused(type_: str) -> bool:
    """Whether the type itself is a leak, whatever its arguments are."""
    cloud = cloud_of(type_)
    return cloud is not None and any(row.argument is None for row in leaks(cloud.name).get(type_, ()))
