"""Topics, load balancer and logs as their components make them, through the recorder to verdicts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from im_stack.components.plan.budget import plan
from im_stack.components.tencent.ckafka import Topic, times
from im_stack.policies.judge import Judgement
from im_stack.policies.rule import Outcome
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import declaration, outcome

HEADER = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import vpc
from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.ckafka import Account, Ckafka, CkafkaArgs, Topic
from im_stack.components.tencent.clb import Clb, ClbArgs, Entry
from im_stack.components.tencent.logs import Logs, LogsArgs

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
messages = plan(declared(), "messages")


def account(name, *hosts):
    return Account(name, pulumi.Output.secret("canary-" + name), *(hosts or ("10.0.0.0/16",)))


def ckafka(topics, zones=(720001, 720002, 720003), encrypts="the gateway", hosts=()):
    inside = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned).id
    args = CkafkaArgs(topics, zones, "dev", account("gateway", *hosts), account("worker", *hosts), encrypts, inside)
    Ckafka("queue", args, pinned)


def edge(network="OPEN", logs=True, **entries):
    log = Logs("access", LogsArgs(plan(declared(), "access-logs")), pinned) if logs else None
    entries = entries or {"api": Entry(443, "im.example.id"), "socket": Entry(8443, "im.example.id", "/ws")}
    Clb("edge", ClbArgs(entries, "certificate", "dev", log, network), pinned)
"""
WEEK = {"classes": {"access-logs": {"period": "P7D"}}}


def _judged(folder: Path, program: str, **changes: Any) -> Judgement:
    return check_project(write_project(folder, program, HEADER, **changes), "test").judgement


def _blocking(judgement: Judgement) -> list[str]:
    """What blocks, but that a part of a stack does not hold every class."""
    blocking = [v for v in judgement.verdicts if v.blocks and v.rule != "stack-complete"]
    return [f"{v.rule}: {v.name}: {v.message}" for v in blocking]


def test_topics_pass_on_declared_hops_only(tmp_path: Path) -> None:
    judgement = _judged(tmp_path, "ckafka({'chats': Topic(messages)})")
    assert not _blocking(judgement)
    said = {(p.subject, p.who) for p in judgement.declared_hops}
    assert said == {
        ("Topic queue-chats", "the producer"),
        ("Topic queue-chats", "the gateway"),
        ("Instance queue", "every client"),
        ("Instance queue", "the operator"),
    }
    bound, _ = next(pair for pair in judgement.bounds if pair[0].data_class == "messages")
    assert bound.latest == timedelta(days=2, minutes=15)  # a day behind, a day's roll, the cleaner
    assert "canary" not in repr(judgement)


def test_nobody_encrypting_fails(tmp_path: Path) -> None:
    judgement = _judged(tmp_path, "ckafka({'chats': Topic(messages)}, encrypts=None)")
    assert outcome(judgement, "encrypted-at-rest", "queue-chats") == "fail"


def test_a_sealed_topic_needs_nobody_to_encrypt(tmp_path: Path) -> None:
    program = """
    sealed = Topic(messages)
    ckafka({"chats": sealed}, encrypts=None)
    """
    classes = {"messages": {"backups": "sealed"}}
    judgement = _judged(tmp_path, program, classes=classes)
    assert outcome(judgement, "encrypted-at-rest", "queue-chats") == "pass"
    assert outcome(judgement, "declared-holdings", "queue-chats") == "pass"


def test_accounts_from_anywhere_fail(tmp_path: Path) -> None:
    judgement = _judged(tmp_path, "ckafka({'chats': Topic(messages)}, hosts=('*',))")
    assert outcome(judgement, "no-public-door", "queue-chats-read") == "fail"


def test_one_zone_is_no_several(tmp_path: Path) -> None:
    assert not _blocking(_judged(tmp_path, "ckafka({'chats': Topic(messages)}, zones=(720001,))"))


def test_the_edge_and_its_log_pass(tmp_path: Path) -> None:
    judgement = _judged(tmp_path, "edge()", **WEEK)
    assert not _blocking(judgement)
    assert outcome(judgement, "no-public-door", "edge") == "pass"
    assert outcome(judgement, "encrypted-in-transit", "edge-socket") == "pass"
    bound, limit = next(pair for pair in judgement.bounds if pair[0].data_class == "access-logs")
    assert bound.latest == limit == timedelta(days=7)


def test_an_internal_load_balancer_passes(tmp_path: Path) -> None:
    assert not _blocking(_judged(tmp_path, "edge('INTERNAL', logs=False)"))


def test_logs_shorter_than_a_period_can_be_fail_with_the_floor(tmp_path: Path) -> None:
    judgement = _judged(tmp_path, "edge()", classes={"access-logs": {"period": "P1D"}})
    verdict = next(v for v in judgement.verdicts if v.rule == "ceiling" and v.subject == "access-logs")
    assert verdict.outcome is Outcome.FAIL
    assert "the least it can be is 2 d" in verdict.fix


@pytest.mark.parametrize(
    ("period", "behind", "leaves", "expected"),
    [
        ("P30D", "1 day", None, (timedelta(days=1), timedelta(days=1))),
        ("P30D", "1 day", timedelta(days=2), (timedelta(days=1), timedelta(hours=1))),
        ("P1D", "1 day", None, (timedelta(hours=22, minutes=45), timedelta(hours=1))),
        ("PT2H", "1 day", None, (timedelta(minutes=45), timedelta(hours=1))),
        ("PT1H", "1 day", None, (timedelta(minutes=1), timedelta(hours=1))),
        ("P30D", "29 days", None, (timedelta(days=29), timedelta(hours=1))),
        ("P30D", "60 days", None, (timedelta(days=29, hours=22, minutes=45), timedelta(hours=1))),
    ],
)
def test_retention_and_roll_share_what_is_left(
    period: str, behind: str, leaves: timedelta | None, expected: tuple[timedelta, timedelta]
) -> None:
    of = plan(parse_declaration(declaration(classes={"messages": {"period": period}})), "messages")
    topic = Topic(of, behind=timedelta(days=int(behind.split(maxsplit=1)[0])), leaves=leaves)
    assert times(topic) == expected
