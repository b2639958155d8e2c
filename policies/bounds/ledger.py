"""Ledger of bounds: how long a datum of a class can exist anywhere, hop by hop.

In: facts. Out: per class a `Bound` (`policies/bounds/bound.py`). A sealed datum ends with its key where that is
earlier. A keyring is a holding like any other, so whatever keeps a key longer keeps everything longer that it seals.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from im_stack.facts.declarations import Flow, Holding, HoldsNothing, Keyring, Sweep, Turnover
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.model import Amount, Copy, Evidence, Grade, Store
from im_stack.facts.runs import KeyRotation, Timer
from im_stack.policies.bounds.alarms import Alarms
from im_stack.policies.bounds.bound import NOTHING, Bound, Kept, Member, Path, Retention, is_unknown, rank_of, sum_of
from im_stack.policies.bounds.flows import reached_in_clear
from im_stack.policies.bounds.sweeps import MEASURED, proof_of, unproven
from im_stack.terms.period import longest, total_of
from im_stack.terms.stack.wire import CLIENTS
from im_stack.terms.texts.library import passing

_READABLE = 48
_ANEW = "counts from the last write, so every write starts it anew"


class Ledger:
    """Bounds of the classes of one stack, from its facts."""

    def __init__(self, facts: Facts, classes: Iterable[str], recipient: str = "", archive: Iterable[str] = ()) -> None:
        self._facts = facts
        self.alarms = Alarms(facts, recipient)
        self._classes = tuple(sorted(classes))
        self.archive = frozenset(archive)
        self._stores = {store.subject: store for store in facts.of(Store)}
        self._holdings = facts.of(Holding)
        self._rings = facts.by(Keyring, "name")
        self._timers = facts.by(Timer, "function")
        self._turnovers = facts.by(KeyRotation, "store")
        self._copies = facts.by(Copy, "store")
        self._flows_into = facts.by(Flow, "target")
        self._named: dict[str, list[Holding]] = {}
        for holding in self._holdings:
            self._named.setdefault(holding.name, []).append(holding)
        self._in_clear = reached_in_clear(facts.of(Flow))
        self._arrivals: dict[tuple[str, ...], tuple[tuple[Amount, ...], timedelta | None]] = {}
        used = {h.store for h in self._holdings} | {r.store for r in facts.of(Keyring)}
        self._bounds: dict[tuple[str, str], Bound | None] = {}
        self._ends_of_keys: dict[tuple[str, ...], list[Path]] = {}  # by their clock, and the seals
        used |= {empty.store for empty in facts.of(HoldsNothing)}
        self.undeclared = tuple(sorted(urn for urn in self._stores if self._stores[urn].presumed and urn not in used))

    def bound(self, data_class: str, clock: str) -> Bound | None:
        """The bound of a class counted from `clock` (birth or last-write); None where nothing holds it."""
        if (data_class, clock) not in self._bounds:
            members = self.members(data_class)
            paths = [path for member in members for path in self._ends(member, clock)]
            ordered = tuple(sorted(paths, key=lambda path: path.rank, reverse=True))
            kept = self._kept(members, clock)
            earliest = kept[0].period if kept else NOTHING
            bound = Bound(data_class, ordered, earliest, kept) if ordered else None
            self._bounds[data_class, clock] = bound
        return self._bounds[data_class, clock]

    def members(self, data_class: str) -> list[Member]:
        """Holdings of a class: declared ones, and every undeclared store. What a law keeps in an archive is no part of
        it: `archived` bounds that."""
        found = [_member(h) for h in self._holdings if h.data_class == data_class and not self.is_archived(h)]
        for urn in self.undeclared:
            clock = self._stores[urn].clock
            found.append(Member(self._facts.name(urn), urn, clock, None, None, (), {}, False))
        return sorted(found, key=lambda member: member.name)

    def is_archived(self, holding: Holding) -> bool:
        """Whether a law keeps it here past its end: it says so itself, and the stack's archive names the class."""
        return holding.archived and holding.data_class in self.archive

    def archived(self, holding: Holding) -> Bound:
        """The bound of what an archive holds, from when it got there."""
        member, place = _member(holding), self._facts.name(holding.store)
        live, repair = self._live(member)
        copies = ((c.kind, (*(live if c.after == "live" else ()), *c.amounts)) for c in self.copies_of(member.store))
        paths = [Path(place, what, hops, repair) for what, hops in [("live data", live), *copies]]
        ordered = tuple(sorted(paths, key=lambda path: path.rank, reverse=True))
        return Bound(holding.data_class, ordered, self._certain(member, "birth"), ())

    def retention(self) -> list[Retention]:
        """Retention of every holding of the stack."""
        rows = []
        for data_class in self._classes:
            archived = (_member(h) for h in self._holdings if self.is_archived(h) and h.data_class == data_class)
            for member in (*self.members(data_class), *archived):
                live = sum_of(self._live(member)[0])
                copies = [sum_of(c.amounts) for c in self.copies_of(member.store) if c.kind not in member.outside]
                place, sealed = self._facts.name(member.store), self.sealed(member)
                reach = longest(*copies)
                # equivalent(operand): a table beside the verdict: tests/policies/test_ledger.py
                ages = sealed and bool(self._key_ends(member.seals, "last-write"))
                rows.append(Retention(place, self.service(member), member.name, data_class, sealed, live, reach, ages))
        return sorted(rows, key=lambda row: (row.place, row.holding, row.data_class))

    def service(self, member: Member) -> str:
        """The service that a holding is in; nothing where its store is not known."""
        return self._stores[member.store].service if member.store in self._stores else ""

    def sealed(self, member: Member) -> bool:
        """Whether every byte reaches this holding sealed: all flows are declared, and sealed at their origin."""
        return bool(member.seals) and member.name in self._flows_into and member.name not in self._in_clear

    def holds_sealed(self, holding: Holding) -> bool:
        """Whether the class a holding is there for arrives in it sealed."""
        return self.sealed(_member(holding))

    def _ends(self, member: Member, clock: str) -> Iterator[Path]:
        arrival, late = self._arrival(member, clock)
        live, repair = self._live(member)
        place = self._facts.name(member.store)
        paths = [Path(place, "live data", (*arrival, *live), total_of((late, repair)))]
        for copy in self.copies_of(member.store):
            if copy.kind in member.outside:
                continue
            before, failing = ((*arrival, *live), total_of((late, repair))) if copy.after == "live" else (arrival, late)
            paths.append(Path(place, copy.kind, (*before, *copy.amounts), failing))
        keys = self._key_ends(member.seals, clock) if self.sealed(member) else []
        for path in paths:
            yield min((path, *keys), key=lambda candidate: candidate.rank)

    def _arrival(self, member: Member, clock: str) -> tuple[tuple[Amount, ...], timedelta | None]:
        """How old a datum can be when it is last written here, and what failing sweeps on the way add to that.

        Nothing where it expires by its own clock; not known where no flow, or one from nowhere, says how it gets here.
        """
        # Each holding once, after those it is filled from: a declaration may have any number of flows.
        waiting, begun = [member], set[tuple[str, ...]]()
        while waiting:
            one = waiting[-1]
            key = _key(one, clock)
            before = [m for m in self._before(one, clock) if _key(m, clock) not in self._arrivals]
            # equivalent(filter): in a cycle nothing has an end, wherever it is begun
            ahead = [m for m in before if _key(m, clock) not in begun] if key not in begun else []
            begun.add(key)
            if ahead:
                waiting += ahead
                continue
            waiting.pop()
            if key not in self._arrivals:
                self._arrivals[key] = self._arrives(one, clock)
        return self._arrivals[_key(member, clock)]

    def _before(self, member: Member, clock: str) -> list[Member]:
        """The holdings a datum passes just before this one, as far as they count."""
        starts = self._starts(member)
        # equivalent(connective, operand): the arrival there is settled without those before it
        if starts == "birth" or (starts == "last-write" and clock == "birth"):
            return []
        sources = sorted({flow.source for flow in self._flows_into.get(member.name, [])} - {CLIENTS})
        return [_member(holding) for source in sources for holding in self._named.get(source, [])]

    def _arrives(self, member: Member, clock: str) -> tuple[tuple[Amount, ...], timedelta | None]:
        """The arrival at one holding from those before it; one that is not known by now waits for this one itself."""
        where = member.component or member.store
        starts = self._starts(member)
        if starts == "birth":
            return (), NOTHING
        if starts == "last-write" and clock == "birth":
            return (Amount(None, _ANEW, Evidence(where, "clock", Grade.DECLARED)),), NOTHING
        flows = self._flows_into.get(member.name, [])
        if member.declared and not flows:
            return (_unsaid(f"no flow says how data reaches {member.name}", where),), NOTHING
        chains: list[tuple[Amount, ...]] = [()]
        late: timedelta | None = NOTHING
        for source in sorted({flow.source for flow in flows} - {CLIENTS}):
            if source not in self._named:
                chains.append(
                    (_unsaid(f"no holding is called {source}, from where data reaches {member.name}", where),)
                )
        for upstream in self._before(member, clock):
            known = self._arrivals.get(_key(upstream, clock))
            # equivalent(connective, operand): where the evidence lies, in words
            cycle = Amount(None, "flows in a cycle", Evidence(upstream.component or upstream.store, "flows"))
            before, later = known or ((cycle,), NOTHING)
            live, repair = self._live(upstream)
            chains.append(_shortened((*before, *live), member.name))
            late = longest(late, total_of((later, repair)))
        return max(chains, key=rank_of), late

    def _starts(self, member: Member) -> str:
        """Clock of a holding: a store that deletes by itself has its own."""
        store = self._stores.get(member.store)
        return store.clock if store and store.expiry and member.clock == "birth" else member.clock

    def _live(self, member: Member) -> tuple[tuple[Amount, ...], timedelta | None]:
        """How long the live copy stays, and what a failed sweep adds. The store's own expiry decides if it has one."""
        store, where = self._stores.get(member.store), member.component or member.store
        if store is None:
            return (_unsaid(f"what {self._facts.name(member.store)} keeps is not known", where),), NOTHING
        if store.expiry:
            return store.expiry, NOTHING
        if member.ttl is None or member.sweep is None:
            evidence = Evidence(member.store, store.ends_by) if store.ends_by else Evidence(where, "sweep")
            return (Amount(None, "nothing deletes it", evidence),), NOTHING
        grade = Grade.CONFIGURED if member.sweep.function else Grade.DECLARED
        ttl = Amount(member.ttl, "live time", Evidence(where, f"{member.name}.ttl", grade), floor=NOTHING)
        return (ttl, *self._swept(member.sweep, where)), self.alarms.until_repaired(member.sweep)

    def _swept(self, sweep: Sweep, where: str, ring: Keyring | None = None) -> tuple[Amount, ...]:
        """The time to the next sweep and that of its run: the longer of what is declared and what is configured."""
        grade, period = Grade.DECLARED, sweep.period
        runs: list[timedelta | None] = [sweep.run]
        if sweep.function:
            grade = Grade.CONFIGURED
            timers = self._timers.get(sweep.function, [])
            runs += [timer.run for timer in timers]
            running = [t.period for t in timers if t.enabled and t.period is not None]
            if not running:
                return (Amount(None, f"sweep {sweep.name} has no running timer", Evidence(sweep.function, "timer")),)
            if weak := [item for item in unproven(proof_of(self._facts, sweep, ring)) if item.item not in MEASURED]:
                why = f"sweep {sweep.name} is not shown to run, by its {weak[0].item}"
                return (Amount(None, why, weak[0].evidence, unknown=weak[0].proven is None),)
            period = max(period, min(running))
        evidence = Evidence(sweep.function or where, f"sweep {sweep.name}", grade)
        run = longest(*runs)
        late = Amount(run, "the sweep's run", evidence, unknown=run is None)
        return Amount(period, "until the next sweep", evidence), late

    def copies_of(self, store: str) -> list[Copy]:
        """The copies of a store. A configured copy replaces the provider's default of its kind; among
        several configured ones the worst wins, because all of them are listed."""
        copies = self._copies.get(store, [])
        configured = {copy.kind for copy in copies if not copy.default}
        return [copy for copy in copies if not copy.default or copy.kind not in configured]

    def _key_ends(self, seals: tuple[str, ...], clock: str) -> list[Path]:
        """For each seal the worst end of its keys; none for a seal whose keyring is not in the stack.

        Wraps nest, so a datum ends with the earliest of them. No age ends a person's key, so it is none of them.
        """
        known = clock, *seals
        if known not in self._ends_of_keys:
            every = [list(self._key_paths(seal, clock)) for seal in seals]
            self._ends_of_keys[known] = [max(paths, key=lambda path: path.rank) for paths in every if paths]
        return self._ends_of_keys[known]

    def _key_paths(self, seal: str, clock: str) -> Iterator[Path]:
        for ring in self._rings.get(seal, []):
            place, turnover = self._facts.name(ring.store), ring.turnover
            if turnover is None:
                continue
            anew = (
                [Amount(None, _ANEW, Evidence(ring.component, "clock", Grade.DECLARED))]
                if turnover.clock == "last-write" and clock == "birth"
                else []
            )
            live = (*anew, *self._turned(ring, turnover), *self._swept(turnover.sweep, ring.component, ring))
            repair = self.alarms.until_repaired(turnover.sweep)
            cached = Evidence(ring.component, "cache", Grade.DECLARED)
            cache = Amount(ring.cache, "key cache of the application", cached)
            yield Path(place, "its key", (*live, cache), repair)
            # What the writing of a key leaves counts from then, and a key is written before its epoch starts.
            copies = [(c.kind, c.amounts, live if c.after == "live" else ()) for c in self.copies_of(ring.store)]
            if ring.store not in self._stores:
                copies.append(("store", (_unsaid(f"what {place} keeps is not known", ring.component),), live))
            for kind, amounts, before in copies:
                yield Path(place, f"its key's {kind}", (*before, *amounts, cache), repair)

    def _turned(self, ring: Keyring, turnover: Turnover) -> tuple[Amount, ...]:
        """Epoch and life of a ring's keys: the longest of what is declared and what any function is configured with."""
        bucket, rotations, function = self._bucket(ring), self._rotations(ring), turnover.sweep.function
        if function and not any(t.function == function for t in rotations):
            name = self._facts.name(function)
            why = f"{name} is not configured to end the keys of {ring.seals_class} in {bucket or ring.name}"
            return (Amount(None, why, Evidence(function, "turnover")),)
        epoch = max([turnover.epoch, *(t.epoch for t in rotations)])
        life = max([turnover.life, *(t.life for t in rotations)])
        evidence = rotations[0].evidence if rotations else Evidence(ring.component, ring.name, Grade.DECLARED)
        return Amount(epoch, "length of the epoch", evidence), Amount(life, "life of its key", evidence, floor=NOTHING)

    def _bucket(self, ring: Keyring) -> str:
        return self._stores[ring.store].known_as if ring.store in self._stores else ""

    def _rotations(self, ring: Keyring) -> list[KeyRotation]:
        """The rotation settings for a ring's keys, in its own function and in any other that makes and ends them."""
        turnovers = self._turnovers.get(self._bucket(ring), [])
        return [turnover for turnover in turnovers if turnover.seals_class == ring.seals_class]

    def _kept(self, members: list[Member], clock: str) -> tuple[Kept, ...]:
        """What each holding keeps for certain: holdings hold different data, so each is a promise of its own.

        One that only passes data on promises nothing, unless the class rests nowhere else. A store that nothing is
        declared of may hold nothing.
        """
        declared = [member for member in members if member.declared]
        resting = [m for m in declared if (m.rests or self._rests(m)) == "durable"] or declared
        kept = [Kept(self._facts.name(m.store), m.name, m.store, self._certain(m, clock)) for m in resting]
        return tuple(sorted(kept, key=lambda one: (one.period is None, one.period or NOTHING, one.place, one.holding)))

    def _rests(self, member: Member) -> str:
        return "passing" if self.service(member) in passing() else "durable"

    def _certain(self, member: Member, clock: str) -> timedelta | None:
        """How long a holding keeps a datum at least; None where nothing ever ends it."""
        store = self._stores.get(member.store)
        if store is None or any(amount.unknown for amount in (*store.expiry, *store.sooner)):
            return NOTHING
        ends = [amount.period for amount in (*store.expiry[:1], *store.sooner)]
        ends += [member.ttl] if member.sweep else []
        for seal in member.seals:
            ends += [self._usable(ring, clock) for ring in self._rings.get(seal, [])] or [NOTHING]
        return min((end for end in ends if end is not None), default=None)

    def _usable(self, ring: Keyring, clock: str) -> timedelta | None:
        """How long a datum's key exists at least: until a function or its store can end it. None is without end: a
        person's key that only its name ends. One that its age ends may do so right after a write."""
        store, rotations, turnover = self._stores.get(ring.store), self._rotations(ring), ring.turnover
        own = [amount.period for amount in (*store.expiry[:1], *store.sooner)] if store else []
        if turnover is None:
            return NOTHING if own or rotations else None
        if turnover.clock == "birth" and clock == "last-write":
            return NOTHING
        lives = [rotation.life for rotation in rotations]
        return min([turnover.life, *lives, *(NOTHING if period is None else period for period in own)])


def _member(h: Holding) -> Member:
    return Member(  # equivalent(operand): both are nothing
        h.name, h.store, h.clock, h.ttl, h.sweep, h.seals, h.outside, True, h.component, h.rests or "", h.customer
    )


def _key(member: Member, clock: str) -> tuple[str, ...]:
    return member.name, member.store, member.clock, member.component, clock


def _shortened(hops: tuple[Amount, ...], towards: str) -> tuple[Amount, ...]:
    """A chain too long to read, as one hop of the same length with the evidence of its weakest hop."""
    if len(hops) <= _READABLE:  # equivalent(comparison, negate): how a very long chain is told: its length is the same
        return hops
    grades = list(Grade)
    # equivalent(builtin): the words of a very long chain's evidence: tests/policies/test_hostile.py has such chains
    worst = max((hop.evidence for hop in hops), key=lambda evidence: grades.index(evidence.grade))
    label = f"{len(hops)} hops and more before {towards}"
    return (Amount(sum_of(hops), label, worst, total_of(hop.least for hop in hops), is_unknown(hops)),)


def _unsaid(why: str, where: str) -> Amount:
    return Amount(None, why, Evidence(where, "flows"), unknown=True)
