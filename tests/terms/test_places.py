"""Where a text lets data rest: by residents, exceptions and readings of a law."""

from typing import Any

import pytest

from tests.terms.one_text import ANSWERS, TURKEY, exception, problems, resolved

PLACES: list[tuple[str, str, dict[str, Any], str]] = [
    # the text, changes of a stack in Singapore, what the problem says; nothing: there is none
    ("Kenalan abroad, for residents of elsewhere", "kenalan", {}, ""),
    (
        "Kenalan abroad",
        "kenalan",
        {"residents": ["indonesia"]},
        "kenalan keeps its data in indonesia, the stack is in singapore | a stack in indonesia, residents of other "
        "places (im:residents), or im:exceptions with class access-logs, messages, user-information and target",
    ),
    ("Kenalan abroad with consent", "kenalan", {"residents": ["indonesia"], "exceptions": exception()}, ""),
    (
        "consent for a class",
        "kenalan",
        {"residents": ["indonesia"], "exceptions": exception()[:2]},
        "im:exceptions with class access-logs and target",
    ),
    (
        "consent to another place",
        "kenalan",
        {"residents": ["indonesia"], "exceptions": exception(target="japan")},
        "im:jurisdiction: kenalan keeps its data",
    ),
    (
        "another ground",
        "kenalan",
        {"residents": ["indonesia"], "exceptions": exception(ground="consnt")},
        "'consnt' is no ground of KN-RES-01 | one of law, consent, own-act; did you mean consent?",
    ),
    (
        "an exception from nothing",
        "kenalan",
        {"exceptions": exception()},
        "im:exceptions.0.obligation: no obligation of this stack is called 'KN-RES-01'",
    ),
    (
        "a class that is not here",
        "kenalan",
        {"residents": ["indonesia"], "exceptions": exception(**{"class": "mesages"})},
        "im:exceptions.0.class: im:classes has no 'mesages' | one of access-logs, messages, user-information; did you",
    ),
    (
        "a place that is none",
        "kenalan",
        {"residents": ["indonesia"], "exceptions": exception(target="Singapore")},
        "im:exceptions.0.target: no jurisdiction is called 'Singapore'",
    ),
    ("permissions are no demands", "tencent-cloud", {"residents": ["singapore", "canada"]}, ""),
    (
        "Turkey without consent",
        "tencent-cloud",
        {"residents": ["turkey"]},
        "im:residents: tencent-cloud lets data of residents of turkey rest in singapore with consent alone",
    ),
    ("Turkey with consent", "tencent-cloud", {"residents": ["turkey"], "exceptions": TURKEY}, ""),
    (
        "China, read strictly",
        "generic",
        {
            "residents": ["china"],
            "instruments": {"generic": {"source": "test", "answers": {**ANSWERS, "china": "strict"}}},
        },
        "generic keeps its data in china, the stack is in singapore",
    ),
    ("China, as the law says", "generic", {"residents": ["china"]}, ""),
    (
        "a member of the area",
        "im-module",
        {"region": "eu-frankfurt", "jurisdiction": "eea", "residents": ["germany", "france"]},
        "",
    ),
    (
        "a region that the module in force asks for",
        "trtc-module",
        {"region": "ap-atlantis"},
        "im:region: tencent has no region 'ap-atlantis' | in singapore: ap-singapore | TR-REG-01",
    ),
    (
        "no member of the area",
        "im-module",
        {"region": "eu-moscow", "jurisdiction": "eea"},
        "eu-moscow is in russia, not in eea | in eea: eu-frankfurt | IM-REG-01",
    ),
]


@pytest.mark.parametrize(("text", "changes", "says"), [pytest.param(*row[1:], id=row[0]) for row in PLACES])
def test_where_data_may_rest(text: str, changes: dict[str, Any], says: str) -> None:
    if says:
        assert any(says in problem for problem in problems(text, **changes)), problems(text, **changes)
    else:
        assert resolved(text, **changes).all
