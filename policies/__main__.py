"""Entry point of the policy pack for the engine; its policies are in `im_stack.policies.engine.pack`."""

import sys
from pathlib import Path

# The engine puts this folder on the path, under which every module here would exist a second time.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _HERE]

from im_stack.policies.engine.pack import serve  # noqa: E402  # after the path is right

serve()
