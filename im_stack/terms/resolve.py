"""Resolution of obligations and a declaration into the duties of one stack."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from im_stack.terms.contradictions import contradictions
from im_stack.terms.declaration import RECIPIENTS, ClassChoice, Declaration, Zones
from im_stack.terms.grounds import register_problems
from im_stack.terms.library import Library, available, load_library, services
from im_stack.terms.model import Assumption, Obligation, Region
from im_stack.terms.period import format_period, parse_period
from im_stack.terms.problem import InputError, Problem, nearest, one_of

_ZONE = {"tencent": r"-[1-9]\d?", "aws": "[a-z]"}
"""What a zone's name has after its region's."""
STACK_POLICY = "stack-policy"
IM_MODULE = "im-module"


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation applied to one class. `limit` is set for periods; `data_class` None means every class."""

    id: str
    obligation: Obligation
    data_class: str | None = None
    limit: timedelta | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        return self.obligation.rules

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes it binds; none: every class."""
        return (self.data_class,) if self.data_class else self.obligation.classes


@dataclass(frozen=True, slots=True)
class Duties:
    """All duties of one stack, with its home region and assumptions."""

    declaration: Declaration
    home: Region
    assumptions: tuple[Assumption, ...]
    all: tuple[Duty, ...]
    adopted: tuple[tuple[str, Obligation], ...] = ()  # every obligation that binds it, with the id of its text

    @property
    def library(self) -> Library:
        """The register that they are from."""
        return library_for(self.declaration)

    def under(self, rule: str) -> list[Duty]:
        return [duty for duty in self.all if rule in duty.rules]


def library_for(declaration: Declaration) -> Library:
    """The instruments that a declaration adopts, and the stack's own policy, with the owner's own terms. Other
    instruments are not read."""
    return load_library({*declaration.instruments, STACK_POLICY} & _on_file(declaration), declaration.terms)


def _on_file(declaration: Declaration) -> set[str]:
    """Ids of the instruments that a declaration can adopt."""
    return {*available(), *(text.id for text in (declaration.terms.instruments if declaration.terms else ()))}


def resolve(declaration: Declaration, library: Library) -> Duties:
    """Duties of a declaration, with the periods that the texts give as defaults.

    Raises `InputError` for choices that are missing, impossible or contradictory.
    """
    problems = [*_problems(declaration, library)]
    if not problems:  # the register speaks of a place and of classes that are right themselves
        binding = [obligation for _, obligation in _adopted(declaration, library)]
        problems = [*register_problems(declaration, library, binding)]
    if problems:
        raise InputError(*problems)
    texts = [*declaration.instruments, STACK_POLICY]
    adopted = tuple((name, obligation) for name in texts for obligation in library.instruments[name].obligations)
    duties = [duty for _, obligation in adopted for duty in _duties(obligation, declaration)]
    filled = with_defaults(declaration, library)
    home = library.regions[declaration.cloud, declaration.region]
    return Duties(filled, home, tuple(library.assumptions.values()), tuple(duties), adopted)


def _duties(obligation: Obligation, declaration: Declaration) -> Iterator[Duty]:
    if not obligation.rules:
        return
    if obligation.kind not in ("retention-max", "no-storage", "deletion-on-request"):
        yield Duty(obligation.id, obligation)
        return
    for name, choice in declaration.classes.items():
        if obligation.classes and name not in obligation.classes:
            continue
        limit = _limit(obligation, choice)
        if limit is not None:
            yield Duty(f"{obligation.id}/{name}", obligation, name, limit)


def _limit(obligation: Obligation, choice: ClassChoice) -> timedelta | None:
    """Period of an obligation for a class, or None where it does not apply to the choice."""
    bound = obligation.bound
    if obligation.kind == "deletion-on-request":
        return parse_period(choice.erasure.within) if choice.erasure else None
    if obligation.kind == "no-storage":
        return choice.limit if choice.transient else None
    if bound and bound.most:
        return parse_period(bound.most, "shortest")
    if bound and bound.default and not bound.chosen:
        return parse_period(bound.default) if choice.store and not choice.period else None
    return choice.limit if choice.store or not (bound and bound.chosen) else None


def with_defaults(declaration: Declaration, library: Library) -> Declaration:
    """The declaration with the default periods of the adopted texts (7 days, if the class is stored)."""
    classes = dict(declaration.classes)
    for _, obligation in _adopted(declaration, library):
        bound = obligation.bound
        if obligation.kind != "retention-max" or not bound or not bound.default:
            continue
        for data_class in obligation.classes:
            choice = classes.get(data_class)
            if choice and choice.store and not choice.period:
                text = format_period(parse_period(bound.default))
                classes[data_class] = choice.model_copy(update={"period": text})
    return declaration.model_copy(update={"classes": classes})


def _adopted(declaration: Declaration, library: Library) -> Iterator[tuple[str, Obligation]]:
    """Obligations of the adopted instruments, each with the id of its instrument."""
    for name in declaration.instruments:
        if name in library.instruments:
            yield from ((name, obligation) for obligation in library.instruments[name].obligations)


def _problems(declaration: Declaration, library: Library) -> Iterator[Problem]:
    yield from _place(declaration, library)
    yield from _services(declaration)
    yield from _alarm(declaration)
    yield from _transit(declaration, library)
    if IM_MODULE not in declaration.instruments:
        yield Problem("the IM module is not adopted", f"im:instruments.{IM_MODULE}", "im:instruments", "IM-PRE-01")
    for name in declaration.instruments:
        instrument = library.instruments.get(name)
        if instrument is None:
            known = sorted(_on_file(declaration) - {STACK_POLICY})
            yield Problem(f"no instrument is called {name!r}", one_of(name, known), f"im:instruments.{name}")
        elif not instrument.adoptable:
            yield Problem(f"{name} cannot be adopted yet: {instrument.refusal}", "", f"im:instruments.{name}")
        else:
            yield from _choices(declaration, library, name)
    yield from _chosen_classes(declaration, library)
    yield from contradictions(declaration, library)


def _chosen_classes(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """Problems with the classes that the stack holds, and with those that it says others hold."""
    known_classes = {
        c.id: c
        for i in (*declaration.instruments, STACK_POLICY)
        if i in library.instruments
        for c in library.instruments[i].classes
    }
    for name in declaration.elsewhere:
        key = f"im:elsewhere.{name}"
        if name not in known_classes:
            yield Problem(*_no_class(name, known_classes, library), key)
        elif name in declaration.classes:
            yield Problem("is in im:classes, too: this stack either holds it or does not", "one of the two", key)
    periods = with_defaults(declaration, library).classes
    for name, choice in declaration.classes.items():
        key = f"im:classes.{name}"
        if name not in known_classes:
            yield Problem(*_no_class(name, known_classes, library), key)
        elif choice.store and not known_classes[name].storable:
            yield Problem("an adopted text forbids storing this class", "store: false with transient", f"{key}.store")
        elif choice.store and periods[name].period is None:
            yield Problem(
                "the period is not chosen, and no adopted text gives one for this class",
                "an ISO 8601 duration such as P30D",
                f"{key}.period",
                "SP-RET-01",
            )
        elif choice.store and choice.clock is None:
            yield Problem(
                "the clock is not chosen, and the texts leave its start open",
                "birth or last-write",
                f"{key}.clock",
                "C-06",
            )
        elif wrong := _form(choice):
            yield Problem(*wrong, f"{key}.sealing.form", "C-06")
        elif choice.erasure is None:
            yield Problem(
                "the erasure deadline is not chosen, and the adopted texts give none",
                "within: an ISO 8601 duration, and its source",
                f"{key}.erasure",
                "IM-DEL-01",
            )


def _no_class(name: str, known: Iterable[str], library: Library) -> tuple[str, str]:
    """What is wrong with the name of a class that there is not, and what would be right."""
    for instrument in library.instruments.values():
        if name in instrument.retired:
            return f"is no class any more: {instrument.retired[name]}", f"delete {name} and all that is below it"
    return f"no adopted instrument knows a class {name!r}", one_of(name, sorted(known))


def _form(choice: ClassChoice) -> tuple[str, str] | None:
    """What is wrong with the form of a class's seal, and what would be right."""
    form, clock = choice.sealing.form, choice.clock or "birth"
    if form is None:
        return None
    if choice.form is None:
        return "the class is not sealed, so nothing has this form", "backups: sealed, or no form"
    counts = form.removesuffix("-and-subject")
    if counts in ("birth", "last-write") and counts != clock:
        right = {"birth": "birth, birth-and-subject", "last-write": "last-write-and-subject"}[clock]
        return f"{form} ends a record by its {counts}, and its clock is {clock}", f"{right} or subject"
    return None


