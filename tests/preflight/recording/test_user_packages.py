"""Folders of a user's program that are called as packages of this project: it is recorded all the same."""

from pathlib import Path

import pytest

from tests.harness.project import write_project
from tests.harness.recorded import check_project

PROGRAM = """
    from {name} import shop
    from im_stack.components.plan.budget import ClassPlan
    assert shop.NAME == "mine" and ClassPlan.__module__ == "im_stack.components.plan.budget"
    pulumi.ComponentResource("shop:index:Shop", shop.NAME)
"""


@pytest.mark.parametrize("name", ["components", "facts", "policies", "policy_harness", "preflight", "purge", "terms"])
def test_a_program_may_have_a_package_of_this_name(tmp_path: Path, name: str) -> None:
    write_project(tmp_path, PROGRAM.format(name=name), header="import pulumi\n")
    (tmp_path / name).mkdir()
    (tmp_path / name / "shop.py").write_text('NAME = "mine"\n')
    check = check_project(tmp_path, "test")
    assert [r["name"] for r in check.recording["registrations"]] == ["mine"]
