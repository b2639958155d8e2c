"""A stand-in for both clouds' provider plugins: a test instrument, in the engine's protocol, with a cloud in a file.

It proves program, engine, pack, state and order. What the real provider and the real cloud do it cannot prove: its
answers come from tables (`<cloud>.yaml`) and from the text of the SDK, and all it refuses is written there or ordered
by a test. Nothing that a test shows with it is said of the provider.
"""

import os
import sys
from pathlib import Path

STARTED_BY = os.getppid()
"""Asked at once: what started this may be gone before everything is loaded."""
CLOUD = "STANDIN_CLOUD"
"""The variable that names the file of the cloud."""


def install(folder: Path, package: str) -> Path:
    """Put an executable of a stand-in into `folder`, for PATH; where its cloud is."""
    cloud, binary = folder / "cloud.sqlite", folder / f"pulumi-resource-{package}"
    command = f"{CLOUD}={cloud} PYTHONPATH={Path(__file__).parents[3]} exec {sys.executable} -P -m {__name__} {package}"
    binary.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    binary.chmod(0o755)
    return cloud
