"""A stack costs what its own cloud costs: nothing of another is imported, and its packages need not be there."""

import subprocess
import sys
from pathlib import Path

import pytest

from im_stack.preflight.judgement.one_stack import check_stack
from im_stack.terms.problem import InputError
from tests.harness.pack_drive import drive, running
from tests.harness.root import ROOT
from tests.harness.stacks import PROGRAM, config_of, write_stack

_STACKS = {"tencent-ap-jakarta": ("aws", "pulumi_aws"), "aws-ap-southeast-3": ("tencent", "tencentcloud_iac_pulumi")}
_FOREIGN = """[
    m for m in sys.modules
    if m.split('.')[0] == {sdk!r} or m.startswith(('im_stack.components.{cloud}', 'im_stack.facts.{cloud}'))
]"""


def _project(folder: Path, stack: str, before: str, after: str) -> Path:
    """The program of every stack with something before and after it, as a project with this stack's declaration."""
    program = f"import runpy, sys\n{before}\nrunpy.run_path({str(PROGRAM)!r})\n{after}\n"
    return write_stack(folder, config_of(stack), program=program)


@pytest.mark.parametrize("stack", _STACKS)
def test_a_program_imports_nothing_of_another_cloud(tmp_path: Path, stack: str) -> None:
    cloud, sdk = _STACKS[stack]
    found = _FOREIGN.format(sdk=sdk, cloud=cloud)
    check_stack(_project(tmp_path, stack, "", f"found = {found}\nassert not found, found"), "test")


def _foreign(imported: Path, stack: str) -> list[str]:
    """What was imported of another cloud; `imported` has a name per line, and is written by what `_noted` gives."""
    cloud, sdk = _STACKS[stack]
    names = set(imported.read_text("utf-8").split())
    assert f"im_stack.facts.{'aws' if cloud == 'tencent' else 'tencent'}" in names  # it noticed what the stack does use
    return sorted(
        m
        for m in names
        if m.split(".")[0] == sdk or m.startswith((f"im_stack.components.{cloud}", f"im_stack.facts.{cloud}"))
    )


def _noted(imported: Path) -> str:
    """Statements after which every module that is looked for, by whatever means, has its name in a file."""
    return (
        f"import sys; _noted = open({str(imported)!r}, 'a', buffering=1)\n"
        "class Noted:\n"
        "    def find_spec(name, path=None, target=None): _noted.write(f'{name}\\n')\n"
        "sys.meta_path.insert(0, Noted)\n"
    )


@pytest.mark.parametrize("stack", _STACKS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_check_imports_no_sdk_and_nothing_of_another_cloud(tmp_path: Path, stack: str, form: str) -> None:
    """In its own process, from the start of the command to its end: report and all."""
    imported = tmp_path / "imported"
    arguments = ["preflight", "check", stack, "--format", form, "--project", str(ROOT)]
    code = f"{_noted(imported)}sys.argv = {arguments!r}\nfrom im_stack.preflight.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert _foreign(imported, stack) == []
    sdks = {sdk for _, sdk in _STACKS.values()}
    assert not [name for name in imported.read_text("utf-8").split() if name.split(".")[0] in sdks]


@pytest.mark.parametrize("stack", _STACKS)
def test_the_pack_imports_nothing_of_another_cloud(tmp_path: Path, stack: str) -> None:
    imported = tmp_path / "imported"
    (tmp_path / "PulumiPolicy.yaml").write_text((ROOT / "policies" / "PulumiPolicy.yaml").read_text("utf-8"))
    start = "from im_stack.policies.engine.pack import serve\nserve()\n"
    program = f"{_noted(imported)}sys.path.insert(0, {str(ROOT)!r})\n{start}"
    (tmp_path / "__main__.py").write_text(program)
    check = check_stack(ROOT, stack)
    with running(tmp_path, check.stack, python=sys.executable) as pack:
        drive(pack, check.recording)
    assert _foreign(imported, stack) == []
    assert not [name for name in imported.read_text("utf-8").split() if name.split(".")[0] == _STACKS[stack][1]]


def test_a_package_that_is_not_there_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    project = _project(tmp_path, "aws-ap-southeast-3", "sys.modules['pulumi_aws'] = None", "")
    with pytest.raises(InputError) as raised:
        check_stack(project, "test")
    assert "needs the package pulumi_aws" in str(raised.value)
    assert "pip install 'pulumi-aws==" in str(raised.value)
