"""A stack costs what its own cloud costs: nothing of another is imported, and its packages need not be there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from preflight.check import check_stack
from terms.problem import InputError

ROOT = Path(__file__).parents[2]
_STACKS = {"tencent-ap-jakarta": ("aws", "pulumi_aws"), "aws-ap-southeast-3": ("tencent", "tencentcloud_iac_pulumi")}
_FOREIGN = (
    "[m for m in sys.modules if m.split('.')[0] == {sdk!r} or m.startswith(('components.{cloud}', 'facts.{cloud}'))]"
)


def _project(folder: Path, stack: str, before: str, after: str) -> Path:
    """The program of every stack with something before and after it, as a project with this stack's declaration."""
    (folder / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
    (folder / "Pulumi.test.yaml").write_text((ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text("utf-8"))
    program = f"import runpy, sys\n{before}\nrunpy.run_path({str(ROOT / 'stacks' / '__main__.py')!r})\n{after}\n"
    (folder / "__main__.py").write_text(program)
    return folder


@pytest.mark.parametrize("stack", _STACKS)
def test_a_program_imports_nothing_of_another_cloud(tmp_path: Path, stack: str) -> None:
    cloud, sdk = _STACKS[stack]
    found = _FOREIGN.format(sdk=sdk, cloud=cloud)
    check_stack(_project(tmp_path, stack, "", f"found = {found}\nassert not found, found"), "test")


@pytest.mark.parametrize("stack", _STACKS)
def test_the_judgement_imports_no_sdk_and_nothing_of_another_cloud(stack: str) -> None:
    cloud, sdk = _STACKS[stack]
    code = (
        "import json, sys\nfrom pathlib import Path\nfrom preflight.check import check_stack\n"
        f"check_stack(Path({str(ROOT)!r}), {stack!r})\n"
        f"print(json.dumps({_FOREIGN.format(sdk=sdk, cloud=cloud)} + [m for m in sys.modules if m == 'pulumi_aws']))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_a_package_that_is_not_there_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    project = _project(tmp_path, "aws-ap-southeast-3", "sys.modules['pulumi_aws'] = None", "")
    with pytest.raises(InputError) as raised:
        check_stack(project, "test")
    assert "needs the package pulumi_aws" in str(raised.value)
    assert "requirements-aws.lock" in str(raised.value)
