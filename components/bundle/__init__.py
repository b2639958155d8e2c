"""The zip of the deployed function: `python -m components.bundle` writes it, the stack refers to it by name.

The provider compares paths and not contents, so the name carries a digest of the function's code.
"""

import hashlib
from pathlib import Path

import purge

FOLDER = "build"
"""Folder of the project that holds the zip; it is not kept under version control."""


def bundle_name() -> str:
    """The file name of the zip of the code as it is now."""
    digest = hashlib.sha256()
    for path in sorted(Path(purge.__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"purge-{digest.hexdigest()[:16]}.zip"
