"""What is wrong with an input, said once, for a person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

_LONGEST = 2000


@dataclass(frozen=True)
class Problem:
    """One fault: where (file, line, key), what is wrong, what would be right, which obligation asks for it."""

    what: str
    right: str = ""
    key: str = ""
    obligation: str = ""
    file: str = ""
    line: int | None = None

    def at(self, file: str, lines: Mapping[str, int]) -> "Problem":
        """The same fault with its place: `lines` maps keys without their namespace; the longest prefix counts."""
        path = self.key.removeprefix("im:").split(".")
        known = (lines.get(".".join(path[:end])) for end in range(len(path), 0, -1))
        return replace(self, file=file, line=next((line for line in known if line is not None), None))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = ": ".join(part for part in (place, self.key, self.what) if part)
        tail = [f"right would be: {self.right}"] if self.right else []
        tail += [f"asked for by: {self.obligation}"] if self.obligation else []
        return "\n  ".join(_printable(line) for line in [head, *tail])


def _printable(text: str) -> str:
    """What a terminal may get: whoever made the input must not move its cursor, nor fill its screens."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in short)


class InputError(Exception):
    """Bad input. Carries every problem found; the command line prints them and exits 2."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
