"""Declared hops of a stack: what its proof leans on and no plan shows, with who must do it and what leans on it.

In: facts, the ledger, and the duties. Out: `DeclaredHop`s in a fixed order, each once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from im_stack.facts.declarations import Declared, Holding, HoldsNothing, Keyring, Sweep
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.model import AtRest, Guard, Ingress, Store
from im_stack.policies.bounds.alarms import sweeps_of
from im_stack.policies.bounds.ledger import Ledger
from im_stack.policies.bounds.reach import classes_about, deleted_sooner
from im_stack.terms.duties.resolve import Duties, Duty
from im_stack.terms.period import parse_period, spell_period
from im_stack.terms.stack.class_choice import ClassChoice
from im_stack.terms.stack.declaration import Declaration, ResidencyException

_UNCHANGED = "deploy the bundled code, unchanged: no plan shows what code does"
_OUTSIDE = "let no policy of the organization and no network outside the stack keep it from its work"
_ENDS: Final = ("ceiling", "floor", "erasure-in-time")
"""The rules about when a class ends."""
_LEANING: Final = {
    "plaintext-listener": ("encrypted-in-transit",),
    "unverified-zone": ("home-region",),
    "application-encrypts": ("encrypted-at-rest",),
    "encrypted-tables": ("encrypted-at-rest",),
    "accesses-logged": ("accesses-logged",),
    "left to the account": ("no-public-door", "separation"),
    "producer-clock": (*_ENDS, "sweeps-alive"),
    "kept-in-memory": ("no-store",),
}
"""Which rules lean on a declared hop of this kind; what is not here bears on every rule."""
_ARCHIVED: Final = ("archive-apart",)
_LISTED: Final = ("sub-processors", "no-public-door")
_SEALED: Final = (*_ENDS, "encrypted-at-rest")
_BESIDE: Final = {
    True: "its epoch (a date), a random id, its size and lookup tokens",
    False: "a random id, the random name of its person and its size",
}
"""What is in clear of a sealed record, where it has an epoch and where it has none."""
_DECLARED: Final = ("declared-holdings", "stack-complete")
_ABROAD: Final = ("home-region", "copies-stay-home", "sub-processors")
_EMPTY: Final = (
    *(*_ENDS, "no-store", "loss-prevented", "sweeps-alive", "declared-holdings", "known-types", "separation"),
    *("sub-processors", "no-public-door", "encrypted-at-rest", "encrypted-in-transit"),
)
"""The rules that ask less of what holds no class."""
_SWEPT: Final = (*_ENDS, "sweeps-alive", "sweeps-proven", "sweeps-watched")


@dataclass(frozen=True, slots=True)
class DeclaredHop:
    """A declared hop: a fact that the proof depends on and that only a declaration supports."""

    subject: str
    who: str
    must: str
    rules: tuple[str, ...] = ()  # the rules whose verdicts lean on it; none: of every rule
    classes: tuple[str, ...] = ()  # the classes it is about; none: every class

    @property
    def said(self) -> str:
        """The hop as an owner's file names it."""
        return f"{self.subject}: {self.must}"

    def bears_on(self, rule: str, data_class: str | None) -> bool:
        """Whether a verdict of a rule about a class (None: about every class) leans on it."""
        of_rule = not self.rules or rule in self.rules
        return of_rule and (not self.classes or data_class is None or data_class in self.classes)

    def joined(self, same: "DeclaredHop") -> "DeclaredHop":
        """The hop with what leans on another that says the same."""
        rules = (*self.rules, *same.rules) if self.rules and same.rules else ()
        classes = (*self.classes, *same.classes) if self.classes and same.classes else ()
        return replace(self, rules=tuple(dict.fromkeys(rules)), classes=tuple(dict.fromkeys(classes)))


def declared_hops(facts: Facts, ledger: Ledger, duties: Duties) -> tuple[DeclaredHop, ...]:
    """Declared hops of the stack: what the application or an operator must do and no plan shows."""
    hops = {
        *_of_program(facts),
        *_of_declaration(duties.declaration),
        *_of_zones(duties),
        *_of_classes(facts, ledger, duties),
        *(hop for duty in duties.under("ingress-first") if facts.of(Holding) for hop in _closing(facts, duty)),
        *(hop for holding in facts.of(Holding) for hop in _of_holding(facts, ledger, holding)),
        *(hop for ring in facts.of(Keyring) for hop in _of_keyring(facts, ring)),
        *_of_archives(facts, duties.declaration),
        *(_repaired(facts.name(f), sweep, ledger) for f, sweeps in sweeps_of(facts).items() for sweep in sweeps),
    }
    said: dict[tuple[str, str, str], DeclaredHop] = {}
    for hop in sorted(hops, key=lambda h: (h.subject, h.who, h.must, h.rules, h.classes)):
        key = hop.subject, hop.who, hop.must
        said[key] = said[key].joined(hop) if key in said else hop
    return tuple(said.values())


