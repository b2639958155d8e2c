"""Ways out of a machine's memory: its disks, and what it may send to (what its role may do: `access/machine_roles`).

In: views of a machine and of what is attached to it, rules of security groups. Out: `Outlet` facts,
one that nothing is kept where there is no such way. What is in memory alone ends with the machine; what cannot be read
is `kept` None.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from im_stack.facts.knowledge.addresses import Network
from im_stack.facts.knowledge.security_groups import Rule
from im_stack.facts.mechanism.cloud import name_of
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.tables import machines
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact, Outlet, Resource, Unknown

_NO_DISKS = "take the disk away: what passes the machine stays in its memory"
_ANSWERS = "let it answer the load balancer, and nothing else: take the rule away"


def own_disks(argument: str, separator: str) -> Facts:
    """Whether a machine's type has disks of its own, by its first word before `separator`."""

    @reads(argument)
    def facts(view: View) -> Iterator[Outlet]:
        kind = view.get(argument)
        table = machines(name_of(view.resource.type))
        without = isinstance(kind, str) and kind.partition(separator)[0] in table.families
        what = f"a disk that a machine of the type {kind} has" if isinstance(kind, str) else "a disk that its type has"
        how = f"a type of the families {', '.join(sorted(table.families))}"
        yield Outlet(view.urn, what, False if without else None, view.evidence(argument, table.source), how)

    return facts


def attached(machine: str, types: Collection[str], disk: str, what: str) -> Facts:
    """A disk that an attachment gives to a machine; both are arguments."""

    @reads(machine, disk)
    def facts(view: View) -> Iterator[Fact]:
        found, doubts = view.links(machine, types)
        yield from view.unresolved(doubts, "the machine that gets a disk")
        for each in found:
            yield Outlet(each.urn, what, True, view.evidence(disk), _NO_DISKS)

    return facts


def groups_of(
    view: View,
    arguments: Sequence[str],
    types: Collection[str],
    rules: Callable[[Resource, Graph], Iterable[Rule]],
    keeps_nothing: Callable[[Resource], bool],
    own: Collection[Network] = (),
) -> Iterator[Outlet]:
    """What a machine may connect to by its security groups, and what may connect to it and gets its answers; a group is
    what stands behind it. `own` are addresses of the cloud at which nothing is kept."""
    given = [argument for argument in arguments if view.get(argument) not in (ABSENT, ())]
    if not given:
        what = "whatever it connects to: it is in no security group of the stack"
        yield Outlet(view.urn, what, None, view.evidence(arguments[0]), "name a group of this stack")
    for argument in given:
        found, doubts = view.links(argument, types, view.items(argument))
        if doubts:
            what = f"whatever its groups let it connect with ({doubts})"
            yield Outlet(view.urn, what, None, view.evidence(argument), "name groups of this stack")
        for group in found:
            ways = ((rule, way) for rule in rules(group, view.graph) for way in _ways(rule, group))
            for rule, way in ways:
                behind = _behind(way, view.graph, keeps_nothing)
                harmless = not behind and keeps_nothing(way) if isinstance(way, Resource) else way in own
                if harmless:
                    continue
                place = way.name if isinstance(way, Resource) else way
                what = (
                    f"{', '.join(behind)}, with which {group.name} lets it connect" if behind else f"what is at {place}"
                )
                yield Outlet(view.urn, what, True if behind else None, rule.evidence, _ANSWERS)


def _ways(rule: Rule, group: Resource) -> Iterator[Network | Resource | str]:
    """What a rule lets a machine of a group connect with: ranges, groups and the like; in words where not known."""
    yield from rule.networks
    yield from (*rule.peers, *rule.perhaps)
    if rule.why:
        yield f"another place: of a rule {rule.why}"
    elif not (rule.networks or rule.peers or rule.perhaps):
        yield group  # a rule about the group itself names nothing else


def _behind(way: Network | Resource | str, graph: Graph, keeps_nothing: Callable[[Resource], bool]) -> list[str]:
    """What stands in a group and may keep something."""
    users = graph.users(way.urn) if isinstance(way, Resource) else []
    # equivalent(operand): a component of a table row refers to nothing
    return sorted({user.name for user in users if user.custom and not keeps_nothing(user)})


def listed(view: View, argument: str, what: str) -> Outlet:
    """Disks that a machine lists in an argument."""
    value = view.get(argument)
    some = None if isinstance(value, Unknown) else value not in (ABSENT, ())
    return Outlet(view.urn, what, some, view.evidence(argument), _NO_DISKS)
