"""Errors about input: each problem with its place, its cause and a correction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

_LONGEST = 2000


def one_of(name: str, known: Iterable[str]) -> str:
    """What would be right in place of a name that is not among the known ones: the nearest, and all there are."""
    names = list(known)
    near = nearest(name, names)
    return f"one of {', '.join(names)}" + (f"; did you mean {near}" if near else "")


def some_of(names: list[str]) -> str:
    """The first three of some names, and how many there are besides."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is spelt most alike, as a question; nothing where none is."""
    names = list(known)
    folded = {each.casefold(): each for each in names}
    near = get_close_matches(name, names, 1) or [folded[key] for key in get_close_matches(name.casefold(), folded, 1)]
    return f"{near[0]}?" if near else ""


@dataclass(frozen=True)
class Problem:
    """One fault: place (file, line, key), what is wrong, what would be right, and the obligation that requires it."""

    what: str
    right: str = ""
    key: str = ""
    obligation: str = ""
    file: str = ""
    line: int | None = None

    def at(self, places: Mapping[str, tuple[str, int]], file: str = "") -> "Problem":
        """The same fault with its file and line. `places` maps keys, without the namespace `im`; the longest prefix
        counts. What has no place is in `file`, or where it says itself; what has a line stays there."""
        if self.line:
            return self
        path = self.key.removeprefix("im:").split(".")
        known = (places.get(".".join(path[:end])) for end in range(len(path), 0, -1))
        place: tuple[str, int | None] = next(filter(None, known), (file or self.file, None))
        return replace(self, file=place[0], line=place[1])

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = ": ".join(part for part in (place, self.key, self.what) if part)
        tail = [f"right would be: {self.right}"] if self.right else []
        tail += [f"asked for by: {self.obligation}"] if self.obligation else []
        short = (text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…" for text in [head, *tail])
        return "\n  ".join(map(printable, short))


def printable(text: str) -> str:
    """Text in which what is invisible, or changes the direction of text, is its code: a name must not control a
    terminal or a page."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


class InputError(Exception):
    """Invalid input with all of its problems; the command line prints them and exits with 2."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
