"""Guards of a keyring: the refusals in a bucket's policy that keep its keys from being copied, on every cloud."""

from collections.abc import Iterator, Mapping

from im_stack.facts.model import Evidence, Guard

LISTING = "listing by people"


def guards(bucket: str, evidence: Evidence, refused: Mapping[str, bool | None]) -> Iterator[Guard]:
    """One guard for each refusal, by name: of settings that would give the keys a second copy, and of listing them."""
    for what, holds in refused.items():
        yield Guard(bucket, f"the refusal of {what}", holds, evidence)
