"""Own terms: what a folder adds to the register, what is wrong with it, and what a stack makes of it."""

from pathlib import Path
from typing import Any

import pytest

from im_stack.policies.engine.declaration import duties_from, require_rules
from im_stack.policies.rules import RULES
from im_stack.terms.duties.own_terms import check_own
from im_stack.terms.duties.resolve import library_for, resolve
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import Declaration, parse_declaration
from im_stack.terms.texts.own import read_own
from tests.harness.world import declaration

RULE_IDS = [rule.id for rule in RULES]
TEXT = """id: shop-policy
title: Policy of the shop
source: the shop's own policy
language: English
version: "1"
roles: the shop is the controller
classes:
  - id: vouchers
    name: Vouchers
    elements: [number]
    sensitivity: normal
obligations:
  - id: SH-RET-01
    clause: section 2
    kind: retention-max
    classes: [vouchers]
    bound: {until: {storage: P21D}}
    summary: gone within 21 days
    evidence: the ledger
    check: [static]
    rules: [ceiling]
"""
AREAS = """- id: batam
  name: Batam
  source: the shop's own reading
"""
REGIONS = "- {cloud: tencent, id: ap-batam, place: Batam, jurisdiction: batam, source: announced}\n"
FILES = {"instruments/shop-policy.yaml": TEXT, "jurisdictions.yaml": AREAS, "regions.yaml": REGIONS}


def folder(at: Path, *, text: str = TEXT, **files: str) -> Path:
    """A project's folder with its own terms in `terms`."""
    for name, content in (FILES | {"instruments/shop-policy.yaml": text} | files).items():
        path = at / "terms" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return at


def declared(root: Path, **changes: Any) -> Declaration:
    adopted = {"im-module": {"source": "test"}, "shop-policy": {"source": "test"}}
    vouchers = {"vouchers": {"period": "P21D"}}
    where = {"region": "ap-batam", "jurisdiction": "batam"}
    chosen: dict[str, Any] = {"terms": "terms", "instruments": adopted, "classes": vouchers, **where, **changes}
    return parse_declaration(declaration(**chosen), root)


def test_texts_classes_jurisdictions_and_regions_are_those_of_the_register_and_the_own(tmp_path: Path) -> None:
    parsed = declared(folder(tmp_path))
    library = library_for(parsed)
    duties = resolve(parsed, library)
    assert (duties.home.id, duties.home.jurisdiction) == ("ap-batam", "batam")
    assert {"SH-RET-01/vouchers", "IM-RET-03/messages", "SP-RET-01/vouchers"} <= {duty.id for duty in duties.all}
    assert library.regions["tencent", "ap-jakarta"].jurisdiction == "indonesia"
    assert {"shop-policy", "im-module", "stack-policy"} == set(library.instruments)


def test_what_a_component_carries_is_the_same_declaration(tmp_path: Path) -> None:
    parsed = declared(folder(tmp_path))
    carried = {f"im:{key}": value for key, value in parsed.model_dump(mode="json", by_alias=True).items()}
    assert parse_declaration(carried) == parsed


def test_a_pack_judges_by_what_is_carried_or_given_and_by_nothing_else(tmp_path: Path) -> None:
    config = declaration(
        terms="terms",
        instruments={"im-module": {"source": "test"}, "shop-policy": {"source": "test"}},
        elsewhere={"vouchers": "in another stack"},
    )
    with pytest.raises(InputError, match="did not come along"):
        duties_from(config, [], rules=RULES)
    own = read_own(folder(tmp_path) / "terms")
    assert "shop-policy" in duties_from(config, [], own, RULES).library.instruments


