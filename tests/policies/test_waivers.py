"""Waivers: what each excuses, what keeps one from excusing anything, and that nothing else changes by it."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from im_stack.facts.model import Resource
from im_stack.facts.tencent.stores.cos import BUCKET
from im_stack.policies import judge as module
from im_stack.policies.judge import Judgement, judge
from im_stack.policies.rule import Outcome, Rule
from im_stack.policies.rules import RULES
from im_stack.preflight.recording.recording import to_resources
from tests.harness.programs import NOT_STORED
from tests.harness.world import TODAY, duties, registrations

INSTANCE = "tencentcloud:Mysql/instance:Instance"
UNKNOWN_TYPE = "tencentcloud:No/thing:Thing"


def waiver(**changes: Any) -> dict[str, Any]:
    """A waiver in good order, of the one thing that `bucket()` fails, with `changes`."""
    base = {
        "rule": "declared-holdings",
        "resource": "photos",
        "reason": "only the public emblem lies there",
        "owner": "data protection officer",
        "evidence": "https://example.com/decisions/7",
        "expires": TODAY.isoformat(),
    }
    return base | changes


def bucket(name: str = "photos", **inputs: Any) -> dict[str, Any]:
    return {"type": BUCKET, "name": name, "inputs": inputs}


def thing(name: str, type_: str = UNKNOWN_TYPE) -> dict[str, Any]:
    return {"type": type_, "name": name, "inputs": {}}


def made(rows: list[dict[str, Any]]) -> list[Resource]:
    """The rows as resources; what stands after an @ in a name tells rows apart, and is taken away here."""
    made = to_resources(registrations(rows))
    return [replace(r, urn=r.urn.split("@")[0], name=r.name.split("@")[0]) for r in made]


def judged(rows: list[dict[str, Any]], *waivers: dict[str, Any], today: date = TODAY, **changes: Any) -> Judgement:
    return judge(made(rows), duties(waivers=list(waivers), **changes), today=today)


def waived(found: Judgement) -> set[tuple[str, str]]:
    return {(v.rule, v.name) for v in found.verdicts if v.waived}


def faults(found: Judgement) -> list[str]:
    return [v.message for v in found.verdicts if v.rule == "waivers-hold" and v.blocks]


HOLD = {"ground": "data-protection-law", "law": "the law of a test", "start": TODAY.isoformat()}
TWO = [bucket("photos"), bucket("photos-old")]
MIXED = [bucket("photos"), {"type": INSTANCE, "name": "photos-db", "inputs": {}}, bucket("films")]
_PREPAID = {"type": INSTANCE, "name": "photos", "inputs": {"chargeType": "PREPAID", "forceDelete": False}}
SAME_NAME = [bucket("photos"), {"type": INSTANCE, "name": "photos@", "inputs": {}}]

# given: resources, what is changed in the waiver; expect: the names it excuses
HOLDS = [
    ("a resource by its name", [bucket()], {}, {"Bucket photos"}),
    ("beside others", TWO, {}, {"Bucket photos"}),
    ("on its last day", [bucket()], {"expires": "2026-11-23"}, {"Bucket photos"}),
    ("a day as YAML reads it", [bucket()], {"expires": date(2026, 11, 23)}, {"Bucket photos"}),
    ("a day as the engine passes it", [bucket()], {"expires": "2026-11-23 00:00:00 +0000 UTC"}, {"Bucket photos"}),
    ("a family", [*TWO, bucket("films")], {"resource": "photos*"}, {"Bucket photos", "Bucket photos-old"}),
    ("a family of one, the rule has no more", [bucket()], {"resource": "ph*"}, {"Bucket photos"}),
    ("one unknown letter", [*TWO, bucket("films")], {"resource": "film?"}, {"Bucket films"}),
    ("one of some letters", [*TWO, bucket("films")], {"resource": "fil[lm]s"}, {"Bucket films"}),
    ("a name with brackets", [bucket("a[1]"), bucket("a1")], {"resource": "a[1]"}, {"Bucket a[1]"}),
    ("a name with a star", [bucket("a*"), bucket("ab")], {"resource": "a*"}, {"Bucket a*"}),
    ("a name with a space", [bucket("my photos")], {"resource": "my photos"}, {"Bucket my photos"}),
    ("a name with colons", [bucket("a::b")], {"resource": "a::b"}, {"Bucket a::b"}),
    ("its type and its name", SAME_NAME, {"resource": "Bucket photos"}, {"Bucket photos"}),
    ("its whole type and its name", SAME_NAME, {"resource": f"{INSTANCE} photos"}, {"Instance photos"}),
    ("a family of one type", MIXED, {"resource": "Bucket photos*"}, {"Bucket photos"}),
    ("a type that nobody described", [thing("odd")], {"rule": "known-types", "resource": "odd"}, {"Thing odd"}),
    ("a class", [bucket()], {"rule": "ceiling", "resource": "messages"} | HOLD, {"messages"}),
    ("a class by its kind", [bucket()], {"rule": "ceiling", "resource": "class messages"} | HOLD, {"messages"}),
    ("where the paths of classes end", [bucket()], {"rule": "ceiling"} | HOLD, {"messages", "user-information"}),
    ("an engineering rule, by a hold", [bucket()], HOLD, {"Bucket photos"}),
    ("a class beside a resource of its name", [bucket("messages")], {"resource": "messages"}, {"Bucket messages"}),
]


@pytest.mark.parametrize(("rows", "changes", "names"), [pytest.param(*row[1:], id=row[0]) for row in HOLDS])
def test_a_waiver_that_holds(rows: list[dict[str, Any]], changes: dict[str, Any], names: set[str]) -> None:
    entry = waiver(**changes)
    found, bare = judged(rows, entry), judged(rows)
    assert faults(found) == []
    assert waived(found) == {(entry["rule"], name) for name in names}
    kept = [v for v in found.verdicts if v.rule != "waivers-hold"]
    assert [replace(v, waived=None) for v in kept] == [v for v in bare.verdicts if v.rule != "waivers-hold"]
    assert found.bounds == bare.bounds
    assert {v.outcome for v in found.verdicts if v.waived} <= {Outcome.FAIL, Outcome.UNPROVEN}


# given: resources, what is changed in the waiver; expect: words of the violation
BROKEN = [
    ("the day after its last", [bucket()], {"expires": "2026-11-22"}, "expired, 2026-11-22 was its last day"),
    ("nothing of that name", [bucket()], {"resource": "films"}, "unused: declared-holdings says nothing of"),
    ("another case", [bucket()], {"resource": "Photos"}, "unused: declared-holdings says nothing of"),
    ("part of a name", [bucket()], {"resource": "photo"}, "unused: declared-holdings says nothing of"),
    ("a URN", [bucket()], {"resource": "urn:pulumi:test::im::x::photos"}, "unused: declared-holdings says nothing of"),
    (
        "the rule holds there",
        MIXED,
        {"rule": "nothing-survives-deletion", "resource": "photos-db"},
        "holds there without",
    ),
    ("what a text demands, without a ground", [bucket()], {"rule": "ceiling"}, "no ground is named, and adopted texts"),
    (
        "before its first day",
        [bucket()],
        {"rule": "ceiling", "expires": "2026-12-31"} | HOLD | {"start": "2026-11-24"},
        "not in force before 2026-11-24",
    ),
    ("no rule is called so", [bucket()], {"rule": "ceilings"}, "no rule is called ceilings"),
    ("its own rule", [bucket()], {"rule": "waivers-hold", "resource": "the stack"}, "waivers-hold cannot be waived"),
    ("only a wildcard", [bucket()], {"resource": "*"}, "too broad: nothing but wildcards"),
    ("only wildcards", [bucket()], {"resource": "?*-[a-z]*"}, "too broad: nothing but wildcards"),
    ("nothing of a type", [bucket()], {"resource": "Bucket *"}, "too broad: it names a type, and nothing of"),
    ("several types", MIXED, {"resource": "photos*"}, "too broad: it names things of several types, Bucket photos, "),
    ("one name, several types", SAME_NAME, {}, "too broad: it names things of several types, Bucket photos, Instance"),
    ("everything the rule speaks about", TWO, {"resource": "ph*"}, "too broad: it names everything that"),
    ("every class", [bucket()], {"rule": "ceiling", "resource": "*e*"}, "too broad: it names"),
    (
        "a class and a path of the same name",
        [bucket("messages")],
        {"rule": "ceiling", "resource": "messages"},
        "too broad: it names things of several types, Bucket messages, class messages",
    ),
]


@pytest.mark.parametrize(("rows", "changes", "says"), [pytest.param(*row[1:], id=row[0]) for row in BROKEN])
def test_a_waiver_that_does_not_hold(rows: list[dict[str, Any]], changes: dict[str, Any], says: str) -> None:
    entry = waiver(**changes)
    found = judged(rows, waiver(resource="nothing-is-called-so"), entry)
    (said,) = (message for message in faults(found) if "nothing-is-called-so" not in message)
    assert said.startswith(f"waiver 2 ({entry['rule']}, {entry['resource']}): ")
    assert says in said
    assert waived(found) == set()
    assert found.outcome is Outcome.FAIL
    assert found.waived == 0
    before = [v for v in judged(rows).verdicts if v.rule != "waivers-hold"]
    assert [v for v in found.verdicts if v.rule != "waivers-hold"] == before


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if not rule.waivable])
def test_what_cannot_be_waived_is_not(rule: str) -> None:
    rows = [bucket(acl="public-read"), {**bucket("films"), "ignoreChanges": ["acl"], "provider": "none"}]
    found = judged(rows, *(waiver(rule=rule, resource=name) for name in ("photos", "films", "the stack")))
    assert faults(found) == [
        f"waiver {n} ({rule}, {name}): {rule} cannot be waived"
        for n, name in enumerate(("photos", "films", "the stack"), 1)
    ]
    assert waived(found) == set()


@pytest.mark.parametrize(("days", "holds"), [(-400, True), (-1, True), (0, True), (1, False), (400, False)])
def test_the_last_day_counts_and_the_next_does_not(days: int, holds: bool) -> None:
    found = judged([bucket()], waiver(), today=TODAY + timedelta(days=days))
    assert bool(waived(found)) == holds
    assert bool(faults(found)) != holds


@pytest.mark.parametrize(
    ("rule", "rows", "says"),
    [
        (
            "ceiling",
            [bucket()],
            "'law' is no ground of the texts that demand it (IM-RET-03/messages, KN-RET-01/messages",
        ),
        ("nothing-survives-deletion", [_PREPAID], "no ground excuses it: the texts list none (IM-DEL-01"),
    ],
)
def test_a_ground_is_one_of_each_text(rule: str, rows: list[dict[str, Any]], says: str) -> None:
    texts = {name: {"source": "test"} for name in ("im-module", "kenalan")}
    (said,) = faults(judged(rows, waiver(rule=rule, **HOLD | {"ground": "law"}), instruments=texts))
    assert says in said


READER = {
    "effect": "allow",
    "principal": {"qcs": ["qcs::cam::uin/100000000001:uin/100000000002"]},
    "action": "name/cos:GetObject",
    "resource": "*",
}


def test_staff_of_the_account_is_authorised_and_a_party_abroad_is_not() -> None:
    """What Kenalan asks of access alone decides on an identity of the account; no ground takes data abroad."""
    pinned = {"region": "ap-jakarta", "allowedAccountIds": ["100000000001"]}
    rows = [
        {"type": "pulumi:providers:tencentcloud", "name": "pinned", "provider": "none", "inputs": pinned},
        bucket() | {"provider": "pinned", "inputs": {"bucket": "media-1250000000"}},
        {
            **{"type": "tencentcloud:Cos/bucketPolicy:BucketPolicy", "name": "p", "provider": "pinned"},
            "inputs": {"bucket": {"$ref": "photos"}, "policy": json.dumps({"statement": READER})},
        },
    ]
    abroad = {"name": "Acme", "endpoint": "203.0.113.7", "country": "singapore"}
    group = {"type": "tencentcloud:Security/group:Group", "name": "g", "inputs": {}}
    out = {"action": "ACCEPT", "cidrBlock": "203.0.113.7"}
    way = {"type": "tencentcloud:Security/groupRuleSet:GroupRuleSet", "name": "way"}
    rows += [group, way | {"inputs": {"securityGroupId": {"$ref": "g"}, "egresses": [out]}}]
    asked = [
        waiver(rule="no-public-door", **HOLD | {"ground": "authorised-staff"}),
        waiver(rule="sub-processors", resource="the stack"),
    ]
    texts = {name: {"source": "test"} for name in ("im-module", "kenalan")}
    found = judged(rows, *asked, instruments=texts, parties=[abroad])
    (door,) = (v for v in found.verdicts if v.waived)
    assert (door.rule, door.duties, door.grounds) == (
        "no-public-door",
        ("KN-ACC-01", "SP-DOR-01"),
        ("authorised-staff",),
    )
    (said,) = faults(found)
    assert "cannot be waived: Acme processes data in singapore, not in indonesia" in said


def test_an_expired_waiver_does_not_hide_what_another_excuses() -> None:
    found = judged([bucket()], waiver(expires="2026-11-01"), waiver())
    assert [bool(s.fault) for s in found.waivers] == [True, False]
    assert waived(found) == {("declared-holdings", "Bucket photos")}


def test_the_same_again_is_unused() -> None:
    (said,) = faults(judged([bucket()], waiver(), waiver(owner="somebody else")))
    assert said == "waiver 2 (declared-holdings, photos): unused: waiver 1 waives the same"


def test_a_family_beside_one_of_it_excuses_the_rest() -> None:
    found = judged([*TWO, bucket("films")], waiver(), waiver(resource="photos*"))
    assert [[v.name for v in s.waives] for s in found.waivers] == [["Bucket photos"], ["Bucket photos-old"]]


def test_headlines() -> None:
    rows = [thing("odd"), thing("odder")]
    asked = [waiver(rule="known-types", resource=name) for name in ("odd", "odder")]
    assert judged(rows[:1], asked[0], classes=NOT_STORED).headline == "CONDITIONAL on 1 waived verdict"
    assert judged(rows, *asked, classes=NOT_STORED).headline == "CONDITIONAL on 2 waived verdicts"
    assert judged(rows, asked[0], classes=NOT_STORED).headline == "1 UNPROVEN, 1 waived"
    assert judged(rows, *asked, classes=NOT_STORED).outcome is Outcome.PASS
    passing = tuple(module.DeclaredHop(str(n), "w", "m") for n in range(2))
    found = replace(judged(rows, *asked, classes=NOT_STORED), declared_hops=passing)
    assert found.headline == "CONDITIONAL on 2 declared hops and 2 waived verdicts"


def test_a_failure_of_ours_is_not_waived(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(module, "RULES", (Rule("ceiling", "Broken", check), *RULES[1:]))
    found = judged([], waiver(rule="ceiling", resource="the stack"))
    assert waived(found) == set()
    assert "cannot be waived: the rule itself failed" in faults(found)[0]


def test_an_inner_failure_of_the_reader_is_not_waived(monkeypatch: pytest.MonkeyPatch) -> None:
    from im_stack.facts.mechanism.cloud import Reader
    from im_stack.facts.tencent import CLOUD

    def broken(*_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setitem(CLOUD.readers, BUCKET, Reader(CLOUD.readers[BUCKET].arguments, broken))  # type: ignore[index]
    found = judged([bucket()], waiver(rule="known-types"))
    assert waived(found) == set()
    assert "cannot be waived: Bucket photos" in faults(found)[0]


def test_nothing_depends_on_the_order_of_resources() -> None:
    rows = [*MIXED, *TWO[1:], thing("odd")]
    asked = duties(waivers=[waiver(resource="Bucket photos*"), waiver(rule="known-types", resource="odd")])
    resources = to_resources(registrations(rows))
    first = judge(resources, asked, today=TODAY)
    for seed in range(5):
        random.Random(seed).shuffle(resources)
        assert judge(resources, asked, today=TODAY) == first
