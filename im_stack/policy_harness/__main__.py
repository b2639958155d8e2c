"""`python -m im_stack.policy_harness PACK TABLE...`

Exit 0 where every expectation is met, 1 where not, 2 on bad input."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from im_stack.policy_harness.check import Harness, Mismatch
from im_stack.policy_harness.errors import PackFault, TableError
from im_stack.policy_harness.tables.table import read_table


def main() -> int:
    command, what = "python -m im_stack.policy_harness", "Prove a Pulumi policy pack by its tables."
    parser = argparse.ArgumentParser(prog=command, description=what)
    parser.add_argument("pack", type=Path, help="folder of PulumiPolicy.yaml")
    parser.add_argument("tables", type=Path, nargs="+", metavar="table", help="YAML files of cases")
    parser.add_argument("--seed", type=int, default=0, help="of the order in which stack policies see resources")
    parser.add_argument("--python", help="the interpreter; else the pack's own virtual environment, else this one")
    parser.add_argument("--time-limit", type=float, default=60, metavar="SECONDS", help="for each start and each case")
    parser.add_argument("--isolated", action="store_true", help="a process for each case")
    given = parser.parse_args()
    if not 0 < given.time_limit < 86400:
        parser.error("--time-limit: not between 0 and 86400 seconds")
    try:
        return _checked(given)
    except TableError as error:
        return _refused(*map(str, error.problems))
    except PackFault as fault:
        return _refused(f"{given.pack}: {fault}")
    except KeyboardInterrupt:
        return 130


def _checked(given: argparse.Namespace) -> int:
    cases = [case for table in given.tables for case in read_table(table).cases]
    limit = timedelta(seconds=given.time_limit)
    found: list[Mismatch] = []
    options = {"seed": given.seed, "isolated": given.isolated, "python": given.python}
    with Harness(given.pack, **options, time_limit=limit) as harness:
        for case in cases:
            found += harness.check(case)
        printed = harness.printed
    if found:
        print(_printable(_as_table(found)))
    for text in printed:
        print(f"the pack printed {_printable(text.splitlines()[0][:300])!r}, which the engine shows to every user")
    print(f"{len(cases)} cases, {sum(len(c.expected) for c in cases)} expectations, {len(found)} mismatches")
    return 1 if found else 0


def _as_table(found: list[Mismatch]) -> str:
    """Mismatches in columns, with the policy's messages below."""
    head = ("where", "case", "policy", "resource", "expected", "was")
    rows = [(f"{m.file}:{m.line}", m.case, m.policy, m.resource, m.expected, m.actual) for m in found]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(row: tuple[str, ...]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    lines = [line(head)]
    for mismatch, row in zip(found, rows, strict=True):
        lines += [line(row), *(f"    {text}" for text in mismatch.messages.splitlines())]
    return "\n".join(lines)


def _printable(text: str) -> str:
    """Text of a pack without control characters, which could control a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def _refused(*messages: str) -> int:
    for message in messages:
        print(f"error: {_printable(message)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
