"""Stacks that adopt one text alone: each text's classes as a stack may hold them, and the duties that follow."""

from datetime import timedelta
from typing import Any

import pytest

from im_stack.terms.duties.resolve import Duties, library_for, resolve
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.world import cloud_entry

DAY = timedelta(days=1)
ERASURE = {"within": "P7D", "source": "test"}
AGED = {"store": True, "period": "P7D", "clock": "birth", "erasure": ERASURE}
ENDED = {"store": True, "until": {"account-end": "P10D"}, "erasure": ERASURE}
TRTC = {
    "trtc-key": {"store": True, "until": {"termination": "P7D", "account-deletion": "P5D"}, "erasure": ERASURE},
    "trtc-log": {"store": True, "until": {"termination": "P7D", "account-deletion": "P7D"}, "erasure": ERASURE},
    "trtc-media": {"store": False, "transient": "PT1H", "erasure": ERASURE},
}
CLOUD = {
    **dict.fromkeys(("tc-registration", "tc-usage", "tc-delegates", "tc-interactions"), ENDED),
    "tc-incomplete": AGED,
}
ARCHIVE: dict[str, Any] = {
    "obligation": "TC-IDN-02",
    "classes": [name for name in CLOUD if name != "tc-incomplete"],
    "ends": "P1840D",
    "role": "archivist",
    "source": "test",
}
KENALAN = dict.fromkeys(("messages", "user-information", "access-logs"), AGED)
KENALAN_ELSEWHERE = tuple(
    f"kenalan-{of}" for of in ("identity", "financial", "biometric", "device", "support", "security", "cookies")
)
GENERIC = dict.fromkeys(("gp-log", "gp-location", "user-information", "messages"), AGED)
ANSWERS = {"issuer": "Example", "contact": "privacy@example.com", "precedence": "the service has no policy"}
TEXTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "trtc-module": (TRTC, ()),
    "tencent-cloud": (CLOUD, ("tc-content",)),
    "kenalan": (KENALAN, KENALAN_ELSEWHERE),
    "generic": (GENERIC, ()),
    "im-module": (dict.fromkeys(("messages", "user-information"), AGED), ()),
}
"""Each text's classes as a stack may hold them, and those that it leaves to others."""


def resolved(text: str, classes: dict[str, Any] | None = None, /, **changes: Any) -> Duties:
    """The duties of a stack under one text alone; `classes` replace choices, and keys of a choice."""
    chosen, elsewhere = TEXTS[text]
    by = {"source": "test", **({"answers": {**ANSWERS, "china": "lawful"}} if text == "generic" else {})}
    base = {
        "cloud": "tencent",
        "region": "ap-singapore",
        "jurisdiction": "singapore",
        "residents": ["singapore"],
        "instruments": {text: by},
        "classes": {name: {**choice, **(classes or {}).get(name, {})} for name, choice in chosen.items()},
        "elsewhere": dict.fromkeys(elsewhere, "another stack of this test"),
    }
    whole = base | changes
    country = {"eea": "germany"}.get(whole["jurisdiction"], whole["jurisdiction"])
    whole["sub-processors"] = [cloud_entry("tencent", country, whole["classes"])]
    parsed = parse_declaration({f"im:{key}": value for key, value in whole.items()})
    return resolve(parsed, library_for(parsed))


def problems(text: str, classes: dict[str, Any] | None = None, /, **changes: Any) -> list[str]:
    with pytest.raises(InputError) as raised:
        resolved(text, classes, **changes)
    return [f"{p.key}: {p.what} | {p.right} | {p.obligation}" for p in raised.value.problems]


def exception(**changes: Any) -> list[dict[str, Any]]:
    row = {
        "obligation": "KN-RES-01",
        "ground": "consent",
        "evidence": "form 7, kept in writing",
        "target": "singapore",
        "until": "2027-12-31",
    }
    return [{**row, "class": name, **changes} for name in KENALAN]


TURKEY = [{**row, "obligation": "TC-TUR-01", "class": name} for name in CLOUD for row in exception()[:1]]
