"""Completeness of the register: every obligation of the texts once, every number, every reference."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from im_stack import terms
from im_stack.terms.duties.binding import classes_of, inside
from im_stack.terms.stack.class_choice import ClassChoice
from im_stack.terms.stack.declaration import Adopted, Declaration
from im_stack.terms.texts.library import Library, load_library
from im_stack.terms.texts.model import Age, Apart, Bound, Instrument, Obligation, Trigger

REGISTER = {
    "im-module": """
        IM-PRE-01 IM-PUR-01 IM-SVC-01 IM-NOS-01 IM-NOS-02 IM-RET-01 IM-RET-02 IM-RET-03 IM-RET-04 IM-LAW-01 IM-DEL-01
        IM-REG-01 IM-SUB-01 IM-AGE-01 IM-SEN-01 IM-CON-01""",
    "trtc-module": """
        TR-PRE-01 TR-NOS-01 TR-PUR-01 TR-PUR-02 TR-PUR-03 TR-RET-01 TR-TRM-01 TR-RET-02 TR-TRM-02 TR-DEL-01 TR-REG-01
        TR-SUB-01 TR-AGE-01 TR-CON-01 TR-KEY-01""",
    "kenalan": """
        KN-TLS-01 KN-ENC-01 KN-ATK-01 KN-ACC-01 KN-TRN-01 KN-LCM-01 KN-MIN-01 KN-RET-01 KN-RES-01 KN-RES-02 KN-ANO-01
        KN-EOL-01 KN-REQ-01 KN-AGE-01 KN-BIO-01 KN-PUR-01 KN-SHR-01 KN-TRF-01 KN-DIS-01 KN-LOG-01 KN-CHG-01
        KN-INC-01 KN-LOS-01 KN-CON-01 KN-TRK-01 KN-LIM-01""",
    "tencent-cloud": """
        TC-ROLE-01 TC-PORT-01 TC-RET-01 TC-DST-01 TC-DEL-01 TC-DEL-02 TC-DEL-03 TC-SEP-01 TC-RGT-01 TC-RGT-02 TC-RGT-03
        TC-RGT-04 TC-RGT-05 TC-XFR-01 TC-REG-01 TC-SHR-01 TC-LEG-01 TC-ACC-01 TC-AGE-01 TC-SEC-01 TC-CKI-01 TC-MKT-01
        TC-CHG-01 TC-MOD-01 TC-KOR-01 TC-KOR-02 TC-KOR-03 TC-KOR-04 TC-CAL-01 TC-CAL-02 TC-CAL-03 TC-CAL-04 TC-BRA-01
        TC-BRA-02 TC-CAN-01 TC-EGY-01 TC-EGY-02 TC-EGY-03 TC-FRA-01 TC-IND-01 TC-IND-02 TC-IND-03 TC-IDN-01 TC-IDN-02
        TC-JPN-01 TC-JPN-02 TC-MYS-01 TC-MYS-02 TC-PHL-01 TC-PHL-02 TC-PHL-03 TC-PHL-04 TC-PHL-05 TC-PHL-06 TC-PHL-07
        TC-SAU-01 TC-SGP-01 TC-SGP-02 TC-THA-01 TC-THA-02 TC-TUR-01 TC-TUR-02 TC-TUR-03 TC-TUR-04 TC-ARE-01 TC-ARE-02
        TC-VNM-01 TC-VNM-02 TC-VNM-03 TC-VNM-04 TC-SAL-01 TC-CMP-01 TC-CAL-05 TC-CAN-02 TC-EGY-04 TC-PHL-08""",
    "generic": """
        GP-RES-01 GP-RET-01 GP-EOL-01 GP-ACC-01 GP-SEC-01 GP-COM-01 GP-INC-01 GP-SEP-01 GP-DEL-01 GP-REQ-01 GP-IDV-01
        GP-MIN-01 GP-CON-01 GP-STA-01 GP-AGE-01 GP-CHG-01 GP-MSG-01 GP-BAK-01 GP-PRE-01 GP-SUC-01""",
}

CLASSES = """
    DC-IM-USER DC-IM-MSG DC-TR-AV DC-TR-KEY DC-TR-LOG DC-KN-ACCT DC-KN-ACCT DC-KN-FIN DC-KN-BIO DC-KN-DEV DC-KN-DEV
    DC-KN-COMM DC-KN-COMM DC-KN-SEC DC-KN-CKI DC-TC-REG DC-TC-USE DC-TC-ADM DC-TC-INT DC-TC-INC DC-TC-CONT DC-TC-KOR-1
    DC-TC-KOR-2 DC-TC-CAL DC-TC-SPI-IND DC-GP-LOG DC-GP-LOC DC-GP-LOC DC-GP-LOC DC-GP-ACC DC-GP-SHR"""

RULES = """
    home-region explicit-provider copies-stay-home declared-holdings known-types encrypted-at-rest encrypted-in-transit
    no-public-door ceiling floor sweeps-alive sweeps-proven nothing-survives-deletion judged-arguments-count
    accesses-logged archive-apart keyring-guarded erasure-in-time ingress-first loss-prevented no-content-in-logs
    no-store separation stack-complete sub-processors sweeps-watched waivers-hold"""

# Every number that the texts put on data or on an answer. None: the number is there, but bounds no data.
ENDED: dict[Trigger, str | None] = {"termination": "P7D", "account-deletion": "P7D"}
NUMBERS = {
    "IM-RET-02": Bound(until={"storage": None}, default="P7D"),
    "IM-RET-04": Bound(until={"storage": None}, default="P7D"),
    "IM-RET-01": Bound(until={"storage": None}, chosen=True),
    "IM-RET-03": Bound(until={"storage": None}, chosen=True),
    "IM-NOS-01": None,  # nothing is stored
    "IM-NOS-02": None,
    "TR-NOS-01": None,
    "TR-RET-01": Bound(until=dict.fromkeys(ENDED), lives=True),
    "TR-RET-02": Bound(until=dict.fromkeys(ENDED), lives=True),
    "TR-TRM-01": Bound(until=ENDED),
    "TR-TRM-02": Bound(until=ENDED),
    "TC-RET-01": Bound(until={"account-end": None}, lives=True),
    "TC-DEL-01": Bound(until={"request": "P10D"}),
    "TC-DEL-02": Bound(until={"account-deletion": "P10D"}),
    "TC-DEL-03": Bound(until={"incomplete-registration": "P10D"}),
    "TC-IDN-02": Bound(until={"birth": "P5Y", "last-write": "P5Y", "account-end": "P5Y"}),
    "TC-RGT-01": Bound(until={"request": "P1M"}, extension="P2M"),
    "TC-CAL-01": Bound(until={"request": "P45D"}, extension="P45D"),
    "TC-CAL-03": Bound(until={"request": "P45D"}, extension="P45D"),
    "TC-CAL-02": None,  # an answer looks back 12 months
    "KN-REQ-01": Bound(until={"request": "P14D"}),
    "TC-EGY-03": None,  # seven days to object
}

AGES = {
    "IM-AGE-01": Age(parental=False),
    "TR-AGE-01": Age(parental=True),
    "KN-AGE-01": Age(parental=True),
    "GP-AGE-01": Age(least=18, parental=True),
    "TC-AGE-01": Age(least=14, parental=False),
    "TC-BRA-02": Age(least=18, parental=True),
    "TC-EGY-01": Age(least=19, parental=True),  # "above 18", read carefully
    "TC-IND-02": Age(least=18, parental=True),
    "TC-IDN-01": Age(least=21, parental=False),
    "TC-MYS-01": Age(least=18, parental=True),
    "TC-PHL-01": Age(least=18, parental=False),
    "TC-TUR-02": Age(least=18, parental=True),
    "TC-ARE-01": Age(least=21, parental=False, otherwise="an order of a court"),
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def texts(library: Library) -> dict[str, Instrument]:
    return {name: library.instruments[name] for name in REGISTER}


@pytest.fixture(scope="module")
def obligations(texts: dict[str, Instrument]) -> dict[str, Obligation]:
    return {obligation.id: obligation for text in texts.values() for obligation in text.obligations}


@pytest.mark.parametrize("name", REGISTER)
def test_every_obligation_is_there_once_and_in_its_own_instrument(library: Library, name: str) -> None:
    assert Counter(o.id for o in library.instruments[name].obligations) == Counter(REGISTER[name].split())


def test_153_obligations_are_registered(obligations: dict[str, Obligation]) -> None:
    assert len(obligations) == 153


def test_every_data_class_is_there_three_of_kenalan_in_two_parts_and_the_generic_location_in_three(
    texts: dict[str, Instrument],
) -> None:
    assert Counter(c.register_id for text in texts.values() for c in text.classes) == Counter(CLASSES.split())


@pytest.mark.parametrize(("id_", "bound"), NUMBERS.items())
def test_numbers_are_those_of_the_texts(obligations: dict[str, Obligation], id_: str, bound: Bound | None) -> None:
    assert obligations[id_].bound == bound


def test_there_are_no_other_numbers(obligations: dict[str, Obligation]) -> None:
    def counts(bound: Bound | None) -> bool:
        return bound is not None and any((*bound.until.values(), bound.default, bound.extension))

    assert {o.id for o in obligations.values() if counts(o.bound)} == {
        i for i, bound in NUMBERS.items() if counts(bound)
    }


def test_ages_are_those_of_the_texts(obligations: dict[str, Obligation]) -> None:
    assert {o.id: o.age for o in obligations.values() if o.age} == AGES
    assert {o.id for o in obligations.values() if o.kind == "minor"} == AGES.keys()


def test_residency_is_demanded_by_three_texts_and_permitted_by_one(obligations: dict[str, Obligation]) -> None:
    placed = {o.id: o.kind for o in obligations.values() if o.storage}
    assert placed == {
        **dict.fromkeys(("IM-REG-01", "TR-REG-01", "KN-RES-01", "GP-RES-01"), "residency"),
        **dict.fromkeys(("TC-REG-01", "TC-CAN-01", "TC-SGP-01", "TC-TUR-01"), "residency-permission"),
        "TC-XFR-01": "transfer",
    }
    assert {o.id for o in obligations.values() if o.kind.startswith("residency")} == placed.keys() - {"TC-XFR-01"}
    assert [o.id for o in obligations.values() if o.storage and o.storage.consent] == ["TC-TUR-01"]


def test_numbers_that_bound_no_data_stand_in_words(obligations: dict[str, Obligation]) -> None:
    assert "12 months" in obligations["TC-CAL-02"].summary
    assert "seven days" in obligations["TC-EGY-03"].summary


def test_what_may_not_be_stored_is_no_choice(library: Library) -> None:
    assert [c.id for c in library.classes.values() if not c.storable] == ["trtc-media"]


def test_the_five_years_reach_only_administrative_information_of_residents(obligations: dict[str, Obligation]) -> None:
    floor = obligations["TC-IDN-02"]
    assert floor.jurisdictions == ("indonesia",)
    assert floor.classes == obligations["TC-DEL-02"].classes
    assert all(name.startswith("tc-") and name != "tc-content" for name in floor.classes)


def test_rules_resolve_and_verify_only_what_a_plan_can_show(library: Library) -> None:
    for obligation in library.obligations.values():
        assert set(obligation.rules) <= set(RULES.split()), obligation.id
        assert not obligation.rules or "static" in obligation.check, obligation.id
        assert obligation.check, obligation.id


def test_classes_and_jurisdictions_resolve(library: Library) -> None:
    for text in library.instruments.values():
        own = {c.id for c in text.classes}
        for obligation in text.obligations:
            assert text.id == "stack-policy" or set(obligation.classes) <= own, obligation.id
            assert set(obligation.classes) <= library.classes.keys(), obligation.id
            assert set(obligation.jurisdictions) <= library.jurisdictions.keys(), obligation.id


def test_what_is_the_same_data_is_declared_under_one_name(library: Library) -> None:
    """Kenalan's profile, address and content are the module's and the stack's; Tencent Cloud's lists are views."""
    same = {row.id: row.same_as for row in library.classes.values() if row.same_as}
    assert {name: classes for name, classes in same.items() if name.startswith("kenalan")} == {
        "kenalan-profile": ("user-information",),
        "kenalan-address": ("access-logs",),
        "kenalan-communications": ("messages",),
    }
    assert not {target for targets in same.values() for target in targets} - library.classes.keys()
    assert not {target for targets in same.values() for target in targets} & same.keys()
    deleted = library.obligations["TC-CAL-03"].classes, library.obligations["TC-DEL-01"].classes
    assert classes_of(deleted[0], library.classes) == deleted[1]


def test_what_a_text_keeps_apart_is_said_with_the_obligation(library: Library) -> None:
    apart = {o.id: o.apart for o in library.obligations.values() if o.apart}
    assert apart == {
        "KN-BIO-01": Apart(classes=("kenalan-biometric",)),
        "SP-SEP-01": Apart(sensitivity="very-high"),
        "GP-SEP-01": Apart(classes=("gp-log",), flows=True),
    }
    assert {o.id for o in library.obligations.values() if "separation" in o.rules} == {
        *apart,
        "TC-ROLE-01",
        "TR-PUR-02",
    }


def test_all_35_conflicts_are_there(library: Library) -> None:
    assert list(library.conflicts) == [f"C-{n:02d}" for n in range(1, 36)]


def test_conflicts_and_obligations_name_each_other(library: Library, obligations: dict[str, Obligation]) -> None:
    named = {(c.id, o) for c in library.conflicts.values() for o in c.obligations}
    naming = {(c, o.id) for o in obligations.values() for c in o.conflicts}
    assert named == naming
    assert {c for o in library.obligations.values() for c in o.conflicts} <= library.conflicts.keys()


def _fields() -> set[str]:
    """Keys of a declaration, below `im:`."""
    top = {field.alias or name: field for name, field in Declaration.model_fields.items()}
    return {
        *top,
        *(f"classes.<class>.{field.alias or name}" for name, field in ClassChoice.model_fields.items()),
        *(f"instruments.<instrument>.{name}" for name in Adopted.model_fields),
    }


def test_a_conflict_is_decided_by_a_key_that_exists(library: Library) -> None:
    for conflict in library.conflicts.values():
        assert (conflict.field is not None) is (conflict.decided_by == "declaration"), conflict.id
        assert conflict.field is None or conflict.field in _fields(), conflict.id
    by = {how: {c.id for c in library.conflicts.values() if c.decided_by == how} for how in ("procedure", "refusal")}
    assert by == {"procedure": {"C-16", "C-23", "C-27"}, "refusal": set()}
    assert {library.conflicts[id_].field for id_ in ("C-21", "C-30")} == {"termination"}


def test_regions_stand_on_registered_soil(library: Library) -> None:
    for region in library.regions.values():
        assert region.jurisdiction in library.jurisdictions, region.id
        assert all(zone.startswith(region.id) for zone in region.zones), region.id
    soil = {region.jurisdiction for region in library.regions.values()}
    spoken_of = {place for o in library.obligations.values() for place in o.jurisdictions}
    for place in library.jurisdictions.values():
        only_soil = place.source == "place of a region only"
        assert not only_soil or (place.id in soil and place.id not in spoken_of), place.id
        assert set(place.members) <= library.jurisdictions.keys(), place.id


def test_the_eea_has_thirty_members_and_california_is_in_the_united_states(library: Library) -> None:
    assert len(library.jurisdictions["eea"].members) == 30
    inside_eea = {r.id for r in library.regions.values() if inside(r.jurisdiction, "eea", library)}
    assert {"eu-frankfurt", "eu-central-1", "eu-west-3"} <= inside_eea
    assert not {"eu-moscow", "eu-west-2", "eu-central-2"} & inside_eea
    californian = {(r.cloud, r.id) for r in library.regions.values() if r.jurisdiction == "california"}
    assert californian == {("tencent", "na-siliconvalley"), ("aws", "us-west-1")}
    assert inside("california", "united-states", library)
    assert not inside("united-states", "california", library)


def test_areas_that_are_in_each_other_are_one(library: Library) -> None:
    of = {place: library.jurisdictions[place] for place in ("eea", "japan", "france")}
    own = {place: row.model_copy(update={"members": tuple({*of} - {place})}) for place, row in of.items()}
    cycle = replace(library, jurisdictions={**library.jurisdictions, **own})
    assert inside("japan", "france", cycle)
    assert not inside("italy", "france", cycle)


def test_both_clouds_have_a_region_in_jakarta(library: Library) -> None:
    assert library.regions["tencent", "ap-jakarta"].zones == ("ap-jakarta-1", "ap-jakarta-2", "ap-jakarta-3")
    assert library.regions["aws", "ap-southeast-3"].zones == tuple(f"ap-southeast-3{zone}" for zone in "abc")
    home = {(r.cloud, r.id) for r in library.regions.values() if r.jurisdiction == "indonesia"}
    assert home == {("tencent", "ap-jakarta"), ("aws", "ap-southeast-3")}


@pytest.mark.parametrize("path", sorted(Path(terms.__file__).parent.rglob("*.yaml")), ids=lambda path: path.name)
def test_a_strict_reader_reads_the_same(path: Path) -> None:
    """YAML 1.2, where a repeated key is an error and `no` is text."""
    text = path.read_text(encoding="utf-8")
    assert YAML(typ="safe", pure=True).load(text) == yaml.safe_load(text)
