"""Declaration of one stack: the `im:` namespace of its configuration, as a pydantic model.

The texts leave choices open (store or not, period, clock, erasure deadline, region, sub-processors). A choice without a
default in the texts has none here: its absence is an error that names it.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)

from im_stack.terms.faults import keys_at, words
from im_stack.terms.files.yaml_file import Row
from im_stack.terms.period import Period
from im_stack.terms.problem import InputError, Problem, one_of
from im_stack.terms.stack.class_choice import ClassChoice, Deadline, Reading, Reason, Sourced
from im_stack.terms.stack.sub_processor import CLOUDS, SubProcessor, entry
from im_stack.terms.stack.waiver import Waiver, parse_day
from im_stack.terms.texts.model import Listed, OwnTerms, Role, Slug
from im_stack.terms.texts.own import read_own

NAMESPACE = "im"
NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
"""A name that can begin every name in the account."""
Name = Annotated[str, Field(pattern=f"^{NAME}$", max_length=10)]
"""What every name in the account begins with: with region and ending it fits wherever a name is given."""


class Adopted(Sourced):
    """Reason why an instrument binds the stack, and in which role its owner is bound."""

    role: Role | None = Field(
        None,
        description="controller: decides on the data; processor: runs the service for one. Absent: both, so that "
        "every duty of the text binds",
    )
    answers: dict[Slug, Annotated[str, Field(min_length=1)]] = Field(
        {}, description="what the text leaves open about its adopter, by the ids it asks"
    )


class ResidencyException(Row):
    """Place outside of what a text demands where a class may rest, on a ground that the text itself lists."""

    obligation: Listed = Field(description="the demand or permission, such as KN-RES-01")
    data_class: Listed = Field(alias="class")
    ground: Listed = Field(description="id of a ground that the obligation lists (`preflight explain KN-RES-01`)")
    evidence: str = Field(min_length=10, description="where the ground can be read: a law, a consent and its form")
    target: Listed = Field(description="jurisdiction where it rests then")
    until: Annotated[date, BeforeValidator(parse_day)] = Field(description="the last day on which it counts")


class Archive(Sourced):
    """Archive of what a law keeps past the end of the account: apart from everything else, and destroyed at its end."""

    obligation: Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z]{3,4}-\d{2}$")] = Field(
        description="the minimum that it keeps, such as TC-IDN-02"
    )
    classes: tuple[Listed, ...] = Field(min_length=1, description="what it keeps: every class of the obligation")
    ends: Period = Field(description="longest that anything in it exists, from when it was archived")
    role: Annotated[str, Field(pattern=r"^[A-Za-z0-9+=,.@_/-]+$", max_length=512)] = Field(
        description="the role that writes and reads it, and nothing else; AWS: by its path and name. An archive of one "
        "class has a role called so, with a hyphen and more"
    )

    def is_role(self, called: str, *, path: bool = True) -> bool:
        """Whether a role is called as the archive's own, by its path and name, or without the path."""
        own = self.role if path else self.role.rpartition("/")[2]
        return called == own or called.startswith(f"{own}-")


class Zones(Row):
    """Zones by name, and by number for services that use numbers: only an account can verify a number."""

    first: str
    second: str
    mongodb: tuple[str, ...] = Field((), description="one zone, or three different ones; none: the first alone")
    redis: tuple[int, ...] = Field((), description="numeric zone ids of the replicas")
    ckafka: tuple[int, ...] = Field((), description="numeric zone ids of the brokers")
    reason: str = Field("", description="why a zone is right that no document of its region names")
    verified: str = Field("", description="when `preflight zones` found the numbers right, as it prints it")


class Network(Row):
    """Account, address range, certificate and domain of the stack."""

    app_id: str = Field(alias="app-id", pattern=r"^\d{5,20}$", description="application id of the account")
    owner_uin: str = Field(alias="owner-uin", pattern=r"^\d{5,20}$", description="number of the account itself")
    cidr: str = Field("10.20.0.0/16", description="private address range of the whole network")
    certificate_id: str = Field(
        "",
        alias="certificate-id",
        min_length=3,
        description="the edge's certificate, by its id; an edge needs one",
    )
    domain: str = Field("", min_length=3, description="name under which clients reach the edge, which needs one")
    application_role: str | None = Field(
        None,
        alias="application-role",
        pattern=r"^[A-Za-z0-9+=,.@_/-]+$",
        description="AWS: the application's role by its path and name; it alone reads and ends people's keys",
    )
    deploying_role: str | None = Field(
        None,
        alias="deploying-role",
        pattern=r"^[A-Za-z0-9+=,.@_/-]+$",
        description="AWS: the role that deploys, by its path and name; a refresh by it may look at keyrings' buckets",
    )


RECIPIENTS: Final = {
    "aws": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address of e-mail, such as operations@example.com"),
    "tencent": (r"\d{5,20}", "the number of a user of the account in quotes, as the console of CAM shows it"),
}
"""What a recipient of alarms is called on each cloud: a pattern, and in words."""


class Machines(Row):
    """Machines on which calls pass."""

    image: str = Field(
        min_length=3,
        max_length=64,
        pattern=r"^[a-z]+-[a-z0-9]+$",
        description="id of their image, of the region: patched, and renewed by a new id",
    )


class Alarm(Sourced):
    """Recipient of alarms, and what follows an alarm: a sweep that failed, or did not run, runs again in time."""

    recipient: str = Field(description="AWS: an address of e-mail; Tencent Cloud: the number of a user of the account")
    repair: Period = Field(description="longest time from an alarm until the sweep runs again")


