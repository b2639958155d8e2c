"""Irreversible findings: what must be stopped before the engine acts, because no later change takes it back.

In an update the engine shows the whole stack to the policies only when everything is made. So each
resource is judged as it is registered, too, by the same readers and rules, against what is registered
until then. Only failures count, and only those that a rule calls irreversible: where something is merely
missing (a switch of its own, a guard, a link that the engine does not show yet), it may still come.
A waiver counts as soon as it names the resource: what only the whole stack shows about it is asked later.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from im_stack.facts.declarations import Waived
from im_stack.facts.model import Resource
from im_stack.policies.judge import Verdict, judge
from im_stack.policies.rule import Outcome, Rule
from im_stack.policies.rules import RULES
from im_stack.policies.waivers import excuse
from im_stack.terms.duties.resolve import Duties


def beyond_recall(
    resource: Resource, so_far: Iterable[Resource], duties: Duties, *, today: date, own_rules: Sequence[Rule] = ()
) -> list[Verdict]:
    """The irreversible failures that `resource` brings in. `so_far` is what is registered, it included."""
    judgement = judge(so_far, duties, today=today, own_rules=own_rules)
    waivers = [*duties.declaration.waivers, *(each.waiver for each in judgement.facts.of(Waived))]
    return [
        verdict
        for verdict in judgement.verdicts
        if verdict.irreversible
        and verdict.outcome is Outcome.FAIL
        and resource.urn in (verdict.subject, verdict.evidence.resource if verdict.evidence else "")
        and not excuse(verdict, waivers, (*RULES, *own_rules), today)
    ]
