"""Reproducible zip: the same files give the same content, names, times and modes on every machine.

Compressed bytes depend on the version of zlib.
"""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from im_stack.components.bundle.packages import BundleError

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
_MODE = 0o100644 << 16


def pack(own: Mapping[str, bytes], packages: Mapping[str, bytes]) -> bytes:
    """The zip of both. Raises `BundleError` if a package has a file at the function's path."""
    roots = {name.split("/")[0].removesuffix(".py") for name in own}
    if clash := sorted(name for name in packages if name.split("/")[0].removesuffix(".py") in roots):
        raise BundleError(f"a package holds {clash[0]}, which is the function's own")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in sorted({**own, **packages}.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr, entry.create_system = _MODE, 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body, compresslevel=9)
    return packed.getvalue()
