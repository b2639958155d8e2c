"""Facts: what the engine is about to create (`Resource`), and what a reader makes of it, in no cloud's words.

A `Resource` is one registration with its inputs lifted into plain values. Facts are what a reader
makes of it: frozen, free of provider vocabulary, each pointing back at the resource and argument
that says so. Durations are `timedelta`; None means without bound.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal, Union

from im_stack.facts.declarations import Declared, Flow, Holding, HoldsNothing, Keyring, Waived


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value the engine does not know before deployment. Never compliant by itself."""

    path: str


class _Mark:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


ABSENT: Final = _Mark("absent")
"""Not set, and the provider has no default of its own."""
SECRET: Final = _Mark("secret")
"""Set, and secret: the value was dropped at the boundary."""

ACCESS_LOGS: Final = "access-logs"
"""The class of what services write about requests by themselves: who asked, when, and for what."""

Value = Union[str, int, float, bool, Unknown, _Mark, tuple["Value", ...], Mapping[str, "Value"]]


class Grade(StrEnum):
    """How well a number is evidenced, best first."""

    ENFORCED = "enforced"  # the store refuses anything else
    CONFIGURED = "configured"  # seen in the plan
    ASSUMED = "assumed"  # a provider lag that no contract bounds
    DECLARED = "declared"  # a declaration says so, nothing in the plan shows it


@dataclass(frozen=True, slots=True)
class Options:
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    retain_on_delete: bool = False
    deleted_with: str = ""  # what takes it along when it is deleted: nothing is asked to delete it itself


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as the engine would create it. `links` maps an argument to the URNs its value came from.

    `after` is what it is made after and deleted before, whether an argument of it says so or not.
    `outputs` are those by which others may name it, as an update or a state tells them: known texts, or `Unknown`.
    `mentions` are the texts in arguments that nothing reads, by which it may name others, and what is not known there.
    """

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Value]
    custom: bool = True
    parent: str | None = None
    provider: str | None = None
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    options: Options = Options()
    id: str | None = None
    outputs: Mapping[str, Value] = field(default_factory=dict)
    mentions: Mapping[str, tuple[tuple[str, str | Unknown], ...]] = field(default_factory=dict)
    source: str | None = None
    external: bool = False  # found by a read, not made by this stack
    seen: bool = True  # False: it is in the stack, but its inputs never reached us


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact was read: `argument` of `resource`, with a provider fact's source where one is behind it.
    `resource` may be a key of the declaration (`im:services.0`) instead."""

    resource: str
    argument: str = ""
    grade: Grade = Grade.CONFIGURED
    source: str = ""
    note: str = ""  # why an assumed number is what it is


@dataclass(frozen=True, slots=True)
class Amount:
    """A period that keeps data alive, with the least it could be set to and why it is what it is."""

    period: timedelta | None
    label: str
    evidence: Evidence
    floor: timedelta | None = None
    unknown: bool = False

    @property
    def known(self) -> bool:
        return not self.unknown

    @property
    def least(self) -> timedelta | None:
        return self.period if self.floor is None else self.floor


