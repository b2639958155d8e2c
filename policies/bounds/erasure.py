"""Ledger after an event that ends data, such as a request: what each holding still keeps, hop by hop from the event.

In: facts, and what the declaration says ends the data: a worker that deletes it, or the end of the person's key. Out:
a `Bound` per class. What no worker can delete one by one (a topic, a log) ends by age, and what waits there arrives
later, unless a store has the records of one customer alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.model import Amount, Evidence, Grade
from im_stack.policies.bounds.bound import NOTHING, Bound, Member, Path
from im_stack.policies.bounds.ledger import Ledger
from im_stack.terms.period import parse_period
from im_stack.terms.stack.class_choice import Erasure
from im_stack.terms.texts.library import by_person


class ErasureLedger(Ledger):
    """Bounds of one class, counted from a request."""

    def __init__(self, facts: Facts, data_class: str, erasure: Erasure, archive: Iterable[str] = ()) -> None:
        super().__init__(facts, (data_class,), archive=archive)
        takes = parse_period(erasure.takes)
        self._by, self._services = erasure.by, by_person()
        # equivalent(comparison): the words of a hop
        done = "until the worker has deleted it" if self._by == "worker" else "until the person's key is deleted"
        evidence = Evidence(f"im:classes.{data_class}.erasure", "takes", Grade.DECLARED)
        self._done = Amount(takes, done, evidence, floor=NOTHING)

    def _deletes(self, member: Member) -> bool:
        whole = bool(member.customer)  # the store has the records of one customer, and goes with them
        return self._by == "worker" and member.declared and (whole or self.service(member) in self._services)

    def _starts(self, member: Member) -> str:
        """A worker deletes what has arrived, whatever the age."""
        return "arrival" if self._deletes(member) else super()._starts(member)

    def _live(self, member: Member) -> tuple[tuple[Amount, ...], timedelta | None]:
        return ((self._done,), NOTHING) if self._deletes(member) else super()._live(member)

    def _key_paths(self, seal: str, clock: str) -> Iterator[Path]:
        """A person's key ends with the request; other keys as they do anyway."""
        yield from super()._key_paths(seal, clock)
        for ring in self._rings.get(seal, []) if self._by == "subject-key" else ():
            if ring.kind == "people":
                place, cached = self._facts.name(ring.store), Evidence(ring.component, "cache", Grade.DECLARED)
                cache = Amount(ring.cache, "key cache of the application", cached)
                # What the writing of a key leaves has no end that a request would begin.
                copies = [(f"the person's key's {copy.kind}", copy.amounts) for copy in self.copies_of(ring.store)]
                for what, amounts in [("the person's key", ()), *copies]:
                    yield Path(place, what, (self._done, *amounts, cache))


_BY = {"worker": "a worker", "subject-key": "the person's key"}


def bound_from(
    event: str, facts: Facts, ledger: Ledger, erasure: Erasure, bound: Bound, silent: bool
) -> tuple[str, Bound]:
    """The bound of a class from an event on, and by what: the data's own age, or what the declaration names if that is
    sooner. `bound` is the class's as it counts anyway; `silent` says that nothing is written after the event."""
    # It comes after the birth of everything there is, so an age that counts from birth is one from the event.
    ages = bound if silent else ledger.bound(bound.data_class, "birth")
    ways = [("age", ages or bound)]  # equivalent(operand): what has a bound has one from birth
    if erasure.by != "age":
        after = ErasureLedger(facts, bound.data_class, erasure, ledger.archive).bound(bound.data_class, "birth")
        ways.insert(0, (_BY[erasure.by], after or bound))  # equivalent(operand): the same holdings hold it
    by, soonest = min(ways, key=lambda way: way[1].worst.rank[:3])
    return by, replace(soonest, since=event)
