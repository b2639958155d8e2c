"""Text report on mutants: counts per fate, kills per rule, survivors without a reason, stale reasons."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from im_stack.policies.rules import RULES
from im_stack.preflight.mutants.equivalent import Explained
from im_stack.preflight.mutants.judged import Fate, Result

_MEANS = {
    Fate.KILLED: "a rule blocks it",
    Fate.COUNTED: "a bound is another, within its limit, and printed",
    Fate.PROMISED: "one more declared hop, listed",
    Fate.UNNOTICED: "judged, and nothing to say",
    Fate.UNJUDGED: "nothing judges it",
}


def lines(stack: str, results: Sequence[Result], explained: Explained, verbose: bool) -> Iterator[str]:
    """The report: fates, kills per rule, what is not explained; with `verbose` every argument and every reason."""
    fates = Counter(result.fate for result in results)
    yield f"{stack}: {len(results):,} mutants"
    for fate in Fate:
        why = f", {_explained(fate, explained):,} with a reason" if fate in (Fate.UNNOTICED, Fate.UNJUDGED) else ""
        yield f"  {fates[fate]:>7,} {fate.value:<10} {_MEANS[fate]}{why}"
    yield ""
    yield from kills(results)
    if verbose:
        yield from _arguments(results)
        yield from _reasons(explained)
    yield from _unexplained(explained)
    yield from (f"STALE {row.where}: explains nothing: {row.why}" for row in explained.stale)
    yield f"{len(explained.unexplained):,} survivors without a reason, {len(explained.stale):,} stale reasons"


def _explained(fate: Fate, explained: Explained) -> int:
    return sum(result.fate is fate for result, _ in explained.reasons)


def kills(results: Iterable[Result]) -> Iterator[str]:
    """Kills per rule as a Markdown table: how many mutants it blocks, and how many nothing else does."""
    killed = [result.rules for result in results if result.fate is Fate.KILLED]
    total = Counter(rule for rules in killed for rule in rules)
    alone = Counter(rules[0] for rules in killed if len(rules) == 1)
    yield "| rule | kills | alone |"
    yield "|---|---|---|"
    for rule in RULES:
        yield f"| {rule.id} | {total[rule.id]:,} | {alone[rule.id]:,} |"
    yield f"| **all** | {len(killed):,} | |"
    yield ""


def _arguments(results: Iterable[Result]) -> Iterator[str]:
    """Per argument of each type: how many mutants, how many killed, by which rules."""
    rows: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        top = result.path.split(".")[0].split("[")[0].split("|")[0] or "the resource"
        rows.setdefault((result.type, top), []).append(result)
    for (type_, argument), found in sorted(rows.items()):
        killed = [result for result in found if result.fate is Fate.KILLED]
        rules = ", ".join(sorted({rule for result in killed for rule in result.rules}))
        yield f"{type_} {argument}: {len(killed)} of {len(found)} killed{f' by {rules}' if rules else ''}"
    yield ""


def _reasons(explained: Explained) -> Iterator[str]:
    grouped: dict[str, set[str]] = {}
    for result, row in explained.reasons:
        grouped.setdefault(row.why, set()).add(f"{result.type.split(':', 1)[-1]} {result.path}".strip())
    for why, places in sorted(grouped.items()):
        yield f"equivalent: {why}"
        yield from (f"  {place}" for place in sorted(places))
    yield ""


def _unexplained(explained: Explained) -> Iterator[str]:
    grouped: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for r in explained.unexplained:
        grouped.setdefault((r.type, r.path, r.fate.value), {}).setdefault(r.change, set()).add(r.name)
    for (type_, path, fate), changes in sorted(grouped.items()):
        of_names: dict[tuple[str, ...], list[str]] = {}
        for change, names in sorted(changes.items()):
            of_names.setdefault(tuple(sorted(names)), []).append(change)
        for found, made in of_names.items():
            shown = ", ".join(found[:4]) + (" ..." if len(found) > 4 else "")
            yield f"SURVIVES {type_} {path or 'the resource'} ({fate}): {'; '.join(made)} [{shown}]"
