"""Parameters of databases and topics, by engine and whatever cloud runs it: what each logs, keeps or opens.

In: the parameters that a program sets, and the table `database_parameters.yaml`. Out: copies of which nothing is known,
for parameters of which nothing is known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import Field

from im_stack.facts.mechanism.view import View, as_number
from im_stack.facts.model import Amount, Copy, Evidence, Value
from im_stack.terms.files.yaml_file import Row, load


class Engine(Row):
    """A row of the table, as its head says."""

    source: str
    quiet: frozenset[str]
    empty: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    governed: Mapping[str, tuple[tuple[str, str], ...]] = Field(default_factory=dict)
    slow_from: Mapping[str, int] = Field(default_factory=dict)


@cache
def engine(name: str) -> Engine:
    """The row of an engine (`mysql`, `redis`)."""
    return load(Path(__file__).with_name("database_parameters.yaml"), dict[str, Engine])[name]


def other_parameters(
    view: View, of: str, names: Iterable[Value], evidence: Evidence, read: Iterable[str] = ()
) -> Iterator[Copy]:
    """The copy that parameters of an engine may make, where they are neither quiet nor `read` by whoever asks."""
    row = engine(of)
    known = {*row.quiet, *row.empty, *row.slow_from, *read}
    known |= {each for governed in row.governed.values() for pair in governed for each in pair}
    more = sorted({name if isinstance(name, str) else "a parameter that is not known" for name in names} - known)
    if more:
        label = f"what {', '.join(more)} may log or keep is not known"
        yield Copy(view.subject.urn, "log of other parameters", (Amount(None, label, evidence, unknown=True),))


def quick_commands(view: View, of: str, values: Callable[[str], Sequence[Value]], evidence: Evidence) -> Iterator[Copy]:
    """The copy of commands that are not slow in a log of slow ones: what is said of slow commands is not true of it."""
    for name, least in engine(of).slow_from.items():
        numbers = [as_number(value) for value in values(name)]
        if any(number is None or 0 <= number < least for number in numbers):
            label = f"{name} may let every command into the slow log"
            yield Copy(view.subject.urn, "log of quick commands", (Amount(None, label, evidence, unknown=True),))
