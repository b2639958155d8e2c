"""docs/own-repository.md from an empty folder: its files and commands as they are, with a wheel and a later one.

The provider is the stand-in. Packages come from this environment through links, and the pause between two changes of an
instance is short; nothing else differs from a reader's machine.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.walkthrough import run
from tests.engine.standin import CLOUD
from tests.harness.deployment import HURRIED, is_real
from tests.harness.engine import Engine, needs_cli, the_cli
from tests.harness.root import ROOT
from tests.harness.wheel import build_wheel, other_packages

pytestmark = [pytest.mark.engine, needs_cli]
_PYTHON = """#!/bin/sh
{python} "$@" || exit
case "$1 $2" in "-m venv") echo {packages} > "$(echo "$3"/lib/python*/site-packages)/packages.pth" ;; esac
"""
"""Python whose new environments see the packages of this one."""


def _packages_of_the_function(repository: Path) -> None:
    """The packages of the bundle, which are downloaded once, into the build folder of this project."""
    done = subprocess.run(
        [sys.executable, "-m", "im_stack.components.bundle"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no package registry is in reach: {done.stderr.splitlines()[0]}")
    (folder,) = (ROOT / "build").glob("wheels-*")
    shutil.copytree(folder, repository / "build" / folder.name)


def _run_the_gate(repository: Path, variables: dict[str, str]) -> None:
    """The commands of the workflow and of the hook, which are files that the page has written."""
    workflow = yaml.safe_load((repository / ".github" / "workflows" / "preflight.yml").read_text("utf-8"))
    commands = [step["run"] for step in workflow["jobs"]["judge"]["steps"] if "run" in step]
    hooks = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    script = "\n".join(["set -eu", ". .venv/bin/activate", *commands, *(hook["entry"] for hook in hooks)])
    done = subprocess.run(
        ["bash", "-c", script], cwd=repository, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"preflight.sarif", "preflight.xml", "preflight.md"} <= {file.name for file in repository.iterdir()}


def _place_findings(repository: Path, variables: dict[str, str]) -> None:
    """Where the installed library makes what fails, the finding is at the user's own line, and the library's line is
    related, from where packages are installed."""
    text = (repository / "Pulumi.prod.yaml").read_text("utf-8")
    (repository / "Pulumi.weak.yaml").write_text(text.replace("backups: sealed", "backups: counted"), "utf-8")
    command = [".venv/bin/preflight", "check", "weak", "--save", "weak.sarif"]
    done = subprocess.run(command, cwd=repository, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    sarif = (repository / "weak.sarif").read_text("utf-8")
    assert "site-packages" not in sarif + done.stdout
    (run,) = json.loads(sarif)["runs"]
    places = {row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for row in run["results"]}
    assert places <= {"__main__.py", "Pulumi.weak.yaml"}
    assert "Pulumi.weak.yaml" in places
    related = [place["physicalLocation"] for row in run["results"] for place in row.get("relatedLocations", ())]
    library = {where["artifactLocation"]["uri"] for where in related if "uriBaseId" in where["artifactLocation"]}
    assert library
    assert all(uri.startswith("im_stack/components/tencent/") for uri in library)


@pytest.mark.skipif(is_real("tencent-ap-jakarta"), reason="a real plugin has no cloud to deploy to")
def test_the_page_leads_from_an_empty_folder_to_a_deployed_and_upgraded_stack(tmp_path: Path) -> None:
    repository, programs = tmp_path / "repository", tmp_path / "programs"
    repository.mkdir()
    _packages_of_the_function(repository)
    packages = other_packages(tmp_path / "packages")
    (packages / "sitecustomize.py").write_text(HURRIED)
    programs.mkdir()
    (programs / "python3").write_text(_PYTHON.format(python=sys.executable, packages=packages))
    (programs / "python3").chmod(0o755)
    (programs / "pulumi").symlink_to(the_cli().pulumi)
    engine = Engine(tmp_path / "engine", {CLOUD: str(tmp_path / "cloud.sqlite")})
    engine.folder.mkdir()
    variables = engine.variables() | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "WHEEL": str(build_wheel(tmp_path / "first")),
        "NEW_WHEEL": str(build_wheel(tmp_path / "second", "99.0.0")),
    }
    for leads_elsewhere in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PYTHONPATH"):
        variables.pop(leads_elsewhere, None)

    printed = run("own-repository.md", repository, variables)
    _run_the_gate(repository, variables)
    _place_findings(repository, variables)

    assert "Bucket emblems declares no holding" in printed
    assert printed.count("CONDITIONAL on ") >= 3
    assert printed.count("im-compliance@v") >= 4, printed  # the pack ran in every preview and update
    assert "im-compliance@v99.0.0" in printed
    assert "resources:\n    + " in printed.lower()
    assert not (repository / "state.json").exists()
