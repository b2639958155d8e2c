"""The language host of the tests under the real engine: input of programs and packs, their failures, their end."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.cli import found
from tests.harness.engine import Engine, Ran, needs_cli, needs_venv
from tests.harness.root import ROOT
from tests.policy_harness.packs import HEADER

pytestmark = [
    pytest.mark.engine,
    needs_cli,
    needs_venv,
    pytest.mark.skipif(bool((cli := found()) and cli.host), reason="this CLI has the official host"),
]
PYTHON = f"runtime:\n  name: python\n  options:\n    virtualenv: {ROOT / '.venv'}\n"


def _project(folder: Path, program: str, runtime: str = PYTHON, config: str = "{}") -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(f"name: project\n{runtime}")
    (folder / "Pulumi.stack.yaml").write_text(f"config: {config}\n")
    (folder / "__main__.py").write_text(program)
    return folder


def _pack(folder: Path, program: str, runtime: str = PYTHON) -> Path:
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text(runtime)
    (folder / "__main__.py").write_text(program)
    return folder


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


def _init(engine: Engine, project: Path) -> None:
    made = engine.run("stack", "init", "stack", cwd=project)
    assert made.status == 0, made.output


def _preview(engine: Engine, project: Path, *arguments: str) -> Ran:
    _init(engine, project)
    return engine.run("preview", "--stack", "stack", *arguments, cwd=project)


WRITES_INPUT = """
import json, os, sys
import pulumi
open("input.json", "w").write(json.dumps({
    "project": pulumi.get_project(), "stack": pulumi.get_stack(), "organization": pulumi.get_organization(),
    "root": pulumi.get_root_directory(), "preview": pulumi.runtime.is_dry_run(), "folder": os.getcwd(),
    "config": pulumi.runtime.get_config_env(), "secrets": pulumi.runtime.get_config_secret_keys_env(),
    "python": sys.executable,
}))
print("said by the program")
"""


def test_a_program_is_told_of_its_stack(engine: Engine, tmp_path: Path) -> None:
    project = _project(tmp_path / "project", WRITES_INPUT, config="{project:plain: text}")
    _init(engine, project)
    hidden = engine.run("config", "set", "--stack", "stack", "--secret", "hidden", "secret", cwd=project)
    assert hidden.status == 0, hidden.output
    ran = engine.run("preview", "--stack", "stack", cwd=project)
    assert ran.status == 0, ran.output
    assert json.loads((project / "input.json").read_text()) == {
        "project": "project",
        "stack": "stack",
        "organization": "organization",
        "root": str(project),
        "preview": True,
        "folder": str(project),
        "config": {"project:plain": "text", "project:hidden": "secret"},
        "secrets": ["project:hidden"],
        "python": str(ROOT / ".venv" / "bin" / "python"),
    }
    assert "said by the program" in ran.output


SEES = """
import json, os
import pulumi
def whole(args, report):
    open(FILE, "w").write(json.dumps({
        "project": pulumi.get_project(), "stack": pulumi.get_stack(), "preview": pulumi.runtime.is_dry_run(),
        "config": pulumi.Config("project").get("plain"), "types": [r.resource_type for r in args.resources],
    }))
    report("seen by the pack")
serve(stack("whole", whole))
"""


def test_a_pack_is_told_of_the_stack_and_stops_it(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    pack = _pack(tmp_path / "pack", f"FILE = {str(file)!r}\n{HEADER}{SEES}")
    ran = _preview(
        engine, _project(tmp_path / "project", "", config="{project:plain: text}"), "--policy-pack", str(pack)
    )
    assert ran.status == 1
    assert [(rule, message.splitlines()[-1]) for rule, _, message in ran.violations] == [("whole", "seen by the pack")]
    assert json.loads(file.read_text()) == {
        "project": "project",
        "stack": "stack",
        "preview": True,
        "config": "text",
        "types": ["pulumi:pulumi:Stack"],
    }


NO_PYTHON = PYTHON.replace(str(ROOT / ".venv"), "nowhere")
FAILS = {
    "raises": ("raise ValueError('of the program')", PYTHON, "ValueError: of the program"),
    "ends with a status": ("import os; os._exit(7)", PYTHON, "the program ended with status 7"),
    "has no environment": ("", NO_PYTHON, "the virtual environment 'nowhere' of"),
}


@pytest.mark.parametrize("fails", FAILS)
def test_a_program_that_fails_says_why(engine: Engine, tmp_path: Path, fails: str) -> None:
    program, runtime, why = FAILS[fails]
    ran = _preview(engine, _project(tmp_path / "project", program, runtime))
    assert ran.status != 0
    assert why in ran.output, ran.output


PACK_FAILS = {
    "raises": ("raise ValueError('of the pack')", PYTHON, "ValueError: of the pack"),
    "prints before it serves": ("print('hello')", PYTHON, "ended, or printed something, before it said its port"),
    "has no environment": ("", NO_PYTHON, "the virtual environment 'nowhere' of"),
}


@pytest.mark.parametrize("fails", PACK_FAILS)
def test_a_pack_that_does_not_start_says_why(engine: Engine, tmp_path: Path, fails: str) -> None:
    program, runtime, why = PACK_FAILS[fails]
    pack = _pack(tmp_path / "pack", program, runtime)
    ran = _preview(engine, _project(tmp_path / "project", ""), "--policy-pack", str(pack))
    assert ran.status != 0
    assert why in ran.output, ran.output


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_an_engine_that_is_stopped(engine: Engine, tmp_path: Path, how: signal.Signals) -> None:
    files = {name: tmp_path / f"{name}.pids" for name in ("program", "pack")}
    begin = {
        name: f"import os, time\nopen({str(f)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}')\n"
        for name, f in files.items()
    }
    pack = _pack(tmp_path / "pack", f"{begin['pack']}{HEADER}serve(stack('nothing', lambda args, report: None))")
    project = _project(tmp_path / "project", f"{begin['program']}time.sleep(60)")
    _init(engine, project)
    with engine.start("preview", "--stack", "stack", "--policy-pack", str(pack), cwd=project) as process:
        _until(lambda: all(file.exists() and file.read_text() for file in files.values()))
        running = [int(pid) for file in files.values() for pid in file.read_text().split()]
        process.send_signal(how)
        process.wait(timeout=30)
    _until(lambda: not any(map(_runs, running)))


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return not stat.exists() or stat.read_text().split()[2] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def _until(true: Callable[[], bool]) -> None:
    for _ in range(100):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")
