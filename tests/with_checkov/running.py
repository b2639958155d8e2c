"""Checkov in its own environment on plans of this project's stacks."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from im_stack.preflight.terraform.view import plan_view
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT

PYTHON = ROOT / ".venv-checkov" / "bin" / "python"
needs_checkov = pytest.mark.skipif(not PYTHON.exists(), reason="Checkov's environment is not installed: make checkov")
Plan = dict[str, Any]


@cache
def plan_text(stack: str) -> str:
    """The Terraform plan of a stack."""
    return plan_view(check_ours(stack).recording)


def run(stack: str, plan: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`make checkov` without the installation and the plan."""
    command = [str(PYTHON), "-m", "im_stack.preflight.with_checkov", stack, str(plan), *options]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=False
    )


def found(text: str) -> dict[str, dict[str, set[str]]]:
    """Outcome, check and addresses from Checkov's JSON."""
    outcomes: dict[str, dict[str, set[str]]] = {}
    for outcome, records in json.loads(text)["results"].items():
        for record in records if outcome.endswith("_checks") else ():
            outcomes.setdefault(outcome.removesuffix("_checks"), {}).setdefault(record["check_id"], set()).add(
                record["resource"]
            )
    return outcomes
