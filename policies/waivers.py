"""Waivers of a declaration, and the verdicts that they excuse: each is for one rule on one resource, or on one narrow
family of resources.

A waiver's `resource` is matched, case and all, against the things its rule speaks about:

- the name of the resource in its URN (`photos`), or that name after its type (`Bucket photos`), for when resources of
  several types share a name; the type may also be written in full (`tencentcloud:Cos/bucket:Bucket photos`);
- either of them with the module or the components it is in, as a report says it where several resources are called so
  (`Bucket this[[]0] in module.photos`); without, a waiver of several such resources excuses nothing;
- for a verdict about a class its name (`messages`, `class messages`), or the resource in which its path ends: that
  excuses what ends there, and not every other path of the class;
- `the stack` for a verdict about the whole stack.

`*`, `?` and `[...]` name a family. A waiver is too broad, and excuses nothing, where

- nothing but wildcards is left to name (`*`, `?-*`, `Bucket *`);
- it names things of several types, even if only one of them fails today;
- it names, by wildcards, everything that its rule speaks about, and that is more than one thing: that is no exception
  from the rule, it is the rule switched off.

Only a verdict that fails or is unproven is excused, and none that says that a rule or a reader itself failed.
"""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import translate
from typing import Final

from im_stack.facts.mechanism.graph import within
from im_stack.policies.rule import Outcome, Rule, Verdict, WaiverResult
from im_stack.terms.problem import one_of, some_of
from im_stack.terms.stack.waiver import Waiver

STACK: Final = "the stack"
CLASS: Final = "class"
_LITERAL: Final = re.compile(r"\[[\[\]*?]\]")
"""A wildcard that stands for itself."""
_WILD: Final = re.compile(r"\[[^\]]+\]|[*?]")


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """Something a rule speaks about: its type (`class` or `the stack` where it is no resource), its name, its URN."""

    type: str
    name: str
    urn: str

    @property
    def label(self) -> str:
        return self.name if self.type == STACK else f"{_short(self.type)} {self.name}"


