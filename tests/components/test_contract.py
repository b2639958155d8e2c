"""Contract as an application reads it: names in camel case, rows of tables as lists."""

from dataclasses import fields

from im_stack.components.contract import Contract
from im_stack.terms.residents import Residents, residents_of
from tests.harness.world import duties


def test_residents_stand_in_it_by_text_and_place() -> None:
    found = duties(residents=["indonesia"], instruments={name: {"source": "test"} for name in ("im-module", "kenalan")})
    residents: dict[str, dict[str, Residents]] = residents_of(found.declaration, found.library)
    values = {each.name: {} for each in fields(Contract)} | {"residents": residents}
    exported = Contract(**values).export()["residents"]  # type: ignore[arg-type]
    assert exported.keys() == {"im-module", "kenalan"}
    kenalan = exported["kenalan"]["indonesia"]
    assert (kenalan["ageBy"], kenalan["minimumAge"], kenalan["parentalConsent"]) == ("KN-AGE-01", None, True)
    assert [(r["obligation"], r["within"]) for r in kenalan["requests"]] == [("KN-REQ-01", "P14D")]
    assert [n["obligation"] for n in kenalan["notices"]] == ["KN-CHG-01", "KN-INC-01"]
