"""What a run needs from the world, and the one way in which that may fail."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,79}")


class Failure(Exception):
    """A call to `service` did not succeed. Carries the provider's error code and nothing that was sent or received."""

    def __init__(self, service: str, code: object) -> None:
        self.service = service
        self.code = code if isinstance(code, str) and _CODE.fullmatch(code) else "Unreadable"
        super().__init__(f"{self.service}:{self.code}")


class Store(Protocol):
    """The bucket of a keyring. Every method raises `Failure` when the store does not answer as it should."""

    def clock(self) -> datetime:
        """The store's own time."""

    def breaches(self) -> tuple[str, ...]:
        """What in the bucket's settings would let a key outlive its deletion; empty when nothing does."""

    def names(self) -> list[str]:
        """The names of all objects."""

    def create(self, name: str, body: bytes) -> bool:
        """Store a new object; False, and nothing written, if the name is taken."""

    def delete(self, name: str) -> None:
        """Delete an object; one that is already gone is no failure."""


class Wrapper(Protocol):
    """The service that makes data keys."""

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """A new data key, wrapped and bound to `context`; `Failure` if none was made."""
