"""A queue on AWS, recorded from a real program: what reaches the engine."""

import json
from datetime import timedelta
from typing import Any

import pytest

from im_stack.facts.aws.stores.kafka import content_name
from im_stack.preflight.judgement.one_stack import Check
from tests.components.aws_program import check_aws, registration
from tests.harness.world import UNKNOWN

PROGRAM = """
from im_stack.components.aws.keyring import Keyring, KeyringArgs
from im_stack.components.aws.msk import Msk, MskArgs
from im_stack.components.plan.stream import Topic

messages, profiles = plan(declared(), "messages"), plan(declared(), "user-information")
topics = {"messages": Topic(messages), "changes": Topic(profiles, source="q-messages")}
Msk("q", MskArgs(topics, keys, network.subnet_ids, network.group_id("kafka"), "large"), pinned)
ring = KeyringArgs(
    account.bucket_name("ring"), account, keys, (messages,), profiles, network.subnet_ids, network.group_id("purge")
)
Keyring("ring", ring, pinned)
"""
CLASSES = {"messages": {"period": "P1D", "backups": "sealed"}, "user-information": {"period": "P30D"}}


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_aws(tmp_path_factory.mktemp("p"), PROGRAM, CLASSES)


def _inputs(check: Check, name: str, kind: str) -> dict[str, Any]:
    return registration(check, name, kind)["inputs"]


def test_nothing_blocks_it(check: Check) -> None:
    assert [f"{v.rule}: {v.name}: {v.message}" for v in check.judgement.verdicts if v.blocks] == []


def test_it_leans_on_nobody_s_word_about_the_queue(check: Check) -> None:
    said = [
        promise for promise in check.judgement.declared_hops if "clock" in promise.must or "plaintext" in promise.must
    ]
    assert said == []


def test_topics_say_everything_for_themselves(check: Check) -> None:
    """A day is the limit of messages, and a day of falling behind does not fit it: retention gives way."""
    topics = {key: json.loads(_inputs(check, f"q-{key}", ":Topic")["configs"]) for key in ("messages", "changes")}
    room = timedelta(days=1) - timedelta(minutes=6)
    kept = int(topics["messages"]["retention.ms"]) + int(topics["messages"]["segment.ms"])
    assert timedelta(milliseconds=kept) <= room
    assert topics["changes"]["retention.ms"] == "86400000"
    assert {(t["cleanup.policy"], t["message.timestamp.type"]) for t in topics.values()} == {
        ("delete", "LogAppendTime")
    }
    assert {t["min.insync.replicas"] for t in topics.values()} == {"2"}


def test_the_configuration_is_called_by_what_is_in_it(check: Check) -> None:
    inputs = _inputs(check, "q-configuration", ":Configuration")
    assert inputs["name"] == content_name("q", inputs["serverProperties"])
    assert "auto.create.topics.enable=false" in inputs["serverProperties"].splitlines()
    assert _inputs(check, "q", ":Cluster")["configurationInfo"] == {"arn": UNKNOWN, "revision": UNKNOWN}
