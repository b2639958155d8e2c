"""The real Pulumi CLI in tests: its own home and state, no login, no download, dummy credentials.

Programs and packs run by the official language host where the CLI has one, otherwise by `tests/engine/host`. A provider
plugin is the real one where it is on PATH, otherwise `tests/engine/standin`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import Any

import pytest

from im_stack.policies.engine.pack import DECLARATION, IRREVERSIBLE
from im_stack.preflight.recording.record import end
from im_stack.preflight.recording.recording import Registration
from tests.engine.cli import ACCEPTED, Cli, found
from tests.harness.root import ROOT
from tests.harness.world import SECRET, SIGNATURE

PACK = ROOT / "policies"
PACKAGES = {"tencentcloud": "0.2.3", "aws": "7.51.1"}
"""The provider of each cloud, in the version of its SDK."""
REAL = {package: shutil.which(f"pulumi-resource-{package}") for package in PACKAGES}
_HAS_VENV = (ROOT / ".venv" / "bin" / "python").exists()
needs_cli = pytest.mark.skipif(found() is None, reason="there is no Pulumi CLI: run `make engine`")
needs_plugin = pytest.mark.skipif(
    REAL["tencentcloud"] is None, reason="no real pulumi-resource-tencentcloud is on PATH"
)
needs_venv = pytest.mark.skipif(not _HAS_VENV, reason=f"{ROOT}/.venv, which the pack runs in, is not there")
_LIMIT = timedelta(minutes=5)
_KEPT = {"PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} | {
    "TENCENTCLOUD_PROTOCOL",
    "TENCENTCLOUD_COS_DOMAIN",
}
"""What of the environment counts: never a cloud's credentials."""
_NOWHERE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "TENCENTCLOUD_READ_RETRY_TIMEOUT": "0",  # minutes; a network that does not answer is asked for three by default
    "TENCENTCLOUD_WRITE_RETRY_TIMEOUT": "0",
}
"""A real plugin reaches no cloud, and says so at once, unless the environment leads it to one."""
_SETTINGS = {
    "PULUMI_CONFIG_PASSPHRASE": "test",
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
    "PULUMI_DEBUG_COMMANDS": "true",
    "TENCENTCLOUD_SECRET_ID": "x",
    "TENCENTCLOUD_SECRET_KEY": "canary-of-the-environment",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "canary-of-the-environment",
}


def the_cli() -> Cli:
    """The CLI. Fails where there is none."""
    cli = found()
    assert cli, "there is no Pulumi CLI: run `make engine`"
    return cli


@dataclass(frozen=True)
class Ran:
    """Result of one run of the CLI: exit status, output, and engine events."""

    status: int
    output: str
    events: list[dict[str, Any]]

    @property
    def violations(self) -> list[tuple[str, str, str]]:
        """Rule, URN and message of every mandatory violation."""
        found = [event["policyEvent"] for event in self.events if "policyEvent" in event]
        return [
            (e["policyName"], e["resourceUrn"], e["message"]) for e in found if e["enforcementLevel"] == "mandatory"
        ]

    @property
    def failed(self) -> set[tuple[str, str]]:
        """Rule and URN of every rule's violation, with an empty URN for the stack as a whole."""
        return {
            (rule, "" if "::pulumi:pulumi:Stack::" in urn else urn)
            for rule, urn, _ in self.violations
            if rule not in (DECLARATION, IRREVERSIBLE)
        }


