"""Checkov's own checks over one large plan, Checkov being loaded once: plan in, failing checks by resource name out.

Runs in Checkov's environment. Takes the plan as JSON on its input. Checkov gets what it has a check for, and in parts,
as its time grows with the square of a plan's resources; that is only the same for checks that look at one resource.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from preflight.with_checkov.offline import go_offline

_AT_A_TIME: Final = 300


def fails(plan: dict[str, Any]) -> dict[str, list[str]]:
    """Names of resources, and the checks that each fails."""
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.checks.resource.registry import resource_registry
    from checkov.terraform.plan_runner import Runner

    found: dict[str, set[str]] = {}
    every = plan["planned_values"]["root_module"]["resources"]
    resources = [row for row in every if resource_registry.get_checks(row["type"])]
    _only_single(Runner().graph_registry, {row["type"] for row in every})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        for start in range(0, len(resources), _AT_A_TIME):
            file.write_text(json.dumps(_part(plan, resources[start : start + _AT_A_TIME]), indent=1), encoding="utf-8")
            report = Runner().run(files=[str(file)], runner_filter=RunnerFilter(framework=["terraform_plan"]))
            for record in report.failed_checks:
                found.setdefault(record.resource.rsplit(".", 1)[-1], set()).add(record.check_id)
    return {name: sorted(checks) for name, checks in found.items()}


def _part(plan: dict[str, Any], resources: list[dict[str, Any]]) -> dict[str, Any]:
    addresses = {row["address"] for row in resources}
    root = plan["configuration"]["root_module"]
    settings = [row for row in root["resources"] if row["address"] in addresses]
    changes = [row for row in plan["resource_changes"] if row["address"] in addresses]
    return plan | {
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": plan["configuration"] | {"root_module": root | {"resources": settings}},
    }


def _only_single(joined: Any, types: set[str]) -> None:
    """Stop where a check looks at several resources: what it says of parts of a plan is nothing of the whole."""
    joined.load_checks()
    for check in joined.checks:
        if {"all", "*", *types} & set(check.resource_types or ()):
            raise SystemExit(f"{check.id} looks at several resources: it cannot be asked part by part")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        go_offline(home)
        from checkov.version import version

        print(json.dumps({"version": version, "fails": fails(json.load(sys.stdin))}))
