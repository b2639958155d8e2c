"""Blocks of docs/policy-harness.md with files and output. `python -m tests.policy_harness.page` writes them."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "policy-harness.md"
_BLOCK = re.compile(r"(<!-- (file|command) ([^\n]*) -->\n)(.*?)(<!-- /\2 -->)", re.DOTALL)


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Output of the command at the root of the project."""
    command = [sys.executable, "-m", "im_stack.policy_harness", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _fresh(match: "re.Match[str]") -> str:
    kind, what = match.group(2), match.group(3)
    if kind == "file":
        text, language = (ROOT / what).read_text("utf-8"), {".py": "python"}.get(Path(what).suffix, "yaml")
    else:
        text, language = f"$ python -m im_stack.policy_harness {what}\n{ran(*what.split()).stdout}", "text"
    return f"{match.group(1)}```{language}\n{text}```\n{match.group(5)}"


def fresh() -> str:
    """The page with renewed blocks."""
    return _BLOCK.sub(_fresh, PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(fresh(), "utf-8")
