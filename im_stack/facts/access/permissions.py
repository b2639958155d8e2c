"""Missing permissions: what keeps a function's role from what the function must do, as far as the plan shows."""

from collections.abc import Iterator, Mapping, Sequence

from im_stack.facts.access.requests import Requests
from im_stack.facts.access.statements import Statement, is_granted, may_be_refused
from im_stack.facts.model import Resource


def missing_permissions(
    role: Resource,
    taken: bool,
    granted: Sequence[Statement] | None,
    beside: Sequence[Statement],
    needed: Mapping[str, Requests],
    place: str,
) -> Iterator[str]:
    """Why a function may not do what it needs in `place`.

    `taken`: functions may take the role. `granted`: the statements of all its policies, None where one cannot be read;
    `beside` are those of the resources' own policies. `needed` names each action, and the requests that it takes.
    """
    if not taken:
        yield f"its role {role.name} cannot be taken by functions, so it may end no key"
    if granted is None:
        yield f"what its role {role.name} may do cannot be read before deployment"
        return
    missing = [action for action, requests in needed.items() if not is_granted(granted, requests)]
    if missing:
        yield f"its role {role.name} may not do {', '.join(missing)} in the whole of {place}, so it may end no key"
    refused = sorted(action for action, requests in needed.items() if may_be_refused([*granted, *beside], requests))
    if refused:
        yield f"a policy refuses {', '.join(refused)}, to its function too, so it may end no key"
