"""Classes that are not stored: an honest stack passes on both clouds and makes no store for them."""

from datetime import timedelta
from typing import Any

import pytest

from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.period import parse_period
from im_stack.terms.problem import InputError
from tests.harness.recorded import check_declared

_ERASURE = {"within": "P30D", "source": "test"}


def _check(stack: str, services: list[str], **classes: Any) -> Check:
    """A stack of the project with other choices for some of its classes, and with these services."""

    def change(config: dict[str, Any]) -> None:
        for name, choice in classes.items():
            config["im:classes"][name.replace("_", "-")] = {"store": False, "erasure": _ERASURE, **choice}
        config["im:services"] = services

    return check_declared(stack, change)


SEALED = {"backups": "sealed", "sealing": {"epoch": "PT1H", "cache": "PT15M"}}
PASSES: list[tuple[str, list[str], dict[str, Any], set[str]]] = [
    (
        "tencent-ap-jakarta",
        ["mysql", "redis", "ckafka", "cos", "cls"],
        {"messages": {"transient": "PT4H", **SEALED}},
        {"mongodb", "media"},
    ),
    (
        "tencent-ap-jakarta",
        ["redis", "ckafka", "cls"],
        {"messages": {"transient": "P1D", **SEALED}, "user_information": {"transient": "PT4H", **SEALED}},
        {"mysql", "mongodb", "avatars", "media"},
    ),
    ("aws-ap-southeast-3", ["mysql", "redis", "msk", "s3"], {"messages": {"transient": "P1D"}}, {"mongodb", "media"}),
    (
        "aws-ap-southeast-3",
        ["redis", "msk", "s3"],
        {"messages": {"transient": "PT4H", **SEALED}, "user_information": {"transient": "PT4H"}},
        {"mysql", "mongodb", "avatars", "media"},
    ),
]


@pytest.mark.parametrize(("stack", "services", "classes", "gone"), PASSES)
def test_it_passes_without_a_store_for_them(
    stack: str, services: list[str], classes: dict[str, Any], gone: set[str]
) -> None:
    check = _check(stack, services, **classes)
    assert [f"{verdict.rule}: {verdict.message}" for verdict in check.judgement.verdicts if verdict.weak] == []
    made = {registration["name"] for registration in check.recording["registrations"]}
    assert not {f"im-{part}" for part in gone} & made
    ends = {bound.data_class: bound.latest for bound, _ in check.judgement.bounds}
    for name, choice in classes.items():
        latest = ends.get(name.replace("_", "-"), timedelta(0))
        assert latest is not None
        assert latest <= parse_period(choice["transient"])


@pytest.mark.parametrize(
    ("stack", "name", "transient"),
    [("tencent-ap-jakarta", "messages", "P365D"), ("aws-ap-southeast-3", "user-information", "P30D")],
)
def test_a_year_or_a_month_is_no_transit(stack: str, name: str, transient: str) -> None:
    with pytest.raises(InputError, match=rf"{transient} is storing[\s\S]*at most P1D") as raised:
        _check(stack, [], **{name: {"transient": transient}})
    assert [problem.obligation for problem in raised.value.problems] == ["SP-NOS-01"]


def test_access_logs_are_stored_by_what_writes_them() -> None:
    with pytest.raises(InputError, match="write them to a log"):
        _check("tencent-ap-jakarta", [], access_logs={"transient": "P1D"})
