"""The zip that is deployed: the same bytes from the same files, so that a plan shows a change only if there is one.

It holds `index.py` (the runtime wants its entry file at the root; handler `index.main_handler`), `purge/`, and
optionally the contents of a folder of third-party packages at the root. Those packages are not taken from the
environment. On AWS the runtime has them: boto3 is all that is needed there. Elsewhere they are boto3 and
tencentcloud-sdk-python-kms with their dependencies, and come either from a layer
(which the runtime unpacks to /opt, on the path) or from `vendor`, filled on any machine by

    pip install --target <vendor> --no-compile --only-binary=:all: --platform manylinux2014_x86_64 \\
        --python-version 3.10 --require-hashes -r <lock of these packages>

(35 MB unpacked and 18 MB in the zip, most of it botocore's descriptions of services that are not used here.)
Without either the function fails before it has done anything.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import purge

_PACKAGE = Path(purge.__file__).resolve().parent
_INDEX = b'from purge.handler import main_handler\n\n__all__ = ["main_handler"]\n'
_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
_MODE = 0o100644 << 16


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in root.rglob("*"):
        if path.is_symlink():
            raise ValueError(f"{path.relative_to(root)} is a symbolic link")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path.relative_to(root).as_posix(), path.read_bytes()


def own_files() -> dict[str, bytes]:
    """The project's own part of the zip, by the path in it."""
    own = {f"purge/{path.name}": path.read_bytes() for path in _PACKAGE.glob("*.py")}
    return own | {"index.py": _INDEX}


def bundle(target: Path, vendor: Path | None = None) -> Path:
    """Write the zip to `target` and return it.

    `ValueError` if `vendor` is no folder, holds a symbolic link, or a file that would stand in the function's place.
    """
    own = own_files()
    if vendor is not None and not vendor.is_dir():
        raise ValueError("vendor is not a folder")
    extra = dict(_files(vendor)) if vendor else {}
    if clash := sorted(name for name in extra if name == "index.py" or name.split("/")[0] in ("purge", "purge.py")):
        raise ValueError(f"vendor holds {clash[0]}, which is the function's own")
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in sorted((own | extra).items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr, entry.create_system = _MODE, 3
            # Own files are stored: their bytes then do not depend on the zlib at hand. Packages are too big for that.
            entry.compress_type = zipfile.ZIP_DEFLATED if name in extra else zipfile.ZIP_STORED
            archive.writestr(entry, body, compresslevel=9)
    return target
