"""Each text adopted alone: what binds by residents, role and answers; ends by event; ages, notices, times to answer."""

from datetime import timedelta
from typing import Any

import pytest

from im_stack.terms.duties.binding import adopted
from im_stack.terms.duties.residents import Residents, residents_of
from im_stack.terms.texts.library import load_library
from tests.terms.one_text import (
    AGED,
    CLOUD,
    DAY,
    KENALAN,
    TEXTS,
    problems,
    resolved,
)


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_can_be_adopted_alone(text: str) -> None:
    found = resolved(text)
    names = {duty.data_class for duty in found.all} - {None}
    assert names == set(TEXTS[text][0])
    own = {o.id.partition("-")[0] for _, o in found.adopted}
    assert own == {"SP", {"tencent-cloud": "TC", "generic": "GP"}.get(text, text[:2].upper().replace("KE", "KN"))}


def ends(text: str, data_class: str, obligation: str, **changes: Any) -> tuple[timedelta | None, bool]:
    """The limit of one duty, and whether it forbids an end by age."""
    (duty,) = [d for d in resolved(text, **changes).all if d.id == f"{obligation}/{data_class}"]
    return duty.limit, duty.lives


@pytest.mark.parametrize(
    ("text", "data_class", "obligation", "limit", "kept"),
    [
        ("trtc-module", "trtc-key", "TR-RET-01", None, True),
        ("trtc-module", "trtc-key", "TR-TRM-01", 5 * DAY, False),  # the earlier of the two events
        ("trtc-module", "trtc-log", "TR-TRM-02", 7 * DAY, False),
        ("trtc-module", "trtc-log", "TR-DEL-01", 7 * DAY, False),
        ("trtc-module", "trtc-log", "SP-END-01", 7 * DAY, True),
        ("trtc-module", "trtc-media", "TR-NOS-01", timedelta(hours=1), False),
        ("tencent-cloud", "tc-usage", "TC-RET-01", 10 * DAY, True),
        ("tencent-cloud", "tc-usage", "TC-DEL-02", 10 * DAY, False),
        ("tencent-cloud", "tc-usage", "TC-DEL-01", 7 * DAY, False),
        ("tencent-cloud", "tc-incomplete", "TC-DEL-03", 7 * DAY, False),
        ("kenalan", "messages", "KN-RET-01", 7 * DAY, False),
        ("generic", "messages", "GP-RET-01", 7 * DAY, False),
    ],
)
def test_ends_of_a_class(text: str, data_class: str, obligation: str, limit: timedelta | None, kept: bool) -> None:
    assert ends(text, data_class, obligation) == (limit, kept)


@pytest.mark.parametrize(
    ("text", "duty", "when"),
    [
        ("trtc-module", "TR-RET-01/trtc-key", "not by age"),
        ("trtc-module", "TR-TRM-01/trtc-key", "within 5 d of the account-deletion or termination"),
        ("tencent-cloud", "TC-RET-01/tc-usage", "not by age, within 10 d of the account-end"),
        ("tencent-cloud", "TC-DEL-01/tc-usage", "within 7 d"),
        ("kenalan", "KN-RET-01/messages", "within 7 d"),
        ("kenalan", "KN-TLS-01", ""),
    ],
)
def test_the_period_of_a_duty_in_words(text: str, duty: str, when: str) -> None:
    assert [d.when for d in resolved(text).all if d.id == duty] == [when]


def test_a_view_binds_the_classes_that_it_shows_for_its_residents() -> None:
    ids = {d.id for d in resolved("tencent-cloud", residents=["california"]).all}
    assert "TC-CAL-03/tc-usage" in ids
    assert not {d.id for d in resolved("tencent-cloud").all if d.id.startswith("TC-CAL")}


@pytest.mark.parametrize(
    ("obligation", "changes", "why"),
    [
        ("TC-KOR-01", {"residents": ["germany"]}, "is about residents of south-korea, and the stack has none"),
        ("TC-KOR-01", {"residents": ["south-korea"]}, ""),
        (
            "IM-RET-01",
            {"instruments": {"im-module": {"source": "test", "role": "controller"}}},
            "is owed by the processor, and the stack adopts im-module as controller",
        ),
    ],
)
def test_an_obligation_that_does_not_bind_says_why(obligation: str, changes: dict[str, Any], why: str) -> None:
    found = resolved("im-module" if obligation.startswith("IM") else "tencent-cloud", **changes)
    said = {o.id: why_not for _, o, why_not in adopted(found.declaration, found.library)}
    assert said[obligation] == why
    assert (obligation in {o.id for _, o in found.adopted}) == (not why)


def test_an_ended_service_ends_what_it_holds_where_a_time_is_declared() -> None:
    without, within = resolved("kenalan"), resolved("kenalan", termination={"within": "P20D", "source": "test"})
    assert [d.id for d in without.all if d.obligation.id == "KN-EOL-01"] == ["KN-EOL-01"]
    assert {(d.id, d.limit) for d in within.all if d.obligation.id == "KN-EOL-01"} == {
        (f"KN-EOL-01/{name}", 20 * DAY) for name in KENALAN
    }


