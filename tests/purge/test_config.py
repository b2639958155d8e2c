"""Configuration of a keyring: incomplete or inexact configuration is refused."""

import json
from datetime import timedelta
from typing import Any

import pytest

from im_stack.purge.config import ConfigError, Rule, keyring_from, parse_keyring

GOOD: dict[str, Any] = {
    "bucket": "im-keyring-1250000000",
    "region": "ap-jakarta",
    "kms_key_id": "23e80852-1e38-11e9-b129-5cb9019b4b01",
    "classes": {"messages": {"epoch": "PT1H", "life": "P6D"}, "files": {"epoch": "P1D", "life": "P5D"}},
    "ahead": 24,
    "delete_limit": 50,
}


def _with(**changes: object) -> str:
    return json.dumps(GOOD | changes)


def test_a_complete_declaration_is_read() -> None:
    keyring = parse_keyring(_with())
    assert keyring.rules == (
        Rule("files", timedelta(days=1), timedelta(days=5)),
        Rule("messages", timedelta(hours=1), timedelta(days=6)),
    )
    assert (keyring.ahead, keyring.delete_limit) == (24, 50)


def test_both_endpoints_are_of_the_keyrings_own_region() -> None:
    keyring = parse_keyring(_with())
    assert keyring.store_endpoint == "https://cos.ap-jakarta.myqcloud.com"
    assert keyring.kms_endpoint == "https://kms.ap-jakarta.tencentcloudapi.com"


@pytest.mark.parametrize("field", sorted(GOOD))
def test_every_field_is_needed(field: str) -> None:
    with pytest.raises(ConfigError, match=f"{field if field != 'kms_key_id' else 'IM_KEYRING_KEY'} is not set"):
        parse_keyring(json.dumps({name: value for name, value in GOOD.items() if name != field}))


@pytest.mark.parametrize(
    "changes",
    [
        {"lief": "P6D"},
        {"bucket": ""},
        {"bucket": "Über"},
        {"bucket": "b/../c"},
        {"region": "ap jakarta"},
        {"region": "ap-jakarta.evil.example"},
        {"kms_key_id": 7},
        {"classes": {}},
        {"classes": []},
        {"classes": {"messages": {"epoch": "PT1H"}}},
        {"classes": {"messages": {"epoch": "PT1H", "life": "P6D", "more": 1}}},
        {"classes": {"messages": {"epoch": 3600, "life": "P6D"}}},
        {"classes": {"messages": {"epoch": "P1M", "life": "P6D"}}},
        {"classes": {"messages": {"epoch": "PT1H", "life": "PT0S"}}},
        {"classes": {"mess/ages": {"epoch": "PT1H", "life": "P6D"}}},
        {"classes": {"Messages": {"epoch": "PT1H", "life": "P6D"}}},
        {"ahead": 0},
        {"ahead": True},
        {"ahead": 1.0},
        {"ahead": "1"},
        {"delete_limit": 0},
        {"delete_limit": -1},
        {"delete_limit": None},
        {"cos_endpoint": "http://cos.ap-jakarta.myqcloud.com"},
        {"cos_endpoint": "https://user@cos.ap-jakarta.myqcloud.com"},
        {"cos_endpoint": "https://cos.ap-jakarta.myqcloud.com/x"},
        {"cos_endpoint": "http://127.0.0.1.evil.example"},
        {"kms_endpoint": "kms.ap-jakarta.tencentcloudapi.com"},
        {"kms_endpoint": None},
    ],
    ids=json.dumps,
)
def test_what_is_not_exact_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        parse_keyring(_with(**changes))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "[" * 100_000, '{"ahead": 1, "ahead": 2}'])
def test_what_is_not_one_object_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_keyring(text)


def test_an_absent_variable_is_refused() -> None:
    with pytest.raises(ConfigError, match="IM_KEYRING"):
        keyring_from({})


def test_plain_http_is_for_loopback_only() -> None:
    assert parse_keyring(_with(kms_endpoint="http://127.0.0.1:8080")).kms_endpoint == "http://127.0.0.1:8080"


def test_the_master_key_comes_apart() -> None:
    text = json.dumps({name: value for name, value in GOOD.items() if name != "kms_key_id"})
    keyring = keyring_from({"IM_KEYRING": text, "IM_KEYRING_KEY": str(GOOD["kms_key_id"])})
    assert keyring == keyring_from({"IM_KEYRING": json.dumps(GOOD)})
