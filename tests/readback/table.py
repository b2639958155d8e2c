"""How a type of the recording is told to the service, and what the service is asked back: rows of `kinds`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Given:
    """One resource on its way: its arguments with everything known, and what the calls before this one answered."""

    name: str
    region: str
    inputs: Mapping[str, Any]
    answers: dict[str, Any]


Told = Callable[[Given], dict[str, Any] | None]
"""Parameters by their paths; None where the call is not needed."""


@dataclass(frozen=True)
class Call:
    """One call of a service.

    `takes` are the recorded arguments that it carries: by default all that no other call of the kind carries. Each
    goes to the parameter of its own name, or where `at` has it by its path (nowhere: `more` sees to it). `more` is
    what the provider adds by itself, or makes of arguments that the interface has in another form; `named` is the
    parameter that gets the name of the resource where the recording has none. A call that is not `sent` is only held
    against the model.
    """

    service: str
    operation: str
    takes: tuple[str, ...] | None = None
    at: Mapping[str, str] = field(default_factory=dict)
    more: Told = lambda _: {}
    named: str = ""
    sent: bool = True


@dataclass(frozen=True)
class Read:
    """One question: its answer, or what `root` (JMESPath) finds in it, is what the service holds.

    `$id`, or `$` and the name of an argument, stand in `root` for their values.
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
    """A type: calls in order, what others know it by, questions, and how an argument is found in the answers."""

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
