"""Explanation of a name: a word of the glossary, an id of the tables (obligation, rule, instrument, data class,
conflict, assumption, limit), a resource type, a stack, or a resource of it. Of a stack and of a function it lists what
each of their sweeps needs to run, of a stack what its archives keep.

One register per kind of name maps the name to the lines about it. A name of several registers is explained by each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial

from im_stack.facts.declarations import Holding
from im_stack.facts.mechanism.cloud import Cloud, clouds
from im_stack.facts.mechanism.references import is_open, rows_of
from im_stack.facts.mechanism.tables import Limit, defaults, forbidden_settings, limits
from im_stack.facts.mechanism.view import show
from im_stack.policies.bounds.ledger import Ledger
from im_stack.policies.rule import Rule
from im_stack.policies.rules import RULES
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.sweep_proof import sweep_lines
from im_stack.terms.duties.binding import classes_of
from im_stack.terms.period import spell_period
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.texts.library import STACK_POLICY, Library, load_glossary, load_library
from im_stack.terms.texts.model import Assumption, Conflict, DataClass, Instrument, Obligation, Word

Register = Mapping[str, Callable[[], Iterator[str]]]


def explain(name: str, check: Check | None = None, own_rules: Sequence[Rule] = ()) -> Iterator[str]:
    """Lines about `name`. With a checked stack, the names of its resources are known too.

    Capitals, hyphens and a plural do not matter in a word of the glossary. Raises `InputError` for an unknown name
    with the nearest ones: names that contain it, then names spelt alike.
    """
    registers = list(_registers(check, own_rules))
    found = [register[key] for register in registers for key in (name, _plain(name)) if key in register]
    if not found:
        known = {_plain(key): key for register in registers for key in register}
        parts = set(_plain(name).split())
        near = [*(key for key in known if parts <= set(key.split())), *get_close_matches(_plain(name), known, 3)]
        close = [known[key] for key in dict.fromkeys(near)][:3]
        right = f"perhaps {', '.join(close)}" if close else "a word of docs/glossary.md, or an id that a report prints"
        raise InputError(Problem(f"nothing here is called {name!r}", right))
    for lines in dict.fromkeys(found):
        yield from lines()


def _plain(name: str) -> str:
    return name.casefold().replace("-", " ").replace("_", " ").removesuffix("s")


def _registers(check: Check | None, own_rules: Sequence[Rule]) -> Iterator[Register]:
    """A name's lines are made only when asked for."""
    library = load_library(own=check.duties.declaration.terms if check else None)
    rows: dict[str, dict[str, Limit]] = {}
    for cloud in clouds():
        for row in limits(cloud.name).values():
            rows.setdefault(row.id, {})[cloud.name] = row
    yield {_plain(id_): partial(_word, row) for id_, row in load_glossary().items()}
    yield {id_: partial(_obligation, row, library) for id_, row in library.obligations.items()}
    yield {rule.id: partial(_rule, rule, library) for rule in (*RULES, *own_rules)}
    yield {id_: partial(instrument, row) for id_, row in library.instruments.items()}
    yield {id_: partial(_class, row) for id_, row in library.classes.items()}
    yield {id_: partial(_conflict, row) for id_, row in library.conflicts.items()}
    yield {id_: partial(_assumption, row) for id_, row in library.assumptions.items()}
    yield {id_: partial(_limits, by_cloud) for id_, by_cloud in rows.items()}
    if check:
        yield {row["name"]: partial(_resource, row["urn"], check) for row in check.recording["registrations"]}
        yield {check.stack.stack: partial(_stack, check)}
    for cloud in clouds():
        yield {type_: partial(_type, type_, cloud) for type_ in cloud.types()}


def _word(row: Word) -> Iterator[str]:
    yield f"{row.word}: {row.meaning}"
    yield f"for example: {row.example.replace('`', '')}"


def _class(row: DataClass) -> Iterator[str]:
    yield f"{row.id}: {row.name}; {row.sensitivity} sensitivity"
    yield f"elements: {', '.join(row.elements)}"
    if not row.storable:
        yield "may not be stored"
    if row.same_as:
        yield f"the same data as: {', '.join(row.same_as)}"


def _conflict(row: Conflict) -> Iterator[str]:
    yield f"{row.id}: {row.issue}"
    yield f"decided by: {row.decided_by}" + (f" ({row.field})" if row.field else "")
    yield row.resolution


def _assumption(row: Assumption) -> Iterator[str]:
    yield f"{row.id}: {row.statement}"
    yield f"source: {row.source}, as of {row.as_of}"


def instrument(text: Instrument) -> Iterator[str]:
    """An instrument: what it is, what its adopter must choose, and its obligations."""
    yield f"{text.id}: {text.title} ({text.language}, {text.version})"
    known = {row.id: row for row in text.classes}
    chosen = f"chooses for each class, or names who else holds it: {', '.join(classes_of(known, known))}"
    yield "binds every stack" if text.id == STACK_POLICY else f"a stack that adopts it {chosen}"
    for question in text.asks:
        yield f"and answers {question}: {text.possible(question)}"
    for obligation in text.obligations:
        marks = "/".join(obligation.check) + ("" if obligation.text_derived else ", not text-derived")
        yield f"  {obligation.id:<10} {obligation.kind:<24} {obligation.summary} ({marks})"


