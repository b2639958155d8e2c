"""Generated blocks of the documentation. `python -m tests.docs.blocks` (`make readme`) writes them.

A block stands between `<!-- KIND ARGUMENT -->` and `<!-- /KIND -->`; `KINDS` has the function from argument to content.
With the name of a stack only the line about that stack's mutants is written, which takes minutes and runs in no test;
nor does `least`, which takes a minute.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from tests.docs import architecture, forms, glossary, matrix, two_clouds
from tests.harness.root import ROOT
from tests.stacks import regions

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
BLOCK: Final = re.compile(r"(<!-- (\w+)(?: ([^\n]+))? -->\n)(.*?)(<!-- /\2 -->)", re.DOTALL)
_COUNT: Final = re.compile(
    r"^(?:\S+: )? *([\d,]+) (mutants|killed|counted|promised|unjudged|unnoticed)\b", re.MULTILINE
)


def run(module: str, arguments: str) -> str:
    """Output of a module of `im_stack` at the root of the project, on a terminal 140 columns wide."""
    command = [sys.executable, "-m", f"im_stack.{module}", *arguments.split()]
    environment = {**os.environ, "COLUMNS": "140", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def _output(arguments: str) -> str:
    return _fenced("text", run("preflight", arguments).strip())


def _harness(arguments: str) -> str:
    return _fenced("text", f"$ python -m im_stack.policy_harness {arguments}\n{run('policy_harness', arguments)}")


def _chat() -> str:
    """What `examples/chat` prints, with the library beside it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "sealing"), str(ROOT / "examples")))}
    command = [sys.executable, "-m", "chat"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.rstrip()


def _file(path: str) -> str:
    language = {".py": "python", ".yaml": "yaml"}[Path(path).suffix]
    return _fenced(language, (ROOT / path).read_text("utf-8").rstrip())


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


KINDS: Final[Mapping[str, Callable[[str], str]]] = {
    "output": _output,
    "harness": _harness,
    "file": _file,
    "bounds": lambda _: two_clouds.table(),
    "costs": lambda _: _chat(),
    "forms": lambda _: forms.table(),
    "words": lambda _: glossary.table(),
    "matrix": lambda _: matrix.table(),
    "rooms": lambda _: architecture.table(),
    "regions": lambda _: regions.table(),
}


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


def _least(stack: str) -> str:
    return run("preflight", f"terms {stack} --least").strip()


def _mutants(stack: str) -> str:
    printed = run("preflight", f"mutate {stack}")
    print(printed, flush=True)
    return line(printed, stack, date.today())


def write(kinds: Mapping[str, Callable[[str], str]], argument: str | None = None) -> None:
    """Renew the blocks of these kinds on all pages, or only those with this argument."""

    def renewed(block: "re.Match[str]") -> str:
        head, kind, own, _, tail = block.groups("")
        wanted = kind in kinds and argument in (None, own)
        return f"{head}{kinds[kind](own)}\n{tail}" if wanted else block[0]

    for page in PAGES:
        page.write_text(BLOCK.sub(renewed, page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        write({"mutants": _mutants}, sys.argv[1])
    else:
        write(KINDS | {"least": _least})
