"""Deployment of a stack of this project by the real engine: a copied project with its secrets set.

Without a real plugin on PATH the provider is the stand-in, whose cloud a test can inspect and control.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from im_stack.facts.mechanism.cloud import package_of
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.from_file import check_state
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.recording.record import end
from im_stack.preflight.stack_files.stack_file import read_stack
from tests.engine.standin import CLOUD
from tests.engine.standin.cloud import Cloud
from tests.harness.engine import PACK, REAL, Engine, Ran
from tests.harness.root import ROOT
from tests.harness.world import TODAY

STACKS = ("tencent-ap-jakarta", "aws-ap-southeast-3")
_SECRETS = ("mysql-root-password", "mongodb-password", "redis-password", "producer-password", "consumer-password")
_SOON = 60.0
BUSY = 0.1
HURRIED = f"""
import asyncio
_sleep = asyncio.sleep
asyncio.sleep = lambda seconds, *more: _sleep(min(seconds, {2 * BUSY}), *more)
"""
"""The pause that a program leaves an instance is of seconds. Where one is busy for `BUSY`, twice that will do."""
CANARY = "Canary-0"
"""How every secret of a deployed stack begins."""


def is_real(stack: str) -> bool:
    """Whether the stack's provider plugin is the real one."""
    return REAL[package_of(stack.partition("-")[0])] is not None


def stack_parameters(*, real: bool, stacks: Sequence[str] = STACKS) -> list[Any]:
    """Pytest parameters, one for each of `stacks`.

    `real`: the test needs nothing of the stand-in, so it also runs with a real plugin where `HTTP_PROXY` is set. With a
    real plugin every other test is skipped.
    """
    led = "HTTP_PROXY" in os.environ
    why = "the environment leads the real plugin to no cloud" if real else "the stand-in's cloud takes orders, no other"
    skip = pytest.mark.skip(reason=why)
    return [pytest.param(stack, marks=[skip] if is_real(stack) and not (real and led) else []) for stack in stacks]


