"""Previews over an existing state: the verdicts are those of the new program."""

from pathlib import Path
from typing import Any

import pytest

from im_stack.facts.wire.secrets import plaintext
from im_stack.preflight.judgement.one_stack import check_stack
from im_stack.preflight.recording.recording import Registration
from tests.harness.deployed import deployed
from tests.harness.engine import Engine, Ran, deployment, needs_cli, needs_venv
from tests.harness.programs import blocked, write_program

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]
BUCKET = "tencentcloud:Cos/bucket:Bucket"


def _previewed(folder: Path, name: str, change: Any) -> tuple[Ran, set[tuple[str, str]]]:
    """A preview of a program over its own deployed state with `change`, and preflight's check of the program."""
    project = write_program(folder / "project", name, stack="old")
    check = check_stack(project, "old")
    before = deployed(check.stack)
    for registration in before:
        registration["inputs"] = plaintext(registration["inputs"])  # an import takes no secrets without their key
    change(before)
    ran = Engine(folder).deploy(project, "old", "preview", state=deployment(before, check.stack.project, "old"))
    return ran, blocked(check)


def _steps(ran: Ran) -> dict[str, set[str]]:
    """Operation on each resource by name."""
    steps: dict[str, set[str]] = {}
    for event in ran.events:
        if "resourcePreEvent" in event:
            step = event["resourcePreEvent"]["metadata"]
            steps.setdefault(step["urn"].rsplit("::", 1)[-1], set()).add(step["op"])
    return steps


def _bucket(registrations: list[Registration]) -> Registration:
    return next(r for r in registrations if r["type"] == BUCKET)


def test_a_bucket_that_is_replaced_and_one_that_is_deleted(tmp_path: Path) -> None:
    """The old bucket has another name and a public bucket beside it; neither is in the program."""

    def change(registrations: list[Registration]) -> None:
        bucket = _bucket(registrations)
        bucket["inputs"]["bucket"] = "before-1250000000"
        gone = bucket["urn"].rsplit("::", 1)[0] + "::gone"
        inputs = {**bucket["inputs"], "bucket": "gone-1250000000", "acl": "public-read"}
        registrations.append({**bucket, "urn": gone, "name": "gone", "inputs": inputs})
        for registration in registrations:
            registration["protect"] = False  # else nothing could be replaced

    ran, expected = _previewed(tmp_path, "compliant", change)
    assert ran.failed == expected == set(), ran.output
    assert ran.status == 0, ran.output
    steps = _steps(ran)
    assert "delete" in steps["gone"], steps
    assert {"create-replacement", "replace"} & steps["media"], steps


def test_a_bucket_that_was_private_and_is_opened(tmp_path: Path) -> None:
    def change(registrations: list[Registration]) -> None:
        _bucket(registrations)["inputs"]["acl"] = "private"

    ran, expected = _previewed(tmp_path, "public", change)
    assert ran.failed == expected, ran.output
    assert "no-public-door" in {rule for rule, _ in expected}
    assert ran.status == 1


def test_a_weak_bucket_that_is_replaced_by_a_weak_one(tmp_path: Path) -> None:
    def change(registrations: list[Registration]) -> None:
        _bucket(registrations)["inputs"]["bucket"] = "before-1250000000"

    ran, expected = _previewed(tmp_path, "public", change)
    assert ran.failed == expected, ran.output
    assert ran.status == 1


def test_deleting_what_is_protected_fails_there_and_is_not_seen_here(tmp_path: Path) -> None:
    """Preflight has no old state, so only a preview finds a refused deletion."""

    def change(registrations: list[Registration]) -> None:
        bucket = _bucket(registrations)
        gone = bucket["urn"].rsplit("::", 1)[0] + "::gone"
        inputs = {**bucket["inputs"], "bucket": "gone-1250000000"}
        registrations.append({**bucket, "urn": gone, "name": "gone", "inputs": inputs, "protect": True})

    ran, expected = _previewed(tmp_path, "compliant", change)
    assert expected == set()
    assert ran.status != 0
    assert "protect" in ran.output
