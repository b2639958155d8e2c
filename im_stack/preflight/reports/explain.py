"""What stands behind an id: an obligation, rule, assumption, limit, resource type, or a resource of a stack."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from im_stack.facts.mechanism.cloud import Cloud, cloud_of, clouds
from im_stack.facts.mechanism.tables import Limit, defaults, leaks, limits
from im_stack.facts.mechanism.view import show
from im_stack.policies.rule import Rule
from im_stack.policies.rules import RULES
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.library import Library, load_library
from im_stack.terms.model import Instrument, Obligation
from im_stack.terms.period import spell_period
from im_stack.terms.problem import InputError, Problem


def explain(id_: str, check: Check | None = None) -> Iterator[str]:
    """Lines about `id_`. With a checked stack, resource names are known too. Raises `InputError` for an unknown id."""
    library = load_library()
    rules = {rule.id: rule for rule in RULES}
    rows: dict[str, dict[str, Limit]] = {}
    for cloud in clouds():
        for row in limits(cloud.name).values():
            rows.setdefault(row.id, {})[cloud.name] = row
    names = {r["name"]: r["urn"] for r in check.recording["registrations"]} if check else {}
    if id_ in library.obligations:
        yield from _obligation(library.obligations[id_], library)
    elif id_ in rules:
        yield from _rule(rules[id_], library)
    elif id_ in library.instruments:
        yield from instrument(library.instruments[id_])
    elif id_ in library.conflicts:
        conflict = library.conflicts[id_]
        yield f"{conflict.id}: {conflict.issue}"
        yield f"decided by: {conflict.decided_by}" + (f" ({conflict.field})" if conflict.field else "")
        yield conflict.resolution
    elif id_ in library.assumptions:
        assumption = library.assumptions[id_]
        yield f"{assumption.id}: {assumption.statement}"
        yield f"source: {assumption.source}, as of {assumption.as_of}"
    elif id_ in rows:
        yield from _limits(rows[id_])
    elif check and id_ in names:
        yield from _resource(names[id_], check)
    elif (its_cloud := cloud_of(id_)) and its_cloud.knows(id_):
        yield from _type(id_, its_cloud)
    else:
        known = [
            *library.obligations,
            *rules,
            *library.instruments,
            *library.conflicts,
            *library.assumptions,
            *rows,
            *names,
            *(type_ for cloud in clouds() for type_ in sorted(cloud.types())),
        ]
        close = get_close_matches(id_, known, 3)
        right = (
            f"perhaps {', '.join(close)}"
            if close
            else "an obligation, rule, instrument, conflict, assumption, limit or type"
        )
        raise InputError(Problem(f"nothing here is called {id_!r}", right))


def instrument(text: Instrument) -> Iterator[str]:
    """An instrument: what it is, whether a stack can adopt it, and its obligations."""
    yield f"{text.id}: {text.title} ({text.language}, {text.version})"
    yield "can be adopted" if text.adoptable else f"cannot be adopted yet: {text.refusal}"
    if text.requires:
        yield f"a stack must choose: {', '.join(text.requires)}"
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
        given = obligation.bound.model_dump(exclude_none=True, exclude_defaults=True)
        yield "bound: " + ", ".join(f"{key} {value}" for key, value in given.items())
    if obligation.classes:
        yield f"classes: {', '.join(obligation.classes)}"
    if obligation.jurisdictions:
        yield f"in: {', '.join(obligation.jurisdictions)}"
    for exception in obligation.exceptions:
        yield f"except: {exception}"
    yield f"shown by: {obligation.evidence} ({'/'.join(obligation.check)})"
    yield f"rules: {', '.join(obligation.rules) or 'none'}"
    for conflict in obligation.conflicts:
        yield f"conflict {conflict}: {library.conflicts[conflict].issue}"


def _rule(rule: Rule, library: Library) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}"
    yield "cannot be waived" if not rule.waivable else "can be waived"
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
    for row in leaks(cloud.name).get(type_, ()):
        allowed = " or ".join(show(value) for value in row.allow) or "not at all"
        yield f"  {row.argument or 'the type itself'}: {allowed} - {row.why}"


def _resource(urn: str, check: Check) -> Iterator[str]:
    yield urn
    yield f"made at {check.sources.get(urn) or 'an unknown line'}"
    for verdict in check.judgement.verdicts:
        if verdict.subject == urn:
            yield f"  {verdict.outcome.value:<14} {verdict.rule}: {verdict.message}"
    for bound, _ in check.judgement.bounds:
        for path in bound.paths:
            if any(hop.evidence.resource == urn for hop in path.hops):
                yield f"  {bound.data_class}: {path.what} in {path.place}, {spell_period(path.total)}"
