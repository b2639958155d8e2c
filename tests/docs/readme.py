"""Blocks of the README with real output. `python -m tests.docs.readme` writes them.

With the name of a stack it writes only the line about that stack's mutants, which take minutes and run in no test.
"""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
COMMANDS = {
    "demo": ["check", "demo", "--project", "examples/innocent"],
    "preflight": ["check", "tencent-ap-jakarta"],
    "mutants": ["mutate", "tencent-ap-jakarta"],
}
SHORTENED = {"preflight"}
LONG = {"mutants"}


def output(name: str) -> str:
    """Output of a block's command on a terminal 140 columns wide."""
    command = [sys.executable, "-m", "im_stack.preflight", *COMMANDS[name]]
    environment = {**os.environ, "COLUMNS": "140", "NO_COLOR": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    text = "\n".join(line.rstrip() for line in run.stdout.splitlines()).strip()
    parts = text.split("\n\n")
    if name in SHORTENED:  # the first part, and how it ends; what lies between is lists
        parts = [parts[0], "...", parts[-1]]
    return "\n\n".join(parts) + "\n"


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->\n```text\n)(.*?)(```\n<!-- /{name} -->)", re.DOTALL)


def shown(name: str) -> str:
    """Content of a block in the README."""
    match = _block(name).search(README.read_text("utf-8"))
    return match.group(2) if match else ""


_COUNT = re.compile(r"^(?:\S+: )? *([\d,]+) (mutants|killed|counted|promised|unjudged|unnoticed)\b", re.MULTILINE)
LINE = re.compile(r"(<!-- mutants of (\S+) -->\n)(.*?)(\n<!-- /mutants -->)", re.DOTALL)


def line(printed: str, stack: str, day: date) -> str:
    """Output of `preflight mutate` as one line. Raises ValueError where a survivor has no reason."""
    if "\n0 survivors without a reason, 0 stale reasons" not in printed:
        raise ValueError(f"{stack}: {printed.strip().rpartition(chr(10))[2] or 'nothing was printed'}")
    of = {fate: int(count.replace(",", "")) for count, fate in _COUNT.findall(printed)}
    silent = of["unjudged"] + of["unnoticed"]
    return (
        f"`{stack}`, {day}: {of['mutants']:,} mutants, {of['killed']:,} killed, {of['counted']:,} counted, "
        f"{of['promised']:,} promised, {silent:,} silent with a reason, none without "
        f"(`make mutants STACK={stack}`, minutes)."
    )


def write_line(stack: str) -> None:
    """Judge a stack's mutants, print the result, and write the line into the README if it has a place for it."""
    command = [sys.executable, "-m", "im_stack.preflight", "mutate", stack]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(run.stdout, run.stderr, flush=True)
    fresh = line(run.stdout, stack, date.today())
    text = README.read_text("utf-8")
    README.write_text(LINE.sub(lambda m: m[1] + (fresh if m[2] == stack else m[3]) + m[4], text), "utf-8")


def _put(name: str, fresh: str, text: str) -> str:
    return _block(name).sub(lambda match: match.group(1) + fresh + match.group(3), text)


def main() -> None:
    if sys.argv[1:]:
        write_line(sys.argv[1])
        return
    text = README.read_text("utf-8")
    for name in COMMANDS:
        fresh = output(name)
        text = _put(name, fresh, text)
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
