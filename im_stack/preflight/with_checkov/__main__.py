"""Checkov on the plan view of a stack: `python -m im_stack.preflight.with_checkov STACK PLAN [options of Checkov]`.

It runs in Checkov's own environment, offline. Exit status and output are Checkov's: 0, or 1 where a check fails. 2: bad
input, or the external checks cannot be loaded.
"""

import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Final

from im_stack.preflight.with_checkov.judged import judged
from im_stack.preflight.with_checkov.offline import go_offline
from im_stack.terms.problem import InputError, Problem

CHECKS: Final = Path(__file__).with_name("checks")
_OFFLINE: Final = ("--skip-download", "--download-external-modules", "False")


def main(arguments: list[str]) -> int:
    """Exit status of the run."""
    if len(arguments) < 2:
        raise InputError(
            Problem("a stack and a plan are missing", "python -m im_stack.preflight.with_checkov STACK PLAN")
        )
    stack, plan, *others = arguments
    judged(Path(plan), stack)  # what keeps a plan from being judged is said once, and before Checkov starts
    with tempfile.TemporaryDirectory() as home, warnings.catch_warnings():
        go_offline(home)
        warnings.simplefilter("ignore", category=SyntaxWarning)  # in packages of Checkov's
        os.environ["IM_STACK"] = stack
        try:
            from checkov.main import Checkov
        except ImportError:
            raise InputError(Problem("Checkov is not installed here", "make checkov, which installs it")) from None
        ours = ["--file", plan, "--framework", "terraform_plan", "--external-checks-dir", str(CHECKS)]
        return int(Checkov([*ours, *_OFFLINE, *others]).run() or 0)


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except InputError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        status = 2
    raise SystemExit(status)