def _of_program(facts: Facts) -> Iterator[DeclaredHop]:
    """What a component declares, a policy leaves to its account, or a resource is said not to hold."""
    about = classes_about(facts)
    for hop in facts.of(Declared):
        classes = tuple(sorted(about.get(hop.subject, ())))
        yield DeclaredHop(facts.name(hop.subject), hop.who, hop.must, _LEANING.get(hop.what, ()), classes)
    for empty in facts.of(HoldsNothing):
        keeps = "keep all but statistics that identify no one" if empty.published else "keep every class"
        must = f"{keeps} out of it: {empty.reason}"
        yield DeclaredHop(facts.name(empty.store), "the application", must, _EMPTY)


def _of_declaration(declaration: Declaration) -> Iterator[DeclaredHop]:
    """What the stack's own file says that no plan shows."""
    for name, why in declaration.elsewhere.items():
        yield DeclaredHop(name, "the operator", f"keep it out of this stack: {why}", _DECLARED, (name,))
    for party in declaration.sub_processors:
        if party.endpoint:
            must = f"send it {', '.join(party.classes)} and nothing else"
            yield DeclaredHop(party.name, "the application", must, _LISTED)
    for each in declaration.exceptions:
        yield DeclaredHop(each.data_class, "the operator", _ground(each), _ABROAD, (each.data_class,))
    for name, value in declaration.environment.items():
        must = f"deploy without {name} in the environment" if value is None else f"deploy with {name}={value}"
        yield DeclaredHop("the program", "the operator", must)


def _of_zones(duties: Duties) -> Iterator[DeclaredHop]:
    """Zones that no document of the region names."""
    zones, home = duties.declaration.zones, duties.home
    named = dict.fromkeys((zones.first, zones.second, *zones.mongodb)) if zones else ()
    if unheard := [zone for zone in named if zone not in home.zones]:
        must = f"see in an account that {home.id} has the zones {', '.join(unheard)}, which no document names"
        yield DeclaredHop("im:zones", "the operator", must, _LEANING["unverified-zone"])


def _closing(facts: Facts, duty: Duty) -> Iterator[DeclaredHop]:
    """What must be done when a service is taken down, beside the order in which that goes."""
    must = "when the service closes, accept no more data, and end what was handed out to send it (tokens, addresses to"
    must += " upload to), before anything is deleted in the order of `preflight takedown`"
    yield DeclaredHop("the service", "the operator", must, ("ingress-first",), duty.classes)
    ways_in: dict[str, list[str]] = {}
    for way_in in facts.of(Ingress):
        for store in (store for store, beside in deleted_sooner(facts, way_in.subject).items() if beside):
            ways_in.setdefault(store, []).append(facts.name(way_in.subject))
    for store, names in ways_in.items():
        must = f"when the service closes, delete {', '.join(names)} before it: nothing in the stack does"
        yield DeclaredHop(facts.name(store), "the operator", must, ("ingress-first",), duty.classes)


def _of_classes(facts: Facts, ledger: Ledger, duties: Duties) -> Iterator[DeclaredHop]:
    """What is chosen for the classes that the stack holds, and for the services that hold them."""
    declaration = duties.declaration
    for name, choice in declaration.classes.items():
        if any(member.declared for member in ledger.members(name)):
            ends = (duty.ends or () for duty in duties.under("erasure-in-time") if duty.data_class == name)
            events = dict.fromkeys(["request", *sorted({event for each in ends for event in each})])
            yield from _declared_of(name, choice, " or ".join(f"the {event}" for event in events))
    about = classes_about(facts)
    for store in facts.of(Store):
        why = declaration.accepted_losses.get(store.service)
        if why and store.subject in about:
            must, classes = f"accept that a mistake cannot be undone: {why}", tuple(sorted(about[store.subject]))
            yield DeclaredHop(facts.name(store.subject), "the owner", must, ("loss-prevented",), classes)


