"""Tests of the CLI's selection: which one is taken and what the error says. No real CLI is built or run."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine import cli

BUILDS = """case "$1" in
build) printf '#!/bin/sh\\necho v{version}\\n' > "$3"; /bin/chmod +x "$3" ;;
list) echo "$PWD/sdk" ;;
esac"""
RIGHT = BUILDS.replace("{version}", "3.276.0")
NONE = "no Pulumi CLI 3.276.0: "


def _executable(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, empty, with a project that has no CLI."""
    folder = tmp_path / "bin"
    folder.mkdir()
    tools = tmp_path / "tools"
    (tools / "sdk" / "python" / "cmd").mkdir(parents=True)
    (tools / "sdk" / "python" / "cmd" / "pulumi-language-python-exec").write_text("the SDK's script\n")
    (tools / "go.mod").write_text("require (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.276.0 // indirect\n)\n")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(cli, "BUILT", tmp_path / ".engine")
    monkeypatch.setattr(cli, "_TOOLS", tools)
    return folder


def _refused(capsys: pytest.CaptureFixture[str]) -> str:
    """The single error message."""
    assert cli.main() == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_a_cli_on_path_of_a_named_version_is_taken(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _executable(path / "pulumi", "echo v3.276.0")
    _executable(path / "pulumi-language-python", "exit 1")
    assert cli.main() == 0
    assert capsys.readouterr().out == f"{path / 'pulumi'}\n"
    assert cli.on_path() == cli.Cli(path / "pulumi", host=path / "pulumi-language-python")


UNFIT = {
    "another version": ("echo v3.100.0", "is version 3.100.0; the tests name 3.276.0"),
    "one that does not run": ("exit 3", "is no Pulumi CLI that runs; the tests name 3.276.0"),
    "one without its host": ("echo v3.276.0", "has no pulumi-language-python beside it"),
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_another_cli_on_path_is_named_where_none_can_be_built(
    path: Path, capsys: pytest.CaptureFixture[str], unfit: str
) -> None:
    script, why = UNFIT[unfit]
    _executable(path / "pulumi", script)
    said = _refused(capsys)
    assert said.startswith(f"{NONE}there is no `go` on PATH to build it with; {path / 'pulumi'} ")
    assert why in said


@pytest.mark.parametrize("unfit", UNFIT)
def test_beside_another_cli_on_path_one_is_built(path: Path, unfit: str) -> None:
    _executable(path / "pulumi", UNFIT[unfit][0])
    _executable(path / "go", RIGHT)
    assert cli.main() == 0
    assert cli.built() == cli.Cli(cli.BUILT / "pulumi", executor=cli.BUILT / "pulumi-language-python-exec")


def test_it_is_built_once(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _executable(path / "go", RIGHT)
    assert cli.main() == 0
    assert capsys.readouterr().out.splitlines() == [
        "building the Pulumi CLI 3.276.0 into .engine/ (once, some minutes) ...",
        str(cli.BUILT / "pulumi"),
    ]
    _executable(path / "go", "exit 9")
    assert cli.main() == 0
    assert capsys.readouterr().out == f"{cli.BUILT / 'pulumi'}\n"
    assert sorted(file.name for file in cli.BUILT.iterdir()) == ["pulumi", "pulumi-language-python-exec"]


HALF = {
    "a CLI that is cut off": ("pulumi", "\x7fELF"),
    "an older CLI": ("pulumi", "#!/bin/sh\necho v3.200.0\n"),
    "a CLI without the script": ("pulumi", "#!/bin/sh\necho v3.276.0\n"),
    "the script alone": ("pulumi-language-python-exec", ""),
}


@pytest.mark.parametrize("half", HALF)
def test_a_half_built_one_is_built_again(path: Path, half: str) -> None:
    name, text = HALF[half]
    cli.BUILT.mkdir()
    (cli.BUILT / name).write_text(text)
    (cli.BUILT / name).chmod(0o755)
    assert cli.built() is None
    _executable(path / "go", RIGHT)
    assert cli.main() == 0
    assert cli.built()


LOOKUP = "dial tcp: lookup proxy.golang.org: no such host"
FAILS = {
    "no registry": (
        f"echo 'go: downloading a/b v1' >&2; echo 'go: a/b@v1: Get: {LOOKUP}' >&2; exit 1",
        f"`go build` failed: go: a/b@v1: Get: {LOOKUP}",
    ),
    "an older Go": (
        "echo 'go: go.mod requires go >= 1.26.6 (running go 1.22.0; GOTOOLCHAIN=local)' >&2; exit 1",
        "`go build` failed: go: go.mod requires go >= 1.26.6 (running go 1.22.0; GOTOOLCHAIN=local)",
    ),
    "a failure without a word": ("exit 7", "`go build` failed: status 7"),
    "another version than asked for": (
        BUILDS.replace("{version}", "3.200.0"),
        "what was built does not say that it is version 3.276.0",
    ),
}


@pytest.mark.parametrize("fails", FAILS)
def test_what_go_complains_of_is_the_one_message(path: Path, capsys: pytest.CaptureFixture[str], fails: str) -> None:
    script, why = FAILS[fails]
    _executable(path / "go", script)
    assert _refused(capsys) == NONE + why
    assert not [file for file in cli.BUILT.iterdir() if file.name.startswith("pulumi.")]


ENDLESS = "while :; do echo . >> beats; /bin/sleep 0.1; done & wait"


def _still(beats: Path) -> bool:
    before = beats.stat().st_size
    time.sleep(0.5)
    return beats.stat().st_size == before


def test_a_build_without_end_is_ended_with_all_it_started(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_LIMIT", timedelta(seconds=1))
    _executable(path / "go", ENDLESS)
    assert _refused(capsys) == f"{NONE}`go build` was not done within 0 minutes"
    assert _still(cli._TOOLS / "beats")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_ends_with_all_it_started(path: Path, how: signal.Signals) -> None:
    _executable(path / "go", ENDLESS)
    folders = f"cli.BUILT, cli._TOOLS = Path({str(cli.BUILT)!r}), Path({str(cli._TOOLS)!r})"
    # A job in the background of a shell ignores SIGINT, and so does all it starts: here it must be heard.
    heard = "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)"
    build = f"from pathlib import Path\nfrom tests.engine import cli\n{folders}\nsys.exit(cli.main())"
    code = f"{heard}\n{build}"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=cli.ROOT, stderr=subprocess.PIPE, text=True)
    beats = cli._TOOLS / "beats"
    while not beats.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (2, f"{NONE}its build was stopped\n")
    assert _still(beats)
    assert list(cli.BUILT.iterdir()) == []
