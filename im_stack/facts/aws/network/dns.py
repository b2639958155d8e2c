"""Route 53 records: what a public name leads clients to must be of this stack, where it is judged by itself."""

from collections.abc import Iterator

from im_stack.facts.mechanism.rows import reads, resource
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Fact, Unknown, Unresolved

RECORD = "aws:route53/record:Record"
_WORDS = ("TXT", "SPF", "CAA", "DS", "SOA", "TLSA", "SSHFP")
"""The types of records that state something about a name, and lead to no address."""


@reads("type", "records", "aliases")
def _targets(view: View) -> Iterator[Fact]:
    """Dependencies are known of whole lists: as many resources must be among them as there are targets."""
    for argument in () if view.get("type") in _WORDS else ("records", "aliases"):
        items = view.items(argument)
        made_of = view.resource.links.get(argument, ())
        if isinstance(items, Unknown) or len(items) > len(made_of):
            yield Unresolved(
                view.urn, f"where the name leads: {argument} is not made from resources of this stack", "link"
            )


READERS = {RECORD: resource(_targets)}
