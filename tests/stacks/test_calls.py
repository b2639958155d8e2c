"""The stacks of calls in Singapore: what each leans on, and mutants that must be noticed."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from im_stack.components.tencent.logs import ENCRYPTED as LOG
from im_stack.components.tencent.machines import ENCRYPTED as DISK
from im_stack.terms.problem import InputError
from tests.harness.mutate import REMOVED
from tests.harness.recorded import check_ours, check_project
from tests.harness.stacks import changed_config, config_of, write_stack
from tests.stacks.calls_aws import AWS, AWS_STACK
from tests.stacks.calls_tencent import OWN, TENCENT, TENCENT_STACK
from tests.stacks.mutants import Mutant
from tests.stacks.obligations import Own

STORED = {"store": True, "period": "P1D", "clock": "birth", "erasure": {"within": "P1D", "source": "test"}}
WRITES_NONE = "write no trtc-media to a disk, nor let it be swapped, dumped or logged"


MACHINES = {
    ("the program on the machines", "delete what is older than 30 s every 1 s"): 2,
    ("the program on the machines", WRITES_NONE): 2,
}
EVENTS = "the request or the account-deletion or the termination"
WORKER = "delete a person's records, and those that arrive later, of {} within 1 d of " + EVENTS
LEFT = "let no identity of its account that is not this stack's read its content or use it"
DELETED = {("the application", WORKER.format(name)): 1 for name in ("trtc-key", "trtc-log")}
HOPS = {
    TENCENT_STACK: MACHINES | DELETED | {("the operator", DISK): 2, ("the operator", LOG): 2},
    AWS_STACK: MACHINES | DELETED | {("the operator", LEFT): 1},
}
"""All that the stacks are conditional on: who must do what, of how many resources."""


@pytest.mark.parametrize("stack", HOPS)
def test_it_passes_and_says_what_it_is_conditional_on(stack: str) -> None:
    found = check_ours(stack).judgement
    assert [v.message for v in found.verdicts if v.blocks] == []
    assert Counter((hop.who, hop.must) for hop in found.declared_hops) == HOPS[stack]


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


@pytest.mark.parametrize(
    ("stack", "mutant"),
    [
        pytest.param(stack, mutant, id=f"{stack}: {mutant.name}")
        for stack, mutants in ((TENCENT_STACK, TENCENT), (AWS_STACK, AWS))
        for mutant in mutants
    ],
)
def test_a_mutant_is_blocked_by_its_rules(stack: str, mutant: Mutant) -> None:
    mutant.must_be_noticed(check_ours(stack))


BAD: list[tuple[dict[str, Any], str]] = [
    (
        {"customers": REMOVED},
        "im:customers: is missing: trtc-key and trtc-log of each customer are in stores of its own",
    ),
    ({"customers": ["example", "example"]}, "im:customers: names example twice"),
    ({"customers.0": "An Example"}, "im:customers.0"),
    ({"machines.image": "img-../../x"}, "im:machines.image: has another form"),
    ({"machines.image": f"img-{'0' * 100_000}"}, "im:machines.image: is too long"),
    ({"machines": REMOVED}, "im:machines.image: is missing: trtc-media passes machines, which start from it"),
    ({"classes.messages": {"store": False, "transient": "PT1H"}}, "im:classes.messages: no adopted instrument knows"),
    ({"classes.trtc-media": STORED}, "im:classes.trtc-media.store: an adopted text forbids storing this class"),
]


@pytest.mark.parametrize(("said", "says"), BAD, ids=[says for _, says in BAD])
def test_bad_input_is_one_error(tmp_path: Path, said: dict[str, Any], says: str) -> None:
    write_stack(tmp_path, changed_config(config_of(TENCENT_STACK), said))
    with pytest.raises(InputError) as caught:
        check_project(tmp_path, "test")
    assert len(caught.value.problems) == 1
    assert says in str(caught.value.problems[0])
