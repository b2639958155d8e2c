"""Stand-in for the provider plugins of both clouds: a test double in the engine's protocol, with its cloud in a file.

It proves the program, the engine, the pack, the state and the order of requests. It proves nothing about a provider or
a cloud: its answers come from tables (`<cloud>.yaml`) and the text of the SDK, and its refusals from there or a test.
"""

import os
import sys
from pathlib import Path

STARTED_BY = os.getppid()
"""Asked at once: what started this may be gone before everything is loaded."""
CLOUD = "STANDIN_CLOUD"
"""The variable that names the file of the cloud."""


def install(folder: Path, package: str) -> Path:
    """Write an executable of the stand-in into `folder`, for PATH; the path of its cloud is returned."""
    cloud, binary = folder / "cloud.sqlite", folder / f"pulumi-resource-{package}"
    command = f"{CLOUD}={cloud} PYTHONPATH={Path(__file__).parents[3]} exec {sys.executable} -P -m {__name__} {package}"
    binary.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    binary.chmod(0o755)
    return cloud
