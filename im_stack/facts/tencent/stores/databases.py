"""TencentDB services: what readers of MySQL, MongoDB and Redis share, which is the download address of backups and the
plain connections beside TLS.

The download address is one setting for every instance of a service, as open as its weakest resource says.
"""

from collections.abc import Iterator

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.rows import Facts, always, channel, exposure, never, reads, resource
from im_stack.facts.mechanism.view import View, test
from im_stack.facts.model import ABSENT, Exposure, Fact, Resource

_WHAT = "the download address of backups"
_WORST_FIRST = (True, None, False)
BESIDE_TLS: Facts = channel(
    "plain connections beside TLS",
    "",
    never,
    "no document says that the service refuses plain connections once TLS is on",
    declared="nobody uses them",
)
"""Plain connections to a database that answers TLS: no document says that it then refuses them."""


_CLOSED = "a restriction of downloads with limitType LimitOnlyIntranet"


def unrestricted(restriction: str, source: str) -> Facts:
    """The exposure of an instance while no resource of the type `restriction` is in the stack."""
    exposed = exposure(_WHAT, "", always, source, how=_CLOSED)
    # equivalent(return): run when the module is loaded, before any case
    return reads()(lambda view: () if view.graph.of_type(restriction) else exposed(view))


def restriction_of(instances: str) -> Reader:
    """The reader of a restriction: the exposure of every resource of the type `instances`, by the weakest one only."""

    @reads("limitType")
    def exposures(view: View) -> Iterator[Fact]:
        weakest = min(view.graph.of_type(view.resource.type), key=lambda other: _WORST_FIRST.index(_opens(other)))
        if weakest.urn == view.urn:
            for instance in view.graph.of_type(instances):
                yield Exposure(instance.urn, _WHAT, _opens(weakest), view.evidence("limitType"), how=_CLOSED)

    return resource(exposures)


def _opens(restriction: Resource) -> bool | None:
    return test(restriction.inputs.get("limitType", ABSENT), lambda kind: kind != "LimitOnlyIntranet")
