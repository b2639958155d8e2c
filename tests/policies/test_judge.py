"""The heart as a whole: what fails never passes, the order never matters, and rules and duties know each other."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.model import Evidence
from im_stack.facts.tencent import CLOUD
from im_stack.facts.tencent.stores.cos import BUCKET
from im_stack.policies import judge as module
from im_stack.policies import rules
from im_stack.policies.judge import DeclaredHop, Verdict, judge
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known
from im_stack.policies.rules import RULES
from im_stack.preflight.recording.recording import to_resources
from im_stack.terms.texts.library import load_library
from tests.harness.world import TODAY, duties, judged, outcome, registrations

IDS = sorted(file.stem.replace("_", "-") for file in Path(rules.__path__[0]).glob("[!_]*.py"))
WITHOUT_DUTY = {"accesses-logged", "archive-apart", "ingress-first", "no-content-in-logs", "no-store", "loss-prevented"}
"""Rules about what the stack of these tests has not: classes that are not stored, an archive, other texts."""
SWEEP = {"name": "purge", "period": "PT1H", "run": "PT15M", "repair": "P1D", "by": "the purge job"}
ROWS: list[dict[str, Any]] = [
    {
        "name": "c",
        "declares": {
            "holdings": [
                {
                    "name": "rows",
                    "store": "db",
                    "dataClass": "messages",
                    "clock": "birth",
                    "ttl": "P9D",
                    "sweep": SWEEP,
                    "seals": ["epochs"],
                    "outside": {"slow log": "by key"},
                },
                {"name": "names", "store": "db", "dataClass": "user-information", "clock": "birth"},
            ],
            "flows": [
                {"source": "clients", "target": "rows", "sealed": True},
                {"source": "clients", "target": "names"},
            ],
            "keyrings": [
                {
                    "name": "epochs",
                    "store": "keys",
                    "sealsClass": "messages",
                    "epoch": "PT1H",
                    "life": "P7D",
                    "cache": "PT15M",
                    "sweep": SWEEP,
                }
            ],
            "hops": [{"resource": "db", "what": "application-encrypts", "who": "the client", "must": "encrypt"}],
        },
    },
    {"type": "tencentcloud:Mysql/instance:Instance", "name": "db", "parent": "c", "inputs": {"internetService": 1}},
    {"type": BUCKET, "name": "keys", "parent": "c", "inputs": {"multiAz": {"$unknown": True}}},
    {"type": BUCKET, "name": "hand", "inputs": {"lifecycleRules": [{"expiration": {"days": 3}}]}},
    {"type": "tencentcloud:No/thing:Thing", "name": "t", "inputs": {}},
]


def test_every_module_is_a_rule_of_its_name_in_alphabetical_order() -> None:
    assert [rule.id for rule in RULES] == IDS
    assert len({rule.title for rule in RULES}) == len(IDS)


def test_what_cannot_be_waived() -> None:
    assert {rule.id for rule in RULES if not rule.waivable} == {
        "home-region",
        "explicit-provider",
        "copies-stay-home",
        "keyring-guarded",
        "judged-arguments-count",
        "archive-apart",
        "waivers-hold",
    }


def test_every_rule_serves_an_obligation_of_the_stack_itself_and_every_one_named_exists() -> None:
    obligations = load_library().obligations.values()
    assert {rule for obligation in obligations for rule in obligation.rules} == set(IDS)
    always = {rule for o in load_library({"stack-policy"}).obligations.values() for rule in o.rules}
    assert set(IDS) - always == WITHOUT_DUTY - {"no-store"}  # of single texts alone


def test_every_rule_has_duties_in_the_jakarta_stack() -> None:
    resolved = duties()
    assert {rule.id for rule in RULES if not resolved.under(rule.id)} == WITHOUT_DUTY


def test_every_rule_says_something_of_an_empty_stack() -> None:
    verdicts = judged([]).verdicts
    assert list(dict.fromkeys(verdict.rule for verdict in verdicts)) == [id_ for id_ in IDS if id_ not in WITHOUT_DUTY]
    assert {verdict.outcome for verdict in verdicts} == {Outcome.UNPROVEN, Outcome.PASS, Outcome.NOT_APPLICABLE}
    assert {v.rule for v in verdicts if v.outcome is Outcome.UNPROVEN} == {"stack-complete"}
    assert {v.rule for v in verdicts if v.outcome is Outcome.PASS} == {"judged-arguments-count", "known-types"}


def test_the_order_of_resources_does_not_matter() -> None:
    resources, asked = to_resources(registrations(ROWS)), duties()
    first = judge(resources, asked, today=TODAY)
    for seed in range(5):
        random.Random(seed).shuffle(resources)
        assert judge(resources, asked, today=TODAY) == first
    assert first == judge(iter(resources), asked, today=TODAY)


def _rules(monkeypatch: pytest.MonkeyPatch, check: Any) -> None:
    broken = Rule("ceiling", "Broken", check)
    monkeypatch.setattr(module, "RULES", tuple(broken if rule.id == "ceiling" else rule for rule in RULES))


def test_a_rule_that_raises_fails_and_the_others_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_case: Case) -> Iterator[Finding]:
        yield Finding("", Outcome.PASS, "all is well")
        raise RuntimeError("boom")

    _rules(monkeypatch, check)
    judgement = judged([])
    (verdict,) = [v for v in judgement.verdicts if v.rule == "ceiling"]
    assert verdict.outcome is Outcome.FAIL
    assert "RuntimeError" in verdict.message
    assert "boom" not in verdict.message
    assert verdict.name == "the stack"
    assert judgement.outcome is Outcome.FAIL
    assert list(dict.fromkeys(v.rule for v in judgement.verdicts)) == [id_ for id_ in IDS if id_ not in WITHOUT_DUTY]


def _reader(monkeypatch: pytest.MonkeyPatch, type_: str) -> None:
    """Break the reader of a type; what it looks at stays, because it is found once per process."""

    def broken(*_: Any) -> Any:
        raise RuntimeError("boom")

    monkeypatch.setitem(CLOUD.readers, type_, Reader(CLOUD.readers[type_].arguments, broken))  # type: ignore[index]


def test_a_reader_that_raises_is_unproven_and_the_others_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    _reader(monkeypatch, BUCKET)
    judgement = judged(ROWS)
    assert outcome(judgement, "known-types", "keys") == "unproven"
    assert outcome(judgement, "no-public-door", "db") == "fail"
    assert outcome(judgement, "home-region", "keys") == "pass"


def test_a_store_whose_reader_raises_bounds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _reader(monkeypatch, "tencentcloud:Mysql/instance:Instance")
    judgement = judged([*ROWS[:2], {"type": BUCKET, "name": "keys", "parent": "c", "inputs": {}}])
    assert outcome(judgement, "ceiling", "user-information") == "unproven"


def test_findings_that_say_the_same_are_one_verdict_for_all_their_duties(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(case: Case) -> Iterator[Finding]:
        for duty in case.under[:2]:
            yield Finding("messages", Outcome.PASS, "same", duty=duty)
        yield Finding("messages", Outcome.FAIL, "same", duty=case.under[0])
        yield Finding("messages", Outcome.PASS, "same", "fix", duty=case.under[0])
        yield Finding("other", Outcome.PASS, "same")

    _rules(monkeypatch, check)
    under = [duty.id for duty in duties().under("ceiling")]
    found = [(v.subject, v.outcome, v.fix, v.duties) for v in judged([]).verdicts if v.rule == "ceiling"]
    assert found == [
        ("messages", Outcome.FAIL, "", (under[0],)),
        ("messages", Outcome.PASS, "", tuple(sorted(under[:2]))),
        ("messages", Outcome.PASS, "fix", (under[0],)),
        ("other", Outcome.PASS, "", tuple(sorted(under))),
    ]


def test_a_verdict_is_text_derived_where_one_of_its_duties_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(case: Case) -> Iterator[Finding]:
        for duty in case.under:
            yield Finding("", Outcome.PASS, duty.id, duty=duty)

    _rules(monkeypatch, check)
    found = {v.message: v.text_derived for v in judged([]).verdicts if v.rule == "ceiling"}
    assert found["IM-RET-03/messages"]
    assert not found["SP-RET-01/messages"]


def test_a_rule_nobody_asks_for_is_silent() -> None:
    kenalan = {"im-module": {"source": "test"}}
    assert [v for v in judged([], instruments=kenalan).verdicts if v.rule == "ceiling"]
    assert not [d for v in judged([], instruments=kenalan).verdicts for d in v.duties if d.startswith("KN-")]


@pytest.mark.parametrize(
    ("outcomes", "worst", "headline"),
    [
        ([], Outcome.PASS, "PASS"),
        ([Outcome.PASS], Outcome.PASS, "PASS"),
        ([Outcome.NOT_APPLICABLE, Outcome.PASS], Outcome.PASS, "PASS"),
        ([Outcome.PASS, Outcome.UNPROVEN], Outcome.UNPROVEN, "1 UNPROVEN"),
        ([Outcome.UNPROVEN, Outcome.FAIL, Outcome.FAIL], Outcome.FAIL, "2 FAIL, 1 UNPROVEN"),
    ],
)
def test_the_worst_verdict_decides(outcomes: list[Outcome], worst: Outcome, headline: str) -> None:
    verdicts = tuple(Verdict("r", "t", "s", "n", o, "m", "", (), True, Evidence("u"), (), False) for o in outcomes)
    judgement = module.Judgement(verdicts, (), (), (), (), 0)
    assert judgement.outcome is worst
    assert judgement.headline == headline
    assert [v.blocks for v in verdicts] == [o in (Outcome.FAIL, Outcome.UNPROVEN) for o in outcomes]


@pytest.mark.parametrize(
    ("n", "headline"), [(1, "CONDITIONAL on 1 declared hop"), (2, "CONDITIONAL on 2 declared hops")]
)
def test_promises_make_a_pass_conditional(n: int, headline: str) -> None:
    declared_hops = tuple(DeclaredHop(str(i), "w", "m") for i in range(n))
    assert module.Judgement((), (), declared_hops, (), (), 0).headline == headline


@pytest.mark.parametrize(
    ("rule", "subject", "classes"),
    [
        ("sweeps-alive", "db", {"messages", "user-information"}),  # the second in clear beside the first
        ("sweeps-alive", "keys", {"messages"}),
        ("no-public-door", "hand", {""}),  # declares nothing, so it may be about every class
    ],
)
def test_a_finding_serves_only_the_duties_about_what_its_subject_holds(
    rule: str, subject: str, classes: set[str]
) -> None:
    found = [v for v in judged(ROWS).verdicts if v.rule == rule and v.subject.endswith(f"::{subject}")]
    assert found
    assert {
        duty.partition("/")[2] for verdict in found for duty in verdict.duties if "/" in duty or classes == {""}
    } == classes
    if classes == {"messages"}:
        assert {"IM-RET-01/user-information", "IM-RET-02/user-information"}.isdisjoint(found[0].duties)


def test_what_leans_on_a_declared_hop() -> None:
    hop = DeclaredHop("db", "the application", "seal", ("ceiling",), ("messages",))
    asked = [("ceiling", "messages"), ("ceiling", None), ("ceiling", "access-logs"), ("home-region", "messages")]
    assert [hop.bears_on(*each) for each in asked] == [True, True, False, False]
    assert all(DeclaredHop("db", "the application", "seal").bears_on(*each) for each in asked)


def test_hops_that_say_the_same_are_one_on_which_what_leans_on_either_leans() -> None:
    first = DeclaredHop("f", "w", "m", ("a",), ("x",))
    joined = first.joined(DeclaredHop("f", "w", "m", ("b", "a"), ("y",)))
    assert (joined.rules, joined.classes) == (("a", "b"), ("x", "y"))
    assert (first.joined(DeclaredHop("f", "w", "m")).rules, first.joined(DeclaredHop("f", "w", "m")).classes) == (
        (),
        (),
    )


def test_every_declared_hop_is_a_promise() -> None:
    assert [(p.subject, p.who, p.must) for p in judged(ROWS).declared_hops] == [
        ("Instance db", "the client", "encrypt"),
        ("epochs", "the application", "drop unwrapped keys after 15 min"),
        ("epochs", "the purge job", "delete keys 7 d after their epoch, every 1 h"),
        ("rows in Instance db", "the application", "keep it out of the slow log: by key"),
        ("rows in Instance db", "the application", "seal messages at its origin with keys of epochs"),
        ("rows in Instance db", "the purge job", "delete what is older than 9 d every 1 h"),
        (
            "sealed messages",
            "the application",
            "let nothing stand in clear beside it but its epoch (a date), a random id, its size and lookup tokens",
        ),
        (
            "user-information",
            "the application",
            "write nothing of a person's user-information after the request, nor let it be written",
        ),
    ]


def test_bounds_are_published_for_every_class_that_is_held() -> None:
    judgement = judged(ROWS[:3])
    assert [(bound.data_class, limit) for bound, limit in judgement.bounds] == [
        ("messages", timedelta(days=30)),
        ("user-information", timedelta(days=30)),
    ]
    assert judgement.resources == 4
    assert [bound.data_class for bound, _ in judged([]).bounds] == []
    assert judgement.assumptions
    assert {row.holding for row in judgement.retention} == {"rows", "names"}


def test_known() -> None:
    assert [known(value) for value in (True, False, None)] == [Outcome.PASS, Outcome.FAIL, Outcome.UNPROVEN]


def test_a_migration_and_an_erasure_are_declared_hops() -> None:
    chosen = {"migration": "P2D", "erasure": {"within": "P30D", "source": "test", "by": "worker", "takes": "P1D"}}
    said = [hop.must for hop in judged(ROWS, classes={"messages": chosen}).declared_hops if hop.subject == "messages"]
    assert said == [
        "apply a shorter period of messages to what is already written, within 2 d of the change",
        "delete a person's records, and those that arrive later, of messages within 1 d of the request",
    ]