def _of_holding(facts: Facts, ledger: Ledger, holding: Holding) -> Iterator[DeclaredHop]:
    """What the application must keep out of the copies that a holding's store leaves, seal, and delete."""
    place, of = f"{holding.name} in {facts.name(holding.store)}", (holding.data_class,)
    if holding.archived:
        must = "take in what is left of a person whom the minimum is about, and of no other: after the account's end, "
        must += "before the purge deletes it, each record once and under a name of its own"
        yield DeclaredHop(place, "the purge of the application", must, _ARCHIVED, of)
    left = {copy.kind for copy in ledger.copies_of(holding.store)}
    for copy, why in holding.outside.items():
        if copy in left:
            yield DeclaredHop(place, "the application", f"keep it out of the {copy}: {why}", _ENDS, of)
    if holding.seals:
        rings = (ring for seal in holding.seals for ring in facts.by(Keyring, "name").get(seal, []))
        turned = [ring.turnover for ring in rings if ring.turnover]
        anew = ", anew in every write" if any(each.clock == "last-write" for each in turned) else ""
        sealed = f"seal {holding.data_class} at its origin with keys of {', '.join(holding.seals)}{anew}"
        yield DeclaredHop(place, "the application", sealed, _SEALED, of)
        bare = f"let nothing stand in clear beside it but {_BESIDE[bool(turned)]}"
        yield DeclaredHop(f"sealed {holding.data_class}", "the application", bare, _SEALED, of)
    if holding.sweep and holding.sweep.function is None and holding.ttl:
        period = spell_period(holding.sweep.period)
        must = f"delete what is older than {spell_period(holding.ttl)} every {period}"
        yield DeclaredHop(place, holding.sweep.by, must, _SWEPT, of)


def _of_archives(facts: Facts, declaration: Declaration) -> Iterator[DeclaredHop]:
    """What only an operator keeps from an archive and its key."""
    for store, of in sorted((h.store, h.data_class) for h in facts.of(Holding) if h.archived):
        keys = (rest.key for rest in facts.by(AtRest, "subject").get(store, []) if rest.key)
        for urn in (store, *keys):
            for guard in facts.by(Guard, "keyring").get(urn, []):
                if guard.declared and "archive" in guard.keeps:
                    role = f" (the role: {declaration.archive.role})" if declaration.archive and urn == store else ""
                    yield DeclaredHop(facts.name(urn), "the operator", guard.declared + role, _ARCHIVED, (of,))


def _of_keyring(facts: Facts, ring: Keyring) -> Iterator[DeclaredHop]:
    """What must be done with the keys of a keyring."""
    of = (ring.seals_class,)
    cached = f"drop unwrapped keys after {spell_period(ring.cache)}"
    yield DeclaredHop(ring.name, "the application", cached, _ENDS, of)
    if ring.turnover is None:
        by_name = "end a person's key by its name, to erase the person, and never by its age"
        yield DeclaredHop(ring.name, "the application", by_name, _ENDS, of)
        for guard in facts.by(Guard, "keyring").get(ring.store, []):
            if guard.declared:
                yield DeclaredHop(facts.name(ring.store), "the operator", guard.declared, ("keyring-guarded",), of)
        return
    life, sweep = ring.turnover.life, ring.turnover.sweep
    if sweep.function is not None:
        for must in (_UNCHANGED, _OUTSIDE):
            yield DeclaredHop(facts.name(sweep.function), "the operator", must, _SWEPT, of)
    else:
        when = f"{spell_period(life)} after their epoch, every {spell_period(sweep.period)}"
        yield DeclaredHop(ring.name, sweep.by, f"delete keys {when}", _SWEPT, of)


def _ground(exception: ResidencyException) -> str:
    """What must be true for a class that may rest abroad."""
    by = f"{exception.ground}, until {exception.until}: {exception.evidence}"
    return f"let it rest in {exception.target} on the ground of {exception.obligation} called {by}"


def _declared_of(name: str, choice: ClassChoice, events: str) -> Iterator[DeclaredHop]:
    """What must happen at a request of erasure or another event that ends data, or at a change of the period, that no
    plan shows."""
    erasure = choice.erasure
    if choice.migration:
        within = spell_period(parse_period(choice.migration))
        must = f"apply a shorter period of {name} to what is already written, within {within} of the change"
        yield DeclaredHop(name, "the application", must, _ENDS, (name,))
    if erasure and erasure.no_write_after_request:
        must = f"write nothing of a person's {name} after {events}, nor let it be written"
        yield DeclaredHop(name, erasure.no_write_after_request, must, ("erasure-in-time",), (name,))
    if erasure and erasure.takes:
        what = "key" if erasure.by == "subject-key" else "records, and those that arrive later,"
        takes = spell_period(parse_period(erasure.takes))
        must = f"delete a person's {what} of {name} within {takes} of {events}"
        yield DeclaredHop(name, "the application", must, ("erasure-in-time",), (name,))


def _repaired(function: str, sweep: Sweep, ledger: Ledger) -> DeclaredHop:
    """What the recipient of an alarm must do; without a proven alarm whoever operates the stack must watch it."""
    if ledger.alarms.until_repaired(sweep) is None:
        must = "watch every run: no proven alarm tells of one that fails or is late"
        return DeclaredHop(function, "the operator", must, _SWEPT)
    repair = spell_period(sweep.repair)
    must = f"confirm that alarms arrive, and repair a failed sweep within {repair} of one"
    return DeclaredHop(function, ledger.alarms.recipient, must, _SWEPT)
