"""What an application may rely on: the typed output of the backend, exported as `contract`."""

from dataclasses import dataclass
from typing import Any

import pulumi


@dataclass(frozen=True)
class Endpoint:
    """Where a service answers, by TLS only."""

    host: pulumi.Input[str]
    port: pulumi.Input[int]


@dataclass(frozen=True)
class Ring:
    """Where the keys of a sealed class are. An unwrapped key is dropped after `cache` (ISO 8601)."""

    bucket: pulumi.Input[str]
    prefix: str
    epoch: str
    cache: str


@dataclass(frozen=True)
class Contract:
    """Endpoints and names, and the periods that the application must keep for the proof to hold.

    `seconds_to_live` maps a collection or keyspace to the expiry every write to it sets; `periods` a class to
    its limit (ISO 8601), `secrets` a credential to the name under which the secrets manager has it.
    """

    domain: str
    port: int
    paths: dict[str, str]
    endpoints: dict[str, Endpoint]
    brokers: pulumi.Input[Any]
    topics: dict[str, str]
    buckets: dict[str, pulumi.Input[str]]
    rings: dict[str, Ring]
    seconds_to_live: dict[str, int]
    periods: dict[str, str]
    secrets: dict[str, pulumi.Input[str]]

    def export(self) -> dict[str, Any]:
        """The contract as plain values and outputs, in the engine's manner of names."""
        return {
            "domain": self.domain,
            "port": self.port,
            "paths": self.paths,
            "endpoints": {name: {"host": e.host, "port": e.port} for name, e in self.endpoints.items()},
            "brokers": self.brokers,
            "topics": self.topics,
            "buckets": self.buckets,
            "rings": {
                name: {"bucket": ring.bucket, "prefix": ring.prefix, "epoch": ring.epoch, "cache": ring.cache}
                for name, ring in self.rings.items()
            },
            "secondsToLive": self.seconds_to_live,
            "periods": self.periods,
            "secrets": self.secrets,
        }
