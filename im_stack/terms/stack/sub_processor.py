"""Sub-processor: another party that may process the data of a stack, as an entry of the register `im:sub-processors`.

This is its schema. `im_stack.terms.duties.grounds` checks the register against the adopted texts; the rules
`sub-processors` and `no-public-door` compare it with what the stack lets in and sends to.
"""

from collections.abc import Iterable
from ipaddress import ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from im_stack.terms.files.yaml_file import Row
from im_stack.terms.texts.model import Listed, Slug

CLOUDS: Final = {"aws": "Amazon Web Services", "tencent": "Tencent Cloud"}
"""The name of each cloud in the register."""


def entry(name: str, country: str, classes: Iterable[str]) -> str:
    """An entry as the stack file has it; what the owner alone knows is left in words."""
    return (
        f"- {{name: {name}, country: {country}, basis: agreement, classes: [{', '.join(classes)}], source: WHICH ONE}}"
    )


def _range(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise ValueError(
            f"{text!r} is no address or range of addresses: a security group opens no way to anything else"
        ) from None


class SubProcessor(Row):
    """One entry. The cloud itself has neither account nor endpoint; every other party has one of them or both."""

    name: str = Field(min_length=2, max_length=200, description="the party; the cloud by the name it has in messages")
    account: str | None = Field(None, pattern=r"^\d{5,20}$", description="number of its account of the same cloud")
    endpoint: Annotated[str, AfterValidator(_range)] | None = Field(
        None, description="address, or range of addresses, that data is sent to"
    )
    country: Listed = Field(description="where it processes the data: id of a jurisdiction")
    basis: Listed = Field(
        description="ground on which the adopted texts allow it: `preflight explain IM-SUB-01` and KN-SHR-01 list them",
    )
    classes: tuple[Slug, ...] = Field(min_length=1, description="classes of data that it may process")
    source: str = Field(min_length=3, description="the agreement, consent or decision behind the basis")

    @model_validator(mode="after")
    def _found(self) -> "SubProcessor":
        if self.name not in CLOUDS.values() and not self.account and not self.endpoint:
            clouds = " or ".join(CLOUDS.values())
            raise ValueError(f"needs an `account` or an `endpoint`; the cloud itself, called {clouds}, needs neither")
        return self

    @property
    def parties(self) -> tuple[str, ...]:
        """What it is called where a stack opens a door to it."""
        return tuple(filter(None, (self.account, self.endpoint)))

    def is_party(self, party: str) -> bool:
        """Whether an account's number, or a range of addresses, belongs to this party."""
        if party == self.account or not self.endpoint:
            return party == self.account
        try:
            inner, outer = ip_network(party), ip_network(self.endpoint)
        except ValueError:
            return False
        return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # of one version
