"""Walkthrough of a page: its files and commands as one shell script, in their order.

A fence `LANGUAGE title="FILE"` is a file, `append="FILE"` more of it, `sh` commands that end with status 0 or with the
`status` that the fence names. Any other fence is not run.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.harness.root import ROOT

_FENCE: Final = re.compile(r'^```(\w+)(?: (title|append|status)="?([^"\n]+?)"?)?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One fence of a page: its language, `title`, `append`, `status` or nothing with its value, its text, its line."""

    language: str
    kind: str
    value: str
    text: str
    line: int


def steps(page: str) -> list[Step]:
    """The fences of a page of docs/ that are files or commands."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    found = [Step(*match.groups(""), text[: match.start()].count("\n") + 1) for match in _FENCE.finditer(text)]
    return [step for step in found if step.language == "sh" or step.kind in ("title", "append")]


def script(page: str) -> str:
    """The page as a script for bash. It stops at the first step that does not end as the page says."""
    return "\n".join(["set -eu", *(line for step in steps(page) for line in _commands(page, step))])


def _commands(page: str, step: Step) -> Iterator[str]:
    if step.kind in ("title", "append"):
        yield f'mkdir -p "$(dirname {step.value})"'
        yield f"cat {'>' if step.kind == 'title' else '>>'} {step.value} <<'END OF THE FILE'"
        yield f"{step.text}END OF THE FILE"
        return
    yield f"echo '--- docs/{page}:{step.line}'"
    if step.kind == "status":
        *before, last = step.text.rstrip().splitlines()
        yield from before
        yield f"status=0; {last} || status=$?"
        yield f'test "$status" -eq {step.value}'
    else:
        yield step.text


def run(page: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a page in a folder; what it printed. Raises `AssertionError` where a step does not end as the page says."""
    done = subprocess.run(
        ["bash", "-c", script(page)],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout
