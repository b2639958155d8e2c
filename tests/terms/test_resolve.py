"""Errors for missing, impossible and contradictory choices of a declaration."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from im_stack.terms.duties.resolve import library_for, resolve
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.world import cloud_entry, declaration, duties

DAY = timedelta(days=1)
CLOUD = cloud_entry("tencent", "indonesia", ["messages", "user-information"])
ACME = {**CLOUD, "name": "Acme", "account": "100000000009"}
ENTRY = (
    "- {name: Tencent Cloud, country: indonesia, basis: agreement, classes: [messages, user-information], "
    "source: WHICH ONE} | IM-SUB-01, KN-SHR-01"
)
BASES = "one of agreement"
WAIVER = {
    **{"rule": "ceiling", "resource": "messages", "reason": "old chats are liked by some", "owner": "marketing"},
    **{"evidence": "https://example.com/1", "expires": "2030-01-01", "law": "none", "start": "2026-11-01"},
}


def problems(**changes: Any) -> dict[str, str]:
    with pytest.raises(InputError) as raised:
        duties(**changes)
    found: dict[str, str] = {}
    for p in raised.value.problems:
        found[p.key] = found.get(p.key, "") + f"{p.what} | {p.right} | {p.obligation}\n"
    return found


MODULE = {"im-module": {"source": "test"}}
BOTH = {"im-module": {"source": "test"}, "kenalan": {"source": "test"}}
_PLACES = {"ap-singapore": "singapore", "ap-jakarta": "indonesia", "ap-shanghai-fsi": "china"}


def _zoned(region: str, **zones: Any) -> dict[str, Any]:
    return {
        "region": region,
        "jurisdiction": _PLACES[region],
        "instruments": MODULE,
        "zones": {"first": f"{region}-1", "second": f"{region}-2", **zones},
    }


def test_a_zone_that_no_document_names_needs_a_reason() -> None:
    zones = {"first": "ap-singapore-9", "redis": [900009], "reason": "new in this account, found by preflight zones"}
    assert duties(**_zoned("ap-singapore", **zones)).declaration.zones


_NOT_STORED = {"store": False, "period": None, "clock": None}
_TRANSIENT = "im:classes.messages.transient"
GIVEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("a region that is none", {"region": "ap-nowhere"}, "im:region", "tencent has no region 'ap-nowhere'"),
    ("what regions there are", {"region": "ap-nowhere"}, "im:region", "in indonesia: ap-jakarta | IM-REG-01"),
    ("a region in capitals", {"region": "AP-Jakarta"}, "im:region", "did you mean ap-jakarta?"),
    (
        "a jurisdiction by its code",
        {"jurisdiction": "SG"},
        "im:jurisdiction",
        "'SG' | one of australia, austria",
    ),
    ("a jurisdiction spelt wrong", {"jurisdiction": "signapore"}, "im:jurisdiction", "did you mean singapore?"),
    ("a region of the other cloud", {"region": "ap-southeast-3"}, "im:region", "tencent has no region"),
    (
        "a region outside the jurisdiction",
        {"region": "ap-singapore"},
        "im:region",
        "ap-singapore is in singapore, not in indonesia | in indonesia: ap-jakarta | IM-REG-01",
    ),
    (
        "a jurisdiction without a region on this cloud",
        {"jurisdiction": "turkey", "region": "eu-ankara"},
        "im:jurisdiction",
        "tencent has no region in turkey | another cloud, or the place where the stack is (people of others are",
    ),
    (
        "a service that the region lacks",
        {"cloud": "aws", "region": "us-west-1", "jurisdiction": "california", "services": ["s3", "mongodb"]},
        "im:services.1",
        "us-west-1 has no mongodb (DocumentDB developer guide, regions supported by Amazon DocumentDB)",
    ),
    (
        "a recipient of alarms that is no user's number",
        {"alarm": {"recipient": "operations@example.com", "repair": "P1D", "source": "test"}},
        "im:alarm.recipient",
        "no recipient of alarms on tencent | the number of a user of the account in quotes",
    ),
    (
        "a recipient of alarms that is no address",
        {
            "cloud": "aws",
            "region": "ap-southeast-3",
            "alarm": {"recipient": "100000000002", "repair": "P1D", "source": "test"},
        },
        "im:alarm.recipient",
        "no recipient of alarms on aws | an address of e-mail, such as operations@example.com | SP-ALM-01",
    ),
    ("a jurisdiction that is none", {"jurisdiction": "atlantis"}, "im:jurisdiction", "no jurisdiction is called"),
    ("a service nearly", {"services": ["mysql", "kafka"]}, "im:services.1", "did you mean ckafka?"),
    (
        "a service of another cloud",
        {"services": ["msk"]},
        "im:services.0",
        "that is known here | one of mysql, mongodb",
    ),
    (
        "Kenalan outside Indonesia",
        {"region": "ap-singapore", "jurisdiction": "singapore", "instruments": BOTH},
        "im:jurisdiction",
        "kenalan keeps its data in indonesia, the stack is in singapore",
    ),
    (
        "an instrument that is none",
        {"instruments": {"im-module": {"source": "test"}, "gdpr": {"source": "test"}}},
        "im:instruments.gdpr",
        "no instrument is called 'gdpr' | one of generic, im-module, kenalan",
    ),
    (
        "the stack's own policy",
        {"instruments": {**MODULE, "stack-policy": {"source": "test"}}},
        "im:instruments.stack-policy",
        "binds every stack by itself",
    ),
    (
        "answers that are missing",
        {"instruments": {"generic": {"source": "test"}}},
        "im:instruments.generic.answers.issuer",
        "the text leaves it open | who issues the policy",
    ),
    (
        "an answer that is not possible",
        {"instruments": {"generic": {"source": "test", "answers": {"china": "perhaps"}}}},
        "im:instruments.generic.answers.china",
        "'perhaps' is no possible answer | strict: data from China is stored there; lawful: as the law says",
    ),
    (
        "an empty answer",
        {"instruments": {"generic": {"source": "test", "answers": {"issuer": ""}}}},
        "im:instruments.generic.answers.issuer",
        "too short",
    ),
    (
        "an answer to no question",
        {"instruments": {"im-module": {"source": "test", "answers": {"issuer": "me"}}}},
        "im:instruments.im-module.answers.issuer",
        "im-module asks no 'issuer'",
    ),
    *(
        (
            f"without a choice for {name}",
            {"elsewhere": {}, "instruments": BOTH},
            f"im:classes.{name}",
            "is missing: kenalan is about it, storing or not is the owner's choice, and no default is given | store: ",
        )
        for name in ("access-logs", "kenalan-identity", "kenalan-financial", "kenalan-cookies")
    ),
    (
        "Kenalan's own name of it",
        {"classes": {"kenalan-communications": {}}, "instruments": BOTH},
        "im:classes.kenalan-communications",
        "kenalan-communications is the same data as messages | declare it as that",
    ),
    (
        "Kenalan's own name of it elsewhere",
        {"elsewhere": {"kenalan-profile": "in another stack"}, "instruments": BOTH},
        "im:elsewhere.kenalan-profile",
        "is the same data as user-information",
    ),
    ("a resident of nowhere", {"residents": ["indonesia", "japn"]}, "im:residents.1", "did you mean japan?"),
    ("a class unknown elsewhere", {"elsewhere": {"mesages": "in another stack"}}, "im:elsewhere.mesages", "messages?"),
    (
        "a class here and elsewhere",
        {"elsewhere": {"messages": "in another stack"}},
        "im:elsewhere.messages",
        "is in im:classes, too",
    ),
    (
        "an unknown class",
        {"classes": {"mesages": {"period": "P1D"}}},
        "im:classes.mesages",
        "no adopted instrument knows a class 'mesages'",
    ),
    *(
        (
            f"a class that was, in {key}",
            {key: {"message-metadata": value}},
            f"im:{key}.message-metadata",
            "is no class any more: who sent what to whom, and when, is content of the message and sealed with it | "
            "delete message-metadata and all that is below it",
        )
        for key, value in (("classes", {"period": "P30D"}), ("elsewhere", "in another stack"))
    ),
    *(
        (
            f"{copy} outside a class",
            {"classes": {"messages": {"outside": {copy: "no statement takes that long"}}}},
            f"im:classes.messages.outside.{copy}",
            "is no log: only a log can be empty of a class, never the data itself or a backup | one of mysql/slow log",
        )
        for copy in ("mysql/live data", "mysql/backups", "mysql/slowlog", "slow log", "postgres/slow log", "mysql/")
    ),
    *(
        (f"{name} in {region}", _zoned(region, **{key: value}), f"im:zones.{key}", says)
        for name, region, key, value, says in (
            ("a ninth zone", "ap-singapore", "first", "ap-singapore-9", "names a zone ap-singapore-9 | one of ap-sing"),
            ("no zone", "ap-jakarta", "first", "ap-jakarta-x", "'ap-jakarta-x' is no zone of ap-jakarta"),
            ("a zone of another", "ap-jakarta", "mongodb", ["ap-singapore-1"], "'ap-singapore-1' is no zone of ap-jak"),
            ("number 1", "ap-singapore", "redis", [1], "names a zone 1 | one of 900001, 900002, 900003, 900004, or"),
            ("a number of another", "ap-singapore", "ckafka", [900001, 720001], "720001 is a zone of ap-jakarta, not"),
            ("a ninth number", "ap-singapore", "redis", [900009], "names a zone 900009"),
            (
                "a number of a region without",
                "ap-shanghai-fsi",
                "redis",
                [990001],
                "names a zone 990001 | `reason:` beside it",
            ),
        )
    ),
    *(
        (
            f"a register: {name}",
            {"sub_processors": register, "instruments": BOTH, **more},
            f"im:sub-processors{key}",
            says,
        )
        for name, register, key, says, more in (
            ("empty", [], "", f"Tencent Cloud itself processes the data, and no entry names it | {ENTRY}", {}),
            ("another cloud alone", [{**CLOUD, "name": "Amazon Web Services"}], "", "Tencent Cloud itself", {}),
            ("a class left out", [{**CLOUD, "classes": ["messages"]}], ".0.classes", "processes user-information", {}),
            ("the cloud elsewhere", [{**CLOUD, "country": "singapore"}], ".0.country", "is in indonesia, not in", {}),
            ("no such country", [CLOUD, {**ACME, "country": "indonesa"}], ".1.country", "did you mean indonesia?", {}),
            ("no such class", [CLOUD, {**ACME, "classes": ["mesages"]}], ".1.classes", "did you mean messages?", {}),
            (
                "no such basis",
                [CLOUD, {**ACME, "basis": "sympathy"}],
                ".1.basis",
                f"{BASES} | IM-SUB-01, KN-SHR-01",
                {},
            ),
            (
                "the basis of one text",
                [CLOUD, {**ACME, "basis": "consent"}],
                ".1.basis",
                "no ground of IM-SUB-01 for",
                {},
            ),
            (
                "without Kenalan",
                [CLOUD, {**ACME, "basis": "partner"}],
                ".1.basis",
                f"{BASES} | IM-SUB-01",
                {"instruments": {"im-module": {"source": "test"}}},
            ),
            ("a party twice", [CLOUD, ACME, ACME], ".2.name", "Acme has 2 entries", {}),
        )
    ),
    (
        "a ground that no text lists",
        {"waivers": [WAIVER | {"ground": "marketing"}], "instruments": BOTH},
        "im:waivers.0.ground",
        "'marketing' is no ground of the adopted texts for ceiling | one of data-protection-law, law, purpose",
    ),
    *(
        (
            f"sensitive: {name}",
            {"instruments": BOTH, "classes": {name: {"period": "P30D"}}},
            f"im:classes.{name}",
            "bars sensitive data | a stack without im-module that holds it in a store, under a key and for a role",
        )
        for name in ("kenalan-identity", "kenalan-financial", "kenalan-biometric")
    ),
    (
        "a ground nearly",
        {"waivers": [WAIVER | {"ground": "lw"}], "instruments": BOTH},
        "im:waivers.0.ground",
        "did you mean law?",
    ),
    ("a service that is none", {"services": ["mysql", "msk"]}, "im:services.1", "one of mysql, mongodb, redis, ckafka"),
    ("stored without a clock", {"classes": {"messages": {"clock": None}}}, "im:classes.messages.clock", "C-06"),
    *(
        (
            f"{form}, {clock}, {backups}",
            {"classes": {"messages": {"sealing": {"form": form}, "clock": clock, "backups": backups}}},
            "im:classes.messages.sealing.form",
            says,
        )
        for form, clock, backups, says in (
            ("birth", "birth", "counted", "the class is not sealed, so nothing has this form | backups: sealed, or no"),
            ("birth", "last-write", "sealed", "its clock is last-write | last-write-and-subject or subject"),
            ("birth-and-subject", "last-write", "sealed", "birth-and-subject ends a record by its birth, and its"),
            ("last-write-and-subject", "birth", "sealed", "its clock is birth | birth, birth-and-subject or subject"),
        )
    ),
    (
        "an epoch of a form without",
        {"classes": {"messages": {"sealing": {"form": "subject", "epoch": "PT1H"}, "backups": "sealed"}}},
        "im:classes.messages.sealing.form",
        "so there is no epoch | no epoch, or another form",
    ),
    (
        "without a deadline for erasure",
        {"classes": {"messages": {"erasure": None}}},
        "im:classes.messages.erasure",
        "IM-DEL-01",
    ),
    (
        "without a deadline, not stored",
        {"classes": {"messages": {"store": False, "period": None, "transient": "PT1H", "erasure": None}}},
        "im:classes.messages.erasure",
        "the erasure deadline is not chosen",
    ),
    *(
        (f"{passing} in passing", {"classes": {"messages": {**_NOT_STORED, "transient": passing}}}, _TRANSIENT, says)
        for passing, says in (
            ("P1DT1S", "P1DT1S is storing: what is not stored is gone within P1D | at most P1D, or"),
            ("P365D", "source: why it may be longer}` | SP-NOS-01"),
        )
    ),
    (
        "a missing period",
        {"classes": {"access-logs": {}}},
        "im:classes.access-logs.period",
        "the period is not chosen, and no adopted text gives one for this class",
    ),
]


@pytest.mark.parametrize(
    ("form", "clock", "found"),
    [
        (None, "birth", "birth"),
        (None, "last-write", "last-write-and-subject"),
        ("birth-and-subject", "birth", "birth-and-subject"),
        ("subject", "birth", "subject"),
        ("subject", "last-write", "subject"),
    ],
)
def test_forms_of_a_seal(form: str | None, clock: str, found: str) -> None:
    chosen = {"sealing": {"form": form}, "clock": clock, "backups": "sealed"}
    assert duties(classes={"messages": chosen}).declaration.classes["messages"].form == found


@pytest.mark.parametrize(("changes", "key", "says"), [pytest.param(*row[1:], id=row[0]) for row in GIVEN])
def test_problems(changes: dict[str, Any], key: str, says: str) -> None:
    found = problems(**changes)
    assert key in found
    assert says in found[key]


@pytest.mark.parametrize("missing", ["messages", "user-information"])
def test_storing_or_not_must_be_chosen_for_both_classes(missing: str) -> None:
    config = declaration()
    del config["im:classes"][missing]
    parsed = parse_declaration(config)
    with pytest.raises(InputError) as raised:
        resolve(parsed, library_for(parsed))
    assert f"im:classes.{missing}" in {problem.key for problem in raised.value.problems}
    assert "no default is given" in str(raised.value)


def test_every_problem_is_said_at_once() -> None:
    instruments = {name: {"source": "test"} for name in ("im-module", "kenalan", "gdpr")}
    classes = {"x": {}, "messages": {"clock": None}, "user-information": {"erasure": None}}
    assert set(problems(region="ap-singapore", classes=classes, instruments=instruments)) == {
        "im:region",
        "im:instruments.gdpr",
        "im:classes.x",
        "im:classes.messages.clock",
        "im:classes.user-information.erasure",
    }


def test_what_a_text_forbids_to_store_cannot_be_stored() -> None:
    parsed = parse_declaration(declaration())
    library = library_for(parsed)
    module = library.instruments["im-module"]
    classes = tuple(c.model_copy(update={"storable": c.id != "messages"}) for c in module.classes)
    forbidding = {**library.instruments, "im-module": module.model_copy(update={"classes": classes})}
    with pytest.raises(InputError) as raised:
        resolve(parsed, replace(library, instruments=forbidding))
    assert [problem.key for problem in raised.value.problems] == ["im:classes.messages.store"]
