"""Alarms on sweeps: how long a sweep that fails, or does not run, stays unnoticed, and when it runs again.

In: facts, and the recipient of `im:alarm`. Out: for the function of a sweep the alarm that tells the recipient soonest,
and the time until the sweep is repaired. A sweep that no function runs is repaired in the time that it declares.
"""

from datetime import timedelta
from typing import Final, Literal

from im_stack.facts.declarations import Holding, Keyring, Sweep
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.runs import Alarm, Timer
from im_stack.terms.period import longest, total_of

Event = Literal["failure", "absence"]
EVENTS: Final[tuple[Event, ...]] = ("failure", "absence")
_ORDER: Final = {True: 0, None: 1, False: 2}


class Alarms:
    """The alarms of one stack. Without a recipient none of them counts."""

    def __init__(self, facts: Facts, recipient: str = "") -> None:
        self._on, self._timers, self.recipient = facts.by(Alarm, "function"), facts.by(Timer, "function"), recipient

    def best(self, function: str, event: Event) -> Alarm | None:
        """The alarm on an event of a function that tells the recipient soonest; one that does not work where none
        does; None where there is none."""
        mine = [alarm for alarm in self._on.get(function, []) if event in alarm.watches]
        return min(mine, key=self._rank, default=None)

    def works(self, alarm: Alarm) -> bool | None:
        """Whether an alarm works, and tells the recipient in a known time."""
        if self.recipient not in alarm.recipients or self.cries(alarm):
            return False
        return None if alarm.works and delay_of(alarm) is None else alarm.works

    def cries(self, alarm: Alarm) -> bool:
        """Whether an alarm is raised between two runs that come in time: one more tells of nothing."""
        periods = [t.period for t in self._timers.get(alarm.function, []) if t.enabled and t.period]
        return alarm.silence is not None and bool(periods) and alarm.silence < min(periods)

    def until_repaired(self, sweep: Sweep) -> timedelta | None:
        """What passes from a failure until the sweep runs again; no end where no alarm tells of it."""
        if sweep.function is None:
            return sweep.repair
        delays = []
        for event in EVENTS:
            alarm = self.best(sweep.function, event)
            delays.append(delay_of(alarm) if alarm and self.works(alarm) else None)
        return total_of((longest(*delays), sweep.repair))

    def _rank(self, alarm: Alarm) -> tuple[int, timedelta, str]:
        delay = delay_of(alarm)
        return _ORDER[self.works(alarm)], timedelta.max if delay is None else delay, alarm.evidence.resource


def delay_of(alarm: Alarm) -> timedelta | None:
    """How long it takes until the recipients of an alarm have it; None is without end."""
    return total_of(hop.period for hop in alarm.delay)


def sweeps_of(facts: Facts) -> dict[str, list[Sweep]]:
    """The sweeps of a stack by the function that runs them."""
    found: dict[str, list[Sweep]] = {}
    for sweep in (*(h.sweep for h in facts.of(Holding)), *(ring.sweep for ring in facts.of(Keyring))):
        if sweep and sweep.function and sweep not in found.setdefault(sweep.function, []):
            found[sweep.function].append(sweep)
    return found
