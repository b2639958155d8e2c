"""A stack with keys of people under the real engine: made, left alone, and not deleted while a person has a key.

The provider is the stand-in: the test covers program, engine, pack, state and order, not the provider.
"""

from pathlib import Path

import pytest

from tests.harness.deployment import begin, changed, judged_alike, names, stack_parameters
from tests.harness.engine import needs_cli, needs_venv
from tests.harness.people import seal_by_person

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]
_PEOPLE = {
    "tencent-ap-jakarta": {"im-people", "im-people-guard"},
    "aws-ap-southeast-3": {
        *("im-people", "im-people-encryption", "im-people-ownership", "im-people-policy", "im-people-private"),
    },
}


@pytest.mark.parametrize("stack", stack_parameters(real=False))
def test_people_s_keys_are_made_left_alone_and_kept_until_they_are_gone(tmp_path: Path, stack: str) -> None:
    deployed = begin(tmp_path, stack)
    deployed.declare(seal_by_person)
    made = deployed.up()
    assert made.violations == []
    assert {name for name in names(changed(made)) if name.startswith("im-people")} == _PEOPLE[stack]
    assert deployed.preview("--expect-no-changes").violations == []
    judged_alike(deployed)

    deployed.run("state", "unprotect", "--all", "--yes")
    deployed.cloud.fill("im-people")
    deployed.run("destroy", "--yes", "--skip-preview", ends=1)
    left = {one.name for one in deployed.cloud.made()}
    assert left >= _PEOPLE[stack] | {"im-keys-key"}
    assert not left & {"im-media", "im-mysql", "im-mongodb", "im-redis"}
    deployed.cloud.fill("im-people", full=False)
    deployed.run("destroy", "--yes", "--skip-preview")
    assert deployed.urns() == set()
