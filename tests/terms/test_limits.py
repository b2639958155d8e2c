"""Choices outside of what a text states: too long, too short, in another place, or without a ground that it lists."""

from typing import Any

import pytest

from tests.terms.one_text import (
    AGED,
    ANSWERS,
    ARCHIVE,
    DAY,
    problems,
    resolved,
)

STRICT = {"source": "test", "answers": {**ANSWERS, "china": "strict"}}
LIMITS: list[tuple[str, str, dict[str, Any], dict[str, Any], str]] = [
    (
        "a request beyond the text's",
        "tencent-cloud",
        {"tc-usage": {"erasure": {"within": "P90D", "source": "test"}}},
        {},
        "im:classes.tc-usage.erasure.within: P90D is longer than the 10 d of tencent-cloud | at most 10 d | TC-DEL-01",
    ),
    (
        "an end of the account beyond the text's",
        "tencent-cloud",
        {"tc-usage": {"until": {"account-end": "P11D"}}},
        {},
        "im:classes.tc-usage.until.account-end: P11D is longer than the 10 d of tencent-cloud | at most 10 d",
    ),
    (
        "an incomplete registration kept too long",
        "tencent-cloud",
        {"tc-incomplete": {"period": "P11D"}},
        {},
        "im:classes.tc-incomplete.period: P11D is longer than the 10 d of tencent-cloud | at most 10 d | TC-DEL-03",
    ),
    (
        "a termination beyond the text's, of the whole stack",
        "trtc-module",
        {"trtc-log": {"until": {"account-deletion": "P1D"}}},
        {"termination": {"within": "P8D", "source": "test"}},
        "im:termination.within: P8D is longer than the 7 d of trtc-module | at most 7 d | TR-TRM-02",
    ),
    (
        "an age where it lives",
        "trtc-module",
        {"trtc-log": {**AGED, "until": {}}},
        {},
        "im:classes.trtc-log.period: trtc-module keeps it until an event, and P7D ends it by age | in place of it "
        "`until`, with how long after termination or account-deletion | TR-RET-02",
    ),
    (
        "no time after the account",
        "tencent-cloud",
        {"tc-usage": {"until": {"account-deletion": "P1D"}}},
        {},
        "im:classes.tc-usage.until.account-end: how long after it is not chosen, and the text gives no number |",
    ),
    (
        "five years and ten days",
        "tencent-cloud",
        {},
        {"residents": ["indonesia"]},
        "im:instruments.tencent-cloud: TC-IDN-02 keeps tc-delegates, tc-interactions, tc-registration, tc-usage "
        "for at least 1830 d, TC-DEL-01, TC-DEL-02 ends it within 10 d | What the law keeps rests in an archive apart",
    ),
    (
        "an archive of a class that no law keeps",
        "tencent-cloud",
        {},
        {"residents": ["indonesia"], "archive": ARCHIVE | {"classes": [*ARCHIVE["classes"], "messages"]}},
        "im:archive.classes: messages is none of what TC-IDN-02 keeps | [tc-registration, tc-usage, tc-delegates, "
        "tc-interactions], as far as they are stored | TC-IDN-02",
    ),
    (
        "an archive of a class that the text ends within ten days",
        "tencent-cloud",
        {},
        {"residents": ["indonesia"], "archive": ARCHIVE | {"classes": [*ARCHIVE["classes"], "tc-incomplete"]}},
        "im:archive.classes: tc-incomplete is none of what TC-IDN-02 keeps |",
    ),
    (
        "an archive without a class that the law keeps",
        "tencent-cloud",
        {},
        {"residents": ["indonesia"], "archive": ARCHIVE | {"classes": ["tc-registration"]}},
        "im:archive.classes: TC-IDN-02 keeps tc-usage, tc-delegates, tc-interactions, too |",
    ),
    (
        "an archive that ends too soon",
        "tencent-cloud",
        {},
        {"residents": ["indonesia"], "archive": ARCHIVE | {"ends": "P1830D"}},
        "im:archive.ends: P1830D is no longer than the 1830 d of TC-IDN-02 | some days more, in which what is over is ",
    ),
    (
        "an archive for the application's own role",
        "tencent-cloud",
        {},
        {
            "residents": ["indonesia"],
            "archive": ARCHIVE | {"role": "im-application"},
            "network": {"app-id": "123456789012", "owner-uin": "123456789012", "application-role": "im-application"},
        },
        "im:archive.role: im-application is no role of the archive alone | another role than those of im:network",
    ),
    (
        "an archive for residents that the stack has not",
        "tencent-cloud",
        {},
        {"archive": ARCHIVE},
        "im:archive.obligation: nothing that binds this stack is kept longer by TC-IDN-02 | no archive",
    ),
    (
        "an archive by what is no minimum",
        "tencent-cloud",
        {},
        {"residents": ["indonesia"], "archive": ARCHIVE | {"obligation": "TC-DEL-01"}},
        "im:archive.obligation: nothing that binds this stack is kept longer by TC-DEL-01 | ",
    ),
    (
        "an incomplete registration from its last write",
        "tencent-cloud",
        {"tc-incomplete": {"clock": "last-write"}},
        {},
        "im:classes.tc-incomplete.clock: tencent-cloud counts from the first write, and the clock is last-write | b",
    ),
    (
        "messages for as long as the account",
        "im-module",
        {"messages": {"period": None, "until": {"account-end": "P7D"}}},
        {},
        "im:classes.messages.until: im-module lets it be stored for a period, and `until` gives none |",
    ),
    (
        "media that is stored",
        "trtc-module",
        {"trtc-media": {"store": True, "transient": None, "period": "P1D", "clock": "birth"}},
        {},
        "im:classes.trtc-media.store: an adopted text forbids storing this class",
    ),
]


@pytest.mark.parametrize(("text", "classes", "changes", "says"), [pytest.param(*row[1:], id=row[0]) for row in LIMITS])
def test_what_is_outside_of_a_text(text: str, classes: dict[str, Any], changes: dict[str, Any], says: str) -> None:
    found = problems(text, classes, **changes)
    assert [problem for problem in found if problem.startswith(says)], found


def test_a_stack_with_an_archive_keeps_and_deletes() -> None:
    duties = resolved("tencent-cloud", residents=["indonesia"], archive=ARCHIVE)
    limits = {duty.id: duty.limit for duty in duties.all}
    assert (limits["TC-IDN-02/tc-usage"], limits["TC-DEL-02/tc-usage"]) == (1830 * DAY, 10 * DAY)


def test_each_fault_is_said_once() -> None:
    assert len(problems("tencent-cloud", residents=["indonesia"])) == 1
    assert len(problems("trtc-module", {"trtc-log": {**AGED, "until": {}}})) == 1
