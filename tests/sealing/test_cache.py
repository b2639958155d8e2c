"""Bounded cache of keys: age and size are limits, whatever is asked in between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from im_sealing import KeyCache


class _Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> _Ticks:
    return _Ticks()


@pytest.fixture
def cache(ticks: _Ticks) -> KeyCache[str]:
    return KeyCache(timedelta(seconds=10), most=2, clock=ticks)


def test_use_does_not_lengthen_a_value_s_time(cache: KeyCache[str], ticks: _Ticks) -> None:
    cache.load("a", lambda: "key")
    for ticks.now in (5, 9, 9.99):
        assert cache.held("a") == "key"
    ticks.now = 10
    assert cache.held("a") is None


def test_the_age_counts_from_before_the_reading(cache: KeyCache[str], ticks: _Ticks) -> None:
    def slow() -> str:
        ticks.now += 8
        return "key"

    cache.load("a", slow)
    ticks.now = 9
    assert cache.held("a") == "key"
    ticks.now = 10
    assert cache.held("a") is None


def test_a_clock_that_went_back_makes_nothing_younger(cache: KeyCache[str], ticks: _Ticks) -> None:
    ticks.now = 100
    cache.load("a", lambda: "key")
    ticks.now = 50
    assert cache.held("a") is None


def test_the_least_used_goes_first(cache: KeyCache[str]) -> None:
    for name in "ab":
        cache.load(name, lambda name=name: name)
    assert cache.held("a") == "a"
    cache.load("c", lambda: "c")
    assert [cache.held(name) for name in "abc"] == ["a", None, "c"]


def test_a_failed_reading_is_not_remembered(cache: KeyCache[str]) -> None:
    def fail() -> str:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        cache.load("a", fail)
    assert cache.held("a") is None
    assert cache.load("a", lambda: "key") == "key"


def test_old_values_are_forgotten_on_demand(cache: KeyCache[str], ticks: _Ticks) -> None:
    cache.load("a", lambda: "a")
    ticks.now = 6
    cache.load("b", lambda: "b")
    assert cache.expire() == 2
    ticks.now = 10
    assert cache.expire() == 1
    cache.drop("b")
    cache.drop("b")
    assert cache.expire() == 0


def test_an_age_of_nothing_holds_nothing() -> None:
    cache: KeyCache[str] = KeyCache(timedelta(0))
    cache.load("a", lambda: "key")
    assert cache.held("a") is None
    for age, most in ((-1, 1), (1, 0)):
        with pytest.raises(ValueError, match="a cache needs"):
            KeyCache(timedelta(seconds=age), most)


def test_many_threads_at_once_keep_the_bound() -> None:
    cache: KeyCache[int] = KeyCache(timedelta(minutes=1), most=50)

    def use(number: int) -> bool:
        name = number % 200
        return (cache.held(name) or cache.load(name, lambda: name)) == name

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(20_000)))
    assert cache.expire() == 50