def _place(declaration: Declaration, library: Library) -> Iterator[Problem]:
    for index, resident in enumerate(declaration.residents or ()):
        if resident not in library.jurisdictions:
            what = f"no jurisdiction is called {resident!r}"
            yield Problem(what, one_of(resident, sorted(library.jurisdictions)), f"im:residents.{index}")
    if declaration.jurisdiction not in library.jurisdictions:
        yield Problem(
            f"no jurisdiction is called {declaration.jurisdiction!r}",
            one_of(declaration.jurisdiction, sorted(library.jurisdictions)),
            "im:jurisdiction",
        )
        return
    region = library.regions.get((declaration.cloud, declaration.region))
    if region is None:
        there = sorted(
            r.id
            for r in library.regions.values()
            if r.cloud == declaration.cloud and r.jurisdiction == declaration.jurisdiction
        )
        near = nearest(declaration.region, there)
        right = f"in {declaration.jurisdiction}: {', '.join(there)}" if there else "another cloud"
        right += f"; did you mean {near}" if near else ""
        yield Problem(f"{declaration.cloud} has no region {declaration.region!r}", right, "im:region", "IM-REG-01")
    elif region.jurisdiction != declaration.jurisdiction:
        yield Problem(
            f"{region.id} is in {region.jurisdiction}, not in {declaration.jurisdiction}",
            f"a region in {declaration.jurisdiction}",
            "im:region",
            "IM-REG-01",
        )
    elif declaration.zones is not None:
        yield from _zones(declaration.zones, region, library.regions.values())
        yield from _same_zone(declaration.zones)
    for name, obligation in _adopted(declaration, library):
        demanded = obligation.kind == "residency" and obligation.jurisdictions
        if demanded and declaration.jurisdiction not in obligation.jurisdictions:
            places = ", ".join(obligation.jurisdictions)
            yield Problem(
                f"{name} keeps its data in {places}, the stack is in {declaration.jurisdiction}",
                f"a stack in {places}, or a stack without {name}",
                "im:jurisdiction",
                obligation.id,
            )


