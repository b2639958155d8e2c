"""Account of a provider: the number that it is pinned to, and whose credentials it uses."""

from collections.abc import Callable, Iterator

from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, SECRET, Account, Fact, Resource, Unknown
from im_stack.facts.wire.walk import walk


def works_in(pinned: Callable[[Resource], str | None], *said: str, key: str) -> Facts:
    """The account of a provider: what it is `pinned` to, and whose credentials it uses, as `said` or by a `key`,
    whose value goes nowhere."""

    @reads(*said, credentials=(key,))
    def facts(view: View) -> Iterator[Fact]:
        whose = {name: view.get(name) for name in said if view.get(name) not in (ABSENT, "", ())}
        own = view.get(key)
        alone = any(value is SECRET or isinstance(value, Unknown) for value in (*walk(whose), own))
        # Under the engine it may be the environment's, for every provider alike.
        # equivalent(comparison): of two providers both turn
        given = own is not ABSENT
        yield Account(view.urn, pinned(view.resource), view.urn if alone else repr((given, sorted(whose.items()))))

    return facts
