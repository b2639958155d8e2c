"""Schema of the legal texts under `im_stack/terms`, as pydantic models.

An `Instrument` is one legal text, an `Obligation` one numbered duty in it. The wording is the project's own;
identifiers, clauses and numbers are those of the texts. Nothing here depends on a cloud.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from im_stack.terms.files.yaml_file import Row
from im_stack.terms.period import LegalPeriod

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Listed = Annotated[str, Field(json_schema_extra={"pattern": "^[a-z][a-z0-9-]*$"})]
"""An id that a table lists: one that it does not list is refused with those that it does."""

Kind = Literal[
    "retention-max",  # gone by then
    "retention-min",  # kept at least so long
    "no-storage",
    "deletion-on-request",
    "deletion-on-termination",
    "destruction",  # irreversibly, every copy
    "legal-override",
    "separation",
    "residency",  # a demand
    "residency-permission",
    "transfer",
    "service-inventory",
    "purpose",
    "sub-processors",
    "sharing",
    "encryption-in-transit",
    "encryption-at-rest",
    "access-control",
    "security",
    "lifecycle",
    "minimisation",
    "sensitive-data",
    "logging",
    "incident",
    "response-deadline",
    "rights",
    "portability",
    "consent",
    "minor",
    "transparency",
    "precedence",
    "role",
    "publication",  # what the public may read
]

Trigger = Literal[
    "storage",  # the text says "stored" and leaves the start open: the declaration's clock decides
    "birth",
    "last-write",
    "request",
    "account-deletion",  # the user deletes the account
    "account-end",  # the account ends, however that comes
    "termination",  # use of the service ends
    "cessation",  # the service itself ends
    "incomplete-registration",  # start undefined: counted from the first write
    "purpose-end",  # the declared period stands for it
    "incident",
    "always",
]
Role = Literal["controller", "processor"]
Sensitivity = Literal["low", "medium", "normal", "high", "very-high", "secret"]


class Bound(Row):
    """Ends of a datum: each trigger with the period after it, as the text states it; none where the text has no number.

    Of a maximum the earliest end counts; of a minimum (kind `retention-min`) the latest, so that an open start is read
    carefully.
    """

    until: dict[Trigger, LegalPeriod | None] = Field(min_length=1)
    lives: bool = Field(False, description="kept until the first of these: no expiry by age before it")
    chosen: bool = Field(False, description="the customer picks the period; the declaration must state it")
    default: LegalPeriod | None = Field(None, description="what the text applies when storing without a chosen period")
    extension: LegalPeriod | None = Field(None, description="by how much the text lets the period be prolonged")


class Storage(Row):
    """Places of storage of which a text speaks: a demand or a permission, as the obligation's kind says.

    An obligation's `exceptions` are the grounds on which a declaration may name another place.
    """

    within: tuple[Slug, ...] = Field((), description="jurisdictions; of a demand without any: the declared region")
    consent: bool = Field(False, description="a permission that needs the consent of each resident")
    asks: dict[Slug, str] = Field({}, description="binds only where the instrument's answers are these")


class Age(Row):
    """Age of users that a text demands."""

    least: int | None = Field(None, description="in years; none: whatever the local law says")
    parental: bool = Field(description="whether a parent or guardian may agree for someone younger")
    otherwise: str | None = Field(None, description="what else lets someone younger in")


class Apart(Row):
    """Classes kept apart from every other one: each has a store, a key and readers of its own."""

    classes: tuple[Slug, ...] = Field((), description="those that the text names")
    sensitivity: Sensitivity | None = Field(None, description="all of this sensitivity")
    flows: bool = Field(False, description="no flow joins one with another class, and no role may carry it there")


class Obligation(Row):
    """One duty of one instrument. For residents of a place an age that names the place replaces the one for everyone;
    of all else both hold."""

    id: str = Field(pattern=r"^[A-Z]{2}-[A-Z]{3,4}-\d{2}$", description="id in the register, e.g. IM-RET-03")
    clause: str = Field(description="where in the instrument: section or line")
    kind: Kind
    classes: tuple[Slug, ...] = Field((), description="data classes; empty means whatever the stack holds")
    bound: Bound | None = None
    storage: Storage | None = Field(
        None, description="set exactly for the kinds of residency, and for a transfer out of a place"
    )
    age: Age | None = Field(None, description="set exactly for the kind `minor`")
    apart: Apart | None = Field(None, description="set exactly where the rule `separation` verifies it")
    role: Role | None = Field(None, description="who owes it, where the text says so")
    jurisdictions: tuple[Slug, ...] = Field((), description="whose residents; empty means everyone")
    summary: str = Field(description="the duty in our own words")
    exceptions: Mapping[Slug, str] = Field({}, description="grounds on which the text lets it be departed from, by id")
    evidence: str = Field(description="how infrastructure can show it, or why it cannot")
    check: tuple[Literal["static", "runtime", "procedural"], ...]
    text_derived: bool = Field(True, description="False: an engineering reading that the text does not demand")
    rules: tuple[Slug, ...] = Field((), description="ids of the rules under policies/rules that verify it")
    conflicts: tuple[str, ...] = Field((), description="ids in conflicts.yaml that touch it")

    @model_validator(mode="after")
    def _consistent(self) -> "Obligation":
        if self.kind not in ("role", "purpose") and (self.apart is None) is ("separation" in self.rules):
            raise ValueError("`apart` says what the rule `separation` keeps apart: both, or neither")
        return self


class DataClass(Row):
    """A kind of personal data that an instrument names."""

    id: Slug
    name: str
    register_id: str | None = Field(None, description="id in the register (DC-IM-MSG); None for classes of our own")
    elements: tuple[str, ...]
    sensitivity: Sensitivity
    storable: bool = Field(True, description="False: the instrument forbids storing it at all")
    same_as: tuple[Slug, ...] = Field(
        (), description="classes under which a stack declares it: duties on it bind these"
    )

    @property
    def sensitive(self) -> bool:
        """Whether it is kept apart: identity documents, bank cards, faces, passwords."""
        return self.sensitivity == "very-high"


class Instrument(Row):
    """One legal text: its classes and its obligations."""

    id: Slug
    title: str
    source: str = Field(description="which text this was read from")
    language: str
    version: str
    roles: str
    silent_on: tuple[str, ...] = ()
    asks: dict[Slug, str | dict[Slug, str]] = Field(
        {},
        description="what the text leaves open about its adopter, by id of the answer; where only some answers are "
        "possible, these, each with what it means",
    )
    classes: tuple[DataClass, ...]
    retired: dict[Slug, str] = Field({}, description="what was a class, and where its data is now")
    obligations: tuple[Obligation, ...]

    def possible(self, question: str) -> str:
        """What a question asks, in words, with the possible answers where only some are."""
        asked = self.asks[question]
        return asked if isinstance(asked, str) else "; ".join(f"{answer}: {what}" for answer, what in asked.items())


class Conflict(Row):
    """A contradiction between texts or within one, and the project's decision."""

    id: str = Field(pattern=r"^C-\d{2}$")
    issue: str
    obligations: tuple[str, ...] = ()
    decided_by: Literal["rule", "declaration", "refusal", "procedure"]
    resolution: str
    field: str | None = Field(None, description="the declaration key that decides, when `decided_by` is declaration")