class ReadFact:
    """A fact that a reader makes of one resource, as against one that a component declares."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Located(ReadFact):
    """Something of this resource is, or goes, in `region` (None: the plan does not say)."""

    subject: str
    region: str | None
    what: str
    evidence: Evidence
    crosses: bool = False  # True: data or keys are sent there; False: the resource itself is there
    declared: str = ""  # what must be checked, where only a declaration places it (a zone's number)
    names: tuple[str, ...] = ()  # the words (numbers) that such a declaration must say, to speak of this place


@dataclass(frozen=True, slots=True)
class Provided(ReadFact):
    """By which provider instance a resource is made."""

    subject: str
    explicit: bool
    by: str = ""


@dataclass(frozen=True, slots=True)
class Account(ReadFact):
    """The account that a provider works in: its number, None where it may be another, and whose credentials it uses, as
    a text that is the same for the same settings."""

    subject: str
    number: str | None
    credentials: str


@dataclass(frozen=True, slots=True)
class Store(ReadFact):
    """A resource in which data can rest. `expiry` is the store's own configured deletion, if it has one.

    `sooner` is other deletions that may end some of the data before that: a ceiling ignores them, a floor does not.
    `ends_by` is the argument that would give it an expiry of its own, where there is one. `presumed` False: unless
    it is declared to hold a class it holds none, and nothing need be said of it.
    """

    subject: str
    service: str
    expiry: tuple[Amount, ...] = ()
    clock: Literal["birth", "arrival", "last-write"] = "arrival"
    known_as: str = ""  # the name by which others address it, where the plan knows one
    sooner: tuple[Amount, ...] = ()
    word: str = ""  # the kind of hop that must be declared for the expiry to hold
    ends_by: str = ""
    presumed: bool = True


@dataclass(frozen=True, slots=True)
class Service(ReadFact):
    """A resource by which a service that stores nothing is there."""

    subject: str
    service: str


@dataclass(frozen=True, slots=True)
class Ingress(ReadFact):
    """A listener by which clients outside the network get in."""

    subject: str


@dataclass(frozen=True, slots=True)
class Copy(ReadFact):
    """What a store leaves elsewhere: ends `amounts` after the live datum ends (or after it was written)."""

    store: str
    kind: str
    amounts: tuple[Amount, ...]
    default: bool = False  # the provider's own setting; a configured copy of the same kind replaces it
    after: Literal["live", "write"] = "live"
    always: bool = False  # True: the service makes it, whatever its settings are


@dataclass(frozen=True, slots=True)
class AtRest(ReadFact):
    """Whether a store, or one of its copies, rests encrypted. `key` is the linked key resource, if any."""

    subject: str
    what: str
    encrypted: bool | None
    how: str
    evidence: Evidence
    offered: bool = True  # False: the provider offers none for this service
    key: str | None = None
    hop: str = ""  # the kind of hop that must be declared where it covers only what the application asks it for


@dataclass(frozen=True, slots=True)
class Key(ReadFact):
    """A master key. `usable` None: the plan does not say."""

    subject: str
    usable: bool | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Channel(ReadFact):
    """A way by which data travels in or out of a resource. `encrypted` None: the plan does not say."""

    subject: str
    what: str
    encrypted: bool | None
    evidence: Evidence
    declared: str = ""  # who must do what, where only a declaration covers a plaintext way
    how: str = ""  # what would encrypt it, where that is more than a switch


@dataclass(frozen=True, slots=True)
class Exposure(ReadFact):
    """A way in from outside the network or account, or for an identity of the account that is not the stack's.

    `open` None: the plan does not say.
    """

    subject: str
    what: str
    open: bool | None
    evidence: Evidence
    alone: bool = False  # True: no other resource can close it
    parties: tuple[str, ...] = ()  # the other accounts or outside addresses, and no more, that it is open to
    insiders: tuple[str, ...] = ()  # open to identities of the account alone, which an owner may excuse: their roles
    how: str = ""  # what closes it, where it is not known to be closed
    reads: bool = False  # True: it lets read content, and no more


@dataclass(frozen=True, slots=True)
class ReadAccess(ReadFact):
    """A role of the stack that may read the content of a store; with none, what credentials in the secrets manager
    open. `allowed` None: the plan does not say."""

    role: str
    store: str
    allowed: bool | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Outlet(ReadFact):
    """A way by which what a machine has in memory gets onto something that keeps it. `kept` None: the plan does not
    say; False: nothing keeps it. `works`: whoever it reaches may also make something else of it, such as its text.
    """

    machine: str
    what: str
    kept: bool | None
    evidence: Evidence
    how: str = ""  # what closes it, where it is not known to be closed
    works: bool = False


@dataclass(frozen=True, slots=True)
class WriteAccess(ReadFact):
    """A role of the stack that may write content into a store. `allowed` None: the plan does not say."""

    role: str
    store: str
    allowed: bool | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ResidualData(ReadFact):
    """Whether something outlives the deletion of a resource. `remains` None: the plan does not say."""

    subject: str
    what: str
    remains: bool | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ForbiddenSetting(ReadFact):
    """A setting that a row of `forbidden_settings.yaml` judges; `allowed` None: the plan does not say."""

    subject: str
    path: Literal["border", "door", "clear", "remains", "copy", "lock", "network"]
    allowed: bool | None
    found: str
    expected: str
    why: str
    evidence: Evidence
    irreversible: bool = False
    reads: bool = False  # True: what is found lets read content, and no more


@dataclass(frozen=True, slots=True)
class Unresolved(ReadFact):
    """Something about a resource that could not be established; every rule it touches is unproven."""

    subject: str
    why: str
    kind: Literal["type", "link", "reader", "inputs", "declares", "range", "reference"] = "reader"


@dataclass(frozen=True, slots=True)
class Ignored(ReadFact):
    """An option that takes a judged argument or a deletion out of the engine's hands."""

    subject: str
    option: str
    argument: str


@dataclass(frozen=True, slots=True)
class Guard(ReadFact):
    """A statement that keeps a keyring uncopied, or what an archive keeps undeleted. `holds` None: the plan does not
    say. `keeps` are the kinds of store that need it."""

    keyring: str
    what: str
    holds: bool | None
    evidence: Evidence
    alone: bool = False  # True: no other resource can make it hold
    keeps: frozenset[Literal["epochs", "people", "archive"]] = frozenset({"epochs", "people"})
    spares: tuple[str, ...] = ()  # the roles that it does not hold for, by path and name
    declared: str = ""  # what the operator must do, where only a declaration covers others that it does not hold for


@dataclass(frozen=True, slots=True)
class ServiceLog(ReadFact):
    """What a service of the cloud writes by itself, in clear: records of a class, from `subject` into `store`."""

    subject: str
    store: str
    what: str
    data_class: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """Facts of one kind that are read once a rule or a report asks for the kind: most stacks need none of them."""

    kind: type
    read: Callable[[], Iterable["Fact"]]


Fact = ReadFact | Holding | HoldsNothing | Waived | Flow | Keyring | Declared | Later
