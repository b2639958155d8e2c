"""Owner's file of a project, `im-owner.yaml`: what no plan shows, and who answers for it.

In: the document of the file. Out: an `OwnerFile`. Loaded only where there is such a file. Raises `InputError` with one
`Problem` for each fault, each with its key.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from im_stack.terms.faults import Fault, keys_at, words
from im_stack.terms.files.yaml_file import Row
from im_stack.terms.problem import InputError, Problem, one_of
from im_stack.terms.stack.waiver import Line, parse_day

Said = Annotated[Line, Field(min_length=3, max_length=2000)]
Day = Annotated[date, BeforeValidator(parse_day)]


class Party(Row):
    """A controller or an officer."""

    name: Said
    contact: Said = Field(description="an address of e-mail, a telephone, or where else it is reached")
    address: Said | None = None

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.contact, self.address)))


class Processing(Row):
    """Processing of a class, as a record of processing has it."""

    legal_basis: Said = Field(alias="legal-basis", description="why it is lawful, such as the contract with the user")
    purpose: Said | None = None


class Paper(Row):
    """Evidence for an obligation that no plan shows, or for what a plan leaves open of it."""

    owner: Said = Field(description="who answers for it")
    evidence: Said = Field(description="the document, or a link to it")


class Fulfilled(Row):
    """Evidence for one declared hop of a stack."""

    hop: Said = Field(description="the hop as a report has it: `SUBJECT: WHAT MUST BE DONE`")
    who: Said
    when: Day
    evidence: Said
    signature: Said


class OfAll(Row):
    """Statements about every stack, or about one."""

    controller: Party | None = None
    officer: Party | None = None
    classes: dict[str, Processing] = Field({})
    obligations: dict[str, Paper] = Field({})


class OfStack(OfAll):
    """Statements about one stack."""

    fulfilled: tuple[Fulfilled, ...] = ()


class OwnerFile(OfAll):
    """The whole file."""

    stacks: dict[str, OfStack] = Field({})


def parse_owner(document: Mapping[str, Any]) -> OwnerFile:
    """The file's document, checked."""
    try:
        return OwnerFile.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    problems = []
    for fault in faults:
        path = [str(part) for part in fault["loc"]]
        problems.append(Problem(*_say(fault), ".".join(path)))
    raise InputError(*problems)


def _say(fault: Fault) -> tuple[str, str]:
    """What is wrong, and what would be right."""
    if fault["type"] == "missing":
        return "is missing", ""
    if fault["type"] == "extra_forbidden":
        *above, name = fault["loc"]
        return "is no key of the owner's file", one_of(str(name), keys_at(OwnerFile, above))
    return words(fault)
