"""The command, the example, its page, and the helper for pytest."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.harness.root import ROOT
from tests.policy_harness.packs import write_pack

PAGE = ROOT / "docs" / "extending" / "policy-harness.md"
EXAMPLE = ROOT / "examples" / "policy-harness"
TABLE = str(EXAMPLE / "table.yaml")
GOOD = "cases: [{name: one, expect: {a: pass}}]\n"


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command at the root of the project."""
    command = [sys.executable, "-m", "im_stack.policy_harness", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_tests_with_dicts_pass_and_the_table_does_not() -> None:
    dicts = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "test_with_dicts.py"]
    assert subprocess.run(dicts, cwd=EXAMPLE, check=False, capture_output=True).returncode == 0
    assert ran(str(EXAMPLE / "before"), TABLE).returncode == 1


def test_the_repaired_pack_passes() -> None:
    done = ran(str(EXAMPLE / "after"), TABLE)
    assert (done.returncode, done.stdout) == (0, "4 cases, 5 expectations, 0 mismatches\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    body = "serve(resource('a', lambda a, r: r('\\x1b[2J red' if a.name == 'bad' else '') if a.name != 'x' else 0))"
    return write_pack(tmp_path_factory.mktemp("pack"), body)


BAD = [
    ("cases: []", [], "error: {table}:1: cases: is empty"),
    (GOOD.replace("a:", "b:"), [], "the pack has no policy 'b'; it has a"),
    (GOOD, ["--time-limit", "0"], "--time-limit: not between 0 and 86400 seconds"),
    (GOOD, ["--python", "/no/such/python"], "/no/such/python cannot be started: No such file or directory"),
    (GOOD, ["--seed", "x"], "argument --seed: invalid int value: 'x'"),
]


@pytest.mark.parametrize(("text", "arguments", "says"), BAD)
def test_bad_input(folder: Path, tmp_path: Path, text: str, arguments: list[str], says: str) -> None:
    table = tmp_path / "table.yaml"
    table.write_text(text)
    done = ran(str(folder), str(table), *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert says.format(table=table) in done.stderr


def test_no_pack_and_no_table(tmp_path: Path) -> None:
    (tmp_path / "table.yaml").write_text(GOOD)
    for arguments in ([str(tmp_path), str(tmp_path / "table.yaml")], [str(EXAMPLE / "after"), str(tmp_path / "none")]):
        done = ran(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert done.stderr.startswith("error: ")


def test_nothing_that_a_pack_says_reaches_the_terminal_as_it_is(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.yaml"
    table.write_text(f"resources: [{{name: bad, type: 'x:y:Z'}}]\n{GOOD}")
    done = ran(str(folder), str(table))
    assert done.returncode == 1
    assert "\\x1b[2J red" in done.stdout
    assert "\x1b" not in done.stdout


def test_one_test_per_case(tmp_path: Path) -> None:
    """The example of the page with two paths filled in."""
    (example,) = re.findall(r"```python\n(import pytest\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    paths = f"from pathlib import Path\nPACK, TABLE = Path({str(EXAMPLE / 'before')!r}), Path({TABLE!r})\n"
    (tmp_path / "test_pack.py").write_text(paths + example)
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "-rf", "test_pack.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "2 failed, 2 passed" in done.stdout
    assert "test_the_pack[table: objects that are kept for a year fail]" in done.stdout


def test_the_page_s_python_runs(tmp_path: Path) -> None:
    (example,) = re.findall(
        r"```python\n(from im_stack.policy_harness import Stack.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    paths = f"from pathlib import Path\nPACK, TABLE = Path({str(EXAMPLE / 'after')!r}), Path({TABLE!r})\n"
    (tmp_path / "run.py").write_text(paths + dedent(example))
    subprocess.run([sys.executable, str(tmp_path / "run.py")], check=True)


def test_the_package_knows_nothing_of_this_project() -> None:
    for file in (ROOT / "policy_harness").glob("*.py"):
        text = file.read_text("utf-8")
        nodes = list(ast.walk(ast.parse(text)))
        names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        own = {name for name in names if name.split(".")[0] in {"benchmarks", "im_stack", "stacks", "tests"}}
        assert all(name.startswith("im_stack.policy_harness") for name in own), file.name
        assert not re.search(r"tencent|instant.messag|\bim:", text, re.IGNORECASE), file.name
        assert text.count("\n") < 400
