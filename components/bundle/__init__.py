"""Zip of the deployed function for Tencent Cloud, built by `python -m im_stack.components.bundle`.

The provider compares paths and not contents, so the zip's name has digests of everything that decides its contents:
the function's code, the lock of its packages and the table of excluded files. None of it needs a network, so a plan is
judged before there is a zip. Only Tencent Cloud needs one: the runtime on AWS has boto3, the only package needed, and
its provider compares contents, so the stack passes the code itself."""

import os
from pathlib import Path

import pulumi

from im_stack.facts.knowledge.bundle import digest_of, own_files

__all__ = ["FOLDER", "LOCK", "TABLE", "bundle_name", "own_files"]

FOLDER = "build"
"""Folder of the project that holds the zip and its packages; it is not kept under version control."""

LOCK, TABLE = (Path(__file__).with_name(f"tencent.{end}") for end in ("lock", "yaml"))


def bundle_name() -> str:
    """The file name of the zip of code, lock and table as they are now."""
    packages = {path.name: path.read_bytes() for path in (LOCK, TABLE)}
    return f"purge-{digest_of(own_files())}-{digest_of(packages)}.zip"


def bundle_path() -> str:
    """The zip in the project's build folder, from where the program runs: the same text on every machine."""
    root = os.path.realpath(pulumi.get_root_directory())
    return os.path.relpath(Path(root) / FOLDER / bundle_name(), os.path.realpath("."))
