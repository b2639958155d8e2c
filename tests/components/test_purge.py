"""What the keyring's function is given: its timer, and how long a key may live."""

from datetime import timedelta

import pytest

from im_sealing import Form, SealedClass
from im_sealing.classes import MOST_ALIVE as THEIRS
from im_stack.components.plan.budget import MOST_ALIVE, ClassPlan, plan
from im_stack.components.plan.network import subnet_ranges
from im_stack.components.plan.turnover import key_schedule, longest_life, turnover_sweep
from im_stack.components.tencent.purge import cron
from im_stack.facts.tencent.compute.scf import period_of
from im_stack.terms.period import format_period, parse_period
from im_stack.terms.problem import InputError
from im_stack.terms.stack.class_choice import Sealing
from im_stack.terms.stack.declaration import Declaration, parse_declaration
from tests.harness.world import declaration

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("text", ["PT1M", "PT5M", "PT30M", "PT1H", "PT2H", "PT6H", "PT12H", "P1D"])
def test_the_timer_runs_as_often_as_its_period_says(text: str) -> None:
    assert period_of(cron(parse_period(text))) == parse_period(text)


@pytest.mark.parametrize("text", ["PT30S", "PT7M", "PT90M", "PT5H", "PT36H", "P2D"])
def test_a_period_that_a_timer_cannot_keep_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"evenly|whole"):
        cron(parse_period(text))


def _plan(days: int) -> ClassPlan:
    return ClassPlan("messages", days * DAY, "birth", "birth", Sealing(epoch="PT1H", cache="PT15M"), {})


def test_the_life_of_a_key_leaves_room_for_everything_after_it() -> None:
    life = longest_life(_plan(7), HOUR, 3 * DAY)
    assert life == 4 * DAY - HOUR - HOUR - timedelta(minutes=5) - timedelta(minutes=15)
    sweep = turnover_sweep("purge", HOUR)
    hops = [HOUR, life, parse_period(sweep.period), parse_period(sweep.run), timedelta(minutes=15), 3 * DAY]
    assert format_period(sum(hops, timedelta(0))) == "P7D"


def test_no_life_is_left() -> None:
    with pytest.raises(InputError, match="no life is left"):
        longest_life(_plan(3), HOUR, 3 * DAY)


def _declared(period: str, sealing: dict[str, str]) -> Declaration:
    messages = {"period": period, "backups": "sealed", "sealing": sealing}
    return parse_declaration(declaration(classes={"messages": messages}))


@pytest.mark.parametrize(
    ("period", "chosen", "epoch"),
    [
        ("P1D", {}, "PT1H"),
        ("P7D", {}, "PT1H"),
        ("P16D", {}, "PT1H"),
        ("P17D", {}, "PT2H"),
        ("P30D", {}, "PT2H"),
        ("P365D", {}, "P1D"),
        ("P1830D", {}, "P5D"),
        ("P30D", {"epoch": "P1D"}, "P1D"),
        ("P7D", {"epoch": "PT30M"}, "PT30M"),
    ],
)
def test_epochs_grow_with_the_period_so_that_an_application_can_search_them(
    period: str, chosen: dict[str, str], epoch: str
) -> None:
    of = plan(_declared(period, chosen), "messages")
    assert of.sealing.epoch == epoch
    schedule = key_schedule(of)
    assert SealedClass("messages", Form.BIRTH, schedule.epoch, schedule.life).most_alive <= MOST_ALIVE == THEIRS


def test_an_epoch_that_is_too_short_for_its_period_is_refused_with_one_that_fits() -> None:
    with pytest.raises(
        InputError, match=r"(?s)im:classes\.messages\.sealing\.epoch: PT1H within P30D .*would be: PT2H"
    ):
        plan(_declared("P30D", {"epoch": "PT1H"}), "messages")


def test_a_network_too_small_for_two_zones_is_refused() -> None:
    with pytest.raises(InputError, match="has no 2 ranges"):
        subnet_ranges("10.20.0.0/20", 20, 2)
