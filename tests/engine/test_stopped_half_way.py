"""Deployments that fail half way and are resumed: the state stays readable and no process is left.

The provider is the stand-in, which fails on request; how the real one behaves on failure is not tested here.
"""

import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.engine.standin.cloud import Asked, Order
from tests.harness.deployment import begin, is_real, left_running, names
from tests.harness.engine import Ran, needs_cli, needs_venv

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]
STACK = "tencent-ap-jakarta"
REFUSED = "InternalError: refused by an order of the test. (stand-in of tencentcloud)"


def _failed(ran: Ran) -> list[tuple[str, str]]:
    """Failed resources with their error messages."""
    diagnostics = [event["diagnosticEvent"] for event in ran.events if "diagnosticEvent" in event]
    errors = [
        e
        for e in diagnostics
        if e["severity"] == "error" and e.get("urn") and "::pulumi:pulumi:Stack::" not in e["urn"]
    ]
    return [(e["urn"].rsplit("::", 1)[-1], e["message"]) for e in errors]


def _unanswered(asked: Sequence[Asked]) -> set[str]:
    return {one.name for one in asked if one.answer is None}


@pytest.mark.skipif(is_real(STACK), reason="the stand-in's cloud takes orders, no other")
def test_what_fails_half_way_is_said_once_and_gone_on_with(tmp_path: Path) -> None:
    deployed = begin(tmp_path, STACK)
    cloud = deployed.cloud

    # The cloud refuses one request: one resource failed, and the reason is the cloud's.
    cloud.order(Order("Create", "*:Subnet/instance:Instance", "refuse", nth=2))
    (refused,) = _failed(deployed.run("up", "--yes", "--skip-preview", ends=1))
    assert refused[0] in ("im-network-1", "im-network-2")
    assert REFUSED in refused[1]
    assert len(deployed.urns()) == len(cloud.made()) + 1  # the provider
    assert left_running(tmp_path) == []

    # The plugin dies in a request, before the cloud does anything: whatever was under way failed, each said once.
    cloud.order(Order("Create", "im-keyring", "die"))
    died = [name for name, _ in _failed(deployed.run("up", "--yes", "--skip-preview", ends=1))]
    assert "im-keyring" in died
    assert len(died) == len(set(died))
    unanswered = _unanswered(cloud.asked())
    assert unanswered <= {*died}
    assert left_running(tmp_path) == []
    for name in sorted(unanswered):
        cloud.lose(name)  # the state has no answer about it: the user finds and deletes it in the cloud

    # The whole engine is killed while the cloud makes something: only a lock and what was under way are left.
    cloud.order(Order("Create", "im-mongodb", "wait", seconds=2))
    deployed.stopped("Create", "im-mongodb", signal.SIGKILL)
    locked = deployed.run("up", "--yes", "--skip-preview", ends=1)
    assert "the stack is currently locked" in locked.output
    deployed.run("cancel", "--yes")
    assert left_running(tmp_path) == []
    pending = names(deployed.pending())
    assert "im-mongodb" in pending
    for name in pending:
        cloud.lose(name)  # the user finds and deletes it in the cloud

    # The next run does the rest, and the one after it nothing.
    deployed.run("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    deployed.run("up", "--yes", "--skip-preview")
    deployed.run("preview", "--expect-no-changes")
    made = [one.name for one in cloud.made()]
    assert len(deployed.urns()) == len(set(made)) + 1
    twice = {name for name in made if made.count(name) > 1}
    assert twice <= _unanswered(cloud.asked())  # what was made, and never answered, is not in the state
