"""Access lists of subnets: whether they let traffic through. Of their entries the first that is about it decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final, Literal

from im_stack.facts.knowledge.addresses import Network

Ports = tuple[int, int]
"""The first and the last of a range."""
Protocol = Literal["all", "tcp", "udp", "other"]
HTTPS: Final = (443, 443)
ANSWERS: Final = (1024, 65535)
"""The ports at which a client may wait for answers."""
EVERY_PORT: Final = (0, 65535)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. None is what is not known before deployment."""

    allows: bool | None
    protocol: Protocol | None
    network: Network | None
    ports: Ports | None


NOT_KNOWN: Final = Entry(None, None, None, None)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Packets to or from every address of a range, by every port of a range."""

    network: IPv4Network
    ports: Ports
    protocol: Literal["tcp", "udp"] = "tcp"


def lets_through(entries: Iterable[Entry], traffic: Traffic) -> bool | None:
    """Whether a list lets all of it through, in the order of its entries; what no entry is about is dropped. None where
    entries are about parts of it, or are not known."""
    doubt = False
    for entry in entries:
        about = _is_about(entry, traffic)
        if about:
            return None if doubt else entry.allows
        doubt = doubt or about is None
    return None if doubt else False


def _is_about(entry: Entry, traffic: Traffic) -> bool | None:
    """Whether an entry is about all of the traffic; None where about a part of it, or that is not known."""
    inside, ports = entry.network, entry.ports
    if entry.protocol not in (None, "all", traffic.protocol):
        return False
    # equivalent(operand): networks of two versions have nothing in common
    if inside is not None and not (isinstance(inside, IPv4Network) and inside.overlaps(traffic.network)):
        return False
    if ports is not None and (ports[1] < traffic.ports[0] or ports[0] > traffic.ports[1]):
        return False
    if entry.protocol is None or not isinstance(inside, IPv4Network) or ports is None:
        return None
    whole = ports[0] <= traffic.ports[0] and traffic.ports[1] <= ports[1] and traffic.network.subnet_of(inside)
    return whole or None
