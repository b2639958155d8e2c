"""Grounds: what the adopted texts allow an owner to choose, and the choices that none of them allows.

In: a declaration and the library of the adopted texts. Out: a `Problem` for each entry of the register of
sub-processors that is not true to both, and one with the entry to write where the cloud itself is missing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from im_stack.terms.duties.binding import classes_of, inside, known_classes
from im_stack.terms.problem import Problem, one_of
from im_stack.terms.stack.declaration import Declaration
from im_stack.terms.stack.sub_processor import CLOUDS, SubProcessor, entry
from im_stack.terms.texts.library import Library
from im_stack.terms.texts.model import Obligation

SUB_PROCESSORS = "sub-processors"
_KEY = f"im:{SUB_PROCESSORS}"
_SHARING = ("sub-processors", "sharing")


def grounds_of(obligations: Iterable[Obligation]) -> tuple[str, ...]:
    """The grounds that each of some obligations lists, by id."""
    lists = [obligation.exceptions for obligation in obligations]
    return tuple(ground for ground in (lists[0] if lists else ()) if all(ground in each for each in lists))


def ground_problems(declaration: Declaration, library: Library, adopted: Iterable[Obligation]) -> Iterator[Problem]:
    """Problems with choices that need a ground, under the adopted obligations. The rest of the declaration has none."""
    binding = list(adopted)
    yield from _register(declaration, library, binding)
    yield from _waivers(declaration, binding)


def _waivers(declaration: Declaration, adopted: Iterable[Obligation]) -> Iterator[Problem]:
    """Waivers on a ground that no adopted text lists; whether the one that is broken does is judged with the stack."""
    texts = list(adopted)
    for index, waiver in enumerate(declaration.waivers):
        broken = [each for each in texts if waiver.rule in each.rules and each.text_derived] or texts
        listed = sorted({ground for obligation in broken for ground in obligation.exceptions})
        if waiver.ground and waiver.ground not in listed:
            what = f"{waiver.ground!r} is no ground of the adopted texts for {waiver.rule}"
            asked = ", ".join(each.id for each in broken if waiver.rule in each.rules)
            yield Problem(what, one_of(waiver.ground, listed), f"im:waivers.{index}.ground", asked or "SP-WAV-01")


def sensitive_problems(declaration: Declaration, library: Library, adopted: Iterable[Obligation]) -> Iterator[Problem]:
    """Sensitive classes in a stack of a feature that bars them."""
    known = known_classes(declaration, library)
    barred = [name for name in declaration.classes if name in known and known[name].sensitive]
    for obligation in adopted:
        for name in barred if obligation.kind == "sensitive-data" else ():
            elements = ", ".join(known[name].elements)
            what = f"{name} is sensitive ({elements}), and the feature of this stack bars sensitive data"
            right = "a stack without im-module that holds it in a store, under a key and for a role of its own"
            yield Problem(what, right, f"im:classes.{name}", obligation.id)


def _register(declaration: Declaration, library: Library, adopted: Iterable[Obligation]) -> Iterator[Problem]:
    """Problems with the register of sub-processors under the obligations of the adopted texts. The rest of the
    declaration has none."""
    place = library.regions[declaration.cloud, declaration.region].jurisdiction
    binding = [each for each in adopted if each.kind in _SHARING and each.exceptions and SUB_PROCESSORS in each.rules]
    asked, cloud = ", ".join(each.id for each in binding) or "SP-SUB-01", CLOUDS[declaration.cloud]
    names = Counter(party.name for party in declaration.sub_processors)
    if cloud not in names:
        what = f"{cloud} itself processes the data, and no entry names it"
        yield Problem(what, entry(cloud, place, declaration.classes), _KEY, asked)
    for index, party in enumerate(declaration.sub_processors):
        key = f"{_KEY}.{index}"
        if names[party.name] > 1:
            yield Problem(f"{party.name} has {names[party.name]} entries", "one entry for each party", f"{key}.name")
        if party.name == cloud:
            yield from _of_the_cloud(declaration, library, party, key, asked)
        if party.country not in library.jurisdictions:
            what = f"no jurisdiction is called {party.country!r}"
            yield Problem(what, one_of(party.country, sorted(library.jurisdictions)), f"{key}.country", asked)
        for name in party.classes:
            if name not in declaration.classes:
                what = f"{name!r} is not in im:classes"
                yield Problem(what, one_of(name, sorted(declaration.classes)), f"{key}.classes", asked)
        yield from _basis(party, binding, library, f"{key}.basis")


def _of_the_cloud(
    declaration: Declaration, library: Library, party: SubProcessor, key: str, asked: str
) -> Iterator[Problem]:
    """The entry of the cloud speaks of all that the stack is: every class, where the stack is."""
    place = library.regions[declaration.cloud, declaration.region].jurisdiction
    left = [name for name in declaration.classes if name not in party.classes]
    if left:
        right = f"[{', '.join(declaration.classes)}]"
        yield Problem(f"{party.name} processes {', '.join(left)}, too", right, f"{key}.classes", asked)
    if not inside(place, party.country, library):
        what = f"the stack, and with it {party.name}, is in {place}, not in {party.country}"
        yield Problem(what, place, f"{key}.country", asked)


def _basis(party: SubProcessor, binding: Iterable[Obligation], library: Library, key: str) -> Iterator[Problem]:
    """A basis that a text which binds one of the party's classes does not list."""
    over = [
        each for each in binding if not each.classes or {*classes_of(each.classes, library.classes)} & {*party.classes}
    ]
    refuse = [each.id for each in over if party.basis not in each.exceptions]
    if refuse:
        what = f"{party.basis!r} is no ground of {', '.join(refuse)} for {party.name} to process"
        what += f" {', '.join(party.classes)}"
        common = grounds_of(over)
        right = one_of(party.basis, common) if common else "an entry for each of its classes: no one ground serves all"
        yield Problem(what, right, key, ", ".join(refuse))
