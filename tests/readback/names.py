"""Equal names in the spelling of Pulumi and of an AWS API: `kmsKeyId` and `KmsKeyId`, `rules` and `Rule`."""

from collections.abc import Iterable


def same_name(name: str, among: Iterable[str]) -> str | None:
    """The name in `among` that equals `name` but for capitals or a plural; None where there is none."""
    for alike in (str.lower, _singular):
        found = [other for other in among if alike(other) == alike(name)]
        if found:
            assert len(found) == 1, f"{name} could be {found}"
            return found[0]
    return None


def _singular(name: str) -> str:
    low = name.lower()
    return f"{low[:-3]}y" if low.endswith("ies") else low.removesuffix("s")
