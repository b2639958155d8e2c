"""Wheels of a copy of this tree, and an environment's view of the packages that a wheel needs."""

import shutil
import site
import subprocess
import sys
from pathlib import Path

from tests.harness.root import ROOT

_PARTS = ("im_stack", "components", "policies", "pyproject.toml", "setup.py", "README.md", "LICENSE")
_BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
_OURS = ("im_compliance_stack", "__editable__", "sitecustomize", "__pycache__")


def build_wheel(folder: Path, version: str = "") -> Path:
    """The wheel of a copy of the tree in `folder`, perhaps with another version."""
    tree, built = folder / "tree", folder / "built"
    for part in _PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tree / part, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, tree)
    if version:
        project = tree / "pyproject.toml"
        text, _, rest = project.read_text("utf-8").partition("\nversion = ")
        project.write_text(f'{text}\nversion = "{version}"\n{rest.partition(chr(10))[2]}', "utf-8")
    done = subprocess.run([sys.executable, "-c", _BUILD, built], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = built.glob("*.whl")
    return wheel


def other_packages(folder: Path) -> Path:
    """A folder with every package of this environment but ours, as links: nothing is downloaded once more."""
    folder.mkdir()
    for place in map(Path, site.getsitepackages()):
        for entry in place.iterdir():
            if not entry.name.startswith(_OURS):
                (folder / entry.name).symlink_to(entry)
    return folder
