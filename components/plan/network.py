"""Network table of the backend: which part connects to which, by which port. Everything else is closed.

`components/plan/network.yaml` holds what every cloud has, `components/<cloud>/network.yaml` what one has besides.
"""

from collections.abc import Collection
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from im_stack.terms.files.yaml_file import Row, load
from im_stack.terms.problem import InputError, Problem

WORLD = "0.0.0.0/0"


class _Port(Row):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    protocol: Literal["tcp", "udp"] = "tcp"
    port: str


class World(_Port):
    """The one public way in: `part` accepts `port` from everywhere."""

    part: str


class Flow(_Port):
    """`to` accepts `port` from the security group of `source`, and `source` may connect to it.

    `by` subnets: `to` has no security group, so the way out names its subnets.
    """

    source: str = Field(alias="from")
    to: str
    by: Literal["group", "subnets"] = "group"


class Outside(_Port):
    """A service of the cloud at the addresses `cidr`, which `source` may connect to."""

    source: str = Field(alias="from")
    cidr: str
    why: str


class Rows(Row):
    """A network table's rows. `services` have endpoints inside the network; parts in `objects` may connect to that of
    the object storage. `parts` have a security group; `named` is the part of the catalogue that one is for, where that
    is called otherwise."""

    parts: tuple[str, ...] = ()
    named: dict[str, str] = Field({})
    flows: tuple[Flow, ...] = ()
    outside: tuple[Outside, ...] = ()
    objects: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


class Table(Rows):
    """A whole network table."""

    world: World

    def without(self, absent: Collection[str]) -> "Table":
        """The table of a stack that lacks the parts `absent` of the catalogue."""

        def has(*parts: str) -> bool:
            return not any(self.named.get(part, part) in absent for part in parts)

        return self.model_copy(
            update={
                "parts": tuple(part for part in self.parts if has(part)),
                "flows": tuple(flow for flow in self.flows if has(flow.source, flow.to)),
                "objects": tuple(part for part in self.objects if has(part)),
            }
        )


@cache
def network_table(cloud: str) -> Table:
    """The network table of a cloud: its own rows come after those of every cloud."""
    here = Path(__file__).parent
    common, own = load(here / "network.yaml", Table), load(here.parent / cloud / "network.yaml", Rows)
    joined = {key: getattr(common, key) + getattr(own, key) for key in Rows.model_fields if key != "named"}
    return common.model_copy(update={**joined, "named": own.named})


def subnet_ranges(cidr: str, prefix: int, count: int) -> list[str]:
    """The first `count` ranges of `prefix` bits in `cidr`. Raises `InputError` where there are fewer."""
    found = [str(part) for part, _ in zip(ip_network(cidr).subnets(new_prefix=prefix), range(count), strict=False)]
    if len(found) < count:
        what, right = f"{cidr} has no {count} ranges of /{prefix}", "a larger range, such as 10.20.0.0/16"
        raise InputError(Problem(what, right, "im:network.cidr"))
    return found
