"""Golden verdicts of every stack: how each obligation stands that something in the plan or the owner's file speaks of.

`make golden` writes them to `tests/golden/stacks/<stack>.txt`: the headline, and a line for each obligation with its
rules.
"""

from pathlib import Path

from im_stack.preflight.reports.model.obligations import Standing
from im_stack.preflight.reports.model.report import report_of
from im_stack.preflight.stack_files.stack_file import stack_names
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT
from tests.harness.stacks import OWN

FOLDER = Path(__file__).parent / "stacks"
STACKS = (*stack_names(ROOT), *OWN)


def standings(stack: str) -> str:
    """The golden verdicts of one stack."""
    check = check_ours(stack)
    report = report_of(check)
    judged = [row for row in report.obligations if row.standing is not Standing.NOT_JUDGED]
    lines = [f"{row.obligation.id} {row.standing.value} by {', '.join(row.obligation.rules)}" for row in judged]
    return "\n".join([check.judgement.headline, *sorted(lines)]) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for stack in STACKS:
        (FOLDER / f"{stack}.txt").write_text(standings(stack), "utf-8")
