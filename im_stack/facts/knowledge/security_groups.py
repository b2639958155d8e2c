"""Security groups: which rules let the whole Internet in or out, whatever a cloud calls them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from im_stack.facts.knowledge import addresses
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Evidence, Exposure, Fact, Resource, Value

_WAYS = {True: "way in", False: "way out"}
Edge = Callable[[], bool | None]
"""Whether the group of a rule guards load balancers and nothing else; None where nothing of the stack uses it."""
_GROUP = "securityGroupId"


@dataclass(frozen=True)
class Rule:
    """One rule that may let something through. `networks` are its known ranges, `why` says what is not known.

    `ports` is the range of TCP ports that it certainly lets through, `peers` the resources that it certainly names, and
    `perhaps` those of which it names some.
    """

    incoming: bool
    networks: tuple[addresses.Network, ...]
    https: bool
    why: str
    evidence: Evidence
    ports: tuple[int, int] | None = None
    peers: tuple[Resource, ...] = ()
    perhaps: tuple[Resource, ...] = ()

    @property
    def world(self) -> bool:
        return any(addresses.is_world(network) for network in self.networks)


def ranges(named: Iterable[tuple[str, Value]]) -> tuple[list[addresses.Network], str]:
    """The known ranges among values, each with the key it stands under, and why one of them is none."""
    networks, why = [], ""
    for key, value in named:
        network = addresses.read_network(value)
        if network is None:
            why = f"its {key} is no range that is known before deployment"
        else:
            networks.append(network)
    return networks, why


_RANGES = "name address ranges of the stack's own network, or one of its security groups"


def doors(
    subject: str, rules: Iterable[Rule], edge: Edge, own: Collection[addresses.Network] = ()
) -> Iterator[Exposure]:
    """What the rules of one resource open; a closed door for each way that none of them opens. `own` are public
    addresses of the cloud itself."""
    found = list(rules)
    for incoming, way in _WAYS.items():
        mine = [door for rule in found if rule.incoming is incoming for door in _opened(subject, rule, edge, own)]
        yield from mine or [Exposure(subject, f"every {way}", False, Evidence(subject))]


def joined(subject: str, rules: Iterable[Rule], edge: Edge) -> Iterator[Exposure]:
    """Ranges that are each small enough, and together are the world: over all rules of one group."""
    small = [rule for rule in rules if not rule.world and rule.networks]
    for incoming in _WAYS:
        # equivalent(comparison): both ways are asked for, in either order
        mine = [rule for rule in small if rule.incoming is incoming]
        for https, some in ((False, [rule for rule in mine if not rule.https]), (True, mine)):
            if addresses.are_world(network for rule in some for network in rule.networks):
                together = replace(some[0], https=https, why="")
                yield _world(subject, together, f"{len(some)} rules together", edge)
                break


def _opened(subject: str, rule: Rule, edge: Edge, own: Collection[addresses.Network]) -> Iterator[Exposure]:
    """What one rule opens; nothing where its source is known and small, a way out to addresses of others apart."""
    argument = rule.evidence.argument
    if rule.world:
        yield _world(subject, rule, argument, edge)
        return  # equivalent(pass): of two findings about one rule the worse is this one
    outside = tuple(str(each) for each in rule.networks if addresses.is_public(each) and each not in own)
    if outside and not rule.incoming:
        what = f"egress to {', '.join(outside)} by {argument}"
        yield Exposure(subject, what, True, rule.evidence, parties=outside, how=_RANGES)
    if rule.why:
        what = f"the {_WAYS[rule.incoming]} by {argument} ({rule.why})"
        yield Exposure(subject, what, None, rule.evidence, how=_RANGES)


def _world(subject: str, rule: Rule, by: str, edge: Edge) -> Exposure:
    """The door of a rule that lets the world through. HTTPS at the edge is the one public way in that a stack has."""
    if not rule.incoming:
        return Exposure(subject, f"egress to anywhere by {by}", True, rule.evidence, how=_RANGES)
    at_edge = edge() if rule.https else False
    what = {
        True: f"the edge, HTTPS only (by {by}),",
        False: f"ingress from anywhere by {by}",
        None: f"HTTPS from anywhere by {by}, to no load balancer of this stack,",
    }[at_edge]
    how = _RANGES if at_edge is False else "join it to the load balancer of this stack, port 443 alone"
    return Exposure(subject, what, None if at_edge is None else not at_edge, rule.evidence, how=how)


@dataclass(frozen=True)
class SecurityGroups:
    """One cloud's security groups: the types of groups, of the rules beside them (which name their group by
    `securityGroupId`) and of load balancers, the rules that a resource of either kind has, and the cloud's own
    addresses."""

    groups: frozenset[str]
    rules: tuple[str, ...]
    load_balancers: frozenset[str]
    rules_of: Callable[[Resource, Graph], list[Rule]]
    own: Collection[addresses.Network] = ()

    def of_rule(self, *arguments: str) -> Facts:
        """What a rule beside its group opens."""

        @reads(_GROUP, *arguments)
        def facts(view: View) -> Iterator[Fact]:
            found, doubts = view.links(_GROUP, self.groups)
            yield from view.unresolved(doubts)
            edge = partial(self._edge_only, found[0] if found else None, view.graph)
            yield from doors(view.urn, self.rules_of(view.resource, view.graph), edge, self.own)

        return facts

    def of_group(self, *arguments: str) -> Facts:
        """What a group's own rules (in `arguments`, where it has some) open, and what all of its rules do together."""

        @reads(*arguments)
        def facts(view: View) -> Iterator[Fact]:
            edge = partial(self._edge_only, view.resource, view.graph)
            own = self.rules_of(view.resource, view.graph) if arguments else []
            beside = [rule for type_ in self.rules for rule in view.pointing(type_, _GROUP)]
            if arguments:
                yield from doors(view.urn, own, edge, self.own)
            together = [*own, *(rule for each in beside for rule in self.rules_of(each, view.graph))]
            yield from joined(view.urn, together, edge)

        return facts

    def _edge_only(self, group: Resource | None, graph: Graph) -> bool | None:
        """Whether a group guards load balancers and nothing else; None where nothing of this stack uses it."""
        if group is None:
            return None
        users = {r.type for r in graph.users(group.urn) if r.custom} - {*self.rules, *self.groups}
        return users <= self.load_balancers if users else None
