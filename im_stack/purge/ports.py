"""Interfaces of a run: the store of keys, the key service, and the failure that both raise."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,79}")


class Failure(Exception):
    """A failed call to `service`, with the provider's error code and nothing that was sent or received."""

    def __init__(self, service: str, code: object) -> None:
        self.service = service
        self.code = code if isinstance(code, str) and _CODE.fullmatch(code) else "Unreadable"
        super().__init__(f"{self.service}:{self.code}")


class Store(Protocol):
    """The bucket of a keyring. Every method raises `Failure` where the call fails or its answer is invalid."""

    def clock(self) -> datetime:
        """The store's own time."""

    def breaches(self) -> tuple[str, ...]:
        """Settings of the bucket by which a key outlives its deletion; empty if there are none."""

    def names(self) -> list[str]:
        """The names of all objects."""

    def create(self, name: str, body: bytes) -> bool:
        """Store a new object. Returns False, and writes nothing, if the name exists."""

    def delete(self, name: str) -> None:
        """Delete an object. An absent one is no failure."""


class Wrapper(Protocol):
    """The service that generates data keys."""

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """A new data key, wrapped and bound to `context`. Raises `Failure` if there is none."""