@dataclass(frozen=True)
class Deployment:
    engine: Engine
    project: Path
    stack: str
    cloud: Cloud

    def run(self, *arguments: str, ends: int = 0) -> Ran:
        """Run a command of the CLI on the stack and check that its exit status is `ends`."""
        ran = self.engine.run(*arguments, "--stack", self.stack, cwd=self.project)
        assert ran.status == ends, ran.output
        assert CANARY not in ran.output
        return ran

    def up(self, *arguments: str, ends: int = 0) -> Ran:
        """`up` with the policy pack and without a preview."""
        return self.run("up", "--yes", "--skip-preview", "--policy-pack", str(PACK), *arguments, ends=ends)

    def preview(self, *arguments: str, ends: int = 0) -> Ran:
        return self.run("preview", "--policy-pack", str(PACK), *arguments, ends=ends)

    def declare(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the configuration in the stack file."""
        file = self.project / "stacks" / f"Pulumi.{self.stack}.yaml"
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        document["config"] |= read_stack(self.project, self.stack).structured
        change(document["config"])
        file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    @contextmanager
    def more(self, program: str) -> Iterator[None]:
        """Append code to the program."""
        file = self.project / "stacks" / "__main__.py"
        text = file.read_text(encoding="utf-8")
        file.write_text(f"{text}\n{program}\n", encoding="utf-8")
        yield
        file.write_text(text, encoding="utf-8")

    def stopped(self, verb: str, name: str, how: signal.Signals) -> None:
        """Run `up` and send it a signal once the cloud has this request. SIGINT goes to its group, as Ctrl-C does."""
        process = self.engine.start("up", "--yes", "--skip-preview", "--stack", self.stack, cwd=self.project)
        try:
            until = time.monotonic() + _SOON
            while not any(one.ended is None and (one.verb, one.name) == (verb, name) for one in self.cloud.asked()):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until, f"the cloud was never asked to {verb} {name}"
                time.sleep(0.05)
            if how is signal.SIGINT:
                os.killpg(process.pid, how)
            else:
                self._pause_between_writes(process)
                process.send_signal(how)
            process.communicate(timeout=_SOON)
        finally:
            end(process)
        assert process.returncode != 0

    def _pause_between_writes(self, process: "subprocess.Popen[bytes]") -> None:
        """Pause the engine while no file beside its state is half written.

        The state itself is replaced whole, but its attributes (`.json.attrs`) are written in place. An engine that is
        killed in between leaves them empty, and the next command ends with "failed to load checkpoint: EOF".
        """
        while True:
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)  # until all its threads have stopped
            with suppress(ValueError):
                for file in self._state_file().parent.iterdir():
                    json.loads(file.read_bytes())
                return
            process.send_signal(signal.SIGCONT)
            time.sleep(0.01)

    def export(self) -> Path:
        """Path of the exported state, input of `preflight check --state`."""
        file = self.engine.folder / "exported.json"
        self.run("stack", "export", "--file", str(file))
        return file

    def urns(self) -> set[str]:
        """URNs of the custom resources in the state, which has no pending operation."""
        deployment = self._state()
        assert not deployment.get("pending_operations")
        return {resource["urn"] for resource in deployment.get("resources", ()) if resource["custom"]}

    def pending(self) -> set[str]:
        """URNs of the operations that were pending when the engine was killed."""
        return {operation["resource"]["urn"] for operation in self._state()["pending_operations"]}

    def _state(self) -> Any:
        return json.loads(self._state_file().read_text(encoding="utf-8"))["checkpoint"]["latest"]

    def _state_file(self) -> Path:
        """The state file in the folder that serves as backend."""
        (file,) = (self.engine.folder / "state").glob(f".pulumi/stacks/*/{self.stack}.json")
        return file


def begin(folder: Path, stack: str) -> Deployment:
    """A project with one initialised stack of ours and nothing deployed."""
    project = folder / "project"
    shutil.copytree(ROOT / "stacks", project / "stacks")
    if not is_real(stack):
        program = project / "stacks" / "__main__.py"
        program.write_text(HURRIED + program.read_text(encoding="utf-8"), encoding="utf-8")
    text = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
    (project / "Pulumi.yaml").write_text(text.replace("virtualenv: .venv", f"virtualenv: {ROOT / '.venv'}"))
    if (ROOT / "build").exists():
        (project / "build").symlink_to(ROOT / "build")  # a real plugin reads the function's zip
    file = folder / "cloud.sqlite"
    begun = Deployment(Engine(folder, {CLOUD: str(file)}), project, stack, Cloud(file))
    begun.run("stack", "init")
    secrets = [text for name in _SECRETS for text in ("--secret", f"im-secrets:{name}={CANARY}-of-{name}")]
    begun.run("config", "set-all", *secrets)
    return begun


def left_running(folder: Path) -> list[str]:
    """Command lines of processes that a run of the engine in `folder` left behind, one second after its end."""
    time.sleep(1)
    mine = f"PULUMI_HOME={folder}/".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another's
            if mine in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def changed(ran: Ran) -> dict[str, str]:
    """Operation by URN on every custom resource of a run; providers and operations that change nothing are left out."""
    done = [event["resOutputsEvent"]["metadata"] for event in ran.events if "resOutputsEvent" in event]
    steps = {step["urn"]: step["op"] for step in done if (step.get("new") or step.get("old") or {}).get("custom")}
    return {urn: op for urn, op in steps.items() if op not in ("same", "read", "refresh")}


def names(urns: Iterable[str]) -> set[str]:
    return {urn.rsplit("::", 1)[-1] for urn in urns}


def as_state(deployment: Deployment) -> Check:
    return check_state(deployment.project, deployment.stack, deployment.export(), today=TODAY)


def judged_alike(deployment: Deployment) -> None:
    """Assert that the state has every verdict and bound of the program, and passes besides."""
    state = as_state(deployment)
    program = check_stack(deployment.project, deployment.stack, today=TODAY)
    assert _verdicts(state) >= _verdicts(program)
    assert {outcome for _, _, outcome in _verdicts(state) - _verdicts(program)} <= {Outcome.PASS.value}
    assert _bounds(state) == _bounds(program)
    assert program.judgement.outcome is Outcome.PASS


def _verdicts(check: Check) -> set[tuple[str, str, str]]:
    return {(v.rule, v.subject, v.outcome.value) for v in check.judgement.verdicts}


def _bounds(check: Check) -> list[tuple[object, ...]]:
    return [(b.data_class, b.latest, b.earliest, limit) for b, limit in check.judgement.bounds]
