"""Availability zones of a cloud account, and the comparison with a stack's declared zones.

In: a region; the Pulumi CLI, the plugin and credentials of the environment. Out: zones per service, from a preview that
makes nothing. Raises `InputError` where there is no answer.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.declaration import Zones

_TIME_LIMIT_SECONDS = 120
_NEEDS = "the Pulumi CLI with the provider's plugin, and the cloud's credentials in the environment"
Answer = Mapping[str, Sequence[Mapping[str, str]]]
"""Per service the zones that sell it: `name` (ap-jakarta-1) and `id`, the number some services use instead."""


def compare(zones: Zones, answer: Answer) -> list[str]:
    """Declared zones that the answer does not have, each as one line."""
    names = {service: {row["name"] for row in rows} for service, rows in answer.items()}
    numbers = {service: {row["id"] for row in rows} for service, rows in answer.items()}
    wanted = {
        "mysql": (names, [zones.first, zones.second]),
        "mongodb": (names, list(zones.mongodb or (zones.first,))),
        "redis": (numbers, [str(zone) for zone in zones.redis]),
        "ckafka": (numbers, [str(zone) for zone in zones.ckafka]),
    }
    return [
        f"{service} has no zone {zone} in this region; it has {', '.join(sorted(there.get(service, ()))) or 'none'}"
        for service, (there, asked) in wanted.items()
        for zone in asked
        if zone not in there.get(service, set())
    ]


def verified(today: date) -> str:
    """Value of `verified` in a stack file, after a comparison without differences."""
    return f"{today.isoformat()} by preflight zones"


def ask(region: str) -> Answer:
    """Ask the cloud which zones it has. Raises `InputError` where there is no CLI, plugin, account or answer."""
    if not shutil.which("pulumi"):
        raise InputError(Problem("there is no Pulumi CLI on the PATH, and zones can only be asked for by it", _NEEDS))
    with tempfile.TemporaryDirectory(prefix="zones-") as folder:
        project, answer = Path(folder), Path(folder) / "answer.json"
        runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
        (project / "Pulumi.yaml").write_text(json.dumps({"name": "zones", "runtime": runtime}), encoding="utf-8")
        (project / "__main__.py").write_text(
            "from im_stack.components.tencent.zones import ask\n\nask()\n", encoding="utf-8"
        )
        environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": f"file://{folder}",
            "PULUMI_CONFIG_PASSPHRASE": "zones",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "IM_ZONES_REGION": region,
            "IM_ZONES_ANSWER": str(answer),
        }
        for command in (["stack", "init", "zones"], ["preview", "--stack", "zones"]):
            try:
                run = subprocess.run(
                    ["pulumi", *command, "--non-interactive"],
                    cwd=project,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=_TIME_LIMIT_SECONDS,
                )
            except subprocess.TimeoutExpired:
                raise InputError(Problem(f"the cloud did not answer within {_TIME_LIMIT_SECONDS} s", _NEEDS)) from None
            if run.returncode:
                errors = [line.strip() for line in (run.stdout + run.stderr).splitlines() if "error:" in line]
                raise InputError(
                    Problem(f"the zones could not be asked for: {(errors or ['no reason given'])[0]}", _NEEDS)
                )
        if not answer.exists():
            raise InputError(Problem("the cloud gave no answer", _NEEDS))
        found: Answer = json.loads(answer.read_text(encoding="utf-8"))
    return found
