"""Errors of a declaration: the key, and a correction."""

import json
from datetime import timedelta
from typing import Any

import pytest

from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.world import declaration

MESSAGES: dict[str, Any] = {
    "store": True,
    "period": "P30D",
    "clock": "birth",
    "erasure": {"within": "P30D", "source": "test"},
}


def registered(**changes: Any) -> dict[str, Any]:
    party = {"name": "Acme", "country": "indonesia", "basis": "agreement", "classes": ["messages"], "source": "test"}
    return {**declaration(), "im:sub-processors": [party | changes]}


def faults(config: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InputError) as raised:
        parse_declaration(config)
    return {problem.key: f"{problem.what} | {problem.right}" for problem in raised.value.problems}


def messages(**changes: Any) -> dict[str, Any]:
    choice = {key: value for key, value in {**MESSAGES, **changes}.items() if value is not None}
    return {**declaration(), "im:classes": {"messages": choice}}


GIVEN: list[tuple[str, dict[str, Any], str, str]] = [
    # unknown keys, with the closest known one
    ("a key of the top", {**declaration(), "im:jurisdicton": "x"}, "im:jurisdicton", "jurisdiction?"),
    (
        "a key like none",
        {**declaration(), "im:zzz": "x"},
        "im:zzz",
        "one of accepted-losses, alarm, archive, classes, cloud, customers",
    ),
    (
        "an archive without an end",
        {
            **declaration(),
            "im:archive": {"obligation": "TC-IDN-02", "classes": ["tc-usage"], "role": "a", "source": "abc"},
        },
        "im:archive.ends",
        "is missing",
    ),
    (
        "an event",
        messages(period=None, until={"terminatoin": "P7D"}),
        "im:classes.messages.until.terminatoin",
        "termination?",
    ),
    ("a key of a class", messages(perod="P1D"), "im:classes.messages.perod", "period?"),
    ("a key like none of a class", messages(zzz=1), "im:classes.messages.zzz", "one of backups, clock, erasure"),
    (
        "a key of an erasure",
        messages(erasure={"withn": "P1D", "source": "test"}),
        "im:classes.messages.erasure.withn",
        "within?",
    ),
    ("a key of a sealing", messages(sealing={"epoc": "PT1H"}), "im:classes.messages.sealing.epoc", "epoch?"),
    (
        "a key of an instrument",
        {**declaration(), "im:instruments": {"im-module": {"source": "test", "sorce": "x"}}},
        "im:instruments.im-module.sorce",
        "source?",
    ),
    (
        "a key of a sub-processor",
        registered(acount="210987654321"),
        "im:sub-processors.0.acount",
        "account?",
    ),
    (
        "the register as it was",
        {**declaration(), "im:sub-processors": {"allowed": [], "source": "test"}},
        "im:sub-processors",
        "a list with an entry for each party, such as\n    - {name: Tencent Cloud, country: ",
    ),
    ("a party without a door", registered(), "im:sub-processors.0", "needs an `account` or an `endpoint`"),
    ("an account that is a name", registered(account="acme"), "im:sub-processors.0.account", "digits alone, in quotes"),
    ("an empty account", registered(account=""), "im:sub-processors.0.account", "digits alone, in quotes"),
    ("a host", registered(endpoint="acme.test"), "im:sub-processors.0.endpoint", "no address or range of addresses"),
    ("a range that is none", registered(endpoint="10.0.0.1/8"), "im:sub-processors.0.endpoint", "no address or range"),
    ("a party of no class", registered(account="12345", classes=[]), "im:sub-processors.0.classes", "at least 1"),
    (
        "a key of the zones",
        {**declaration(), "im:zones": {"first": "a", "second": "b", "redi": []}},
        "im:zones.redi",
        "redis?",
    ),
    (
        "a key of the network",
        {**declaration(), "im:network": {"app_id": "1250000000"}},
        "im:network.app_id",
        "app-id?",
    ),
    # periods
    ("no unit", messages(period=7), "im:classes.messages.period", "P7D for 7 days"),
    ("no unit, as text", messages(period="7"), "im:classes.messages.period", "P7D for 7 days"),
    ("nothing", messages(period="P0D"), "im:classes.messages.period", "between one second and 100 years"),
    ("negative", messages(period="-P7D"), "im:classes.messages.period", "is not a period"),
    ("negative, another way", messages(period="P-7D"), "im:classes.messages.period", "is not a period"),
    ("another unit", messages(period="7 days"), "im:classes.messages.period", "is not a period"),
    ("months", messages(period="P1M"), "im:classes.messages.period", "whose length varies"),
    ("for ever", messages(period="P999Y"), "im:classes.messages.period", "whose length varies"),
    (
        "a deadline without a unit",
        messages(erasure={"within": 30, "source": "test"}),
        "im:classes.messages.erasure.within",
        "P30D for 30 days",
    ),
    ("an epoch without a unit", messages(sealing={"epoch": 1}), "im:classes.messages.sealing.epoch", "no unit"),
    ("a cache without a unit", messages(sealing={"cache": 1}), "im:classes.messages.sealing.cache", "no unit"),
    # choices
    ("storing is not chosen", messages(store=None), "im:classes.messages.store", "is missing"),
    (
        "not stored, but for how long in passing",
        messages(store=False, period=None),
        "im:classes.messages",
        "needs `transient`",
    ),
    (
        "not stored, for a period",
        messages(store=False, transient="PT1H"),
        "im:classes.messages",
        "`period` is for a class that is stored",
    ),
    ("stored in passing", messages(transient="PT1H"), "im:classes.messages", "`transient` is for a class that is not"),
    (
        "longer in passing for no reason",
        messages(store=False, period=None, transient={"within": "P2D", "source": ""}),
        "im:classes.messages.transient.source",
        "characters",
    ),
    (
        "a key that a time in passing lacks",
        messages(store=False, period=None, transient={"within": "P2D", "sources": "the regulator's letter"}),
        "im:classes.messages.transient.sources",
        "did you mean source",
    ),
    (
        "in passing without a unit",
        messages(store=False, period=None, transient=2),
        "im:classes.messages.transient.within",
        "P2D for 2 days",
    ),
    ("another clock", messages(clock="arrival"), "im:classes.messages.clock", "found 'arrival'"),
    ("another way of backups", messages(backups="none"), "im:classes.messages.backups", "found 'none'"),
    (
        "a deadline from nowhere",
        messages(erasure={"within": "P1D"}),
        "im:classes.messages.erasure.source",
        "is missing",
    ),
    (
        "a source that says nothing",
        messages(erasure={"within": "P1D", "source": "x"}),
        "im:classes.messages.erasure.source",
        "at least 3",
    ),
    (
        "a reason that says nothing",
        messages(outside={"mysql/slow log": "none"}),
        "im:classes.messages.outside.mysql/slow log",
        "at least 10",
    ),
    ("another cloud", {**declaration(), "im:cloud": "azure"}, "im:cloud", "found 'azure'"),
    ("another reading", {**declaration(), "im:reading": "both"}, "im:reading", "found 'both'"),
    ("no classes", {**declaration(), "im:classes": {}}, "im:classes", "at least 1"),
    ("no instruments", {**declaration(), "im:instruments": {}}, "im:instruments", "at least 1"),
    ("text where a block is", {**declaration(), "im:classes": "messages"}, "im:classes", "found 'messages'"),
    (
        "an account that is no number",
        {
            **declaration(),
            "im:network": {"app-id": "abc", "owner-uin": "100000", "certificate-id": "abc", "domain": "a.b"},
        },
        "im:network.app-id",
        "found 'abc'",
    ),
]


