"""The blocks of the README that are real output. `python -m tests.docs.readme` writes them anew."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
COMMANDS = {
    "demo": ["check", "demo", "--project", "examples/innocent"],
    "preflight": ["check", "tencent-ap-jakarta"],
    "mutants": ["mutate", "tencent-ap-jakarta"],
}
SHORTENED = {"preflight"}
KEPT = {"kills": "docs/checkov-kills.txt"}
"""Blocks that take minutes to make, and where their output is kept, with its day."""


def output(name: str) -> str:
    """What a block's command prints, on a terminal as wide as the README's blocks."""
    command = [sys.executable, "-m", "preflight.cli", *COMMANDS[name]]
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
    """What the README shows for a block."""
    match = _block(name).search(README.read_text("utf-8"))
    return match.group(2) if match else ""


def _put(name: str, fresh: str, text: str) -> str:
    return _block(name).sub(lambda match: match.group(1) + fresh + match.group(3), text)


def main() -> None:
    text = README.read_text("utf-8")
    for name in COMMANDS:
        fresh = output(name)
        text = _put(name, fresh, text)
    for name, file in KEPT.items():
        text = _put(name, (ROOT / file).read_text("utf-8"), text)
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
