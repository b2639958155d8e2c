"""The key service adapter against a server that checks the provider's signature."""

import base64
import json
import logging
import traceback
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidTag

from im_stack.purge import kms
from im_stack.purge.config import parse_keyring
from im_stack.purge.ports import Failure
from tests.purge.conftest import World
from tests.purge.kms_server import KEY_ID, SECRET_ID, SECRET_KEY, TOKEN

CONTEXT = {"class": "messages", "region": "ap-jakarta", "epoch": "20261123T050000Z"}
TEXT = '{"class":"messages","epoch":"20261123T050000Z","region":"ap-jakarta"}'
WRONG = {
    "down": "kms:ServerNetworkError",
    "refused": "kms:ResourceUnavailable.CmkDisabled",
    "garbled": "kms:JSONDecodeError",
    "echo": "kms:UnusableBlob",
    "empty": "kms:UnusableBlob",
    "closed": "kms:ClientNetworkError",
}


def _service(world: World, key: str = SECRET_KEY, token: str | None = TOKEN) -> kms.KeyService:
    return kms.KeyService(kms.client(world.keyring, SECRET_ID, key, token), KEY_ID)


def test_the_signed_request_yields_a_wrapped_key_bound_to_its_context(world: World) -> None:
    blob = _service(world).wrapped_key(CONTEXT)
    assert world.kms.contexts == [TEXT]
    assert world.kms.unwrap(blob, TEXT) == world.kms.issued[0]
    with pytest.raises(InvalidTag):
        world.kms.unwrap(blob, TEXT.replace("messages", "files"))


@pytest.mark.parametrize(
    ("key", "token", "code"),
    [("another", TOKEN, "AuthFailure.SignatureFailure"), (SECRET_KEY, None, "AuthFailure.TokenFailure")],
)
def test_the_server_of_these_tests_refuses_a_wrong_signature(
    world: World, key: str, token: str | None, code: str
) -> None:
    with pytest.raises(Failure, match=code):
        _service(world, key, token).wrapped_key(CONTEXT)


def test_the_answer_keeps_no_plaintext() -> None:
    answer = SimpleNamespace(Plaintext="cGxhaW4=", CiphertextBlob="d3JhcHBlZCBrZXk=")
    assert (
        kms.KeyService(SimpleNamespace(GenerateDataKey=lambda _: answer), KEY_ID).wrapped_key({}) == b"d3JhcHBlZCBrZXk="
    )
    assert answer.Plaintext is None


def test_the_context_is_the_same_text_whatever_the_order() -> None:
    assert kms.context_text(CONTEXT) == kms.context_text(dict(reversed(CONTEXT.items()))) == TEXT
    assert json.loads(TEXT) == CONTEXT


@pytest.mark.parametrize(("mode", "code"), WRONG.items())
def test_whatever_goes_wrong_nothing_of_the_key_is_in_the_failure(
    world: World, mode: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "tencentcloud_sdk_common")
    world.kms.mode = mode
    with pytest.raises(Failure, match=f"^{code}$") as caught:
        _service(world).wrapped_key(CONTEXT)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    text = caplog.text + "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    for key in world.kms.issued:
        assert key.hex() not in text
        assert base64.b64encode(key).decode().rstrip("=") not in text


@pytest.mark.parametrize(("mode", "calls"), [("down", 3), ("closed", 3), ("refused", 1)])
def test_attempts_are_bounded(world: World, mode: str, calls: int) -> None:
    world.kms.mode = mode
    with pytest.raises(Failure):
        _service(world).wrapped_key(CONTEXT)
    assert world.kms.calls == calls


def test_the_client_asks_its_own_region_only() -> None:
    keyring = parse_keyring(
        '{"bucket": "keyring-1250000000", "region": "ap-jakarta", "kms_key_id": "12345678", "ahead": 1,'
        ' "delete_limit": 1, "classes": {"messages": {"epoch": "PT1H", "life": "PT6H"}}}'
    )
    client = kms.client(keyring, "AKID", "secret", None)
    assert client.region == "ap-jakarta"
    assert client.circuit_breaker is None
    assert client.profile.httpProfile.scheme == "https"
    assert client.profile.httpProfile.endpoint == "kms.ap-jakarta.tencentcloudapi.com"
