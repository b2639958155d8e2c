"""Guards of a store: the refusals in a policy that keep a keyring from being copied, and an archive from being deleted,
on every cloud."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal

from im_stack.facts.mechanism.rows import Facts, is_off, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Evidence, Fact, Guard

LISTING: Final = "listing by people"
ACCESS: Final = "access to its objects by people"
AGES: Final = "lifecycles"
PARTS: Final = "uploads in parts"
DELETES: Final = "deletions"
REPLICATION: Final = "replication"
_Kinds = frozenset[Literal["epochs", "people", "archive"]]
_KEEPS: Final[Mapping[str, _Kinds]] = {
    ACCESS: frozenset({"people", "archive"}),
    AGES: frozenset({"people", "archive"}),
    PARTS: frozenset({"people"}),
    REPLICATION: frozenset({"epochs", "people", "archive"}),
    DELETES: frozenset({"archive"}),
}
"""The kinds of store that need a guard, where these are not the keyrings alone. People's keys end by name, only the
application names them, and no lifecycle removes what is left of an upload. What is archived ends by age alone."""
_DEPLOYS: Final = (
    "use the right of {roles} to list the names of people's keys, which are pseudonyms, for deployments alone"
)
ARCHIVE: Final[_Kinds] = frozenset({"archive"})
_KEYRINGS: Final[_Kinds] = frozenset({"epochs", "people"})


def kept_full(argument: str) -> Facts:
    """Whether the service refuses to delete a bucket that holds anything; with `argument` the provider empties it."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        what, holds = "the refusal to be deleted while it holds anything", is_off(view.get(argument))
        yield Guard(view.urn, what, holds, view.evidence(argument), keeps=ARCHIVE)

    return facts


def guards(
    bucket: str,
    evidence: Evidence,
    refused: Mapping[str, bool | None],
    spared: Mapping[str, Iterable[str]] = MappingProxyType({}),
    declared: str = "",
) -> Iterator[Guard]:
    """One guard for each refusal, by name: of settings that would give the keys a second copy, and of listing them.
    `spared` are the roles to whom that is not refused, `declared` what the operator must do about others that have
    access."""
    within = set(spared.get(ACCESS, ()))
    let_in = {ACCESS: sorted(within), LISTING: sorted(set(spared.get(LISTING, ())) - within)}
    lists = ", ".join(let_in[LISTING])
    must = {ACCESS: declared, LISTING: _DEPLOYS.format(roles=lists) if lists else ""}
    for what, holds in refused.items():
        guard = Guard(bucket, f"the refusal of {what}", holds, evidence, keeps=_KEEPS.get(what, _KEYRINGS))
        yield replace(guard, spares=tuple(let_in.get(what, ())), declared=must.get(what, ""))