def _obligation(obligation: Obligation, library: Library) -> Iterator[str]:
    owner = next(text for text in library.instruments.values() if obligation in text.obligations)
    yield f"{obligation.id}: {obligation.summary}"
    yield f"of {owner.title}, {obligation.clause}; {obligation.kind}"
    if not obligation.text_derived:
        yield "not text-derived: an engineering reading that the text does not demand"
    if obligation.bound:
        given = obligation.bound.model_dump(exclude_none=True, exclude_defaults=True, exclude={"until"})
        until = (f"{trigger} {period or '(no number)'}" for trigger, period in obligation.bound.until.items())
        yield "bound: " + ", ".join([*until, *(f"{key} {value}" for key, value in given.items())])
    if obligation.age:
        least = f"{obligation.age.least} years" if obligation.age.least else "the age of the local law"
        yield f"age: {least}, {'or' if obligation.age.parental else 'without'} a parent's consent"
    if obligation.storage:
        places = ", ".join(obligation.storage.within) or "the declared region"
        yield f"stored in: {places}{', with consent' if obligation.storage.consent else ''}"
    if obligation.role:
        yield f"owed by: the {obligation.role}"
    if obligation.classes:
        yield f"classes: {', '.join(obligation.classes)}"
    if obligation.jurisdictions:
        yield f"for residents of: {', '.join(obligation.jurisdictions)}"
    for ground, exception in obligation.exceptions.items():
        yield f"except ({ground}): {exception}"
    yield f"shown by: {obligation.evidence} ({'/'.join(obligation.check)})"
    yield f"rules: {', '.join(obligation.rules) or 'none'}"
    for conflict in obligation.conflicts:
        yield f"conflict {conflict}: {library.conflicts[conflict].issue}"


def _rule(rule: Rule, library: Library) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}"
    yield f"can be waived: only {rule.only}" if rule.only else "can be waived" if rule.waivable else "cannot be waived"
    for obligation in library.obligations.values():
        if rule.id in obligation.rules:
            yield f"  for {obligation.id}: {obligation.summary}"


def _limits(by_cloud: Mapping[str, Limit]) -> Iterator[str]:
    """A limit; where several clouds have one of that name, each under its cloud."""
    for cloud, row in by_cloud.items():
        if len(by_cloud) > 1:
            yield f"on {cloud}"
        yield from _limit(row)


def _limit(row: Limit) -> Iterator[str]:
    yield f"{row.id}: {row.note or row.source}"
    given = {"at least": row.least, "at most": row.most, "unless set": row.default, "lag assumed": row.lag or None}
    for what, period in given.items():
        if period is not None:
            yield f"  {what}: {spell_period(period)}"
    yield f"source: {row.source}, as of {row.as_of}"


def _type(type_: str, cloud: Cloud) -> Iterator[str]:
    yield f"{type_}: " + ("read" if type_ in cloud.readers else "known, and judged by its place and the rows below")
    for argument in sorted(cloud.judged(type_)):
        default = defaults(cloud.name).get(type_, {}).get(argument)
        yield f"  {argument}" + (f" (absent: {show(default)})" if default is not None else "")
    for row in forbidden_settings(cloud.name).get(type_, ()):
        allowed = " or ".join(show(value) for value in row.allow) or "not at all"
        yield f"  {row.argument or 'the type itself'}: {allowed} - {row.why}"
    for lets in rows_of(type_) if is_open(type_) else ():
        subject = ", ".join(lets.arguments) or "acting on a whole account"
        yield f"  {subject}: may name {'anything' if '*' in lets.may_name else ', '.join(lets.may_name)} - {lets.why}"
    if is_open(type_):
        yield "  any other argument: may name nothing that the proof leans on"


def _resource(urn: str, check: Check) -> Iterator[str]:
    yield urn
    yield f"made at {check.made_at(urn) or 'an unknown line'}"
    for verdict in check.judgement.verdicts:
        if verdict.subject == urn:
            yield f"  {verdict.outcome.value:<14} {verdict.rule}: {verdict.message}"
    for bound, _ in check.judgement.bounds:
        for path in bound.paths:
            if any(hop.evidence.resource == urn for hop in path.hops):
                yield f"  {bound.data_class}: {path.what} in {path.place}, {spell_period(path.total)}"
    yield from sweep_lines(check.judgement.facts, urn)


def _stack(check: Check) -> Iterator[str]:
    yield f"{check.stack.stack}: {check.judgement.headline}"
    yield from sweep_lines(check.judgement.facts)
    yield from _archives(check)


def _archives(check: Check) -> Iterator[str]:
    """What each archive keeps, for which minimum, and between which times it ends."""
    facts, archive = check.judgement.facts, check.duties.declaration.archive
    for holding in facts.of(Holding):
        if holding.archived and archive:
            bound = Ledger(facts, ()).archived(holding)
            least, most = spell_period(bound.earliest), spell_period(bound.latest)
            place = f"{holding.name} in {facts.name(holding.store)}"
            yield f"archive {place} keeps {holding.data_class} for {archive.obligation}, {least} to {most}"
