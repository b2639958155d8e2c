"""Problems with the choices of a declaration: what the adopted texts demand, forbid or limit, and what is missing."""

import re
from collections.abc import Iterator

from im_stack.terms.duties.binding import binding, classes_of, known_classes, on_file
from im_stack.terms.duties.ends import AGES, PERIODIC, archived, chosen, ends_of, keeps, lives, minimum, number, sooner
from im_stack.terms.period import parse_period, spell_period
from im_stack.terms.problem import Problem, one_of
from im_stack.terms.stack.class_choice import ClassChoice
from im_stack.terms.stack.declaration import RECIPIENTS, Declaration
from im_stack.terms.texts.library import STACK_POLICY, Library, services
from im_stack.terms.texts.model import DataClass, Obligation, Trigger


def choice_problems(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """Choices that are missing, unknown, forbidden, outside of what a text states, or against each other."""
    yield from _services(declaration)
    yield from _alarm(declaration)
    yield from _instruments(declaration, library)
    obligations = list(binding(declaration, library))
    known = known_classes(declaration, library)
    yield from _archive(declaration, library, obligations)
    yield from _required(declaration, library)
    yield from _elsewhere(declaration, library, known)
    said: set[str] = set()
    for problem, ids in _contradictions(declaration, library, obligations):
        yield problem
        said |= ids
    for name, choice in declaration.classes.items():
        key = f"im:classes.{name}"
        about = [(owner, o) for owner, o in obligations if o.id not in said and _is_about(o, name, library)]
        if name not in known:
            yield _unknown(name, key, library, known)
        elif choice.store and not known[name].storable:
            yield Problem("an adopted text forbids storing this class", "store: false with transient", f"{key}.store")
        else:
            yield from _limits(key, choice, declaration, about)
            yield from _missing(key, choice, declaration, about)
    yield from _transit(declaration, library, obligations)


def _is_about(obligation: Obligation, data_class: str, library: Library) -> bool:
    return not obligation.classes or data_class in classes_of(obligation.classes, library.classes)


def _unknown(name: str, key: str, library: Library, known: dict[str, DataClass]) -> Problem:
    """A class that no text knows, that is none any more, or that is declared under the name of another."""
    row = library.classes.get(name)
    if row and row.same_as:
        return Problem(f"{name} is the same data as {', '.join(row.same_as)}", "declare it as that", key)
    gone = next((text.retired[name] for text in library.instruments.values() if name in text.retired), "")
    if gone:
        return Problem(f"is no class any more: {gone}", f"delete {name} and all that is below it", key)
    return Problem(f"no adopted instrument knows a class {name!r}", one_of(name, sorted(known)), key)


def _instruments(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """Instruments that are none, and questions of a text about its adopter that are not answered."""
    for name, adopted in declaration.instruments.items():
        key, text = f"im:instruments.{name}", library.instruments.get(name)
        if text is None or name == STACK_POLICY:
            what = f"no instrument is called {name!r}" if text is None else f"{name} binds every stack by itself"
            yield Problem(what, one_of(name, sorted(on_file(declaration) - {STACK_POLICY})), key)
            continue
        for question, asked in text.asks.items():
            answer, at = adopted.answers.get(question), f"{key}.answers.{question}"
            right = text.possible(question)
            if answer is None:
                yield Problem("is missing: the text leaves it open", right, at)
            elif not isinstance(asked, str) and answer not in asked:
                yield Problem(f"{answer!r} is no possible answer", right, at)
        for answer in adopted.answers.keys() - text.asks.keys():
            right = one_of(answer, sorted(text.asks)) if text.asks else "no answers: it asks nothing"
            yield Problem(f"{name} asks no {answer!r}", right, f"{key}.answers.{answer}")


def _required(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """Classes of the adopted texts that the declaration says nothing about."""
    for owner in declaration.instruments:
        text = library.instruments.get(owner)
        names = classes_of((row.id for row in text.classes), library.classes) if text else ()
        for name in names:
            if name in declaration.classes or name in declaration.elsewhere:
                continue
            of = [o for o in text.obligations if _is_about(o, name, library)] if text else []
            by = next((o.id for o in of if o.kind in ("retention-max", "no-storage", "deletion-on-termination")), "")
            yield Problem(
                f"is missing: {owner} is about it, storing or not is the owner's choice, and no default is given",
                "store: true with a period and a clock, store: false with transient, or a reason in im:elsewhere",
                f"im:classes.{name}",
                by,
            )


def _elsewhere(declaration: Declaration, library: Library, known: dict[str, DataClass]) -> Iterator[Problem]:
    for name in declaration.elsewhere:
        key = f"im:elsewhere.{name}"
        if name not in known:
            yield _unknown(name, key, library, known)
        elif name in declaration.classes:
            yield Problem("is in im:classes, too: this stack either holds it or does not", "one of the two", key)


def _missing(
    key: str, choice: ClassChoice, declaration: Declaration, about: list[tuple[str, Obligation]]
) -> Iterator[Problem]:
    """The first choice about a class that is missing."""
    keeping = [o for _, o in about if lives(o, choice)]
    default = any(o.bound and o.bound.default for _, o in about)
    requests = [o.id for _, o in about if o.kind == "deletion-on-request"]
    open_ends = [o for o in keeping if not keeps(o) and not ends_of(o, choice, declaration)]
    if open_ends:
        what = "how long after it is not chosen, and the text gives no number"
        yield Problem(
            what, "an ISO 8601 duration such as P10D", f"{key}.until.{_until(open_ends[0])[0]}", open_ends[0].id
        )
    elif choice.store and not keeping and not choice.period and not default:
        yield Problem(
            "the period is not chosen, and no adopted text gives one for this class",
            "an ISO 8601 duration such as P30D",
            f"{key}.period",
            "SP-RET-01",
        )
    elif choice.store and not keeping and choice.clock is None:
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
            requests[0] if requests else "",
        )


def _form(choice: ClassChoice) -> tuple[str, str] | None:
    """What is wrong with the form of a class's seal, and what would be right."""
    form, clock = choice.sealing.form, choice.clock or "birth"
    if form is None:
        return None
    if choice.form is None:
        return "the class is not sealed, so nothing has this form", "backups: sealed, or no form"
    if form == "subject" and "epoch" in choice.sealing.model_fields_set:
        return "subject ends a record with its person's key alone, so there is no epoch", "no epoch, or another form"
    counts = form.removesuffix("-and-subject")
    if counts in ("birth", "last-write") and counts != clock:
        right = {"birth": "birth, birth-and-subject", "last-write": "last-write-and-subject"}[clock]
        return f"{form} ends a record by its {counts}, and its clock is {clock}", f"{right} or subject"
    return None


def _transit(
    declaration: Declaration, library: Library, obligations: list[tuple[str, Obligation]]
) -> Iterator[Problem]:
    """Classes that are not stored and stay longer than `temporarily` may mean without a source."""
    for _, obligation in obligations:
        most = obligation.bound.until.get("always") if obligation.kind == "no-storage" and obligation.bound else None
        for name, choice in declaration.classes.items() if most else ():
            passing, about = choice.transient, _is_about(obligation, name, library)
            if about and passing and not passing.source and parse_period(passing.within) > parse_period(most):
                what = f"{passing.within} is storing: what is not stored is gone within {most}"
                right = f"at most {most}, or `{{within: {passing.within}, source: why it may be longer}}`"
                yield Problem(what, right, f"im:classes.{name}.transient", obligation.id)


def _limits(
    key: str, choice: ClassChoice, declaration: Declaration, about: list[tuple[str, Obligation]]
) -> Iterator[Problem]:
    """Choices outside of what a text states: longer than its most, shorter than its least, by age where it lives."""
    for owner, obligation in about:
        if archived(obligation, declaration):
            continue  # what rests in the archive has a period of its own
        if obligation.bound and obligation.bound.default and choice.until:
            what = f"{owner} lets it be stored for a period, and `until` gives none"
            yield Problem(what, "an ISO 8601 duration such as P30D as its period", f"{key}.until", obligation.id)
        if lives(obligation, choice) and choice.period:
            right = f"in place of it `until`, with how long after {' or '.join(_until(obligation))}"
            what = f"{owner} keeps it until an event, and {choice.period} ends it by age"
            yield Problem(what, right, f"{key}.period", obligation.id)
            continue
        for trigger in _until(obligation) if obligation.kind in PERIODIC and obligation.kind != "no-storage" else ():
            stated, (own, at) = number(obligation, trigger), chosen(trigger, choice, declaration)
            if stated is None or own is None:
                continue
            if (
                trigger in ("birth", "incomplete-registration")
                and choice.clock == "last-write"
                and not keeps(obligation)
            ):
                what = f"{owner} counts from the first write, and the clock is last-write"
                yield Problem(what, "birth", f"{key}.clock", obligation.id)
            least = keeps(obligation)
            if parse_period(own) < stated if least else parse_period(own) > stated:
                than, what = ("at least", "shorter") if least else ("at most", "longer")
                said = f"{own} is {what} than the {spell_period(stated)} of {owner}"
                where = (
                    f"{key}.{at}"
                    if trigger in AGES or at.split(".")[-1] in choice.until or trigger == "request"
                    else ""
                )
                yield Problem(said, f"{than} {spell_period(stated)}", where or "im:termination.within", obligation.id)
                break


def _contradictions(
    declaration: Declaration, library: Library, obligations: list[tuple[str, Obligation]]
) -> Iterator[tuple[Problem, set[str]]]:
    """Texts of which one keeps a class longer than another lets it last, with the ids of their obligations."""
    for owner, least in obligations:
        kept = minimum(least)
        of = [n for n, choice in sorted(declaration.classes.items()) if choice.store and _is_about(least, n, library)]
        if not of or not (keeps(least) and kept) or archived(least, declaration):
            continue
        against = [
            (most, period)
            for _, most in obligations
            if any(_is_about(most, name, library) for name in of)
            for period, _ in sooner(most, kept)
        ]
        if against:
            ids = list(dict.fromkeys(most.id for most, _ in against))
            decided = (library.conflicts[c] for c in least.conflicts)
            refused = (c.resolution for c in decided if c.decided_by in ("refusal", "declaration"))
            ended = f"{', '.join(ids)} ends it within {spell_period(min(period for _, period in against))}"
            problem = Problem(
                f"{least.id} keeps {', '.join(of)} for at least {spell_period(kept)}, {ended}",
                next(refused, f"one of the two, or {', '.join(of)} in a stack of its own"),
                f"im:instruments.{owner}",
                least.id,
            )
            yield problem, {least.id, *ids}


def _archive(
    declaration: Declaration, library: Library, obligations: list[tuple[str, Obligation]]
) -> Iterator[Problem]:
    """Problems with the archive: what it is for, the classes in it, and when it ends."""
    archive, minima = declaration.archive, {o.id: o for _, o in obligations if keeps(o) and o.classes}
    if archive is None:
        return
    least = minima.get(archive.obligation)
    if least is None:
        what = f"nothing that binds this stack is kept longer by {archive.obligation}"
        yield Problem(
            what, one_of(archive.obligation, sorted(minima)) if minima else "no archive", "im:archive.obligation"
        )
        return
    names = classes_of(least.classes, library.classes)
    right = f"[{', '.join(names)}], as far as they are stored"
    for name in archive.classes:
        if name not in names:
            yield Problem(f"{name} is none of what {least.id} keeps", right, "im:archive.classes", least.id)
    stored = [name for name in names if name in declaration.classes and declaration.classes[name].store]
    if left := [name for name in stored if name not in archive.classes]:
        yield Problem(f"{least.id} keeps {', '.join(left)}, too", right, "im:archive.classes", least.id)
    if extra := [name for name in archive.classes if name in names and name not in stored]:
        yield Problem(f"{', '.join(extra)} is not stored here", right, "im:archive.classes", least.id)
    network = declaration.network
    others = (network.application_role, network.deploying_role) if network else ()
    if any(other == archive.role or (other or "").startswith(f"{archive.role}-") for other in others):
        what = f"{archive.role} is no role of the archive alone"
        yield Problem(what, "another role than those of im:network", "im:archive.role", "TC-SEP-01")
    kept = minimum(least)
    if parse_period(archive.ends, "shortest") <= kept:
        what = f"{archive.ends} is no longer than the {spell_period(kept)} of {least.id}"
        yield Problem(what, "some days more, in which what is over is destroyed", "im:archive.ends", least.id)


def _until(obligation: Obligation) -> tuple[Trigger, ...]:
    return tuple(obligation.bound.until) if obligation.bound else ()


def _alarm(declaration: Declaration) -> Iterator[Problem]:
    """A recipient of alarms that the declared cloud cannot reach by that name."""
    if declaration.alarm is not None:
        pattern, right = RECIPIENTS[declaration.cloud]
        if not re.fullmatch(pattern, declaration.alarm.recipient):
            what = f"{declaration.alarm.recipient!r} is no recipient of alarms on {declaration.cloud}"
            yield Problem(what, right, "im:alarm.recipient", "SP-ALM-01")


def _services(declaration: Declaration) -> Iterator[Problem]:
    """Problems with services that the cloud lacks, and with exceptions that are no log of a service."""
    there = services(declaration.cloud)
    named = [(name, f"im:services.{index}", "IM-SVC-01") for index, name in enumerate(declaration.services)]
    named += [(name, f"im:accepted-losses.{name}", "KN-LOS-01") for name in declaration.accepted_losses]
    for name, key, obligation in named:
        if name not in there:
            what = f"{name!r} is no service of {declaration.cloud} that is known here"
            yield Problem(what, one_of(name, there), key, obligation)
    logs = [f"{name}/{log}" for name, those in there.items() for log in those]
    for name, choice in declaration.classes.items():
        for copy in choice.outside:
            if copy not in logs:
                what = f"{copy!r} is no log: only a log can be empty of a class, never the data itself or a backup"
                yield Problem(what, one_of(copy, logs), f"im:classes.{name}.outside.{copy}")