@dataclass(slots=True)
class _RuleVerdicts:
    """Verdicts of one rule, by subject."""

    verdicts: list[int] = field(default_factory=list)
    of: dict[Thing, list[int]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    named: dict[str, list[Thing]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)


def evaluate_waivers(
    waivers: Sequence[Waiver], verdicts: Sequence[Verdict], rules: Iterable[Rule], today: date, settled: bool = False
) -> tuple[WaiverResult, ...]:
    """Result of every waiver on `today`, given all verdicts. Each verdict is excused by the first that covers it.

    `settled` says that part of the stack is already deployed: then more is known than before it was made, and a waiver
    of what was unproven until then is idle, not unneeded.
    """
    known = {rule.id: rule for rule in rules}
    by_rule = _by_rule(verdicts, {waiver.rule for waiver in waivers})
    taken: dict[int, int] = {}
    waiver_results = []
    for position, waiver in enumerate(waivers, 1):
        title = f"waiver {position:0{len(str(len(waivers)))}} ({waiver.rule}, {waiver.resource})"
        result = WaiverResult(waiver, position, title)
        fault = _unfit(waiver, known, today)
        waiver_results.append(
            replace(result, fault=fault[0], fix=fault[1])
            if fault
            else _covering(result, by_rule.get(waiver.rule, _RuleVerdicts()), verdicts, taken, settled)
        )
    return tuple(waiver_results)


def with_waivers(waiver_results: Iterable[WaiverResult], verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts, those that a waiver excuses marked with it."""
    waived = {id(verdict): result.waiver for result in waiver_results for verdict in result.waives}
    return [replace(verdict, waived=waived[id(verdict)]) if id(verdict) in waived else verdict for verdict in verdicts]


def excuse(verdict: Verdict, waivers: Iterable[Waiver], rules: Iterable[Rule], today: date) -> Waiver | None:
    """The waiver that excuses one verdict while the rest of the stack is not seen yet: what only the whole stack
    shows (several types, everything a rule speaks about, nothing to excuse) is not asked."""
    known = {rule.id: rule for rule in rules}
    by_rule = _by_rule([verdict], {verdict.rule})
    for waiver in waivers if verdict.weak and verdict.waivable else ():
        fit = waiver.rule == verdict.rule and not _unfit(waiver, known, today)
        if fit and not _ungrounded(waiver, verdict) and any(_named(waiver.resource, by_rule[verdict.rule])):
            return waiver
    return None


def _unfit(waiver: Waiver, known: Mapping[str, Rule], today: date) -> tuple[str, str] | None:
    """Fault of a waiver that does not depend on the stack, and the fix."""
    rule = known.get(waiver.rule)
    if rule is None:
        return f"no rule is called {waiver.rule}", one_of(waiver.rule, known)
    if not rule.waivable:
        return f"{rule.id} cannot be waived", "remove the waiver, and what it is there to excuse"
    if today > waiver.expires:
        return f"expired, {waiver.expires} was its last day", f"ask {waiver.owner}, or remove it and what it excuses"
    if waiver.start and today < waiver.start:
        return f"not in force before {waiver.start}", f"wait, or correct the start with {waiver.owner}"
    if not _literal(waiver.resource):
        return "too broad: nothing but wildcards is left of what it names", "name the resource"
    return None


def _ungrounded(waiver: Waiver, verdict: Verdict) -> tuple[str, str] | None:
    """Why a waiver does not excuse what an adopted text demands in words, and what would: a ground that it lists."""
    if not verdict.text_derived or waiver.ground in verdict.grounds:
        return None
    duties = some_of(list(verdict.duties))
    if not verdict.grounds:
        return f"no ground excuses it: the texts list none ({duties})", verdict.fix or "remove it and what it excuses"
    if waiver.ground is None:
        why = f"no ground is named, and adopted texts demand it in words ({duties})"
        return why, f"ground: one of {', '.join(verdict.grounds)}; with its law and start"
    return f"{waiver.ground!r} is no ground of the texts that demand it ({duties})", one_of(
        waiver.ground, verdict.grounds
    )


def _covering(
    result: WaiverResult, by_rule: _RuleVerdicts, verdicts: Sequence[Verdict], taken: dict[int, int], settled: bool
) -> WaiverResult:
    """Verdicts that a valid waiver excuses, or why it excuses none. `taken` maps verdicts to waivers, and grows."""

    def broken(fault: str, fix: str) -> WaiverResult:
        return replace(result, fault=fault, fix=fix)

    pattern, rule = result.waiver.resource, result.waiver.rule
    head, _, tail = pattern.partition(" ")
    if tail and head in by_rule.types and not _literal(tail):
        return broken("too broad: it names a type, and nothing of that type", "name the resource")
    things = list(dict.fromkeys(_named(pattern, by_rule)))
    if not things:
        return broken(f"unused: {rule} says nothing of anything called so", "correct its resource, or remove it")
    if len(things) > 1 and not _WILD.search(_LITERAL.sub("", pattern)) and len({t.type for t in things}) == 1:
        labels = sorted(f"{thing.label} in {within(thing.urn)}" for thing in things)
        return broken(f"too broad: several things are called so, {some_of(labels)}", "name one, with where it is")
    if len({thing.type for thing in things}) > 1:
        labels = sorted({thing.label for thing in things})
        return broken(f"too broad: it names things of several types, {some_of(labels)}", "name one, after its type")
    covered = sorted({index for thing in things for index in by_rule.of[thing]})
    if len(things) > 1 and _WILD.search(pattern) and len(covered) == len(by_rule.verdicts):
        return broken(f"too broad: it names everything that {rule} speaks about", "name the one resource")
    weak = [index for index in covered if verdicts[index].weak]
    waivable = [index for index in weak if verdicts[index].waivable]
    left = [index for index in waivable if index not in taken]
    if not weak and settled:
        return replace(result, idle="waives nothing, now that more is known than before deployment")
    if not weak:
        return broken(f"unused: {rule} holds there without it", "remove it")
    if not waivable:
        return broken(f"cannot be waived: {verdicts[weak[0]].message}", verdicts[weak[0]].fix)
    if not left:
        return broken(f"unused: waiver {taken[waivable[0]]} waives the same", "remove one of the two")
    if ungrounded := next(filter(None, (_ungrounded(result.waiver, verdicts[index]) for index in left)), None):
        return broken(*ungrounded)
    taken.update(dict.fromkeys(left, result.position))
    return replace(result, waives=tuple(verdicts[index] for index in left))


def _by_rule(verdicts: Sequence[Verdict], rules: set[str]) -> dict[str, _RuleVerdicts]:
    """Verdicts of each of `rules`, indexed by the names of their subjects."""
    by_rule: dict[str, _RuleVerdicts] = {}
    for index, verdict in enumerate(verdicts):
        if verdict.rule not in rules or verdict.outcome is Outcome.NOT_APPLICABLE:
            continue
        said = by_rule.setdefault(verdict.rule, _RuleVerdicts())
        said.verdicts.append(index)
        for thing in _things(verdict):
            said.of.setdefault(thing, []).append(index)
    for said in by_rule.values():
        for thing in sorted(said.of):
            said.named.setdefault(thing.name, []).append(thing)
            said.types |= {thing.type, _short(thing.type)}
        said.names = sorted(said.named)
    return by_rule


def _things(verdict: Verdict) -> Iterator[Thing]:
    subject = verdict.subject
    if subject.startswith("urn:"):
        yield _resource(subject)
    elif subject:
        yield Thing(CLASS, subject, "")
        if verdict.evidence and verdict.evidence.resource.startswith("urn:"):
            yield _resource(verdict.evidence.resource)
    else:
        yield Thing(STACK, STACK, "")


def _resource(urn: str) -> Thing:
    _, _, types, name = ["", "", "", *urn.split("::", 3)][-4:]
    return Thing(types.rsplit("$", 1)[-1], name, urn)


def _short(type_: str) -> str:
    return type_.rsplit(":", 1)[-1]


def _named(pattern: str, by_rule: _RuleVerdicts) -> Iterator[Thing]:
    """The things a pattern names: by name alone, or by type and name; after `in`, where they are."""
    rest, _, place = pattern.rpartition(" in ")
    if rest and place:
        yield from (thing for thing in _named(rest, by_rule) if thing.urn and within(thing.urn) == place)
    for name in _matching(pattern, by_rule.names):
        yield from by_rule.named[name]
    head, _, tail = pattern.partition(" ")
    if tail and head in by_rule.types:
        for name in _matching(tail, by_rule.names):
            yield from (thing for thing in by_rule.named[name] if head in (thing.type, _short(thing.type)))


def _matching(pattern: str, names: list[str]) -> Iterator[str]:
    """The names, of a sorted list, that a pattern matches; a name that is the pattern itself is all that it means.

    Only names that begin as the pattern does, and have its longest plain part, are looked at: there may be thousands.
    """
    at = bisect_left(names, pattern)
    if names[at : at + 1] == [pattern]:
        yield pattern
        return
    wild = _WILD.search(pattern)
    if wild is None:
        return
    start, longest = pattern[: wild.start()], max(_WILD.split(pattern), key=len)
    begin = names[bisect_left(names, start) : bisect_left(names, start + chr(sys.maxunicode))]
    close = [name for name in begin if longest in name]
    matches = re.compile(translate(pattern)).match if close else None
    yield from filter(matches, close)


def _literal(pattern: str) -> bool:
    """Whether a pattern names anything: it has no wildcards, or letters or digits beside them."""
    return not _WILD.search(pattern) or any(map(str.isalnum, _WILD.sub("", pattern)))
