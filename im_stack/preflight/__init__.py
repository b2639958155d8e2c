"""Check of a stack without an engine, from its files to reports, and the command line."""

import gc
from typing import Final

_GARBAGE: Final = 500_000
"""New objects between two looks for garbage: an SDK is a million objects that stay, and Python looks every 700."""

gc.set_threshold(_GARBAGE)  # before anything else of a check, and of the process that records, is loaded
