"""Where backups may be downloaded from: one setting for every instance of a service, as open as the weakest says."""

from collections.abc import Callable, Iterable, Iterator

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Door, Fact, Resource, Unknown

ARGUMENTS = frozenset({"limitType"})
_WHAT = "the download address of backups"
_WORST_FIRST = (True, None, False)


def unrestricted(view: View, graph: Graph, restriction: str, source: str) -> Iterator[Door]:
    """The open door of an instance where no resource of the type `restriction` is there."""
    if not graph.of_type(restriction):
        yield Door(view.urn, _WHAT, True, view.evidence("", source))


def restricting(instances: str) -> Callable[[View, Graph], Iterable[Fact]]:
    """The reader of a restriction: the door of every resource of the type `instances`, said by the weakest one only."""

    def read(view: View, graph: Graph) -> Iterator[Fact]:
        weakest = min(graph.of_type(view.resource.type), key=lambda other: _WORST_FIRST.index(_opens(other)))
        if weakest.urn == view.urn:
            for instance in graph.of_type(instances):
                yield Door(instance.urn, _WHAT, _opens(weakest), view.evidence("limitType"))

    return read


def _opens(restriction: Resource) -> bool | None:
    kind = restriction.inputs.get("limitType", ABSENT)
    return None if isinstance(kind, Unknown) else kind != "LimitOnlyIntranet"
