"""Resolution of obligations and a declaration into the duties of one stack."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from im_stack.terms.duties.binding import binding, classes_of, on_file
from im_stack.terms.duties.choices import choice_problems
from im_stack.terms.duties.ends import AGES, PERIODIC, Ends, ends_of, keeps, lives
from im_stack.terms.duties.grounds import ground_problems, sensitive_problems
from im_stack.terms.duties.places import place_problems
from im_stack.terms.period import format_period, parse_period, spell_period
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import Declaration
from im_stack.terms.texts.library import STACK_POLICY, Library, load_library
from im_stack.terms.texts.model import Assumption, Obligation, Region


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation applied to one class. `data_class` None means every class, or those that it `binds`.

    `limit` is the earliest of its `ends`, each a trigger with the period after it; of a minimum (`retention-min`) it is
    the period that must pass. `lives` says that nothing may end the class by age before one of them.
    """

    id: str
    obligation: Obligation
    data_class: str | None = None
    limit: timedelta | None = None
    ends: Ends | None = None
    lives: bool = False
    binds: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes it binds; none: every class."""
        return (self.data_class,) if self.data_class else self.binds

    @property
    def when(self) -> str:
        """Its period in words; nothing where it has none."""
        events = [trigger for trigger in sorted(self.ends or ()) if trigger not in (*AGES, "request", "always")]
        said = "at least" if keeps(self.obligation) else "within"
        of = f" of the {' or '.join(events)}" if events else ""
        parts = ["not by age"] if self.lives else []
        return ", ".join([*parts, f"{said} {spell_period(self.limit)}{of}"] if self.limit else parts)

    @property
    def rules(self) -> tuple[str, ...]:
        return self.obligation.rules


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
    return load_library({*declaration.instruments, STACK_POLICY} & on_file(declaration), declaration.terms)


def resolve(declaration: Declaration, library: Library) -> Duties:
    """Duties of a declaration, with the periods that the texts give as defaults.

    Raises `InputError` for choices that are missing, impossible or contradictory.
    """
    adopted = tuple(binding(declaration, library))
    obligations = [obligation for _, obligation in adopted]
    problems = [
        *place_problems(declaration, library),
        *choice_problems(declaration, library),
        *sensitive_problems(declaration, library, obligations),
    ]
    if not problems:  # these speak of a place and of classes that are right themselves
        problems = [*ground_problems(declaration, library, obligations)]
    if problems:
        raise InputError(*problems)
    duties = tuple(duty for _, obligation in adopted for duty in _duties(obligation, declaration, library))
    filled = with_defaults(declaration, library)
    home = library.regions[declaration.cloud, declaration.region]
    return Duties(filled, home, tuple(library.assumptions.values()), duties, adopted)


def _duties(obligation: Obligation, declaration: Declaration, library: Library) -> Iterator[Duty]:
    classes = classes_of(obligation.classes, library.classes)
    held = {name: c for name, c in declaration.classes.items() if not classes or name in classes}
    if not obligation.rules or not held:
        return
    found = []
    for name, choice in held.items() if obligation.kind in PERIODIC else ():
        ends, kept = ends_of(obligation, choice, declaration), lives(obligation, choice)
        if ends or kept:
            limit = min(ends.values(), default=None)
            found.append(Duty(f"{obligation.id}/{name}", obligation, name, limit, ends, kept))
    yield from found
    bound, kind = obligation.bound, obligation.kind
    ended = kind == "deletion-on-termination" and not (bound and bound.lives)
    if not found and (ended or kind not in PERIODIC):
        yield Duty(obligation.id, obligation, binds=tuple(name for name in classes if name in held))


def with_defaults(declaration: Declaration, library: Library) -> Declaration:
    """The declaration with the default periods of the adopted texts (7 days, if the class is stored)."""
    classes = dict(declaration.classes)
    for _, obligation in binding(declaration, library):
        bound = obligation.bound
        if obligation.kind != "retention-max" or not bound or not bound.default:
            continue
        for data_class in classes_of(obligation.classes, library.classes):
            choice = classes.get(data_class)
            if choice and choice.store and not choice.period and not choice.until:
                text = format_period(parse_period(bound.default))
                classes[data_class] = choice.model_copy(update={"period": text})
    return declaration.model_copy(update={"classes": classes})
