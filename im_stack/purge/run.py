"""One run over a keyring: list keys, create new ones ahead, delete due ones, and list again.

The order limits the harm of a failed step. First the clock: one that is ahead would delete keys in use, so nothing is
changed unless the store's clock agrees. Then the guard: while the bucket keeps deleted keys (versions, replicas), no
key is created, and sealing stops when the created epochs end; deletion continues. Creation stops at its first failure,
so that an outage of the key service does not use up the time for deletion. Then the bucket is listed and planned again
with the same clock: a complete run leaves an empty plan, so the rest of the second plan is a problem.

Every step is idempotent: the next run completes an interrupted one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from im_stack.purge.config import Keyring
from im_stack.purge.plan import Key, Plan, plan
from im_stack.purge.ports import Failure, Store, Wrapper

SKEW = timedelta(minutes=5)  # a key is deleted at most this much too early

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
        """Whether the store's clock agrees within `SKEW`."""
        try:
            agreed = abs(self.store.clock() - now) <= SKEW
        except Failure as failure:
            self.failed("unread", failure)
            return False
        if not agreed:
            self.problems.add("clock")
        return agreed

    def guard(self) -> bool:
        """Whether the bucket is known to keep nothing that is deleted."""
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
            except Failure as failure:  # the next key may succeed
                self.failed("undeleted", failure)
            else:
                self.deleted += 1


def turn_over(
    keyring: Keyring, store: Store, wrapper: Wrapper, now: datetime, in_time: Callable[[], bool] = lambda: True
) -> Summary:
    """One run at `now`, and its summary. No call starts once `in_time` returns False.

    `problems` of the summary is empty if and only if the keyring is in order: `clock` (more than 5 minutes off the
    store's), `versioned`, `replicated` (the bucket keeps deleted keys), `unread` (clock or settings are unreadable),
    `unlisted`, `uncreated`, `undeleted` (a call failed; the codes are in `errors`), `missing` (absent keys), `behind`
    (due keys that still exist), `foreign` (objects that are no key of this keyring). Names of foreign objects are not
    in it, so that their writer cannot write into the log. Ages are whole seconds since the start of the epoch."""
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