@dataclass(frozen=True)
class Engine:
    """A CLI with its home, state and event log in one folder."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables besides the usual ones."""

    def run(self, *arguments: str, cwd: Path) -> Ran:
        """Run the CLI in `cwd` to its end."""
        process = self.start(*arguments, cwd=cwd)
        try:
            printed, complained = process.communicate(timeout=_LIMIT.total_seconds())
        finally:
            end(process)
        log = self._log
        lines = (log.read_text() if log.exists() else printed.decode()).splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return Ran(process.returncode, (printed + complained).decode(), events)

    def start(self, *arguments: str, cwd: Path) -> "subprocess.Popen[bytes]":
        """Start the CLI in `cwd`, in its own process group."""
        self._log.unlink(missing_ok=True)
        command = [str(the_cli().pulumi), *arguments, "--non-interactive"]
        if arguments[0] in ("preview", "up", "refresh", "destroy"):
            command += ["--event-log", str(self._log)]
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def variables(self) -> dict[str, str]:
        """The environment of a run, with the plugins installed in the CLI's home."""
        (self.folder / "state").mkdir(exist_ok=True)
        self._offer()
        own = {
            "HOME": str(self.folder),
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
        }
        kept = {key: value for key, value in os.environ.items() if key in _KEPT}
        return _NOWHERE | kept | _SETTINGS | own | dict(self.environment)

    @property
    def _log(self) -> Path:
        return self.folder / "events.json"

    def _offer(self) -> None:
        """Install the plugins in the CLI's home."""
        cli = the_cli()
        if cli.host:
            self._link("language", "python", ACCEPTED[0], cli.host)
        else:
            self._write("language", "python", ACCEPTED[0], "tests.engine.host", str(cli.executor))
        for package, version in PACKAGES.items():
            real = REAL[package]
            if real:
                self._link("resource", package, version, Path(real))
            else:
                self._write("resource", package, version, "tests.engine.standin", package)

    def _place(self, kind: str, name: str, version: str) -> Path:
        place = self.folder / "home" / "plugins" / f"{kind}-{name}-v{version}"
        place.mkdir(parents=True, exist_ok=True)
        return place / f"pulumi-{kind}-{name}"

    def _link(self, kind: str, name: str, version: str, to: Path) -> None:
        link = self._place(kind, name, version)
        if not link.is_symlink():
            link.symlink_to(to)

    def _write(self, kind: str, name: str, version: str, module: str, arguments: str) -> None:
        """Install a plugin that runs one of our modules."""
        file = self._place(kind, name, version)
        if not file.exists():  # its path is not the one of the programs that it starts
            code = (
                f"import runpy, sys; sys.path.insert(0, {str(ROOT)!r}); "
                f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
            )
            file.write_text(f'#!/bin/sh\nexec {sys.executable} -P -c {quote(code)} {arguments} "$@"\n')
            file.chmod(0o755)

    def deploy(self, project: Path, stack: str, *arguments: str, state: dict[str, Any] | None = None) -> Ran:
        """`preview` or `up`, with the pack, of a project whose Pulumi.yaml names no virtual environment.

        `state` is imported first.
        """
        yaml = project / "Pulumi.yaml"
        text = re.sub(r"^runtime:.*\n(?: .*\n)*", "", yaml.read_text(), flags=re.MULTILINE)
        yaml.write_text(f"{text}runtime: {{name: python, options: {{virtualenv: {ROOT / '.venv'}}}}}\n")
        made = self.run("stack", "init", stack, cwd=project)
        assert made.status == 0, made.output
        if state is not None:
            file = self.folder / "deployed.json"
            file.write_text(json.dumps(state))
            imported = self.run("stack", "import", "--stack", stack, "--file", str(file), cwd=project)
            assert imported.status == 0, imported.output
        return self.run(arguments[0], "--stack", stack, "--policy-pack", str(PACK), *arguments[1:], cwd=project)


def deployment(registrations: list[Registration], project: str, stack: str) -> dict[str, Any]:
    """State file of a deployed stack, from `deployed` registrations, as `pulumi stack export --show-secrets`
    writes it.
    """
    root = f"urn:pulumi:{stack}::{project}::pulumi:pulumi:Stack::{project}-{stack}"
    resources: list[dict[str, Any]] = [{"urn": root, "custom": False, "type": "pulumi:pulumi:Stack"}]
    ids = {r["urn"]: r["known"]["id"] for r in registrations if "id" in r.get("known", {})}
    for r in registrations:
        inputs = {key: _exported(value) for key, value in r["inputs"].items() if value is not None}
        known = r.get("known", {})
        resource = {
            "urn": r["urn"],
            "custom": r["custom"],
            "type": r["type"],
            "inputs": inputs,
            "outputs": {**inputs, **known} if r["custom"] else {},  # as bridged providers answer
            "parent": r["parent"] or root,
            "protect": r["protect"],
            "ignoreChanges": r["ignore_changes"],
            "retainOnDelete": r["retain_on_delete"],
            "deletedWith": r.get("deleted_with", ""),
            "external": r["read"],
            "dependencies": r.get("dependencies", []),
            "propertyDependencies": {key: urns for key, urns in r["links"].items() if urns},
        }
        if "id" in known:
            resource["id"] = known["id"]
        if r["provider"]:
            resource["provider"] = f"{r['provider']}::{ids.get(r['provider'], '')}"
        resources.append(resource)
    manifest = {"time": "2026-11-23T00:00:00Z", "magic": "", "version": ""}
    return {"version": 3, "deployment": {"manifest": manifest, "resources": resources}}


def _exported(value: Any) -> Any:
    """A value as `pulumi stack export --show-secrets` writes it."""
    if isinstance(value, list):
        return [_exported(item) for item in value]
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return {SIGNATURE: SECRET, "plaintext": json.dumps(value["value"])}
        return {key: _exported(item) for key, item in value.items()}
    return value
