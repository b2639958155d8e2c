"""Choices for one class of data: how long it is kept and from when, what seals it, and how it is erased on request."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from im_stack.terms.files.yaml_file import Row
from im_stack.terms.period import Period, parse_period

Reading = Literal["ceiling", "floor"]
Event = Literal["account-end", "account-deletion", "termination"]
Reason = Annotated[str, Field(min_length=10)]


class Sourced(Row):
    """A choice with its source, because no adopted text contains the number or list."""

    source: str = Field(min_length=3, description="the agreement, clause or decision it is taken from")


class Deadline(Sourced):
    """Time after an event, such as a request of erasure, within which every copy is gone."""

    within: Period


class Erasure(Deadline):
    """Deadline for a request of erasure, which holds for every copy, and what keeps it for one who goes on writing."""

    by: Literal["age", "subject-key", "worker"] = Field(
        "age",
        description="what ends the data: its own age; the end of the person's key (`sealing.form`); or a worker of the "
        "application that deletes it",
    )
    takes: Period | None = Field(
        None, description="by subject-key or worker: the longest from a request until that is done, in every store"
    )
    no_write_after_request: Annotated[str, Field(min_length=3)] | None = Field(
        None,
        alias="no-write-after-request",
        description="who sees to it that nothing of a person is written after the request, where age counts from the "
        "last write",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Erasure":
        if self.by == "age" and self.takes:
            raise ValueError("`takes` is for an erasure `by: worker` or `by: subject-key`; age takes the period itself")
        if self.by != "age" and not self.takes:
            raise ValueError(f"an erasure by {self.by} needs `takes`: the longest from a request until it is done")
        return self


class Transient(Row):
    """Longest time that a class which is not stored is on a server. A text alone is `within`."""

    within: Period
    source: Reason | None = Field(None, description="why it may be longer than the stack's own policy lets it be")


def _transient(value: object) -> object:
    return {"within": value} if isinstance(value, str | int | float) else value


Form = Literal["birth", "birth-and-subject", "last-write-and-subject", "subject"]
"""What ends a sealed record: its epoch's key, its person's, or whichever is first (`im_sealing.Form`)."""


class Sealing(Row):
    """Form, epoch and cache of the keys that seal a class."""

    form: Form | None = Field(
        None,
        description="what ends a record: the key of the epoch of its birth or last write, the key of its person, or "
        "whichever is first. Absent: birth where `clock` is birth, else last-write-and-subject",
    )
    epoch: Period = Field(
        default_factory=lambda: "PT1H",
        description="length of one epoch; every key seals what is born in it. Absent: the shortest, from one hour, of "
        "which at most 400 are within the period",
    )
    cache: Period = Field("PT15M", description="longest time an application keeps an unwrapped key")


class ClassChoice(Row):
    """Choices for one class of data."""

    store: bool = Field(description="False: processed in passing only, for at most `transient`")
    period: Period | None = Field(None, description="how long it is stored")
    until: dict[Event, Period] = Field(
        {}, description="in place of a period: kept until the first of these, then gone within the time given with it"
    )
    transient: Annotated[
        Transient | None, BeforeValidator(_transient, json_schema_input_type=Transient | Period | None)
    ] = Field(None, description="what `temporarily` means when not stored: a period, or `within` and `source`")
    clock: Literal["birth", "last-write"] | None = Field(None, description="from when the period counts")
    reading: Reading | None = Field(
        None,
        description="which end of `stored for N days` is hard; the other is published. Absent: as `im:reading` says",
    )
    backups: Literal["counted", "sealed"] = Field(
        "counted", description="counted: live and copies fit the period; sealed: copies outlive it only as ciphertext"
    )
    sealing: Sealing = Sealing()
    erasure: Erasure | None = None
    migration: Period | None = Field(
        None,
        description="longest time after a change in which a sweep of the application applies a shorter period to what "
        "is already written. Absent: that keeps its old period, and `preflight diff` dates until when",
    )
    outside: dict[str, Reason] = Field(
        {}, description="logs that hold none of the class, as `service/log`, each with the reason"
    )

    @property
    def form(self) -> Form | None:
        """What ends a sealed record; None for a class that is not sealed."""
        if self.backups != "sealed":
            return None
        return self.sealing.form or ("last-write-and-subject" if self.clock == "last-write" else "birth")

    @model_validator(mode="after")
    def _consistent(self) -> "ClassChoice":
        if self.store and self.transient:
            raise ValueError("`transient` is for a class that is not stored; remove it or set `store: false`")
        if self.period and self.until:
            raise ValueError(
                "`until` keeps it as long as nothing has ended; remove it, or the `period` that ends it by age"
            )
        if not self.store and self.until:
            raise ValueError("`until` is for a class that is stored; remove it or set `store: true`")
        if not self.store and self.period:
            raise ValueError("`period` is for a class that is stored; remove it or set `store: true`")
        if not self.store and not self.transient:
            raise ValueError("a class that is not stored needs `transient`: how long `temporarily` is at most")
        return self

    @property
    def limit(self) -> timedelta | None:
        """The period within which it must end; None where none was chosen."""
        text = self.transient.within if self.transient else self.period
        return parse_period(text) if text else None

    @property
    def after_events(self) -> timedelta | None:
        """The least time after the events until which it is kept; None where no event ends it."""
        return min(map(parse_period, self.until.values()), default=None)
