"""Names that anyone may ask for: what a record leads clients to must be of this stack, where it is judged by itself."""

from collections.abc import Iterable

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Fact, Unknown, Unread

RECORD = "aws:route53/record:Record"
_WORDS = ("TXT", "SPF", "CAA", "DS", "SOA", "TLSA", "SSHFP")
"""The kinds of records that say something about a name, and lead nobody anywhere."""


def _record(view: View, graph: Graph) -> Iterable[Fact]:
    """Dependencies are known of whole lists: as many resources must be among them as there are places to lead to."""
    if view.get("type") in _WORDS:
        return
    for argument in ("records", "aliases"):
        items = view.items(argument)
        made_of = view.resource.links.get(argument, ())
        if isinstance(items, Unknown) or len(items) > len(made_of):
            yield Unread(view.urn, f"where the name leads: {argument} is not made from resources of this stack", "link")


READERS = {RECORD: Reader(frozenset({"type", "records", "aliases"}), _record)}
