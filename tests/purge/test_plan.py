"""Properties of the planner over rules, listings and clocks."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from im_stack.purge.config import Keyring, Rule, parse_keyring
from im_stack.purge.plan import UTC, Key, Plan, epoch_at, plan, read_name

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 23, 5, 20, tzinfo=UTC)
BASE = parse_keyring(
    '{"bucket": "keyring-1250000000", "region": "ap-jakarta", "kms_key_id": "12345678", "ahead": 2,'
    ' "delete_limit": 3, "classes": {"messages": {"epoch": "PT1H", "life": "PT6H"}}}'
)

UNTIMED = settings(deadline=None)  # a busy machine is no counterexample

periods = st.one_of(st.integers(1, 10**5), st.sampled_from([60, 3600, 86400, 604800, 36500 * 86400])).map(
    lambda n: timedelta(seconds=n)
)
rules = st.builds(Rule, st.sampled_from(["messages", "files", "a-1"]), epoch=periods, life=periods)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
FOREIGN = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "epochs/messages/20261123T050001Z",  # off every grid but the one-second one
            "epochs/other/20261123T050000Z",
            "epochs/messages/20260230T000000Z",
            "epochs/messages/00000101T000000Z",
            "epochs/messages/09990101T000000Z",
            "epochs/messages/99991231T235959Z",
            "epochs/messages/20261123T050000Z ",
            "epochs/messages/20261123T050000Z\n",
            "epochs/messages/20261123T050000Z/x",
            "epochs/messages/2026-11-23T05:00:00Z",
            "epochs/messages/",
            "/epochs/messages/20261123T050000Z",
            "backup.tar",
        ]
    ),
)


@st.composite
def keyrings(draw: st.DrawFn) -> Keyring:
    chosen = draw(st.lists(rules, min_size=1, max_size=3, unique_by=lambda rule: rule.name))
    return replace(BASE, rules=tuple(chosen), ahead=draw(st.integers(1, 4)), delete_limit=draw(st.integers(1, 6)))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Keyring, list[str], datetime]:
    """A keyring, a clock, and a listing with keys around their due time, future keys and foreign objects."""
    keyring, now = draw(keyrings()), draw(instants)
    names: list[str] = draw(st.lists(FOREIGN, max_size=4))
    for rule in keyring.rules:
        edge = epoch_at(rule, now - rule.epoch - rule.life).start if rule.life < 30000 * DAY else now
        steps = draw(st.lists(st.integers(-4, 4), max_size=6)) if rule.epoch < 3000 * DAY else []
        names += [epoch_at(rule, edge + step * rule.epoch).name for step in steps]
    return keyring, draw(st.permutations(names)), now


def _after(names: list[str], todo: Plan) -> list[str]:
    return sorted({*names, *(key.name for key in todo.create)} - {key.name for key in todo.delete})


@UNTIMED
@given(situations())
def test_no_key_is_deleted_before_it_is_due(situation: tuple[Keyring, list[str], datetime]) -> None:
    keyring, names, now = situation
    for key in plan(keyring, names, now).delete:
        assert key.start + key.rule.epoch + key.rule.life <= now
        assert key.name in names


@UNTIMED
@given(situations())
def test_all_due_keys_go_longest_overdue_first_within_the_limit(situation: tuple[Keyring, list[str], datetime]) -> None:
    keyring, names, now = situation
    todo = plan(keyring, names, now)
    due = {key for key in todo.known if key.start + key.rule.epoch + key.rule.life <= now}
    assert len(todo.delete) == min(len(due), keyring.delete_limit)
    assert todo.behind == len(due) - len(todo.delete)
    spared = [key.start + key.rule.epoch + key.rule.life for key in due - set(todo.delete)]
    gone = [key.start + key.rule.epoch + key.rule.life for key in todo.delete]
    assert gone == sorted(gone)
    assert not spared or max(gone) <= min(spared)


@UNTIMED
@given(situations())
def test_every_name_is_a_key_or_foreign_and_the_foreign_stay(situation: tuple[Keyring, list[str], datetime]) -> None:
    keyring, names, now = situation
    todo = plan(keyring, names, now)
    assert sorted([*todo.foreign, *(key.name for key in todo.known)]) == sorted(set(names))
    assert not {key.name for key in todo.delete} & set(todo.foreign)


@UNTIMED
@given(situations())
def test_the_current_and_the_next_epochs_exist_afterwards_and_none_twice(
    situation: tuple[Keyring, list[str], datetime],
) -> None:
    keyring, names, now = situation
    todo = plan(keyring, names, now)
    created = [key.name for key in todo.create]
    assert len(created) == len(set(created))
    assert not set(created) & set(names)
    for rule in keyring.rules:
        for step in range(keyring.ahead + 1):
            assert epoch_at(rule, now + step * rule.epoch).name in _after(names, todo)


@UNTIMED
@given(situations(), st.randoms(use_true_random=False))
def test_order_and_repetition_in_the_listing_do_not_matter(
    situation: tuple[Keyring, list[str], datetime], random: Random
) -> None:
    keyring, names, now = situation
    other = names + names[:2]
    random.shuffle(other)
    assert plan(keyring, other, now) == plan(keyring, names, now)


@UNTIMED
@given(situations())
def test_runs_come_to_rest(situation: tuple[Keyring, list[str], datetime]) -> None:
    keyring, names, now = situation
    for _ in range(len(names) + 2):
        todo = plan(keyring, names, now)
        names = _after(names, todo)
    assert (todo.create, todo.delete, todo.behind) == ((), (), 0)


@UNTIMED
@given(rule=rules, instant=instants, share=st.floats(0, 1), period=periods, phase=st.floats(0, 1, exclude_max=True))
def test_a_sealed_datum_lives_within_the_stated_bounds(
    rule: Rule, instant: datetime, share: float, period: timedelta, phase: float
) -> None:
    start = epoch_at(rule, instant).start
    sealed = start + min(share * rule.epoch, rule.epoch - timedelta(microseconds=1))
    assert epoch_at(rule, sealed).start == start
    due = start + rule.epoch + rule.life
    first_run = due - phase * period
    runs = [run for run in (first_run - period, first_run, first_run + period, first_run + 2 * period) if run >= sealed]
    keyring, name = replace(BASE, rules=(rule,)), Key(rule, start).name
    deleted = next(run for run in runs if name in {key.name for key in plan(keyring, [name], run).delete})
    assert rule.life < deleted - sealed < rule.epoch + rule.life + period  # the hops of the ledger


def test_the_bounds_are_met_to_the_microsecond() -> None:
    rule = Rule("messages", epoch=HOUR, life=6 * HOUR)
    key, tick = epoch_at(rule, NOW), timedelta(microseconds=1)
    due = key.start + 7 * HOUR
    keyring = replace(BASE, rules=(rule,))
    assert not plan(keyring, [key.name], due - tick).delete
    assert plan(keyring, [key.name], due).delete == (key,)


def test_the_name_is_the_epochs_start_in_utc() -> None:
    jakarta = timezone(timedelta(hours=7))
    key = epoch_at(BASE.rules[0], NOW.astimezone(jakarta))
    assert key.name == "epochs/messages/20261123T050000Z"
    assert read_name(BASE.rules, key.name) == key


def test_a_key_made_under_another_epoch_length_is_foreign() -> None:
    assert plan(BASE, ["epochs/messages/20261123T043000Z"], NOW).foreign == ("epochs/messages/20261123T043000Z",)


def test_the_nearest_epochs_are_created_first() -> None:
    both = replace(BASE, rules=(*BASE.rules, Rule("files", DAY, DAY)), ahead=1)
    assert [key.rule.name for key in plan(both, [], NOW).create] == ["messages", "files", "messages", "files"]


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        plan(BASE, [], NOW.replace(tzinfo=None))
