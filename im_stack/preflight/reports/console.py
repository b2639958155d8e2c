"""Console of a command: as wide as its terminal, or as COLUMNS says; without end where no terminal reads it.

Colours are left out where no terminal reads it, and with NO_COLOR.
"""

import os
import shutil
import sys
from typing import Final

from rich.console import Console

_NO_END: Final = 100_000
"""Columns where output goes into a file or another program, which cut and wrap by themselves."""


def console_of(stderr: bool = False) -> Console:
    """The console on standard output, or on standard error."""
    narrow = (sys.stderr if stderr else sys.stdout).isatty() or os.environ.get("COLUMNS", "").isdecimal()
    width = max(shutil.get_terminal_size().columns, 40) if narrow else _NO_END
    return Console(stderr=stderr, highlight=False, soft_wrap=True, width=width)
