"""Declaration of the stack that a pack judges: from the engine's configuration, else from the stack's own component."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from im_stack.facts.model import ABSENT, Resource, Unknown, Value
from im_stack.facts.values.decode import BACKEND, DECLARATION
from im_stack.policies.rule import Rule
from im_stack.terms.duties.resolve import Duties, library_for, resolve
from im_stack.terms.problem import InputError, Problem, one_of
from im_stack.terms.stack.declaration import NAMESPACE, Declaration, parse_declaration
from im_stack.terms.texts.model import OwnTerms

_TERMS: Final = f"{NAMESPACE}:terms"


def duties_from(
    config: Mapping[str, Any], resources: Iterable[Resource], terms: OwnTerms | None = None, rules: Iterable[Rule] = ()
) -> Duties:
    """The duties of the running stack. Raises `InputError` where no declaration is found, or it is not a good one.

    `policy analyze` passes no configuration: then the declaration is what the stack's backend component was
    made with. Two that differ are none. An owner's own `terms` are those given, or those that the component carries:
    the engine starts a pack in the pack's own folder. Their obligations may name only these `rules`.
    """
    chosen = {key: value for key, value in config.items() if key.startswith(f"{NAMESPACE}:")}
    if _TERMS in chosen:
        chosen[_TERMS] = terms or _carried_terms(resources)
    declaration = parse_declaration(chosen or _carried(resources))
    require_rules(declaration, rules)
    return resolve(declaration, library_for(declaration))


def require_rules(declaration: Declaration, rules: Iterable[Rule]) -> None:
    """Raises `InputError` where an obligation of an owner's own text names a rule that is none of these: nothing would
    verify it."""
    known = [rule.id for rule in rules]
    texts = declaration.terms.instruments if declaration.terms else ()
    problems = [
        Problem(f"{obligation.id}: there is no rule {name!r}", one_of(name, known), _TERMS, obligation.id)
        for text in texts
        for obligation in text.obligations
        for name in obligation.rules
        if name not in known
    ]
    if problems:
        raise InputError(*problems)


def _carried_terms(resources: Iterable[Resource]) -> Any:
    try:
        return _carried(resources).get(_TERMS)
    except InputError:
        right = "a program with ImBackend, or a pack with serve(terms=FOLDER)"
        raise InputError(Problem("the texts of the folder did not come along", right, _TERMS)) from None


def _carried(resources: Iterable[Resource]) -> dict[str, Any]:
    found: list[Value] = []
    for resource in resources:
        value = resource.inputs.get(DECLARATION, ABSENT) if resource.type == BACKEND else ABSENT
        if value is not ABSENT and value not in found:
            found.append(value)
    if len(found) != 1:
        what = "several backends carry different declarations" if found else "there is no declaration to judge by"
        raise InputError(Problem(what, f"the {NAMESPACE}: keys in the stack's configuration"))
    (carried,) = found
    if not isinstance(carried, Mapping):
        raise InputError(Problem(f"the declaration that the component {BACKEND} carries is not known"))
    return {f"{NAMESPACE}:{key}": _plain(value) for key, value in carried.items()}


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return f"not known: {value.path}" if isinstance(value, Unknown) else value
