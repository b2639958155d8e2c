"""World of the sealing tests: one clock for everything, a keyring that turns over with it, sealers of any form."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from im_sealing import EpochKeys, Form, SealedClass, Sealer, SubjectKeys
from im_sealing.memory import MemoryService, MemoryStore

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime.fromisoformat("2026-11-23T05:20:00+00:00").timestamp()
CACHED = timedelta(minutes=5)
REGION = "memory"


def of(form: Form, name: str = "messages") -> SealedClass:
    """A class of the form: epochs of an hour, keys that live six days, where it has epochs."""
    return SealedClass(name, form, HOUR, 6 * DAY) if form.has_epoch else SealedClass(name, form)


@dataclass
class World:
    """`seconds` is the time of this process and of the stores, until `behind` sets the process's clock back."""

    seconds: float = START
    behind: float = 0
    service: MemoryService = field(default_factory=MemoryService)

    def __post_init__(self) -> None:
        self.ring = MemoryStore(lambda: self.seconds)
        self.people = MemoryStore(lambda: self.seconds)

    def clock(self) -> float:
        return self.seconds - self.behind

    def epochs(self, cached: timedelta = CACHED) -> EpochKeys:
        return EpochKeys(self.ring, self.service, REGION, cached, self.clock)

    def subjects(self, cached: timedelta = CACHED) -> SubjectKeys:
        return SubjectKeys(self.people, self.service, REGION, cached, self.clock)

    def sealer(self, of: SealedClass, cached: timedelta = CACHED) -> Sealer:
        """A sealer in a process of its own, with nothing cached; the class's key exists from now on."""
        if of.form.has_subject:
            self.subjects().create_class(of)
        self.turn_over(of)
        epochs = self.epochs(cached) if of.form.has_epoch else None
        return Sealer(of, epochs, self.subjects(cached) if of.form.has_subject else None)

    def turn_over(self, of: SealedClass) -> None:
        if of.form.has_epoch:
            self.service.turn_over(self.ring, of)

    def pass_time(self, time: timedelta, *classes: SealedClass) -> None:
        """Let time pass, hour by hour, with the keyring's function at work."""
        end = self.seconds + time.total_seconds()
        while self.seconds < end:
            self.seconds = min(end, self.seconds + 3600)
            for each in classes:
                self.turn_over(each)
