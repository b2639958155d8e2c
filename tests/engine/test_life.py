"""Life of one stack for each cloud under the real engine: create, no change, update, interrupt, resume, destroy.

The provider is the stand-in, unless a real plugin is on PATH and `HTTP_PROXY` is set: these tests cover program,
engine, pack, state and order, not the provider.
"""

import signal
from pathlib import Path
from typing import Any

import pytest

from im_stack.policies.engine.pack import IRREVERSIBLE
from im_stack.policies.rule import Outcome
from tests.engine.standin.cloud import Order
from tests.harness.deployment import BUSY, as_state, begin, changed, is_real, judged_alike, names, stack_parameters
from tests.harness.engine import needs_cli, needs_venv

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]
SLOW = {"tencent-ap-jakarta": "im-media", "aws-ap-southeast-3": "im-media-lifecycle"}
"""A resource of each stack that changes with the period of messages."""
DRIFTS: dict[str, tuple[str, dict[str, Any]]] = {
    "tencent-ap-jakarta": ("im-mysql-backups", {"retentionPeriod": 1830}),
    "aws-ap-southeast-3": ("im-mysql", {"backupRetentionPeriod": 35}),
}
KEYRING = {
    "tencent-ap-jakarta": {"im-keyring", "im-keyring-guard", "im-keys-key"},
    "aws-ap-southeast-3": {"im-keyring", "im-keyring-policy", "im-keyring-private", "im-keys-key"},
}
"""The keyring, and what guards it."""
DOORS = {
    "tencent-ap-jakarta": """
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos
beside = tencentcloud.Provider("beside", region="ap-jakarta")
cos.Bucket("door", bucket="door-1250000000", acl="public-read", opts=pulumi.ResourceOptions(provider=beside))
""",
    "aws-ap-southeast-3": """
import pulumi_aws as aws
from pulumi_aws import rds
beside = aws.Provider("beside", region="ap-southeast-3", allowed_account_ids=["123456789012"])
rds.Instance("door", instance_class="db.t4g.medium", publicly_accessible=True, engine="mysql",
             opts=pulumi.ResourceOptions(provider=beside))
""",
}


def _shorter(config: dict[str, Any]) -> None:
    config["im:classes"]["messages"]["period"] = "P6D"
    config["im:classes"]["access-logs"]["period"] = "P20D"


def _as_before(config: dict[str, Any]) -> None:
    config["im:classes"]["messages"]["period"] = "P7D"
    config["im:classes"]["access-logs"]["period"] = "P30D"


@pytest.mark.parametrize("stack", stack_parameters(real=True))
def test_a_stack_is_made_left_alone_changed_stopped_resumed_and_taken_down(tmp_path: Path, stack: str) -> None:
    deployed = begin(tmp_path, stack)

    if not is_real(stack):
        deployed.cloud.busy_for(BUSY)

    # From nothing, with the pack; then nothing is left to do, and the state is judged alike.
    made = deployed.up()
    assert made.violations == []
    urns = deployed.urns()
    assert changed(made) == dict.fromkeys(urns, "create")
    assert deployed.preview("--expect-no-changes").violations == []
    deployed.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert deployed.urns() == urns
    judged_alike(deployed)

    # A longer retention set outside the engine: --state fails after a refresh, and the next update corrects it.
    if not is_real(stack):
        deployed.cloud.drift(*DRIFTS[stack])
        deployed.run("refresh", "--yes", "--skip-preview")
        assert "ceiling" in {v.rule for v in as_state(deployed).judgement.verdicts if v.outcome is Outcome.FAIL}

    # A shorter period is an update in place of all that keeps it.
    deployed.declare(_shorter)
    shorter = changed(deployed.up())
    assert set(shorter.values()) == {"update"}
    assert names(shorter) >= {SLOW[stack], *([] if is_real(stack) else DRIFTS[stack][:1])}
    judged_alike(deployed)

    # A longer one again, stopped in the middle; the next run does the rest.
    deployed.declare(_as_before)
    if not is_real(stack):
        deployed.cloud.order(Order("Update", SLOW[stack], "wait", seconds=2))
        deployed.stopped("Update", SLOW[stack], signal.SIGINT)
        assert deployed.urns() == urns
    longer = changed(deployed.up("--refresh"))
    assert set(longer) <= set(shorter)
    assert longer if is_real(stack) else set(longer) < set(shorter)

    # Nothing else is left to do; and an act that cannot be taken back is stopped before it is done, without a preview.
    with deployed.more(DOORS[stack]):
        stopped = deployed.up(ends=1)
    assert IRREVERSIBLE in {rule for rule, _, _ in stopped.violations}
    assert names(changed(stopped)) <= {"beside"}
    assert names(deployed.urns() - urns) <= {"beside"}

    # Taken down, as `preflight takedown` says: nothing goes while it is protected; it ends at the keyring, with the
    # stores gone and its guards there; once that is empty, all of it goes.
    deployed.run("destroy", "--yes", "--skip-preview", ends=1)
    assert urns <= deployed.urns()
    deployed.run("state", "unprotect", "--all", "--yes")
    if not is_real(stack):
        deployed.cloud.fill("im-keyring")
        deployed.cloud.fill("im-media")
        deployed.run("destroy", "--yes", "--skip-preview", ends=1)
        left = {made.name for made in deployed.cloud.made()}
        assert left >= KEYRING[stack]
        assert not left & {"im-media", "im-avatars", "im-mysql", "im-mongodb", "im-redis"}
        deployed.cloud.fill("im-keyring", full=False)
    deployed.run("destroy", "--yes", "--skip-preview")
    assert deployed.urns() == set()
    if not is_real(stack):
        assert deployed.cloud.made() == []
        assert {asked.answer for asked in deployed.cloud.asked()} == {
            "done",
            "NotEmpty: Bucket im-keyring still holds something",
        }
