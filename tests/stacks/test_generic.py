"""Stacks under the generic policy: each obligation has a mutant that cites it, and analytics stays apart."""

from typing import Any

import pytest

from im_stack.facts.declarations import Holding
from im_stack.preflight.reports.model.readers import readers
from im_stack.terms.problem import InputError
from im_stack.terms.texts.library import load_library
from tests.harness.recorded import check_declared, check_ours
from tests.stacks.generic import APART, GENERIC, STACKS
from tests.stacks.mutants import Mutant
from tests.stacks.obligations import Own


def test_every_obligation_that_a_plan_shows_has_one_mutant() -> None:
    text = load_library().instruments["generic"]
    static = {o.id: o.rules for o in text.obligations if "static" in o.check}
    assert sorted(own.obligation for own in GENERIC) == sorted(static)
    assert len({own.what for own in GENERIC}) == len(GENERIC)
    assert [own for own in GENERIC if own.rule not in static[own.obligation]] == []


@pytest.mark.parametrize("own", GENERIC, ids=lambda own: own.obligation)
def test_its_mutant_fails_and_cites_it(own: Own) -> None:
    check = check_ours(STACKS["tencent"])
    assert own.cites(own.judged(check)), own.what


@pytest.mark.parametrize(
    ("cloud", "mutant"), [pytest.param(c, each, id=f"{c}: {each.name}") for c in STACKS for each in APART[c]]
)
def test_what_joins_analytics_with_anything_is_noticed(cloud: str, mutant: Mutant) -> None:
    mutant.must_be_noticed(check_ours(STACKS[cloud]))


@pytest.mark.parametrize(
    ("cloud", "more"), [("tencent", ("identities of the account, as their own policies say",)), ("aws", ())]
)
def test_the_readers_of_analytics_are_in_the_report(cloud: str, more: tuple[str, ...]) -> None:
    """On COS a policy can refuse users alone; on S3 it refuses everyone but the role."""
    check = check_ours(STACKS[cloud])
    named = readers(check.judgement.facts, "gp-log", check.duties.declaration.sub_processors)
    assert named == ("Role im-analytics-reader", *more)


def test_read_strictly_its_data_stays_in_china() -> None:
    def moved(config: dict[str, Any]) -> None:
        config |= {"im:region": "ap-singapore", "im:jurisdiction": "singapore"}
        config["im:sub-processors"][0]["country"] = "singapore"
        config["im:zones"] = {"first": "ap-singapore-1", "second": "ap-singapore-2", "redis": [900002]}
        config["im:zones"]["ckafka"] = [900001, 900002]

    with pytest.raises(InputError) as raised:
        check_declared(STACKS["tencent"], moved)
    assert [(p.key, p.obligation) for p in raised.value.problems] == [("im:jurisdiction", "GP-RES-01")]


@pytest.mark.parametrize("question", ["issuer", "contact", "precedence", "china"])
def test_what_the_text_leaves_open_is_asked_for(question: str) -> None:
    def silent(config: dict[str, Any]) -> None:
        del config["im:instruments"]["generic"]["answers"][question]

    with pytest.raises(InputError) as raised:
        check_declared(STACKS["tencent"], silent)
    assert [p.key for p in raised.value.problems] == [f"im:instruments.generic.answers.{question}"]


@pytest.mark.parametrize("name", ["gp-log", "gp-location"])
def test_each_class_has_a_finite_period(name: str) -> None:
    def endless(config: dict[str, Any]) -> None:
        del config["im:classes"][name]["period"]

    with pytest.raises(InputError) as raised:
        check_declared(STACKS["tencent"], endless)
    assert [p.key for p in raised.value.problems] == [f"im:classes.{name}.period"]


@pytest.mark.parametrize(
    ("key", "choice"),
    [("store", {"store": False, "transient": "P1D"}), ("backups", {"backups": "sealed"})],
)
def test_analytics_is_stored_under_a_key_of_its_own(key: str, choice: dict[str, Any]) -> None:
    def other(config: dict[str, Any]) -> None:
        own = config["im:classes"]["gp-log"] | choice
        config["im:classes"]["gp-log"] = {k: v for k, v in own.items() if own["store"] or k not in ("period", "clock")}

    with pytest.raises(InputError) as raised:
        check_declared(STACKS["tencent"], other)
    assert [p.key for p in raised.value.problems] == [f"im:classes.gp-log.{key}"]


@pytest.mark.parametrize("cloud", STACKS)
def test_a_location_may_be_passed_on_alone(cloud: str) -> None:
    def passing(config: dict[str, Any]) -> None:
        config["im:classes"]["gp-location"] = {
            "store": False,
            "transient": "P1D",
            "backups": "sealed",
            "erasure": {"within": "P1D", "source": "decided for this test"},
        }

    check = check_declared(STACKS[cloud], passing)
    assert [v.message for v in check.judgement.verdicts if v.weak] == []
    (held,) = (h for h in check.judgement.facts.of(Holding) if h.data_class == "gp-location")
    assert held.store.endswith("im-redis")
