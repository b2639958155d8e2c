"""The stacks of calls in Singapore: what each leans on, and mutants that must be noticed."""

import pytest

from tests.harness.recorded import check_ours
from tests.stacks.calls import AWS_STACK, MUTANTS, OWN, TENCENT_STACK
from tests.stacks.mutants import Mutant
from tests.stacks.obligations import Own

WRITES_NONE = "write no trtc-media to a disk, nor let it be swapped, dumped or logged"


@pytest.mark.parametrize("stack", [TENCENT_STACK, AWS_STACK])
def test_it_passes_on_the_word_of_the_program_on_the_machines(stack: str) -> None:
    found = check_ours(stack).judgement
    assert [v.message for v in found.verdicts if v.blocks] == []
    said = [hop.must for hop in found.declared_hops if hop.who == "the program on the machines"]
    assert sorted(said) == ["delete what is older than 30 s every 1 s"] * 2 + [WRITES_NONE] * 2


@pytest.mark.parametrize("stack", [TENCENT_STACK, AWS_STACK])
def test_it_makes_no_store_of_messages(stack: str) -> None:
    types = {row["type"].split(":")[1].partition("/")[0] for row in check_ours(stack).recording["registrations"]}
    assert types.isdisjoint({"Mysql", "Mongodb", "Redis", "Ckafka", "Cos", "rds", "docdb", "elasticache", "msk", "s3"})


def test_every_static_obligation_of_the_module_has_a_mutant() -> None:
    duties = check_ours(TENCENT_STACK).duties
    static = {o.id: o.rules for text, o in duties.adopted if text == "trtc-module" and "static" in o.check}
    assert sorted(own.obligation for own in OWN) == sorted(static)
    assert [own.obligation for own in OWN if own.rule not in static[own.obligation]] == []


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.obligation)
def test_its_mutant_fails_and_cites_it(own: Own) -> None:
    assert own.cites(own.judged(check_ours(TENCENT_STACK))), own.what


@pytest.mark.parametrize(("stack", "mutant"), [pytest.param(*row, id=f"{row[0]}: {row[1].name}") for row in MUTANTS])
def test_a_mutant_is_blocked_by_its_rules(stack: str, mutant: Mutant) -> None:
    mutant.must_be_noticed(check_ours(stack))
