"""What the role of a machine may do: a way out of the machine's memory beside its disks and its network.

In: a view of the machine, the policies of its role and what limits them. Out: `Outlet` facts; the acts that keep
nothing are in `machines.yaml`. What cannot be read is `kept` None.
"""

from collections.abc import Callable, Iterable, Iterator

from im_stack.facts.access.permissions import Document
from im_stack.facts.access.reading import may_read
from im_stack.facts.access.requests import ACTION, Constraint, Requests
from im_stack.facts.mechanism.cloud import name_of
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.tables import machines
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Outlet, Resource

_NO_ROLE = "give the machine no role, or one that may do what machines.yaml lists and no more"


def role_of(
    view: View,
    argument: str,
    role: Resource | None,
    doubts: str,
    policies: Callable[[Resource, Graph], Iterable[Document]],
    limits: Callable[[Resource, Graph], Iterable[Document]],
    who: Callable[[Resource], Requests],
) -> Iterator[Outlet]:
    """What a machine's role may do beside what keeps nothing. A machine without a role may ask nothing of the cloud."""
    evidence = view.evidence(argument)
    if role is None:
        if doubts:
            yield Outlet(view.urn, f"what its role may do ({doubts})", None, evidence, _NO_ROLE, works=True)
        return
    table = machines(name_of(view.resource.type))
    harmless = Constraint(ACTION, frozenset(act.lower() for act in table.actions) | table.actions, inverted=True)
    asked, within = (harmless, *who(role)), list(limits(role, view.graph))
    for document in policies(role, view.graph):
        may = may_read([document], within, [], asked)
        if may is not False:
            what = f"what its role {role.name} may do beside {', '.join(sorted(table.actions))}"
            yield Outlet(view.urn, what, may, document.evidence, _NO_ROLE, works=True)