class Jurisdiction(Row):
    """A country or area whose residents or territory an instrument covers. What a text demands for it stands with the
    obligations that name it."""

    id: Slug
    name: str
    members: tuple[Slug, ...] = Field((), description="countries or areas inside it")
    authorities: tuple[str, ...] = ()
    source: str


class Region(Row):
    """Location of a cloud region. Zones are names; which of them an account has, only the account says."""

    cloud: Literal["tencent", "aws"]
    id: Slug
    place: str
    jurisdiction: Slug
    zones: tuple[str, ...] = ()
    numbered: int | None = Field(None, description="what a zone's number begins with, four digits before its own")
    lacks: dict[str, str] = Field({}, description="services that are not there (as im:services names them): the source")
    source: str


class OwnTerms(Row):
    """What an owner adds to the register: texts, jurisdictions and regions of their own."""

    instruments: tuple[Instrument, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    regions: tuple[Region, ...] = ()


class ServiceRow(Row):
    """A service that holds or forwards data: its `logs` are the copies that can be empty of a class."""

    cloud: Literal["tencent", "aws"]
    service: Slug
    rests: Literal["durable", "passing", "memory"] = Field(
        description="durable: until it is deleted; passing: until passed on; memory: so too, and on no disk"
    )
    lines: bool = Field(False, description="it keeps lines that programs and services write about their work")
    by_person: bool = Field(False, description="one person's records can be deleted from it, and the rest kept")
    source: str = Field(description="why it is the one or the other")
    logs: tuple[str, ...] = ()


class Assumption(Row):
    """A statement without a contract that the proof uses: named, dated, listed in every report."""

    id: Slug
    statement: str
    most: LegalPeriod | None = None
    source: str
    as_of: str


class FormRow(Row):
    """A form of a seal: how a record ends, whether one person's key ends it, and what one record costs."""

    form: Literal["birth", "birth-and-subject", "last-write-and-subject", "subject"]
    clock: Literal["birth", "last-write", "either"]
    ends: str
    erased: bool = Field(description="whether the deletion of its person's key ends it")
    bytes: int = Field(description="by how many it is longer than its content")
    keys: int = Field(description="how many a process without any reads to open it")
    calls: int = Field(description="how often that process asks the key service")


class Word(Row):
    """A word of the vocabulary of output and documentation, with its meaning and an example, a line each."""

    word: str
    meaning: str
    example: str
