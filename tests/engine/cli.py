"""Pulumi CLI for the tests: the one on PATH if its version is accepted, otherwise one built from tools/go.mod.

`python -m tests.engine.cli` (`make engine`) builds it if needed and prints its path. Where no CLI is found and none can
be built, it prints one message and exits with status 2.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from tests.harness.root import ROOT

ACCEPTED = ("3.276.0",)
"""The versions of a CLI on PATH that these tests have been run with."""
BUILT = ROOT / ".engine"
_TOOLS = ROOT / "tools"
_COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_EXECUTOR = "pulumi-language-python-exec"
_LIMIT = timedelta(minutes=25)
_ANSWER = timedelta(seconds=60)


class NoEngineError(Exception):
    """No CLI to run the tests with; the text says what is missing."""


@dataclass(frozen=True)
class Cli:
    """The executable `pulumi` with its Python: `host`, the official language host, or `executor`, the SDK's script for
    ours.
    """

    pulumi: Path
    host: Path | None = None
    executor: Path | None = None


@cache
def found() -> Cli | None:
    """The CLI on PATH, otherwise the built one, otherwise None."""
    try:
        return on_path() or built()
    except NoEngineError:
        return built()


def on_path() -> Cli | None:
    """The CLI on PATH. Raises `NoEngineError` for a version that is not accepted."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        return None
    version = _version(Path(pulumi))
    if version not in ACCEPTED:
        raise NoEngineError(
            f"{pulumi} is {f'version {version}' if version else 'no Pulumi CLI that runs'}; "
            f"the tests name {', '.join(ACCEPTED)} (tests/engine/cli.py)"
        )
    host = shutil.which("pulumi-language-python", path=os.pathsep.join([str(Path(pulumi).parent), os.environ["PATH"]]))
    if host is None:
        raise NoEngineError(f"{pulumi} has no pulumi-language-python beside it")
    return Cli(Path(pulumi), host=Path(host))


def built() -> Cli | None:
    """The CLI in .engine; None where it is absent, incomplete, or not of the version in tools/go.mod."""
    pulumi, executor = BUILT / "pulumi", BUILT / _EXECUTOR
    whole = executor.exists() and _version(pulumi) == pinned()
    return Cli(pulumi, executor=executor) if whole else None


def pinned() -> str:
    """The version of the CLI in tools/go.mod."""
    (version,) = re.findall(
        r"^\s*github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (_TOOLS / "go.mod").read_text("utf-8"), re.M
    )
    return str(version)


def build() -> Cli:
    """Build the CLI into .engine. Raises `NoEngineError`."""
    go = shutil.which("go")
    if go is None:
        raise NoEngineError("there is no `go` on PATH to build it with")
    BUILT.mkdir(exist_ok=True)
    new = BUILT / f"pulumi.{os.getpid()}"
    version = f"-X {_SDK}/go/common/version.Version=v{pinned()}"
    try:
        _go(go, "build", "-o", str(new), "-ldflags", version, _COMMAND)
        shutil.copyfile(
            Path(_go(go, "list", "-m", "-f", "{{.Dir}}", _SDK)) / "python" / "cmd" / _EXECUTOR, BUILT / _EXECUTOR
        )
        new.replace(BUILT / "pulumi")
    except OSError as fault:
        raise NoEngineError(str(fault)) from None
    finally:
        new.unlink(missing_ok=True)
    made = built()
    if made is None:
        raise NoEngineError(f"what was built does not say that it is version {pinned()}")
    return made


def _go(go: str, *arguments: str) -> str:
    """Output of a Go command; no toolchain is downloaded. Raises `NoEngineError` with the command's last error line."""
    environment = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    status, printed, complained = _run([go, *arguments], _LIMIT, environment)
    if status is None:
        raise NoEngineError(f"`go {arguments[0]}` was not done within {_LIMIT.seconds // 60} minutes")
    if status:
        lines = [line for line in complained.splitlines() if line.strip() and not line.startswith("go: downloading")]
        raise NoEngineError(f"`go {arguments[0]}` failed: {lines[-1].strip() if lines else f'status {status}'}")
    return printed.strip()


def _version(pulumi: Path) -> str | None:
    """The version that a CLI prints; None where it does not run."""
    try:
        status, printed, _ = _run([str(pulumi), "version"], _ANSWER, os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"})
    except OSError:
        return None
    return printed.strip().removeprefix("v") if status == 0 else None


def _run(command: Sequence[str], limit: timedelta, environment: dict[str, str]) -> tuple[int | None, str, str]:
    """Status, output and errors of a command in tools/; status None after the time limit. No process survives it."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=_TOOLS,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            printed, complained = process.communicate(timeout=limit.total_seconds())
        except subprocess.TimeoutExpired:
            return None, "", ""
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return process.returncode, printed, complained


def main() -> int:
    """Find or build the CLI and print its path."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends, too
    why = []
    try:
        cli = on_path()
    except NoEngineError as unfit:
        cli = None
        why.append(str(unfit))
    cli = cli or built()
    if cli is None:
        print(f"building the Pulumi CLI {pinned()} into {BUILT.name}/ (once, some minutes) ...", flush=True)
        try:
            cli = build()
        except NoEngineError as fault:
            print("; ".join([f"no Pulumi CLI {pinned()}: {fault}", *why]), file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print(f"no Pulumi CLI {pinned()}: its build was stopped", file=sys.stderr)
            return 2
    print(cli.pulumi)
    return 0


if __name__ == "__main__":
    sys.exit(main())
