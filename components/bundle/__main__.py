"""Command that builds the function's zip (`python -m im_stack.components.bundle`) and prints its path.

Zip and packages are in the project's build folder, packages by the digest of their lock. Exit code 2 with one message,
and no zip, where it cannot be built.
"""

import hashlib
import sys
import tempfile
from pathlib import Path
from zipfile import BadZipFile

from im_stack.components.bundle import FOLDER, LOCK, TABLE, bundle_name, own_files
from im_stack.components.bundle.archive import pack
from im_stack.components.bundle.packages import BundleError, Table, shipped, wheels
from im_stack.facts.mechanism.tables import request_limits
from im_stack.terms.files.yaml_file import load

_LIMIT = "function-zip"


def build(folder: Path, lock: Path = LOCK, table: Path = TABLE) -> bytes:
    """The zip, with packages from `folder`, which is filled first if it lacks one. Raises `BundleError`."""
    rows = load(table, Table)
    kept = folder / f"wheels-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    packed = pack(own_files(), shipped(wheels(lock, rows.python, kept), rows))
    sent, limit = -(-len(packed) // 3) * 4, request_limits("tencent")[_LIMIT]
    if sent > limit.most:
        raise BundleError(
            f"the zip is {sent} bytes in base64, and a request holds {limit.most} ({limit.source}): "
            f"leave out more in {table.name}"
        )
    return packed


def main() -> None:
    folder = Path(FOLDER)
    try:
        target, packed = folder / bundle_name(), build(folder)
        with tempfile.TemporaryDirectory(dir=folder) as new:  # a zip that is cut off never has the name
            (Path(new) / target.name).write_bytes(packed)
            (Path(new) / target.name).replace(target)
    except (BundleError, BadZipFile, OSError) as error:
        print(f"bundle: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    print(target)


if __name__ == "__main__":
    main()
