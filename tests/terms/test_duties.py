"""Duties that follow from a declaration: limits of periods, of erasure and of time in passing, each by its text."""

from datetime import timedelta

from im_stack.terms.duties.resolve import Duties, library_for, with_defaults
from im_stack.terms.stack.declaration import parse_declaration
from im_stack.terms.texts.library import available
from tests.harness.world import declaration, duties
from tests.terms.test_resolve import BOTH, MODULE

DAY = timedelta(days=1)
_NOT_STORED = {"store": False, "period": None, "clock": None}


def test_a_stack_without_kenalan_may_be_elsewhere() -> None:
    resolved = duties(region="ap-singapore", jurisdiction="singapore", instruments=MODULE)
    assert resolved.home.id == "ap-singapore"
    assert {duty.id.split("-")[0] for duty in resolved.all} == {"IM", "SP"}


def limits(resolved: Duties, rule: str, data_class: str = "messages") -> dict[str, timedelta | None]:
    return {duty.obligation.id: duty.limit for duty in resolved.under(rule) if duty.data_class == data_class}


def test_a_chosen_period_is_the_limit() -> None:
    resolved = duties(instruments=BOTH)
    assert limits(resolved, "ceiling") == {"IM-RET-03": 30 * DAY, "KN-RET-01": 30 * DAY, "SP-RET-01": 30 * DAY}
    assert limits(resolved, "ceiling", "user-information").keys() == {"IM-RET-01", "KN-RET-01", "SP-RET-01"}


def test_without_a_chosen_period_it_is_seven_days() -> None:
    resolved = duties(classes={"messages": {"period": None}})
    assert limits(resolved, "ceiling") == {"IM-RET-04": 7 * DAY}
    assert resolved.declaration.classes["messages"].period == "P7D"
    assert resolved.declaration.limit("messages") == 7 * DAY
    assert limits(resolved, "floor") == {"IM-RET-04": 7 * DAY}


def test_seven_days_stand_in_the_declaration_too() -> None:
    parsed = parse_declaration(declaration(classes={"messages": {"period": None}}))
    filled = with_defaults(parsed, library_for(parsed))
    assert (parsed.classes["messages"].period, filled.classes["messages"].period) == (None, "P7D")
    assert filled.classes["user-information"] == parsed.classes["user-information"]
    assert with_defaults(filled, library_for(filled)) == filled


def test_a_default_replaces_no_choice() -> None:
    parsed = parse_declaration(declaration())
    assert with_defaults(parsed, library_for(parsed)) == parsed


def test_what_is_not_stored_is_limited_by_its_time_in_passing() -> None:
    resolved = duties(classes={"messages": {"store": False, "period": None, "clock": None, "transient": "PT1H"}})
    hour = timedelta(hours=1)
    assert limits(resolved, "ceiling")["IM-NOS-02"] == hour
    assert set(limits(resolved, "ceiling").values()) == {hour}
    assert "IM-RET-04" not in limits(resolved, "ceiling")
    assert "IM-NOS-01" not in {duty.obligation.id for duty in resolved.all}
    assert resolved.declaration.classes["messages"].period is None


def test_a_longer_time_in_passing_needs_a_source() -> None:
    argued = {"within": "P2D", "source": "the regulator's letter of 2026-01-01"}
    resolved = duties(classes={"messages": {**_NOT_STORED, "transient": argued}})
    assert limits(resolved, "ceiling")["IM-NOS-02"] == 2 * DAY
    assert limits(resolved, "no-store")["SP-NOS-01"] == 2 * DAY


def test_what_is_not_stored_has_no_duty_of_what_is() -> None:
    resolved = duties(classes={"messages": {**_NOT_STORED, "transient": "P1D"}})
    about = {duty.obligation.id for duty in resolved.all if duty.data_class == "messages"}
    assert not about & {"IM-RET-03", "IM-RET-04", "SP-RET-01"}


def test_what_is_stored_has_no_duty_of_what_is_not() -> None:
    assert not {duty.obligation.id for duty in duties().all} & {"IM-NOS-01", "IM-NOS-02", "IM-RET-02", "IM-RET-04"}


def test_erasure_is_limited_by_its_deadline() -> None:
    resolved = duties(classes={"messages": {"erasure": {"within": "P3D", "source": "test"}}})
    assert limits(resolved, "erasure-in-time") == {"IM-DEL-01": 3 * DAY, "SP-ERA-01": 3 * DAY}
    assert limits(resolved, "erasure-in-time", "user-information") == {"IM-DEL-01": 30 * DAY, "SP-ERA-01": 30 * DAY}


def test_a_class_of_the_stack_s_own_has_its_duties() -> None:
    resolved = duties(classes={"access-logs": {"period": "P9D"}})
    assert limits(resolved, "ceiling", "access-logs")["SP-RET-01"] == 9 * DAY
    assert "IM-RET-03" not in limits(resolved, "ceiling", "access-logs")


def test_duties_without_a_class_are_there_once() -> None:
    ids = [duty.id for duty in duties().all]
    assert len(ids) == len(set(ids))
    assert "SP-ENC-01" in ids
    assert all(duty.rules for duty in duties().all)


def test_only_adopted_instruments_are_read() -> None:
    parsed = parse_declaration(declaration(instruments=BOTH))
    assert set(library_for(parsed).instruments) == {"im-module", "kenalan", "stack-policy"}
    unknown = parse_declaration(declaration(instruments={"im-module": {"source": "test"}, "x": {"source": "test"}}))
    assert set(library_for(unknown).instruments) == {"im-module", "stack-policy"}
    assert "stack-policy" in available()


def test_where_the_stack_is_and_what_is_assumed() -> None:
    resolved = duties()
    assert (resolved.home.cloud, resolved.home.id, resolved.home.jurisdiction) == ("tencent", "ap-jakarta", "indonesia")
    assert resolved.assumptions
    assert resolved.under("no-such-rule") == []