WRONG = [
    # of the text: what is replaced, by what, line and key, what is said
    ("kind: retention-max", "kind: retention-mx", "@: obligations SH-RET-01 kind", "did you mean retention-max?"),
    ("    clause:", "    claus:", "@: obligations SH-RET-01 claus", "did you mean clause?"),
    ("until: {", "untill: {", "@: obligations SH-RET-01 bound untill", "did you mean until?"),
    ("storage: P21D", "storge: P21D", "@: obligations SH-RET-01 bound until storge", "did you mean storage?"),
    ("storage: P21D", "storage: 21", "@: obligations SH-RET-01 bound until storage", "P21D"),
    ("classes: [vouchers]", "classes: [voucher]", "@: obligations SH-RET-01 classes row 1", "did you mean vouchers?"),
    ("rules: [ceiling]", "rules: [celing]", "@: obligations SH-RET-01 rules row 1", "did you mean ceiling?"),
    ("rules: [ceiling]", "rules: []", "@: obligations SH-RET-01 rules", "no rule verifies"),
    ("rules: [ceiling]", "jurisdictions: [batm]", "@: obligations SH-RET-01 jurisdictions row 1", "batam?"),
    ("rules: [ceiling]", "storage: {within: [batm]}", "@: obligations SH-RET-01 storage within row 1", "batam?"),
    ("rules: [ceiling]", "storage: {asks: {operator: x}}", "@: obligations SH-RET-01 storage asks row 1", "'operator'"),
    ("rules: [ceiling]", "conflicts: [C-99]", "@: obligations SH-RET-01 conflicts row 1", "no conflict 'C-99'"),
    ("id: SH-RET-01", "id: IM-RET-01", "@: obligations IM-RET-01 id", "already"),
    ("id: vouchers", "id: messages", "@: classes messages id", "the class messages is there already"),
    ("id: shop-policy", "id: kenalan", "@: id", "shop-policy"),
    (
        "sensitivity: normal",
        "same_as: [mesages]\n    sensitivity: normal",
        "@: classes vouchers same_as row 1",
        "messages?",
    ),
    ("title: Policy", "title: again\ntitle: Policy", "3: title", "the key stands twice"),
    ("sensitivity: normal", "sensitivity: norml", "@: classes vouchers sensitivity", "did you mean normal?"),
    ("elements: [number]", "elements: number", "@: classes vouchers elements", "[number]"),
    ("roles: the", "rolls: the", "@: rolls", "did you mean roles?"),
    ("roles: the", "roles: [the", "", "is no YAML"),
]


@pytest.mark.parametrize(("old", "new", "place", "says"), WRONG, ids=[f"{row[2]} {row[1]}" for row in WRONG])
def test_a_fault_of_a_text_has_its_line_its_key_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, place: str, says: str
) -> None:
    root = folder(tmp_path, text=TEXT.replace(old, new, 1))
    with pytest.raises(InputError) as raised:
        read_own(root / "terms", RULE_IDS)
    said = str(raised.value)
    lines = (root / "terms/instruments/shop-policy.yaml").read_text("utf-8").splitlines()
    place = place.replace("@", str(1 + next(n for n, line in enumerate(lines) if new.splitlines()[0] in line)))
    assert f"terms/instruments/shop-policy.yaml:{place}" in said
    assert says in said


@pytest.mark.parametrize(
    ("file", "content", "place", "says"),
    [
        ("jurisdiction.yaml", AREAS, "terms/jurisdiction.yaml", "did you mean jurisdictions.yaml?"),
        (
            "jurisdictions.yaml",
            AREAS.replace("batam", "indonesia"),
            "jurisdictions.yaml:1",
            "indonesia is there already",
        ),
        ("regions.yaml", REGIONS.replace(": batam", ": batm"), "regions.yaml:1: ap-batam jurisdiction", "batam?"),
        ("regions.yaml", REGIONS.replace("ap-batam", "ap-jakarta"), "regions.yaml:1", "ap-jakarta is there already"),
        ("regions.yaml", REGIONS.replace("tencent", "tencnt"), "regions.yaml:1: ap-batam cloud", "tencent?"),
        ("instruments/other.yaml", TEXT, "instruments/other.yaml:1", "shop-policy.yaml"),
        ("instruments/deep/other.yaml", TEXT, "deep/other.yaml", "is no file of own terms"),
        ("regions.yaml", "", "regions.yaml", "must be a list"),
        ("regions.yaml", "- &a [" + "*a, " * 9 + "]\n", "regions.yaml", ""),
    ],
)
def test_a_fault_of_a_table_or_of_the_folder(tmp_path: Path, file: str, content: str, place: str, says: str) -> None:
    root = folder(tmp_path, **{file: content})
    with pytest.raises(InputError) as raised:
        read_own(root / "terms", RULE_IDS)
    assert place in str(raised.value)
    assert says in str(raised.value)


def test_a_folder_that_is_none_or_has_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        read_own(tmp_path / "terms")
    with pytest.raises(InputError, match="has no YAML files"):
        read_own(tmp_path)


KEPT = TEXT.replace("retention-max", "retention-min").replace("P21D", "P60D").replace("[ceiling]", "[floor]")
CONTRADICTIONS = [
    ("a period that is too short", KEPT, {}, "im:classes.vouchers.period", "at least 60 d", "SH-RET-01"),
    (
        "two obligations",
        TEXT + KEPT.partition("obligations:\n")[2].replace("SH-RET-01", "SH-RET-02"),
        {"classes": {"vouchers": {"period": "P90D"}}},
        "im:instruments.shop-policy",
        "SH-RET-02 keeps vouchers for at least 60 d, SH-RET-01 ends it within 21 d",
        "SH-RET-02",
    ),
    (
        "another residency",
        TEXT,
        {
            "instruments": {name: {"source": "test"} for name in ("im-module", "kenalan", "shop-policy")},
        },
        "im:jurisdiction",
        "kenalan keeps its data in indonesia",
        "KN-RES-01",
    ),
    ("a region elsewhere", TEXT, {"jurisdiction": "indonesia"}, "im:region", "ap-batam is in batam", "IM-REG-01"),
]


