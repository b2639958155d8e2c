"""Entry point: its result, log and exceptions, without any key in them."""

import base64
import json
import logging
import traceback
from datetime import timedelta

import pytest

from im_stack.purge.config import ConfigError
from im_stack.purge.handler import IN_ORDER, KeyringError, _budget, main_handler, run
from im_stack.purge.plan import UTC
from tests.purge.conftest import START, World
from tests.purge.test_kms import WRONG


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Environment of the function, with real clocks."""
    for name, value in world.environment.items():
        monkeypatch.setenv(name, value)
    return world


def _careless_logging(caplog: pytest.LogCaptureFixture) -> None:
    for name in (None, "botocore", "urllib3", "tencentcloud_sdk_common"):
        caplog.set_level(logging.DEBUG, name)


def test_the_summary_is_returned_and_logged_as_one_line(deployed: World, capsys: pytest.CaptureFixture[str]) -> None:
    summary = main_handler({}, {"time_limit_in_ms": 120_000})
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert json.loads(out) == {**summary, "state": IN_ORDER}
    assert err == ""
    assert (summary["created"], summary["problems"]) == (3, [])
    assert len(deployed.objects()) == 3


def test_a_problem_is_raised_after_everything_was_done(deployed: World, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.put("README", "epochs/messages/20200101T000000Z")
    with pytest.raises(KeyringError) as caught:
        main_handler({}, None)
    logged = json.loads(capsys.readouterr().out)
    assert json.loads(str(caught.value)) == logged
    assert (logged["problems"], logged["created"], logged["deleted"]) == (["foreign"], 3, 1)


@pytest.mark.parametrize("event", [{"Time": "2100-01-01T00:00:00Z", "Message": "{}"}, None, "x", []])
def test_the_event_chooses_nothing(deployed: World, event: object) -> None:
    main_handler({}, None)
    before = sorted(deployed.objects())
    main_handler(event, None)
    assert sorted(deployed.objects()) == before


@pytest.mark.parametrize("mode", ["ok", *WRONG])
def test_no_plaintext_key_leaves_the_key_service(
    deployed: World, mode: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    _careless_logging(caplog)
    deployed.kms.mode = mode
    try:
        text = json.dumps(main_handler({}, None))
    except KeyringError as problem:
        text = "".join(traceback.format_exception(problem))
    out, err = capfd.readouterr()
    text += out + err + caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    stored = b"".join(deployed.objects().values())
    assert deployed.kms.issued
    for key in deployed.kms.issued:
        for form in (
            key,
            key.hex().encode(),
            key.hex().upper().encode(),
            base64.b64encode(key),
            repr(key)[2:-1].encode(),
        ):
            assert form not in text.encode()
            assert form not in stored
    for blob in deployed.objects().values():  # while the master key lives, the wrapped key is as good
        assert blob.decode() not in text
    assert (mode == "ok") == bool(stored)


def test_neither_do_the_credentials_of_the_role(
    deployed: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    _careless_logging(caplog)
    deployed.kms.mode = "down"
    with pytest.raises(KeyringError) as caught:
        main_handler({}, None)
    text = "".join(traceback.format_exception(caught.value)) + "".join(capfd.readouterr()) + caplog.text
    assert not [secret for name, secret in deployed.credentials.items() if secret in text]


@pytest.mark.parametrize("name", ["TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "IM_KEYRING"])
def test_without_role_or_configuration_there_is_no_run(world: World, name: str) -> None:
    environment = {key: value for key, value in world.environment.items() if key != name}
    with pytest.raises(ConfigError):
        run(environment, START.astimezone(UTC), seconds=30)
    assert [path for _, path, _ in world.store.seen if path != f"/{world.bucket}"] == []


def test_when_the_time_is_up_the_rest_is_left_and_reported(world: World) -> None:
    world.put("epochs/messages/20200101T000000Z")
    world.store.clock = START
    summary = run(world.environment, START, seconds=0)
    assert (summary["created"], summary["deleted"]) == (0, 0)
    assert summary["problems"] == ["behind", "missing"]


@pytest.mark.parametrize(
    ("context", "seconds"),
    [(None, 60), ({}, 60), ({"time_limit_in_ms": 120_000}, 72), ({"time_limit_in_ms": 0}, 60), ("x", 60)],
)
def test_the_budget_is_a_share_of_the_functions_limit(context: object, seconds: float) -> None:
    assert timedelta(seconds=_budget(context)) == timedelta(seconds=seconds)
