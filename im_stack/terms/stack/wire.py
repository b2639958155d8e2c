"""Wire format of `imDeclares`, the input with which a component declares the data in its resources.

Component arguments are inputs for the engine, so the declaration is part of the plan and the state, and is read by
`im_stack.facts.mechanism.declared`. Names are Pulumi resource names inside the same component. Periods are ISO 8601
text. A reader refuses a version of the format that it does not know.
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from im_stack.terms.period import Period
from im_stack.terms.stack.waiver import Waiver

VERSION: Final = 1
INPUT: Final = "imDeclares"
CLIENTS: Final = "clients"
"""Name of the source of every flow that enters the stack from outside."""


Clock = Literal["birth", "arrival", "last-write"]
"""From when a holding counts: the datum's own birth, its arrival in this holding, or its last write."""


Rests = Literal["durable", "passing", "archived"]


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class Sweep(Wire):
    """A scheduled deletion that runs outside the store."""

    name: str
    period: Period = Field(description="time between two runs")
    run: Period = Field(description="longest time one run takes")
    repair: Period = Field(description="time until a failed sweep is noticed and repaired")
    by: str = Field(description="who or what runs it, for the reader of a report")
    function: str | None = Field(None, description="name of the function resource that runs it; None: declared only")


class Holding(Wire):
    """Place of one class of data in a store."""

    name: str
    store: str = Field(description="name of the resource the data rests in, inside the component; or its URN")
    data_class: str
    clock: Clock
    ttl: Period | None = Field(None, description="live period; None where the store's own expiry decides")
    sweep: Sweep | None = None
    seals: tuple[str, ...] = Field((), description="names of the keyrings in whose keys a record's wraps nest")
    outside: dict[str, str] = Field({}, description="logs that hold none of it, each with the reason why")
    rests: Rests | None = Field(
        None,
        description="durable: kept until it ends; passing: only passed on, so no promise to keep; archived: kept past "
        "its end because a law says so. None: as its service",
    )
    customer: str = Field("", description="the one customer whose records its store has: it is deleted with them")


class Flow(Wire):
    """A way of a class into a holding: from `clients` or another holding, by name."""

    source: str
    target: str
    sealed: bool = Field(False, description="the data travels sealed, once, at origin")


class Keyring(Wire):
    """Holding of wrapped seal keys, one object each, without versions and copies.

    Epochs' keys end by age: a sweep deletes each one `life` after its epoch. People's keys end by name, when a person
    is erased, and never by age: they have no epoch, no life, no clock and no sweep.
    """

    name: str
    store: str
    seals_class: str
    kind: Literal["epochs", "people"] = "epochs"
    epoch: Period | None = Field(None, description="length of one epoch")
    life: Period | None = Field(None, description="how long after its epoch's end a key may still be used")
    clock: Literal["birth", "last-write"] | None = Field(
        None, description="whose epoch: that of the datum's birth (where absent), or that of its last write"
    )
    cache: Period = Field(description="longest time an application keeps an unwrapped key in memory")
    sweep: Sweep | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "Keyring":
        by_age = [name for name in ("epoch", "life", "sweep", "clock") if getattr(self, name) is not None]
        missing = [name for name in ("epoch", "life", "sweep") if name not in by_age]
        if self.kind == "epochs" and missing:
            raise ValueError(f"a keyring of epochs' keys has {', '.join(missing)}, too")
        if self.kind == "people" and by_age:
            raise ValueError(f"people's keys end by name and never by age: take out {', '.join(by_age)}")
        return self


class Hop(Wire):
    """A condition of the proof that no plan shows: who must do what."""

    resource: str
    what: Literal[
        "plaintext-listener",
        "unverified-zone",
        "application-encrypts",
        "encrypted-tables",
        "producer-clock",
        "accesses-logged",
        "left to the account",
        "kept-in-memory",
    ]
    who: str
    must: str


class Nothing(Wire):
    """A resource that could hold data and holds none of any class."""

    resource: str = Field(description="its name inside the component, or its URN")
    reason: str = Field(min_length=10)
    published: bool = Field(False, description="it holds statistics that identify no one, and the public may read them")


class Declares(Wire):
    """The value of `imDeclares`."""

    version: Literal[1] = VERSION
    holdings: tuple[Holding, ...] = ()
    flows: tuple[Flow, ...] = ()
    keyrings: tuple[Keyring, ...] = ()
    hops: tuple[Hop, ...] = ()
    nothing: tuple[Nothing, ...] = ()
    waivers: tuple[Waiver, ...] = ()
