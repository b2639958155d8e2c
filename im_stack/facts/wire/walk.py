"""Tree walk: iteration over nested mappings and sequences, and a copy of them with values replaced.

In: wire values (dict, list) or decoded ones (mapping, tuple). Keys are no values. Raises `RecursionError` for a tree
deeper than Python's own limit. Every recursion over a whole value is written with one of these three.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def children(value: Any) -> Iterable[Any]:
    """The values directly inside a mapping or sequence; nothing for any other value."""
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def walk(value: Any) -> Iterator[Any]:
    """A value and all values inside it, the outer before the inner, in the order of the tree."""
    yield value
    for inner in children(value):
        yield from walk(inner)


def map_values(value: Any, change: Callable[[Any], Any]) -> Any:
    """A copy with every value replaced by what `change` returns for it, the inner before the outer.

    `change` gets a mapping or sequence when the values inside it are already replaced.
    """
    if isinstance(value, Mapping):
        return change({key: map_values(inner, change) for key, inner in value.items()})
    if isinstance(value, list):
        return change([map_values(inner, change) for inner in value])
    if isinstance(value, tuple):
        return change(tuple(map_values(inner, change) for inner in value))
    return change(value)
