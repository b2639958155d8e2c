"""Command line `preflight`: one function per command.

Exit status 0: passes, perhaps on declared hops. 1: fails or is unproven. 2: bad input, with one message per fault and
never a traceback. What a command needs is imported by that command.
"""

import atexit
import gc

from im_stack.preflight.cli import check, commands
from im_stack.preflight.cli.base import app, complain
from im_stack.terms.problem import InputError

__all__ = ["app", "check", "commands", "main"]


def main() -> None:
    """Entry point: an `InputError` becomes its message and exit status 2, never a traceback."""
    atexit.register(gc.freeze)  # what was loaded is not looked through for garbage once more when the process ends
    try:
        app()
    except InputError as error:
        complain(error)
        raise SystemExit(2) from None