@pytest.mark.parametrize(
    ("text", "changes", "key", "says", "obligation"),
    [pytest.param(*row[1:], id=row[0]) for row in CONTRADICTIONS],
)
def test_a_contradiction_is_one_error(
    tmp_path: Path, text: str, changes: dict[str, Any], key: str, says: str, obligation: str
) -> None:
    parsed = declared(folder(tmp_path, text=text), **changes)
    with pytest.raises(InputError) as raised:
        resolve(parsed, library_for(parsed))
    (problem,) = raised.value.problems
    assert (problem.key, problem.obligation) == (key, obligation)
    assert says in f"{problem.what} {problem.right}"


def test_a_rule_that_is_not_there_is_refused_where_rules_are_known(tmp_path: Path) -> None:
    parsed = declared(folder(tmp_path, text=TEXT.replace("[ceiling]", "[own-keys]")))
    with pytest.raises(InputError, match="SH-RET-01: there is no rule 'own-keys'"):
        require_rules(parsed, RULES)


def _pair(first: str, second: str) -> str:
    """The text with two obligations: a kind, a rule, and what else it says, of each."""
    rows = []
    for number, (kind, rule, more) in enumerate((row.split(maxsplit=2) for row in (first, second)), 1):
        head = TEXT.partition("obligations:\n")[2].replace("SH-RET-01", f"SH-RET-0{number}")
        head = head.replace("retention-max", kind).replace("[ceiling]", f"[{rule}]")
        rows.append(head.replace("bound: {until: {storage: P21D}}", more.replace("; ", "\n    ")))
    return TEXT.partition("obligations:\n")[0] + "obligations:\n" + "".join(rows)


_MOST = "retention-max ceiling bound: {until: {storage: P21D}}"
_LEAST = "retention-min floor bound: {until: {birth: P60D}}"
AGAINST = [
    (_MOST, _LEAST, "vouchers: SH-RET-02 keeps it for at least 60 d, SH-RET-01 ends it within 21 d"),
    (_LEAST, _MOST, "vouchers: SH-RET-01 keeps it for at least 60 d, SH-RET-02 ends it within 21 d"),
    (_MOST, _LEAST.replace("P60D", "P21D"), ""),
    (_LEAST, "no-storage no-store bound: {until: {always: P1D}}", "SH-RET-02 lets it not be stored"),
    (
        "retention-max floor bound: {until: {account-end: null}, lives: true}",
        _MOST,
        "SH-RET-01 keeps it until an event, SH-RET-02 ends it by age within 21 d",
    ),
    (
        "residency home-region storage: {within: [japan]}",
        "residency home-region storage: {within: [batam, germany]}",
        "SH-RET-01 wants it in japan, SH-RET-02 in batam, germany",
    ),
    ("residency home-region storage: {within: [eea]}", "residency home-region storage: {within: [germany]}", ""),
    (f"{_MOST}; jurisdictions: [batam]", f"{_LEAST}; jurisdictions: [japan]", ""),
    (f"{_MOST}; jurisdictions: [germany]", f"{_LEAST}; jurisdictions: [eea]", "SH-RET-02 keeps it"),
]


@pytest.mark.parametrize(("first", "second", "says"), AGAINST)
def test_a_folder_against_itself_is_found_without_a_stack(tmp_path: Path, first: str, second: str, says: str) -> None:
    root = folder(tmp_path, text=_pair(first, second))
    if not says:
        assert check_own(root / "terms", RULE_IDS).instruments
        return
    with pytest.raises(InputError) as raised:
        check_own(root / "terms", RULE_IDS)
    (problem,) = raised.value.problems
    assert says in problem.what
    line = 1 + (root / "terms/instruments/shop-policy.yaml").read_text("utf-8").splitlines().index("  - id: SH-RET-02")
    assert (problem.file[-16:], problem.line) == ("shop-policy.yaml", line)


def test_two_texts_of_a_folder_against_each_other(tmp_path: Path) -> None:
    classes = "classes: []\n" + KEPT[KEPT.index("obligations:") :].replace("SH-RET-01", "LW-RET-01")
    other = KEPT[: KEPT.index("classes:")].replace("shop-policy", "shop-law") + classes
    root = folder(tmp_path, **{"instruments/shop-law.yaml": other})
    with pytest.raises(InputError, match="LW-RET-01 keeps it for at least 60 d, SH-RET-01 ends it within 21 d"):
        check_own(root / "terms", RULE_IDS)


def test_obligations_about_other_classes_are_not_against_each_other(tmp_path: Path) -> None:
    root = folder(tmp_path, text=_pair(_MOST, _LEAST).replace("classes: [vouchers]", "classes: [messages]", 1))
    assert check_own(root / "terms", RULE_IDS).instruments
