"""Provenance of a report: the version that judged, the commit of the project, and what was judged, as hashes.

In: the duties of a stack, and the folder of its project. Out: text; empty where git knows no commit.
"""

import hashlib
import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from im_stack.terms.duties.resolve import Duties
from im_stack.terms.packages import own_version

_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Provenance:
    """`declaration` and `terms` are SHA-256 over JSON: the declaration with its defaults, and the adopted texts."""

    version: str
    declaration: str
    terms: str
    folder: Path

    @property
    def commit(self) -> str:
        """The commit of the project's folder, with `-dirty` where files differ from it."""
        return commit_of(self.folder)


def provenance(duties: Duties, folder: Path) -> Provenance:
    """The provenance of a report on a stack with these duties."""
    texts = {name: duties.library.instruments[name].model_dump(mode="json") for name, _ in duties.adopted}
    declared = duties.declaration.model_dump(mode="json", by_alias=True, exclude={"terms"})
    return Provenance(own_version(), _hash(declared), _hash(texts), folder)


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def commit_of(folder: Path) -> str:
    """The commit that a folder is at; nothing in the folder's configuration is run for it."""
    quiet = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    command = ("git", *quiet, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.strip() if ran.returncode == 0 else ""