def _from_folder(value: Any, info: ValidationInfo) -> Any:
    """The texts in the folder that a key names; what a component carries is these texts already."""
    if not isinstance(value, str):
        return value
    root = (info.context or {}).get("root")
    if root is None:
        raise ValueError(f"the texts of the folder {value!r} did not come with the component of the stack")
    return read_own(Path(root) / value)


def _register(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        first = entry(CLOUDS["tencent"], "indonesia", ("messages",))
        raise ValueError(f"must be a list with an entry for each party, such as\n    {first}")
    return value


class Declaration(Row):
    """The whole `im:` namespace of one stack."""

    name: Name = Field("im", description="begins every name, so that one region of an account takes several stacks")
    cloud: Literal["tencent", "aws"]
    region: Listed
    jurisdiction: Listed = Field(description="where the stack is, as a country or an area that has the country in it")
    residents: tuple[Listed, ...] | None = Field(
        None,
        min_length=1,
        description="whose residents' data it holds. Absent: of every place that an adopted text names",
    )
    instruments: dict[Slug, Adopted] = Field(min_length=1)
    reading: Reading = Field("ceiling", description="the reading of every class that does not say its own")
    classes: dict[Slug, ClassChoice] = Field(min_length=1)
    elsewhere: dict[Slug, Reason] = Field(
        {},
        description="classes of the adopted texts that it does not hold, each with who holds them (a declared hop)",
    )
    exceptions: tuple[ResidencyException, ...] = Field((), description="data that may rest abroad, until a day")
    sub_processors: Annotated[tuple[SubProcessor, ...], BeforeValidator(_register)] = Field(
        alias="sub-processors", description="every party that may process the data, the cloud itself among them"
    )
    services: tuple[Listed, ...] = Field((), description="services that it has: one that is missing is unproven")
    environment: dict[str, str | None] = Field(
        {}, description="variables that the program reads, as a deployment sets them; null: not set"
    )
    terms: Annotated[
        OwnTerms | None, BeforeValidator(_from_folder), WithJsonSchema({"type": "string", "minLength": 1})
    ] = Field(
        None,
        description="folder with texts, classes, jurisdictions and regions of your own, beside Pulumi.yaml",
    )
    size: Literal["dev", "small", "large"] = "dev"
    termination: Deadline | None = Field(None, description="when the service, or its use, ends: by when all is gone")
    accepted_losses: dict[Listed, Reason] = Field(
        {},
        alias="accepted-losses",
        description="services whose stores keep no copies from which a mistake is undone, each with why that will do",
    )
    archive: Archive | None = Field(None, description="where a law keeps longer what a text lets end sooner")
    alarm: Alarm | None = Field(
        None, description="whom an alarm tells that a sweep failed or did not run; without it that number is unbounded"
    )
    customers: tuple[Name, ...] = Field(
        (), description="customers whose logs and keys end with their own account: each has stores of its own"
    )
    machines: Machines | None = None
    zones: Zones | None = None
    network: Network | None = None
    waivers: tuple[Waiver, ...] = Field((), description="exceptions: each for one rule on one resource, until a day")

    def reading_of(self, data_class: str) -> Reading:
        """Which end of a class's period is hard."""
        choice = self.classes.get(data_class)
        return (choice and choice.reading) or self.reading

    def limit(self, data_class: str) -> timedelta | None:
        """The period within which a class must end; None where none was chosen."""
        choice = self.classes.get(data_class)
        return choice.limit if choice else None


def parse_declaration(config: Mapping[str, Any], root: Path | None = None) -> Declaration:
    """Declaration from stack configuration.

    `config` maps full keys (`im:classes`) to values, structured or as JSON text, as the engine passes them. `root` is
    the folder of `Pulumi.yaml`, to read own texts from. Raises
    `InputError` with one `Problem` for each fault, each with its key.
    """
    values = {
        key.removeprefix(f"{NAMESPACE}:"): _decode(value)
        for key, value in config.items()
        if key.startswith(f"{NAMESPACE}:")
    }
    try:
        return Declaration.model_validate(values, context={"root": root})
    except ValidationError as error:
        faults = error.errors(include_url=False)
    problems = []
    for fault in faults:
        path = [str(part) for part in fault["loc"] if part != "[key]"]  # a key that is none of the possible ones
        what, right = _say(fault, path)
        problems.append(Problem(what, right, f"{NAMESPACE}:{'.'.join(path)}", _obligation(fault, path)))
    raise InputError(*problems)


def _decode(value: Any) -> Any:
    """A configuration value; the engine passes structured values as JSON text."""
    if (isinstance(value, str) and value[:1] in '{["') or value in ("true", "false"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _say(fault: Any, path: list[str]) -> tuple[str, str]:
    """What is wrong, and what would be right."""
    kind = fault["type"]
    if kind == "missing":
        return "is missing" + ("" if path[0] == "waivers" else ", and the texts give no default"), ""
    if kind == "extra_forbidden":
        return "is no key of a declaration", one_of(path[-1], keys_at(Declaration, fault["loc"][:-1]))
    return words(fault)


def _obligation(fault: Any, path: list[str]) -> str:
    """The obligation that an exception is from, where its row names one."""
    row = fault["input"] if path[0] == "exceptions" and isinstance(fault["input"], Mapping) else {}
    return str(row.get("obligation", ""))
