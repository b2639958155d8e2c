"""Rows of `kinds`: calls that create a resource type, and questions that read it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath


@dataclass(frozen=True)
class Given:
    """A resource during its creation: known arguments, and answers to the previous calls."""

    name: str
    region: str
    inputs: Mapping[str, Any]
    answers: dict[str, Any]

    def at(self, way: str) -> Any:
        """What is known at a JMESPath."""
        return jmespath.search(way, vars(self))


Parameters = Callable[[Given], dict[str, Any] | None]
"""Parameters by their paths; None where the call is not needed."""


@dataclass(frozen=True)
class Call:
    """One API call.

    `takes` are the arguments that it sends: by default all that no other call of the kind sends. Each is sent under its
    own name or at its path in `at` (empty: `more` sends it). `of` and `more` are parameters that the provider adds or
    converts, `of` each by a JMESPath into what is known: `id`, `name`, `region`, `inputs`, `answers`. `named` is the
    parameter for the resource's name where the recording has none. A call that is not `sent` is only compared with the
    model.
    """

    service: str
    operation: str
    takes: tuple[str, ...] | None = None
    at: Mapping[str, str] = field(default_factory=dict)
    of: Mapping[str, str] = field(default_factory=dict)
    more: Parameters = lambda _: {}
    named: str = ""
    sent: bool = True


@dataclass(frozen=True)
class Read:
    """One question: its answer, or the part at `root` (JMESPath), is the service's state of the resource.

    `$id`, or `$` and the name of an argument, are replaced in `root` by their values.
    """

    service: str
    operation: str
    of: Mapping[str, str]
    """Parameters of the question; each a JMESPath into what is known: `id`, `name`, `inputs`, `answers`."""
    root: str = "@"
    absent: str = ""
    """The error by which the service says that there is none: then None is the answer."""
    under: str = ""
    """The name that the answer gets beside the others' members; without one its members are the held ones."""


@dataclass(frozen=True)
class Kind:
    """A resource type: calls in order, identities, questions, and the place of each argument in the answers."""

    calls: tuple[Call, ...]
    reads: tuple[Read, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    """What a link to this resource becomes, by the name of the argument that holds it, or as `id`, `arn`, `name`."""
    back: Mapping[str, str] = field(default_factory=dict)
    """Where an argument is in what the service holds (JMESPath), where it is not at its own name."""
    held: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """The form in which the service holds an argument, where that is another one."""
    besides: Mapping[str, Any] = field(default_factory=dict)
    """What the recording leaves out and the service must not have by itself: JMESPath, and what it must find.

    `$region` is that of the stack.
    """
    own: Mapping[str, str] = field(default_factory=dict)
    """Arguments that no call has: they tell the provider how to act. With a reason."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Paths that are sent, and that nothing tells again. With a reason."""
    refused: str = ""
    """Why moto does not take it: then only the model is asked, and that moto still refuses is tested."""
