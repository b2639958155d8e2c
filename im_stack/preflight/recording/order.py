"""Order of creation and deletion of a stack's resources, from their dependencies and parents.

In: registrations. Out: URNs. A resource is created after everything it depends on and deleted before it. A component
has the dependencies of its options, and everything inside depends on the component.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from im_stack.preflight.recording.recording import Registration


class Order:
    """The registrations of one stack by URN, and what each of them comes after."""

    def __init__(self, registrations: Iterable[Registration]) -> None:
        self.made: Mapping[str, Registration] = {r["urn"]: r for r in registrations}
        self._before: dict[str, frozenset[str]] = {}
        self._depths: dict[str, int] = {}

    def needs(self, urn: str) -> frozenset[str]:
        """Direct dependencies: a registration can only name what was registered before it."""
        r = self.made[urn]
        return frozenset({*linked(r), *r.get("dependencies", ()), r["parent"], r["provider"]} & self.made.keys())

    def before(self, urn: str) -> frozenset[str]:
        """Direct and indirect dependencies: they exist before it and as long as it does."""
        if urn not in self._before:
            needs = self.needs(urn)
            self._before[urn] = needs.union(*(self.before(each) for each in needs))
        return self._before[urn]

    @cached_property
    def guarded(self) -> frozenset[str]:
        """Resources that the engine refuses to delete: protected ones, and their dependencies."""
        protected = [urn for urn, r in self.made.items() if r["protect"]]
        return frozenset(protected).union(*(self.before(urn) for urn in protected))

    def deletions(self, urns: Iterable[str]) -> list[list[str]]:
        """These in the order in which they are deleted: those of one list go at the same time."""
        rounds: dict[int, list[str]] = {}
        for urn in sorted(urns):
            rounds.setdefault(self._depth(urn), []).append(urn)
        return [rounds[depth] for depth in sorted(rounds, reverse=True)]

    def _depth(self, urn: str) -> int:
        if urn not in self._depths:
            self._depths[urn] = 1 + max((self._depth(each) for each in self.needs(urn)), default=0)
        return self._depths[urn]


def linked(r: Registration) -> set[str]:
    """URNs of the resources that its arguments are made from."""
    return {urn for urns in r["links"].values() for urn in urns}