@pytest.mark.parametrize(
    ("place", "residents", "binds"),
    [
        ("ap-jakarta", ["south-korea"], {"TC-KOR-01"}),
        ("eu-frankfurt", ["california"], {"TC-CAL-01"}),
        ("ap-jakarta", ["united-states"], {"TC-CAL-01"}),
        ("ap-jakarta", ["germany"], {"TC-RGT-01"}),
        ("ap-jakarta", ["eea"], {"TC-RGT-01", "TC-FRA-01"}),
        ("ap-jakarta", ["uk"], {"TC-RGT-01"}),
        ("ap-jakarta", ["switzerland"], set()),
        ("ap-jakarta", ["france"], {"TC-RGT-01", "TC-FRA-01"}),
        ("eu-frankfurt", ["indonesia"], {"TC-IDN-01"}),
    ],
)
def test_residents_add_duties_wherever_the_stack_is(place: str, residents: list[str], binds: set[str]) -> None:
    of_places = {"TC-KOR-01", "TC-CAL-01", "TC-RGT-01", "TC-FRA-01", "TC-IDN-01"}
    where = {"ap-jakarta": "indonesia", "eu-frankfurt": "eea"}[place]
    nothing = {"classes": {"access-logs": AGED}, "elsewhere": dict.fromkeys((*CLOUD, "tc-content"), "in another stack")}
    found = resolved("tencent-cloud", region=place, jurisdiction=where, residents=residents, **nothing)
    assert {o.id for _, o in found.adopted} & of_places == binds


def test_without_residents_those_of_every_place_count() -> None:
    assert any("TC-TUR-01" in problem for problem in problems("tencent-cloud", residents=None))


@pytest.mark.parametrize(
    ("role", "binds"),
    [(None, {"IM-RET-01", "IM-AGE-01"}), ("processor", {"IM-RET-01"}), ("controller", {"IM-AGE-01"})],
)
def test_a_role_has_its_own_duties(role: str | None, binds: set[str]) -> None:
    found = resolved("im-module", instruments={"im-module": {"source": "test", "role": role}})
    assert {o.id for _, o in found.adopted} & {"IM-RET-01", "IM-AGE-01"} == binds
    assert "IM-SEN-01" in {o.id for _, o in found.adopted}


@pytest.mark.parametrize(
    ("text", "place", "by", "age", "parental"),
    [
        ("tencent-cloud", "singapore", "TC-AGE-01", 14, False),
        ("tencent-cloud", "egypt", "TC-EGY-01", 19, True),
        ("tencent-cloud", "germany", "TC-AGE-01", 14, False),
        ("tencent-cloud", "china", "TC-AGE-01", 14, False),
        ("tencent-cloud", "uae", "TC-ARE-01", 21, False),
        ("kenalan", "indonesia", "KN-AGE-01", None, True),
        ("im-module", "indonesia", "IM-AGE-01", None, False),
        ("generic", "china", "GP-AGE-01", 18, True),
        ("generic", "japan", "GP-AGE-01", 18, True),
    ],
)
def test_the_age_is_by_text_and_place(text: str, place: str, by: str, age: int | None, parental: bool) -> None:
    row = _residents(text, place)
    assert (row.age_by, row.minimum_age, row.parental_consent) == (by, age, parental)


def _residents(text: str, place: str) -> Residents:
    found = resolved(text)
    return residents_of(found.declaration.model_copy(update={"residents": (place,)}), found.library)[text][place]


def test_times_to_answer_and_notices_are_by_text_and_place() -> None:
    times = {
        (text, place): {r.obligation: (r.within, r.extension) for r in _residents(text, place).requests}
        for text, place in (("tencent-cloud", "germany"), ("tencent-cloud", "singapore"), ("kenalan", "indonesia"))
    }
    assert times == {
        ("tencent-cloud", "germany"): {"TC-RGT-01": ("P1M", "P2M")},
        ("tencent-cloud", "singapore"): {},
        ("kenalan", "indonesia"): {"KN-REQ-01": ("P14D", None)},
    }
    assert [(r.obligation, r.within) for r in _residents("tencent-cloud", "south-korea").requests] == [
        ("TC-KOR-02", None)
    ]
    assert [n.obligation for n in _residents("kenalan", "indonesia").notices] == ["KN-CHG-01", "KN-INC-01"]
    assert [n.obligation for n in _residents("tencent-cloud", "uae").notices] == ["TC-CHG-01", "TC-ARE-02"]
    assert _residents("tencent-cloud", "uae").otherwise == "an order of a court"
    assert _residents("tencent-cloud", "south-korea").authorities


def test_without_residents_every_place_that_a_text_names_has_its_row() -> None:
    found = resolved("im-module")
    every = residents_of(found.declaration.model_copy(update={"residents": None}), found.library)
    assert set(every["im-module"]) == {"singapore"}
    cloud = resolved("tencent-cloud").declaration.model_copy(update={"residents": None})
    assert {"turkey", "eea"} <= set(residents_of(cloud, load_library())["tencent-cloud"])
