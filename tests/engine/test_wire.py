"""Policy harness and real engine show a pack the same: one pack under both writes down everything it receives."""

import json
import random
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from im_stack.preflight.judgement.one_stack import check_stack
from tests.harness.engine import Engine, needs_cli, needs_venv
from tests.harness.pack_drive import drive, running
from tests.harness.programs import write_program
from tests.harness.root import ROOT
from tests.policy_harness.packs import HEADER

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]
MIRROR = """
import json

def plain(value):
    if isinstance(value, Mapping):
        return {key: member(value, key) for key in sorted(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [member(value, index) for index in range(len(value))]
    return repr(value)

def member(value, key):
    try:
        return plain(value[key])
    except UnknownValueError as unknown:
        return f"unknown {unknown.unknown_type_sentinel}"

def seen(r):
    times = r.opts.custom_timeouts
    return {
        "type": r.resource_type, "name": r.name, "urn": r.urn, "props": plain(r.props),
        "options": [r.opts.protect, list(r.opts.ignore_changes), r.opts.delete_before_replace, list(r.opts.aliases),
                    r.opts.parent,
                    times.create_seconds, times.update_seconds, times.delete_seconds],
        "provider": r.provider and [r.provider.resource_type, r.provider.urn, r.provider.name, plain(r.provider.props)],
    }

def write(line):
    with open(FILE, "a") as file:
        file.write(json.dumps(line) + "\\n")

def alone(args, report):
    write({"alone": seen(args)})

def whole(args, report):
    for r in args.resources:
        write({"stack": {**seen(r), "parent": r.parent and r.parent.urn,
            "dependencies": sorted(d.urn for d in r.dependencies),
            "links": {k: sorted(d.urn for d in v) for k, v in r.property_dependencies.items()}}})

serve(resource("alone", alone), stack("whole", whole))
"""


def _mirror(folder: Path, name: str) -> tuple[Path, Path]:
    """A pack that writes everything it receives to a file."""
    pack, file = folder / name, folder / f"{name}.json"
    pack.mkdir()
    options = f"  options:\n    virtualenv: {ROOT / '.venv'}\n"
    (pack / "PulumiPolicy.yaml").write_text(f"runtime:\n  name: python\n{options}")
    (pack / "__main__.py").write_text(f"FILE = {str(file)!r}\n{HEADER}{MIRROR}")
    return pack, file


def _seen(file: Path, kind: str) -> dict[str, Any]:
    """What a mirror received, by URN. The name of a default provider is cut before its version."""
    text = re.sub(r"\bdefault_[\w/.]+", "default", file.read_text())
    lines = [json.loads(line) for line in text.splitlines()]
    return {line[kind]["urn"]: line[kind] for line in lines if kind in line}


def _within(ours: Any, theirs: Any) -> bool:
    """Whether everything in `ours` equals its counterpart in `theirs`, which has defaults and computed values
    besides.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_within(value, theirs.get(key)) for key, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_within, ours, theirs))
    return bool(ours == theirs)


@pytest.mark.parametrize("name", ["compliant", "default_provider", "canaries"])
def test_a_pack_sees_the_same_under_the_engine(tmp_path: Path, name: str) -> None:
    """Except additional secret outputs, which a recording does not keep, and what only a provider knows."""
    project = write_program(tmp_path / "project", name)
    check = check_stack(project, "test")
    offline, ours = _mirror(tmp_path, "offline")
    with running(offline, check.stack, python=sys.executable) as pack:
        drive(pack, check.recording, shuffled=random.Random(1))
    online, theirs = _mirror(tmp_path, "online")
    ran = Engine(tmp_path).deploy(project, "test", "preview", "--policy-pack", str(online))
    assert theirs.exists(), ran.output
    for kind in ("alone", "stack"):
        shown, real = _seen(ours, kind), _seen(theirs, kind)
        assert shown.keys() == real.keys()
        for urn, resource in shown.items():
            for key in ("props", "provider"):
                assert _within(resource.pop(key), real[urn].pop(key)), (kind, urn, key)
            assert resource == real[urn]
