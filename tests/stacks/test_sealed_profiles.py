"""Both Jakarta stacks with messages and profiles sealed for the text's own default of seven days: they pass.

Every holding of a profile ends with its epoch's key or its person's, and what leaves one of them out is noticed.
"""

import json
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from im_stack.facts.declarations import Flow, Holding, Keyring
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.report import report_of, reports_of
from im_stack.preflight.reports.text import Detail, print_report
from im_stack.terms.problem import InputError
from tests.harness.mutate import REMOVED, declare, told
from tests.harness.recorded import check_declared
from tests.stacks.mutants import PURGE, RING, Mutant, m

STACKS = ("tencent-ap-jakarta", "aws-ap-southeast-3")
PROFILES, WEEK = "user-information", timedelta(days=7)
_ERASURE = {"within": "P1D", "by": "subject-key", "takes": "PT1H", "source": "decided for this test"}


def seal_for_the_default(config: dict[str, Any]) -> None:
    """No class has a period or a form: the text gives the one, the clock the other."""
    config["im:classes"]["messages"].pop("period")
    config["im:classes"][PROFILES] = {
        "store": True,
        "clock": "last-write",
        "backups": "sealed",
        "erasure": _ERASURE,
    }
    if config["im:cloud"] == "aws":
        config["im:network"]["application-role"] = "im-application"


@pytest.fixture(scope="module", params=STACKS)
def check(request: pytest.FixtureRequest) -> Check:
    return check_declared(request.param, seal_for_the_default)


def test_seven_days_pass_for_messages_and_profiles(check: Check) -> None:
    assert [f"{verdict.rule}: {verdict.message}" for verdict in check.judgement.verdicts if verdict.weak] == []
    bounds = {bound.data_class: (bound, limit) for bound, limit in check.judgement.bounds}
    for data_class in ("messages", PROFILES):
        bound, limit = bounds[data_class]
        assert bound.latest == limit == WEEK
        assert bound.worst.place == "Bucket im-keyring"


def test_every_holding_of_a_profile_is_sealed_under_both_keys(check: Check) -> None:
    facts = check.judgement.facts
    held = {holding.name: holding for holding in facts.of(Holding) if holding.data_class == PROFILES}
    assert {"profiles", "profile-cache", "im-avatars"} < set(held)
    assert {holding.seals for holding in held.values()} == {(f"{PROFILES}-epochs", f"{PROFILES}-people")}
    assert all(flow.sealed for flow in facts.of(Flow) if flow.target in held)
    (epochs,) = (ring for ring in facts.of(Keyring) if ring.name == f"{PROFILES}-epochs")
    assert epochs.turnover
    assert epochs.turnover.clock == "last-write"


def test_a_report_says_the_form_of_a_sealed_class_and_what_it_costs(check: Check) -> None:
    said = {row.name: row.seal for row in report_of(check).classes}
    costs = "205 bytes more each; to open the first, 3 read from the keyrings, 2 unwrapped by the key service"
    assert said == {
        "messages": said["messages"],
        PROFILES: "last-write-and-subject: a record ends with the key of its last write's epoch or its person's, "
        f"whichever is first ({costs})",
        "access-logs": "",
    }
    assert said["messages"].startswith("birth: a record ends with the key of its birth's epoch (129 bytes more each")
    printed = StringIO()
    print_report(report_of(check), Console(file=printed, width=400), Detail(everything=True))
    assert f"  {PROFILES}, {said[PROFILES]}" in printed.getvalue()
    reports = reports_of([("s", check)])
    chosen = {row["class"]: row["form"] for row in json.loads(render(Format.JSON, reports, every=False))["classes"]}
    assert chosen == {"messages": "birth", PROFILES: "last-write-and-subject", "access-logs": ""}
    page = unescape(render(Format.HTML, reports, every=False))
    assert [page.count(f"<dd>{said[name]}</dd>") for name in ("messages", PROFILES)] == [1, 1]


def test_an_avatar_ends_with_its_profile_and_not_by_the_age_of_its_object(check: Check) -> None:
    (avatars,) = (each for each in check.judgement.facts.of(Holding) if each.name == "im-avatars")
    assert (avatars.clock, avatars.sweep and avatars.sweep.by) == ("last-write", "the application's purge job")
    rows = {row.holding: row for row in check.judgement.retention}
    assert rows["im-avatars"].live == WEEK
    assert rows["im-media"].live == WEEK
    said = {hop.must for hop in check.judgement.declared_hops if hop.subject.startswith("im-avatars in")}
    assert (
        f"seal {PROFILES} at its origin with keys of {PROFILES}-epochs, {PROFILES}-people, anew in every write" in said
    )
    (hop,) = (each for each in check.judgement.declared_hops if each.subject == f"sealed {PROFILES}")
    assert hop.must.endswith("its epoch (a date), a random id, its size and lookup tokens")


def test_access_logs_cannot_be_sealed() -> None:
    def sealed(config: dict[str, Any]) -> None:
        config["im:classes"]["access-logs"]["backups"] = "sealed"

    with pytest.raises(InputError, match="write them in clear, so nothing seals them") as caught:
        check_declared("tencent-ap-jakarta", sealed)
    assert [problem.key for problem in caught.value.problems] == ["im:classes.access-logs.backups"]


_LONGER = "P7DT21H40M"
MUTANTS = [
    m("a wrap kept: a longer life of profiles' keys", "ceiling", declare(RING, "keyrings.1.life", _LONGER)),
    m(
        "a wrap kept: the function is told so",
        "ceiling",
        told(PURGE, "IM_KEYRING", f"classes.{PROFILES}.life", _LONGER),
    ),
    m("stale cache: epochs' keys", "ceiling", declare(RING, "keyrings.1.cache", "P2D")),
    m("stale cache: people's keys", "erasure-in-time", declare("im-people", "keyrings.0.cache", "P2D")),
    m(
        "stale cache: profiles in clear",
        "erasure-in-time declared-holdings",
        declare("im-redis", "flows.1.sealed", False),
    ),
    m("partial write: profiles in clear", "ceiling declared-holdings", declare("im-mysql", "flows.0.sealed", False)),
    m(
        "a subject key kept: no key is its person's",
        "erasure-in-time",
        declare("im-mysql", "holdings.0.seals.1", REMOVED),
    ),
    m(
        "an avatar's wrap left behind: no person's key ends it",
        "erasure-in-time",
        declare("im-avatars", "holdings.0.seals", [f"{PROFILES}-epochs"]),
    ),
    m(
        "an avatar's wrap left behind: in keys that no keyring has",
        "keyring-guarded",
        declare("im-avatars", "holdings.0.seals", ["avatars"]),
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_leaves_a_profile_out_is_blocked(check: Check, mutant: Mutant) -> None:
    mutant.must_be_noticed(check)
