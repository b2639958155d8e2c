"""Stores of one's own beside the backend, on both clouds: Kenalan's sensitive classes apart, and copies abroad."""

import json
from typing import Any

import pytest

from im_stack.policies.judge import Judgement
from im_stack.preflight.recording.recording import Registration
from im_stack.terms.problem import InputError
from tests.harness.mutate import Change, find, lose
from tests.stacks.beside import ABROAD, JAKARTA, SENSITIVE, abroad, administrative, judged, sensitive

CLOUDS = sorted(JAKARTA)
_KEY = {"tencent": ("Bucket {}", "kmsId"), "aws": ("BucketServerSideEncryptionConfiguration {}-encryption", "rules")}
_MAY = {"tencent": ("Policy {}-may", "document"), "aws": ("RolePolicy {}-may", "policy")}


def blocking(judgement: Judgement) -> set[tuple[str, str]]:
    """The rules that block, each with an obligation."""
    pairs = ((v.rule, duty.partition("/")[0]) for v in judgement.verdicts if v.blocks for duty in v.duties)
    return set(pairs)


def _store(name: str, other: str) -> Change:
    """One class rests in the store of another."""

    def change(made: list[Registration]) -> None:
        find(made, f"{name}-holds")["inputs"]["imDeclares"]["holdings"][0]["store"] = find(made, f"Bucket {other}")[
            "urn"
        ]

    return change


def _key(cloud: str, name: str, other: str) -> Change:
    def change(made: list[Registration]) -> None:
        label, argument = _KEY[cloud]
        find(made, label.format(name))["links"][argument] = [find(made, f"Key {other}-key")["urn"]]

    return change


def _role(cloud: str, name: str, other: str) -> Change:
    """One role may read both stores."""

    def change(made: list[Registration]) -> None:
        label, argument = _MAY[cloud]
        mine, its = (json.loads(find(made, label.format(each))["inputs"][argument]) for each in (name, other))
        statements = "statement" if cloud == "tencent" else "Statement"
        mine[statements] += its[statements]
        find(made, label.format(name))["inputs"][argument] = json.dumps(mine)

    return change


@pytest.mark.parametrize("cloud", CLOUDS)
def test_sensitive_classes_in_stores_of_their_own_pass(cloud: str) -> None:
    judgement = sensitive(cloud).judgement
    assert [f"{v.rule}: {v.message}" for v in judgement.verdicts if v.blocks] == []
    apart = {v.subject for v in judgement.verdicts if v.rule == "separation" and v.duties}
    assert apart == set(SENSITIVE.values())
    assert {"KN-BIO-01", "SP-SEP-01"} <= {
        duty for v in judgement.verdicts if v.rule == "separation" for duty in v.duties
    }


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("shared", ["store", "key", "role"])
@pytest.mark.parametrize(("name", "other"), [("faces", "cards"), ("documents", "cards")])
def test_what_is_shared_by_two_of_them_is_not_apart(cloud: str, shared: str, name: str, other: str) -> None:
    change = {
        "store": _store(name, other),
        "key": _key(cloud, name, other),
        "role": _role(cloud, name, other),
    }[shared]
    found = blocking(judged(sensitive(cloud), {}, change))
    assert ("separation", "SP-SEP-01") in found
    assert (("separation", "KN-BIO-01") in found) is (name == "faces")


def _exception(**changes: Any) -> dict[str, Any]:
    """An exception by which profiles may rest in Singapore."""
    usual = {"obligation": "KN-RES-01", "class": "user-information", "ground": "consent", "target": "singapore"}
    return {**usual, "evidence": "the form of 2026, signed by each user", "until": "2030-12-31", **changes}


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("ground", ["law", "consent", "own-act"])
def test_a_copy_abroad_passes_on_each_ground_of_the_text(cloud: str, ground: str) -> None:
    check = abroad(cloud)
    judgement = judged(check, {"exceptions": [_exception(ground=ground)]})
    assert [f"{v.rule}: {v.message}" for v in judgement.verdicts if v.blocks] == []
    assert [hop.subject for hop in judgement.declared_hops if f"called {ground}" in hop.must] == ["user-information"]
    there = [v for v in judgement.verdicts if v.rule == "home-region" and ABROAD[cloud] in v.message]
    assert {duty for v in there for duty in v.duties} == {"KN-RES-01", "SP-REG-01", "IM-REG-01"}
    assert not any(v.irreversible for v in there)


