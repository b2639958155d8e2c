"""Matrix of docs/checking/obligations.md: obligations with duties, rules, cases, and the mutant that cites each."""

from collections.abc import Iterator
from pathlib import Path

from im_stack.terms.texts.library import load_library
from im_stack.terms.texts.model import Obligation
from tests.harness.recorded import check_ours
from tests.stacks import accounts, calls_tencent
from tests.stacks.generic import GENERIC
from tests.stacks.obligations import OWN, STACK

CASES = Path(__file__).parents[1] / "cases"
_NOTHING = "-"
_MUTANTS = (*OWN, *GENERIC, *calls_tencent.OWN, *accounts.OWN[accounts.AWS])


def table() -> str:
    """A table for each text, those that the stack adopts first."""
    adopted = list(dict.fromkeys(name for name, _ in check_ours(STACK).duties.adopted))
    texts = load_library().instruments
    names = [*adopted, *sorted(texts.keys() - set(adopted))]
    parts = [f"## {texts[name].title}\n\n{_rows(texts[name].obligations, name in adopted)}" for name in names]
    return "\n" + "\n\n".join(parts) + "\n"


def _rows(obligations: tuple[Obligation, ...], adopted: bool) -> str:
    head = ["| obligation | shown by | duties | rules | cases | mutant |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(_row(each, adopted))} |" for each in obligations)])


def _row(obligation: Obligation, adopted: bool) -> Iterator[str]:
    duties = [duty.id for duty in check_ours(STACK).duties.all if duty.obligation.id == obligation.id]
    mutant = next((own for own in _MUTANTS if own.obligation == obligation.id), None)
    yield f"{obligation.id}: {obligation.summary}"
    yield ", ".join(
        how.replace("static", "the plan").replace("runtime", "running").replace("procedural", "paper")
        for how in obligation.check
    )
    yield ", ".join(duties) or (_NOTHING if adopted else "not adopted")
    yield ", ".join(f"`{rule}`" for rule in obligation.rules) or _NOTHING
    yield ", ".join(f"`{rule}.*`" for rule in obligation.rules if any(CASES.glob(f"{rule}.*.yaml"))) or _NOTHING
    yield f"{mutant.what} (`{mutant.rule}`)" if mutant else _NOTHING
