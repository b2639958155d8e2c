"""Benchmark of the inner loop: what a change costs before it can be committed, beside what it is meant to cost.

Rows: a check of one stack on each cloud (medians, in turn with a Python that imports `pulumi` only), collection of the
suite, the tables of one service, and the tests of `make test`.
"""

import statistics
import sys

from rich.console import Console
from rich.table import Table

from benchmarks.measure import ROOT, ROUNDS, Cost, measured

SERVICE = "redis"
_PYTEST = [sys.executable, "-m", "pytest"]
_TESTS = [*_PYTEST, "-m", "not engine and not server and not mutants"]
_CHECKS = {
    "python -c 'import pulumi'": ([sys.executable, "-c", "import pulumi"], ""),
    "preflight check tencent-ap-jakarta": (
        [sys.executable, "-m", "im_stack.preflight", "check", "tencent-ap-jakarta"],
        "1.2 s of CPU",
    ),
    "preflight check aws-ap-southeast-3": (
        [sys.executable, "-m", "im_stack.preflight", "check", "aws-ap-southeast-3"],
        "2.2 s of CPU",
    ),
}
_SUITE = {
    "collection": ([*_TESTS, "-n", "0", "--collect-only", "-q"], "10 s"),
    f"tables of {SERVICE}": ([*_PYTEST, "tests/policies/test_cases.py", "-k", SERVICE], "15 s"),
    "the tests of make test": (_TESTS, "with lint and types 240 s, 450 s of CPU"),
}
"""Each with the command and the most that it is meant to cost on two quiet cores."""


def inner_loop(console: Console) -> None:
    """Print the cost of each row, and its ratio to the first row of its table."""
    checks: dict[str, list[Cost]] = {name: [] for name in _CHECKS}
    for _ in range(ROUNDS):
        for name, (command, _) in _CHECKS.items():
            checks[name].append(measured(command, ROOT))
    _printed(console, f"one check, median of {ROUNDS}", checks, {name: most for name, (_, most) in _CHECKS.items()})
    suite = {name: [measured(command, ROOT)] for name, (command, _) in _SUITE.items()}
    _printed(console, "tests, once", suite, {name: most for name, (_, most) in _SUITE.items()})


def _printed(console: Console, title: str, costs: dict[str, list[Cost]], goals: dict[str, str]) -> None:
    table = Table(title, "wall", "CPU", "CPU, against the first", "at most", box=None)
    first = 0.0
    for name, found in costs.items():
        wall, cpu = (statistics.median(getattr(cost, of) for cost in found) for of in ("wall", "cpu"))
        first = first or cpu
        table.add_row(name, f"{wall:.2f} s", f"{cpu:.2f} s", f"{cpu / first:.1f}", goals[name])
    console.print(table)