REFUSED: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "expired": [_exception(until="2026-11-22")],
    "for another place": [_exception(target="japan")],
    "for another class": [_exception(**{"class": "messages"})],
}


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("case", REFUSED)
def test_a_copy_abroad_without_an_exception_for_it_fails(cloud: str, case: str) -> None:
    found = blocking(judged(abroad(cloud), {"exceptions": REFUSED[case]}))
    assert found == {("home-region", duty) for duty in ("KN-RES-01", "SP-REG-01", "IM-REG-01")}


def test_an_exception_without_evidence_or_on_no_ground_of_the_text_is_one_clear_error() -> None:
    for changes, key, right in (
        ({"evidence": ""}, "im:exceptions.0.evidence", "10"),
        ({"ground": "habit"}, "im:exceptions.0.ground", "law, consent, own-act"),
    ):
        with pytest.raises(InputError) as caught:
            judged(abroad("aws"), {"exceptions": [_exception(**changes)]})
        (problem,) = caught.value.problems
        assert problem.key == key
        assert right in f"{problem.what} {problem.right}"


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_rests_abroad_is_bounded_and_protected_as_at_home(cloud: str) -> None:
    longer, clear = {
        "tencent": (
            _put("Bucket posts", ("lifecycleRules", 0, "expiration", "days"), 40.0),
            _put("Bucket posts", ("encryptionAlgorithm",), None),
        ),
        "aws": (
            _put("BucketLifecycleConfiguration posts-lifecycle", ("rules", 0, "expiration", "days"), 40.0),
            _put("BucketPolicy posts-policy", ("policy",), '{"Version": "2012-10-17", "Statement": []}'),
        ),
    }[cloud]
    said = {"exceptions": [_exception()]}
    assert ("ceiling", "KN-RET-01") in blocking(judged(abroad(cloud), said, longer))
    assert {"KN-ENC-01", "KN-TLS-01"} & {duty for _, duty in blocking(judged(abroad(cloud), said, clear))}


def _put(label: str, way: tuple[Any, ...], value: Any) -> Change:
    def change(made: list[Registration]) -> None:
        inner: Any = find(made, label)["inputs"]
        for step in way[:-1]:
            inner = inner[step]
        inner[way[-1]] = value

    return change


@pytest.mark.parametrize("cloud", CLOUDS)
def test_who_reads_and_changes_what_residents_of_the_philippines_entered_is_logged(cloud: str) -> None:
    assert [v.message for v in administrative(cloud).judgement.verdicts if v.blocks] == []
    switch = {"tencent": _put("Bucket dealings", ("logEnable",), False), "aws": lose("BucketLogging dealings-logging")}
    assert blocking(judged(administrative(cloud), {}, switch[cloud])) == {("accesses-logged", "TC-PHL-03")}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_transfer_out_of_the_eea_states_its_basis(cloud: str) -> None:
    found = blocking(judged(administrative(cloud), {"residents": ["germany"]}))
    assert found == {("home-region", "TC-XFR-01"), ("sub-processors", "TC-XFR-01")}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_no_waiver_excuses_a_control_on_data_of_residents_of_turkey(cloud: str) -> None:
    waiver = {"rule": "encrypted-in-transit", "resource": "Bucket dealings", "reason": "it is read at home alone"}
    waiver |= {"owner": "the owner", "evidence": "https://example.com/1", "expires": "2030-12-31"}
    consent = {"obligation": "TC-TUR-01", "target": "indonesia"}
    consents = [_exception(**consent, **{"class": name}) for name in ("tc-registration", "tc-interactions")]
    said = {"residents": ["turkey"], "exceptions": consents, "waivers": [waiver]}
    check, change = administrative(cloud), lose("BucketPolicy dealings-policy")
    assert ("encrypted-in-transit", "TC-TUR-03") in blocking(judged(check, said, change))
    assert blocking(judged(check, {"waivers": [waiver]}, change)) == set()
