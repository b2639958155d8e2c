"""Whether the function of a keyring may do what it is told, on every cloud: what is said where it may not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from im_stack.facts.mechanism.graph import NoLink
from im_stack.facts.model import Resource

S = TypeVar("S")


@dataclass(frozen=True)
class Powers(Generic[S]):
    """How a cloud's documents are asked. `S` is a statement of one.

    `takes`: whether functions can take a role. `granted`: the statements that are granted to it, None where they
    cannot be read. `lacks` and `refused`: what of the acts it needs is missing among them, and what is refused.
    """

    takes: Callable[[Resource], bool]
    granted: Callable[[Resource], Sequence[S] | None]
    lacks: Callable[[Sequence[S]], list[str]]
    refused: Callable[[Sequence[S]], list[str]]

    def powerless(self, role: Resource | NoLink, place: str) -> Iterator[str]:
        """Everything that keeps a function with this role from ending the keys in `place`, as far as the plan shows."""
        if isinstance(role, NoLink):
            yield f"its role: {role.why}"
            return
        if not self.takes(role):
            yield f"its role {role.name} cannot be taken by functions, so it may end no key"
        granted = self.granted(role)
        if granted is None:
            yield f"what its role {role.name} may do cannot be read before deployment"
            return
        missing = self.lacks(granted)
        if missing:
            yield f"its role {role.name} may not do {', '.join(missing)} in the whole of {place}, so it may end no key"
        refused = self.refused(granted)
        if refused:
            yield f"a policy refuses {', '.join(refused)}, to its function too, so it may end no key"
