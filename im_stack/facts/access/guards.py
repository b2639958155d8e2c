"""Guards of a keyring: the refusals in a bucket's policy that keep its keys from being copied, on every cloud."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from im_stack.facts.model import Evidence, Guard

LISTING: Final = "listing by people"
ACCESS: Final = "access to its keys by people"
AGES: Final = "lifecycles"
PARTS: Final = "uploads in parts"
_OF_PEOPLE: Final = frozenset({ACCESS, AGES, PARTS})
"""Guards that a keyring of people has besides: its keys end by name, only the application names them, and no lifecycle
removes what is left of an upload."""


def guards(
    bucket: str,
    evidence: Evidence,
    refused: Mapping[str, bool | None],
    spared: tuple[str, ...] = (),
    declared: str = "",
) -> Iterator[Guard]:
    """One guard for each refusal, by name: of settings that would give the keys a second copy, and of listing them.
    `spared` are the roles to whom access is not refused, `declared` what the operator must do about others."""
    for what, holds in refused.items():
        guard = Guard(bucket, f"the refusal of {what}", holds, evidence, of_people=what in _OF_PEOPLE)
        yield replace(guard, spares=spared, declared=declared) if what == ACCESS else guard
