"""The same word in Pulumi's spelling and in an interface's: `kmsKeyId`, `KmsKeyId`; `rules`, `Rule`."""

from collections.abc import Iterable


def same_name(name: str, among: Iterable[str]) -> str | None:
    """The one of `among` that is `name` but for capitals, or else but for capitals and a plural; None where none is."""
    for alike in (str.lower, _singular):
        found = [other for other in among if alike(other) == alike(name)]
        if found:
            assert len(found) == 1, f"{name} could be {found}"
            return found[0]
    return None


def _singular(name: str) -> str:
    low = name.lower()
    return f"{low[:-3]}y" if low.endswith("ies") else low.removesuffix("s")
