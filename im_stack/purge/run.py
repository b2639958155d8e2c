"""One run over a keyring: read back, create ahead, delete what is due, and look again.

The order is chosen for what happens when a step fails. The clock first: one that runs ahead would delete keys
that are in use, so unless the store shares it nothing is touched. Then the guard: while the bucket would keep
deleted keys (versions, replicas), no key is born into it, and sealing stops once the created epochs are used
up; deletion goes on. Creation stops at its first failure, so that an outage of the key service cannot use up
the time that deletion needs. Then the bucket is listed again and planned again with the same clock: a finished
run leaves nothing to do, so whatever the second plan still holds is a problem, not a guess.

Every step may be repeated: a run that dies anywhere is completed by the next one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from im_stack.purge.config import Keyring
from im_stack.purge.plan import Key, Plan, plan
from im_stack.purge.ports import Failure, Store, Wrapper

SKEW = timedelta(minutes=5)  # a key may be deleted so much too early, at the very worst

Summary = dict[str, int | str | list[str] | None]


class _Run:
    def __init__(self, keyring: Keyring, store: Store, wrapper: Wrapper, in_time: Callable[[], bool]) -> None:
        self.keyring, self.store, self.wrapper, self.in_time = keyring, store, wrapper, in_time
        self.problems: set[str] = set()
        self.errors: set[str] = set()
        self.created = self.deleted = 0

    def failed(self, problem: str, failure: Failure) -> None:
        self.problems.add(problem)
        self.errors.add(str(failure))

    def on_time(self, now: datetime) -> bool:
        """Whether the store agrees about the time, closely enough to delete by it."""
        try:
            agreed = abs(self.store.clock() - now) <= SKEW
        except Failure as failure:
            self.failed("unread", failure)
            return False
        if not agreed:
            self.problems.add("clock")
        return agreed

    def guard(self) -> bool:
        """Whether the bucket is known to forget what is deleted."""
        try:
            breaches = self.store.breaches()
        except Failure as failure:
            self.failed("unread", failure)
            return False
        self.problems.update(breaches)
        return not breaches

    def planned(self, now: datetime) -> Plan | None:
        try:
            return plan(self.keyring, self.store.names(), now)
        except Failure as failure:
            self.failed("unlisted", failure)
            return None

    def create(self, keys: tuple[Key, ...]) -> None:
        for key in keys:
            if not self.in_time():
                return
            context = {"class": key.rule.name, "epoch": key.epoch, "region": self.keyring.region}
            try:
                self.created += self.store.create(key.name, self.wrapper.wrapped_key(context))
            except Failure as failure:
                self.failed("uncreated", failure)
                return

    def delete(self, keys: tuple[Key, ...]) -> None:
        for key in keys:
            if not self.in_time():
                return
            try:
                self.store.delete(key.name)
            except Failure as failure:  # the next key may well go
                self.failed("undeleted", failure)
            else:
                self.deleted += 1


def turn_over(
    keyring: Keyring, store: Store, wrapper: Wrapper, now: datetime, in_time: Callable[[], bool] = lambda: True
) -> Summary:
    """Do one run at `now` and say what was done and what is left. `in_time` turns false when no more may be begun.

    `problems` is empty exactly when the keyring is as it should be: `clock` (more than 5 minutes off the store's),
    `versioned`, `replicated` (the bucket keeps what is deleted), `unread` (clock or settings could not be read),
    `unlisted`, `uncreated`, `undeleted` (a call failed; the codes are in `errors`), `missing` (keys that should
    exist), `behind` (keys still there though due), `foreign` (objects that are no key of this keyring). Names of
    foreign objects are not repeated: whoever can write one could otherwise write into the log. Ages are whole
    seconds since the start of the epoch.
    """
    run = _Run(keyring, store, wrapper, in_time)
    on_time = run.on_time(now)
    sound = on_time and run.guard()
    first = run.planned(now) if on_time else None
    if first and sound:
        run.create(first.create)
    if first:
        run.delete(first.delete)
    left = run.planned(now) if first else None
    summary: Summary = {"now": now.isoformat(), "created": run.created, "deleted": run.deleted}
    if left:
        due, oldest = len(left.delete) + left.behind, max((key.age(now) for key in left.known), default=None)
        summary |= {"held": len(left.known), "due": due, "missing": len(left.create), "foreign": len(left.foreign)}
        summary["oldest_age_s"] = None if oldest is None else oldest // timedelta(seconds=1)
        found = {"missing": left.create, "behind": due, "foreign": left.foreign}
        run.problems.update(problem for problem, evidence in found.items() if evidence)
    return summary | {"problems": sorted(run.problems), "errors": sorted(run.errors)}
