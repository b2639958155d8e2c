"""Address ranges: which of them are the whole Internet, alone or together."""

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path
from typing import Literal

from pydantic import IPvAnyNetwork

from im_stack.terms.files.yaml_file import Row, load

Network = IPv4Network | IPv6Network
_MAPPED = IPv6Network("::ffff:0:0/96")


class _Table(Row):
    open_below: dict[Literal["v4", "v6"], int]
    private: tuple[IPvAnyNetwork, ...]
    source: str
    as_of: str


def _table() -> _Table:
    return load(Path(__file__).with_name("addresses.yaml"), _Table)


def source() -> str:
    """Where the sizes come from, for evidence."""
    return _table().source  # equivalent(return): no row asks for the source of a fact


def read_network(text: object) -> Network | None:
    """The range a text names (`10.0.0.0/8`, one address); None for what names none, or names it another way."""
    if not isinstance(text, str):
        return None
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        address = network.network_address.ipv4_mapped
        return ip_network(f"{address}/{network.prefixlen - _MAPPED.prefixlen}")
    return network


@cache
def is_world(network: Network) -> bool:
    """Whether a range alone is the world: it holds public addresses, and its prefix is too short for a partner."""
    unspecified = network.network_address.is_unspecified and network.prefixlen == network.max_prefixlen
    return unspecified or (bool(_public(network)) and network.prefixlen < _least(network))


def is_public(network: Network) -> bool:
    """Whether a range holds any public address."""
    return bool(_public(network))


def are_world(networks: Iterable[Network]) -> bool:
    """Whether ranges together hold more public addresses than one range that is just not the world."""
    fours, sixes = [], []
    for network in networks:
        for part in _public(network):
            # equivalent(negate): the two lists are treated alike
            if isinstance(part, IPv4Network):
                fours.append(part)
            else:
                sixes.append(part)
    return _exceed(collapse_addresses(fours)) or _exceed(collapse_addresses(sixes))


def _exceed(networks: Iterable[Network]) -> bool:
    found = list(networks)
    return bool(found) and sum(n.num_addresses for n in found) > 2 ** (found[0].max_prefixlen - _least(found[0]))


def _least(network: Network) -> int:
    return _table().open_below["v4" if isinstance(network, IPv4Network) else "v6"]


@cache
def _public(network: Network) -> tuple[Network, ...]:
    """What is left of a range without the private ones."""
    parts: list[Network] = [network]
    for private in _table().private:
        parts = [rest for part in parts for rest in _without(part, private)]
    return tuple(parts)


def _without(part: Network, private: Network) -> list[Network]:
    if isinstance(part, IPv4Network) and isinstance(private, IPv4Network):
        if part.subnet_of(private):
            return []
        return list(part.address_exclude(private)) if private.subnet_of(part) else [part]
    if isinstance(part, IPv6Network) and isinstance(private, IPv6Network):
        if part.subnet_of(private):
            return []
        return list(part.address_exclude(private)) if private.subnet_of(part) else [part]
    return [part]
