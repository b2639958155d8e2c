"""Reachability over flows. Iterative, because a declaration may have any number of flows."""

from collections.abc import Iterable

from im_stack.facts.declarations import Flow
from im_stack.terms.stack.wire import CLIENTS


def reached_in_clear(flows: Iterable[Flow]) -> frozenset[str]:
    """Names of holdings that data reaches unsealed, directly or through holdings before them. A cycle of sealed flows
    brings nothing in clear; a source into which nothing is said to flow does."""
    targets: dict[str, list[str]] = {}
    clear: list[str] = []
    every = list(flows)
    filled = {flow.target for flow in every}
    for flow in every:
        targets.setdefault(flow.source, []).append(flow.target)
        if not flow.sealed or (flow.source != CLIENTS and flow.source not in filled):
            clear.append(flow.target)
    found: set[str] = set()
    while clear:
        name = clear.pop()
        if name not in found:
            found.add(name)
            clear += targets.get(name, []) if name != CLIENTS else []
    return frozenset(found)
