"""Every table under tests/cases: resources in, verdicts out, through reader, ledger and rule."""

import pytest

from tests.harness.tables import Case, cases, finds, found, judged, place_of, tables

_KINDS = ("PASS", "FAIL", "NOT APPLICABLE", "UNKNOWN", "ABSENT")
_NEVER = {"known-types": {"FAIL"}, "stack-complete": {"FAIL"}}  # what was not read or seen is unproven, never wrong


@pytest.mark.parametrize("case", cases(), ids=str)
def test_case(case: Case) -> None:
    judgement = judged(case)
    explained = [
        f"{v.name}: {v.outcome.value}: {v.message}, {place_of(v)}" for v in judgement.verdicts if v.rule == case.rule
    ]
    assert found(case, judgement) == case.expect, "\n".join(explained)
    assert finds(case, judgement), "\n".join(explained)
    assert [v.message for v in judgement.verdicts if v.rule == "no-public-door" and v.weak and not v.fix] == []


def test_every_rule_has_every_kind_of_row() -> None:
    """A table row's name starts with what it shows; each rule shows all five."""
    shown: dict[str, set[str]] = {}
    for _, table in tables():
        for case in table["cases"]:
            kind = next((k for k in _KINDS if case["name"].startswith(k)), None)
            assert kind, f"{table['rule']}: {case['name']!r} does not say which kind of row it is"
            shown.setdefault(table["rule"], set()).add(kind)
    from im_stack.policies.rules import RULES

    missing = {rule.id: sorted(set(_KINDS) - shown.get(rule.id, set()) - _NEVER.get(rule.id, set())) for rule in RULES}
    assert not {rule: kinds for rule, kinds in missing.items() if kinds}