def _alarm(declaration: Declaration) -> Iterator[Problem]:
    """A recipient of alarms that the declared cloud cannot reach by that name."""
    if declaration.alarm is not None:
        pattern, right = RECIPIENTS[declaration.cloud]
        if not re.fullmatch(pattern, declaration.alarm.recipient):
            what = f"{declaration.alarm.recipient!r} is no recipient of alarms on {declaration.cloud}"
            yield Problem(what, right, "im:alarm.recipient", "SP-ALM-01")


def _transit(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """Classes that are not stored and stay longer than `temporarily` may mean without a source."""
    texts = [library.instruments[i] for i in (*declaration.instruments, STACK_POLICY) if i in library.instruments]
    for obligation in (o for text in texts for o in text.obligations if o.kind == "no-storage"):
        most = obligation.bound and obligation.bound.most
        for name, choice in declaration.classes.items() if most else ():
            chosen, about = choice.transient, not obligation.classes or name in obligation.classes
            if about and chosen and not chosen.source and parse_period(chosen.within) > parse_period(most):
                what = f"{chosen.within} is storing: what is not stored is gone within {most}"
                right = f"at most {most}, or `{{within: {chosen.within}, source: why it may be longer}}`"
                yield Problem(what, right, f"im:classes.{name}.transient", obligation.id)


def _services(declaration: Declaration) -> Iterator[Problem]:
    """Problems with services that the cloud lacks, and with exceptions that are no log of a service."""
    there = services(declaration.cloud)
    for index, name in enumerate(declaration.services):
        if name not in there:
            what = f"{name!r} is no service of {declaration.cloud} that is known here"
            yield Problem(what, one_of(name, there), f"im:services.{index}", "IM-SVC-01")
    logs = [f"{name}/{log}" for name, those in there.items() for log in those]
    for name, choice in declaration.classes.items():
        for copy in choice.outside:
            if copy not in logs:
                what = f"{copy!r} is no log: only a log can be empty of a class, never the data itself or a backup"
                yield Problem(what, one_of(copy, logs), f"im:classes.{name}.outside.{copy}")


def _zones(zones: Zones, region: Region, regions: Iterable[Region]) -> Iterator[Problem]:
    """Zones of a declaration that are not of its region, or that no document of it names and no reason excuses."""
    for key, names in (("first", [zones.first]), ("second", [zones.second]), ("mongodb", zones.mongodb)):
        for name in names:
            if not re.fullmatch(re.escape(region.id) + _ZONE[region.cloud], name):
                right = f"one of {', '.join(region.zones)}" if region.zones else f"a zone of {region.id}"
                yield Problem(f"{name!r} is no zone of {region.id}", right, f"im:zones.{key}", "IM-REG-01")
            elif region.zones and name not in region.zones and not zones.reason:
                yield _unheard_of(name, region, key)
    owners = {other.numbered: other.id for other in regions if other.cloud == region.cloud and other.numbered}
    for key, numbers in (("redis", zones.redis), ("ckafka", zones.ckafka)):
        for number in numbers:
            begins, own = divmod(number, 10_000)
            if begins in owners and begins != region.numbered:
                right = f"{region.numbered}0001 and the like" if region.numbered else ""
                what = f"{number} is a zone of {owners[begins]}, not of {region.id}"
                yield Problem(what, right, f"im:zones.{key}", "IM-REG-01")
            elif not zones.reason and (begins != region.numbered or f"{region.id}-{own}" not in region.zones):
                yield _unheard_of(number, region, key)


def _unheard_of(zone: str | int, region: Region, key: str) -> Problem:
    """A zone that may be there all the same: documents are late."""
    there = (f"{region.numbered}{name.rpartition('-')[2]:0>4}" for name in region.zones if region.numbered)
    known = ", ".join(there if isinstance(zone, int) else region.zones)
    right = f"{f'one of {known}, or ' if known else ''}`reason:` beside it"
    return Problem(f"no document of {region.id} names a zone {zone}", right, f"im:zones.{key}", "IM-REG-01")


def _same_zone(zones: Zones) -> Iterator[Problem]:
    if zones.first == zones.second:
        yield Problem(
            "is the first zone again: nothing would be left when it is lost", "another zone", "im:zones.second"
        )


def _choices(declaration: Declaration, library: Library, instrument: str) -> Iterator[Problem]:
    """Problems with choices that an instrument requires; keys with `<class>` apply to each stored class it names."""
    for obligation in library.instruments[instrument].obligations:
        for name in obligation.classes if obligation.bound and obligation.bound.chosen else ():
            if name not in declaration.classes:
                yield Problem(
                    "is missing: storing or not is the owner's choice, and no default is given",
                    "store: true with a period and a clock, or store: false with transient",
                    f"im:classes.{name}",
                    obligation.id,
                )
