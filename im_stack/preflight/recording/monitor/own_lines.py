"""Own lines: which files are the program's, and not a library's, the SDK's or this project's.

Out: `file:line` with the path from the project's root, links resolved; nothing for a line that is not the program's.
"""

import os
import re
import sysconfig
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Final

PACKAGE: Final = "im_stack"
_INSTALLED: Final = re.compile(r"\b(?:site|dist)-packages/")
_OURS: Final = tuple(os.path.realpath(part) + os.sep for part in Path(__file__).parents[3].iterdir() if part.is_dir())
_LIBRARIES: Final = tuple(
    os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")
)


@cache
def real(file: str) -> str:
    """A path with links resolved, once for each file."""
    return os.path.realpath(file)


def is_own(file: str) -> bool:
    """Whether a file, by its real path, is the program's own."""
    return not file.startswith(("<", *_OURS, *_LIBRARIES)) and not _INSTALLED.search(file)


def place(file: str, line: int, root: str) -> str:
    """A real path and a line: from where packages are installed for an installed one, which is the same text on every
    machine, otherwise from the project's root. This project's own files are as if installed, unless it is the root."""
    root = root.rstrip(os.sep)
    *_, path = _INSTALLED.split(file)
    ours = next((folder for folder in _OURS if file.startswith(folder)), "")
    if path != file:
        return f"{path}:{line}"
    if ours and not file.startswith(root + os.sep):
        return f"{PACKAGE}/{Path(ours).name}/{file.removeprefix(ours)}:{line}"
    return f"{os.path.relpath(file, root)}:{line}"


class OwnLines:
    """The lines of the program below one folder, as a running thread has them."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root) + os.sep

    def at(self, frame: FrameType | None) -> str:
        """Where in the program's own files a frame is; nothing where it is elsewhere."""
        if frame is None or frame.f_code.co_filename.startswith("<"):
            return ""
        file = real(frame.f_code.co_filename)
        return place(file, frame.f_lineno, self._root) if file.startswith(self._root) and is_own(file) else ""

    def innermost(self, frame: FrameType | None) -> str:
        """The program's innermost line, from a frame on."""
        while frame is not None:
            at = self.at(frame)
            if at:
                return at
            frame = frame.f_back
        return ""
