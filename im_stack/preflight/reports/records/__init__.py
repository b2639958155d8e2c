"""Records for data protection officers and auditors, made from judged stacks.

OSCAL needs the extra `records`; nothing of it is loaded by a check.
"""

from importlib.util import find_spec

from im_stack.terms.packages import install_command
from im_stack.terms.problem import InputError, Problem


def needed(module: str, package: str) -> None:
    """Raises `InputError` where the library of a form is not installed."""
    if find_spec(module) is None:
        raise InputError(Problem(f"this form needs {package}", install_command(package), "--format"))