@pytest.mark.parametrize(("config", "key", "says"), [pytest.param(*row[1:], id=row[0]) for row in GIVEN])
def test_faults(config: dict[str, Any], key: str, says: str) -> None:
    found = faults(config)
    assert key in found
    assert says in found[key]


@pytest.mark.parametrize("key", ["cloud", "region", "jurisdiction", "instruments", "classes", "sub-processors"])
def test_what_must_be_chosen_has_no_default(key: str) -> None:
    config = declaration()
    del config[f"im:{key}"]
    assert faults(config) == {f"im:{key}": "is missing, and the texts give no default | "}


def test_every_fault_is_said_at_once() -> None:
    assert len(faults({})) == 6


def test_configuration_of_others_is_ignored() -> None:
    config = {**declaration(), "tencentcloud:region": "eu-frankfurt", "imx:cloud": "x", "im-secrets:x": "y"}
    assert parse_declaration(config).region == "ap-jakarta"


def test_structured_configuration_arrives_as_text() -> None:
    config = declaration()
    text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    assert parse_declaration(text) == parse_declaration(config)


@pytest.mark.parametrize("text", ["{not json", "[1", '"open'])
def test_text_that_only_looks_structured_is_text(text: str) -> None:
    assert f"found {text!r}" in faults({**declaration(), "im:classes": text})["im:classes"]


def test_switches_arrive_as_text() -> None:
    config = {**declaration(), "im:classes": json.dumps({"messages": {**MESSAGES, "store": "true"}})}
    assert parse_declaration(config).classes["messages"].store is True


def test_what_is_left_out_is_as_written_here() -> None:
    parsed = parse_declaration(messages())
    choice = parsed.classes["messages"]
    assert (parsed.reading, parsed.size, parsed.zones, parsed.network) == ("ceiling", "dev", None, None)
    assert (choice.backups, choice.sealing.epoch, choice.sealing.cache, choice.outside) == (
        "counted",
        "PT1H",
        "PT15M",
        {},
    )


def test_the_limit_of_a_class_is_its_period_or_its_time_in_passing() -> None:
    passing = parse_declaration(messages(store=False, period=None, transient="PT1H", clock=None))
    assert passing.limit("messages") == timedelta(hours=1)
    assert parse_declaration(messages()).limit("messages") == timedelta(days=30)
    assert parse_declaration(messages(period=None)).limit("messages") is None
    assert parse_declaration(messages()).limit("user-information") is None


def test_an_exception_without_evidence_names_its_obligation() -> None:
    row = {"obligation": "KN-RES-01", "class": "messages", "ground": "law", "target": "japan", "until": "2027-01-01"}
    with pytest.raises(InputError) as raised:
        parse_declaration({**declaration(), "im:exceptions": [row]})
    assert [(p.key, p.what, p.obligation) for p in raised.value.problems] == [
        ("im:exceptions.0.evidence", "is missing, and the texts give no default", "KN-RES-01")
    ]


@pytest.mark.parametrize(
    ("whole", "own", "expected"),
    [
        ({}, {}, "ceiling"),
        ({"reading": "floor"}, {}, "floor"),
        ({"reading": "floor"}, {"reading": "ceiling"}, "ceiling"),
    ],
)
def test_the_reading_of_a_class_is_its_own_or_the_stack_s(whole: Any, own: Any, expected: str) -> None:
    parsed = parse_declaration(declaration(**whole, classes={"messages": own}))
    assert parsed.reading_of("messages") == expected
    assert parsed.reading_of("user-information") == whole.get("reading", "ceiling")


def test_a_declaration_is_immutable() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse_declaration(declaration()).region = "x"
