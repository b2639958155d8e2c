"""Every table under tests/cases: resources in, verdicts out, through reader, ledger and rule."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness.world import HOMES, judged, outcome

_CASES = Path(__file__).parent.parent / "cases"
_KINDS = ("PASS", "FAIL", "NOT APPLICABLE", "UNKNOWN", "ABSENT")
_NEVER = {"known-types": {"FAIL"}}  # what could not be read is unproven, never certainly wrong


def _tables() -> list[tuple[str, dict[str, Any]]]:
    return [(path.stem, yaml.safe_load(path.read_text("utf-8"))) for path in sorted(_CASES.rglob("*.yaml"))]


def _cases() -> list[Any]:
    return [
        pytest.param(table, case, id=f"{stem}: {case['name']}") for stem, table in _tables() for case in table["cases"]
    ]


@pytest.mark.parametrize(("table", "case"), _cases())
def test_case(table: dict[str, Any], case: dict[str, Any]) -> None:
    rule, mine = table["rule"], {row["name"] for row in case["resources"]}
    rows = [row for row in table.get("given", []) if row["name"] not in mine] + case["resources"]
    judgement = judged(rows, **HOMES[table.get("cloud", "tencent")] | case.get("declaration", {}))
    found = {subject: outcome(judgement, rule, subject) for subject in case["expect"]}
    explained = [f"{v.name}: {v.outcome.value}: {v.message}" for v in judgement.verdicts if v.rule == rule]
    assert found == case["expect"], "\n".join(explained)
    if words := case.get("says"):
        text = "\n".join(f"{v.message} {v.fix}" for v in judgement.verdicts if v.rule == rule)
        assert words in text


def test_every_rule_has_every_kind_of_row() -> None:
    """A table row's name starts with what it shows; each rule shows all five."""
    shown: dict[str, set[str]] = {}
    for _, table in _tables():
        for case in table["cases"]:
            kind = next((k for k in _KINDS if case["name"].startswith(k)), None)
            assert kind, f"{table['rule']}: {case['name']!r} does not say which kind of row it is"
            shown.setdefault(table["rule"], set()).add(kind)
    from policies.rules import RULES

    missing = {rule.id: sorted(set(_KINDS) - shown.get(rule.id, set()) - _NEVER.get(rule.id, set())) for rule in RULES}
    assert not {rule: kinds for rule, kinds in missing.items() if kinds}
