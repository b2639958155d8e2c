"""Bundle of the deployed function: the project's own files in it, and how files that a plan shows differ from them.

A plan shows a file by its SHA-256 in hexadecimal digits (`im_stack/facts/values/decode.py`), and a zip by its path.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from im_stack import purge
from im_stack.facts.model import Value

_INDEX = b'from im_stack.purge.handler import main_handler\n\n__all__ = ["main_handler"]\n'


def own_files() -> dict[str, bytes]:
    """The project's own part of the bundle, by the path in it. The runtime wants its entry file at the root."""
    own = {f"im_stack/purge/{path.name}": path.read_bytes() for path in Path(purge.__file__).parent.glob("*.py")}
    return own | {"index.py": _INDEX}


def digest_of(files: Mapping[str, bytes]) -> str:
    """A digest of files and their paths, short enough for a name."""
    digest = hashlib.sha256()
    for name, body in sorted(files.items()):
        digest.update(f"{name}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:16]


@cache
def zip_prefix() -> str:
    """How the name of a zip begins that has the project's own files as they are here."""
    return f"purge-{digest_of(own_files())}-"


@cache
def _digests() -> Mapping[str, str]:
    return {name: hashlib.sha256(body).hexdigest() for name, body in own_files().items()}


def differences(shown: Mapping[str, Value]) -> list[str]:
    """The paths of files that are not as in the bundle, or only in one of the two."""
    expected = _digests()
    # equivalent(filter): no table row has the files of the bundle, a stack has
    return sorted(name for name in {*shown, *expected} if shown.get(name) != expected.get(name))
