"""Zones: what is compared with the cloud's answer. Asking itself needs an account."""

from datetime import date

import pytest

from im_stack.preflight.provider import zones as zones_ask
from im_stack.preflight.provider.zones import ask, compare, verified
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import Zones

ANSWER = {
    service: [{"name": "ap-jakarta-1", "id": "720001"}, {"name": "ap-jakarta-2", "id": "720002"}]
    for service in ("mysql", "mongodb", "redis", "ckafka")
}
GOOD = {"first": "ap-jakarta-1", "second": "ap-jakarta-2", "redis": (720002,), "ckafka": (720001, 720002)}

CASES = [
    ({}, []),
    ({"second": "ap-jakarta-3"}, ["mysql has no zone ap-jakarta-3"]),
    ({"mongodb": ("ap-jakarta-9",)}, ["mongodb has no zone ap-jakarta-9"]),
    ({"redis": (720009,)}, ["redis has no zone 720009"]),
    ({"ckafka": (720001, 7)}, ["ckafka has no zone 7"]),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_compare(change: dict[str, object], expected: list[str]) -> None:
    found = compare(Zones.model_validate(GOOD | change), ANSWER)
    assert len(found) == len(expected)
    assert all(line.startswith(words) for line, words in zip(found, expected, strict=True))


def test_a_service_the_region_does_not_sell() -> None:
    assert "redis has no zone 720002 in this region; it has none" in compare(Zones.model_validate(GOOD), {"mysql": []})


def test_without_a_cli_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones_ask.shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="no Pulumi CLI"):
        ask("ap-jakarta")


def test_verified_names_the_day() -> None:
    assert verified(date(2026, 11, 23)) == "2026-11-23 by preflight zones"
