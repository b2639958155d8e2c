"""The whole function over HTTP: keys are created ahead, are usable, and end in time with everything sealed under
them.
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from im_stack.purge.handler import KeyringError, main_handler
from im_stack.purge.kms import context_text
from im_stack.purge.plan import epoch_at
from im_stack.purge.run import Summary
from tests.purge.bucket_server import Answer, error
from tests.purge.conftest import HOUR, START, World

NAMES = [f"epochs/messages/20261123T{hour:02}0000Z" for hour in range(24)]
CURRENT, OLD = NAMES[5:8], [f"epochs/messages/20261122T{hour:02}0000Z" for hour in range(12)]


def _unwrap(world: World, at: datetime) -> bytes | None:
    """An application's read of a message of that instant: get the epoch's key and unwrap it."""
    key = epoch_at(world.keyring.rules[0], at)
    blob = world.objects().get(key.name)
    context = {"class": "messages", "region": "ap-jakarta", "epoch": key.epoch}
    return world.kms.unwrap(blob, context_text(context)) if blob else None


def test_a_message_can_be_read_until_its_key_is_deleted_and_never_after(world: World) -> None:
    world.run()
    key = _unwrap(world, START)
    assert key is not None
    backup = AESGCM(key).encrypt(b"0" * 12, b"hello", None)  # this copy outlives the bucket: only its key can end it
    due = START.replace(minute=0) + HOUR + 6 * HOUR
    world.run(due - timedelta(seconds=1))
    key = _unwrap(world, START)
    assert key is not None
    assert AESGCM(key).decrypt(b"0" * 12, backup, None) == b"hello"
    assert world.run(due)["deleted"] == 1
    assert _unwrap(world, START) is None
    assert epoch_at(world.keyring.rules[0], START).name not in world.objects()


def test_the_first_run_creates_the_current_and_the_next_epochs(world: World) -> None:
    assert world.run() == {
        "now": "2026-11-23T05:20:00+00:00",
        "created": 3,
        "deleted": 0,
        "held": 3,
        "due": 0,
        "missing": 0,
        "foreign": 0,
        "oldest_age_s": 1200,
        "problems": [],
        "errors": [],
    }
    assert sorted(world.objects()) == CURRENT


def test_a_second_run_changes_nothing(world: World) -> None:
    world.run()
    before = world.objects()
    assert world.run()["created"] == 0
    assert world.objects() == before


def test_over_the_hours_the_keyring_holds_what_its_rule_says(world: World) -> None:
    for hour in (0, 1, 3, 6, 8):  # never more than two epochs are skipped: two ahead have no gap
        summary = world.run(START + hour * HOUR)
        assert summary["problems"] == []
    assert sorted(world.objects()) == NAMES[7:16]  # the last is two ahead of 13:20, the first ended at 8:00
    assert summary["oldest_age_s"] == 6 * 3600 + 1200


@pytest.mark.parametrize("flavour", ["s3", "cos", "strict-cos"])
def test_two_runs_at_once_create_each_key_once(world: World, flavour: str) -> None:
    world.store.flavour = flavour
    meet = threading.Barrier(2, timeout=20)  # both have listed an empty bucket before either puts
    world.kms.before = meet.wait
    with ThreadPoolExecutor(2) as pool:
        runs: list[Summary] = [future.result(timeout=60) for future in [pool.submit(world.run) for _ in range(2)]]
    assert sorted(world.objects()) == CURRENT
    assert len(world.kms.issued) == 6
    assert sum(int(str(summary["created"])) for summary in runs) == 3
    assert [summary["problems"] for summary in runs] == [[], []]
    puts = [
        path for method, path, status in world.store.seen if method == "PUT" and "epochs" in path and status == "200"
    ]
    assert len(puts) == len(set(puts)) == 3


class _Killed(BaseException):
    """End of the instance by the runtime."""


@pytest.mark.parametrize("step", ["create", "delete"])
def test_a_run_that_dies_is_completed_by_the_next(world: World, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(*OLD[:3])

    def die(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(f"im_stack.purge.run._Run.{step}", die)
        with pytest.raises(_Killed):
            world.run()
    assert set(OLD[:3]) <= set(world.objects())
    assert world.run()["problems"] == []
    assert sorted(world.objects()) == CURRENT


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_no_key_is_born_into_a_bucket_with_versions_but_due_keys_go(world: World, status: str) -> None:
    world.put(*OLD[:2])
    world.admin.put_bucket_versioning(Bucket=world.bucket, VersioningConfiguration={"Status": status})
    summary = world.run()
    assert summary["problems"] == ["missing", "versioned"]
    assert (summary["created"], summary["deleted"], world.kms.calls) == (0, 2, 0)


def test_the_delete_limit_holds_and_being_behind_is_an_error(world: World) -> None:
    world.config["delete_limit"] = 5
    world.put(*reversed(OLD))
    summaries = [world.run() for _ in range(3)]
    assert [summary["deleted"] for summary in summaries] == [5, 5, 2]
    assert [summary["due"] for summary in summaries] == [7, 2, 0]
    assert [summary["problems"] for summary in summaries] == [["behind"], ["behind"], []]
    gone = [path.rsplit("/", 1)[1] for method, path, _ in world.store.seen if method == "DELETE"]
    assert gone == [name.rsplit("/", 1)[1] for name in OLD]


def test_foreign_objects_are_reported_and_left(world: World) -> None:
    strangers = [
        "README",
        "epochs/other/20200101T000000Z",
        "epochs/messages/20200101T003000Z",
        "epochs/messages/latest",
        f"subjects/messages/{0:064x}",
    ]
    world.put(*strangers, OLD[0])
    summary = world.run()
    assert (summary["problems"], summary["foreign"], summary["deleted"]) == (["foreign"], 5, 1)
    assert set(strangers) <= set(world.objects())


@pytest.mark.parametrize("skew", [timedelta(days=365), timedelta(minutes=6), -timedelta(minutes=6)])
def test_with_a_wrong_clock_nothing_is_touched(world: World, skew: timedelta) -> None:
    world.put(*OLD[:2])
    world.store.clock = START

    class Elsewhere(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:  # noqa: ARG003
            return START + skew

    with pytest.MonkeyPatch.context() as patch:
        for name, value in world.environment.items():
            patch.setenv(name, value)
        patch.setattr("im_stack.purge.handler.datetime", Elsewhere)
        with pytest.raises(KeyringError) as caught:
            main_handler({}, None)
    assert json.loads(str(caught.value))["problems"] == ["clock"]
    assert sorted(world.objects()) == OLD[:2]


def test_an_outage_of_the_key_service_does_not_stop_deletion(world: World) -> None:
    world.put(*OLD[:2])
    world.kms.mode = "refused"
    summary = world.run()
    assert summary["problems"] == ["missing", "uncreated"]
    assert summary["errors"] == ["kms:ResourceUnavailable.CmkDisabled"]
    assert (summary["deleted"], world.kms.calls) == (2, 1)


def test_one_key_that_will_not_go_does_not_keep_the_others(world: World) -> None:
    world.put(*OLD[:3])

    def locked(environ: dict[str, Any]) -> Answer | None:
        stuck = environ["REQUEST_METHOD"] == "DELETE" and environ["PATH_INFO"].endswith(OLD[0])
        return error("403 Forbidden", "AccessDenied") if stuck else None

    world.store.intercept = locked
    summary = world.run()
    assert (summary["deleted"], summary["due"]) == (2, 1)
    assert (summary["problems"], summary["errors"]) == (["behind", "undeleted"], ["cos:AccessDenied"])


def test_settings_that_cannot_be_read_are_not_taken_for_good(world: World) -> None:
    world.put(OLD[0])
    world.store.intercept = lambda environ: (
        error("403 Forbidden", "AccessDenied") if environ["QUERY_STRING"].startswith("versioning") else None
    )
    summary = world.run()
    assert (summary["problems"], summary["created"], summary["deleted"]) == (["missing", "unread"], 0, 1)
