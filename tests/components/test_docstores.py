"""MongoDB and Redis in a program of their own: what they register is what the rules ask for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from im_stack.components.plan.budget import ClassPlan, longest_copy, plan, store_expiry
from im_stack.components.plan.holdings import Placed
from im_stack.components.tencent.mongodb import MongodbArgs
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import declaration

_PROGRAM = '''
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, vpc

from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.program import declared
from im_stack.components.service import Service
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.mongodb import Mongodb, MongodbArgs
from im_stack.components.tencent.redis import Redis, RedisArgs
from im_stack.terms.stack.wire import Declares, Keyring, Sweep


class Ring(Service):
    """The least that a keyring needs, for this test."""

    def __init__(self, name, opts):
        sweep = Sweep(name="turn", period="PT1H", run="PT15M", repair="P1D", by="a test")
        ring = Keyring(name="messages-epochs", store=name, seals_class="messages", epoch="PT1H", life="P20D",
                       cache="PT15M", sweep=sweep)
        super().__init__("im:test:Ring", name, Declares(keyrings=(ring,)), opts=opts)
        parts = cos.BucketLifecycleRuleAbortIncompleteMultipartUploadArgs(days_after_initiation=1)
        rule = cos.BucketLifecycleRuleArgs(filter_prefix="", abort_incomplete_multipart_upload=parts)
        cos.Bucket(name, bucket="ring-1", lifecycle_rules=[rule], opts=self.child())


stack = declared()
opts = pulumi.ResourceOptions(providers=[tencentcloud.Provider("home", region=stack.region)])
keys = Keys("keys", opts)
Ring("ring", opts)
messages = plan(stack, "messages")
zones = ("ap-jakarta-1", "ap-jakarta-2", "ap-jakarta-3")
held = Placed(messages)
inside = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=opts).id
chats, inbox = {"chats": held}, {"inbox": held}
Mongodb("db", MongodbArgs(chats, keys, stack.region, zones, "dev", "Secret-canary-1", vpc_id=inside), opts)
Redis("cache", RedisArgs(inbox, zones[0], "dev", "Secret-canary-2", (720002,), vpc_id=inside), opts)
'''
_CLASSES: dict[str, Any] = {"messages": {"backups": "sealed"}}


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_project(write_project(tmp_path_factory.mktemp("program"), _PROGRAM, "", classes=_CLASSES), "test")


def _mine(urn: str) -> bool:
    return "im:tencent:Mongodb" in urn or "im:tencent:Redis" in urn


def test_nothing_of_them_fails(check: Check) -> None:
    faults = [f"{v.rule}: {v.message}" for v in check.judgement.verdicts if v.blocks and _mine(v.subject)]
    assert not faults


def test_their_classes_end_in_time(check: Check) -> None:
    found = {v.subject: v for v in check.judgement.verdicts if v.rule in ("ceiling", "erasure-in-time")}
    assert found["messages"].outcome is Outcome.PASS, found["messages"].message


def test_what_nobody_can_see_is_a_promise(check: Check) -> None:
    said = " ".join(promise.must for promise in check.judgement.declared_hops)
    for words in ("TLS only", "720002", "seal messages", "a random id, its size and lookup tokens"):
        assert words in said


def test_the_database_is_as_small_a_target_as_the_service_allows(check: Check) -> None:
    made = {r["name"]: r for r in check.recording["registrations"] if r["custom"]}
    rule = made["db-backups"]["inputs"]
    assert (rule["backupMethod"], rule["backupRetentionPeriod"], rule["oplogExpiredDays"]) == (0, 7, 7)
    assert "longTermUnit" not in rule
    assert made["db"]["inputs"]["hiddenZone"] == "ap-jakarta-3"
    assert made["db-tls"]["protect"]
    assert made["cache"]["inputs"]["redisReplicasNum"] == len(made["cache"]["inputs"]["replicaZoneIds"]) == 1


def _plan(period: str, sealed: bool = False) -> ClassPlan:
    choice = {"period": period, "backups": "sealed" if sealed else "counted"}
    return plan(parse_declaration(declaration(classes={"messages": choice})), "messages")


_SWEEP = store_expiry("tencent", "x", "mongodb-ttl-index", "x")
_COPIES = longest_copy("tencent", ("mongodb-backup",))
_TURN = timedelta(hours=1, minutes=1)


def test_a_counted_class_leaves_room_for_its_backups() -> None:
    assert Placed(_plan("P30D")).live(_COPIES, _SWEEP) == timedelta(days=22) - _TURN


def test_a_sealed_class_leaves_no_room_for_copies_that_end_with_its_key() -> None:
    assert Placed(_plan("P30D", sealed=True)).live(_COPIES, _SWEEP) == timedelta(days=30) - _TURN


def test_a_person_s_key_alone_ends_no_copy_by_age() -> None:
    of = replace(_plan("P30D", sealed=True), form="subject")
    assert Placed(of).live(_COPIES, _SWEEP) == timedelta(days=22) - _TURN


def test_what_arrives_late_lives_shorter() -> None:
    late = Placed(_plan("P30D"), age=timedelta(days=10))
    assert late.live(_COPIES, _SWEEP) == timedelta(days=12) - _TURN


def test_nothing_lives_longer_than_wanted() -> None:
    assert Placed(_plan("P30D"), wanted=timedelta(minutes=5)).live(_COPIES, _SWEEP) == timedelta(minutes=5)


@pytest.mark.parametrize("zones", [(), ("a", "b"), ("a", "a", "b"), ("a", "b", "c", "d")])
def test_zones_that_the_service_refuses(zones: tuple[str, ...]) -> None:
    keys: Any = None
    with pytest.raises(InputError, match="one zone or in three"):
        MongodbArgs({}, keys, "ap-jakarta", zones, "dev", "secret")
