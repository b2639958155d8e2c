"""The AWS stack in Jakarta: its bounds, the same verdicts from the pack, and its hand-written mutants."""

import random
from datetime import timedelta

import pytest

from im_stack.preflight.judgement.one_stack import Check
from tests.harness.pack_drive import drive, running
from tests.harness.programs import blocked
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT
from tests.stacks.access_aws import AWS_ACCESS
from tests.stacks.aws import AWS
from tests.stacks.mutants import Mutant


@pytest.fixture(scope="module")
def jakarta() -> Check:
    return check_ours("aws-ap-southeast-3")


def test_it_passes_on_the_application_s_word(jakarta: Check) -> None:
    found = jakarta.judgement
    assert [v.message for v in found.verdicts if v.blocks] == []
    assert found.headline.startswith("CONDITIONAL on")
    latest = {bound.data_class: bound.latest for bound, _ in found.bounds}
    assert latest["messages"] == timedelta(days=7)
    assert all(bound.latest is not None and bound.latest <= limit for bound, limit in found.bounds)


def test_the_pack_judges_it_alike(jakarta: Check) -> None:
    with running(ROOT / "policies", jakarta.stack) as pack:
        found = drive(pack, jakarta.recording, shuffled=random.Random(1))
    assert {(v.policy, v.urn) for v in found if v.blocks} == blocked(jakarta)


@pytest.mark.parametrize("mutant", [*AWS, *AWS_ACCESS], ids=lambda mutant: mutant.name)
def test_a_mutant_is_blocked_by_its_rules(jakarta: Check, mutant: Mutant) -> None:
    mutant.must_be_noticed(jakarta)
