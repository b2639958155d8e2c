"""One stack from its files to its judgement: what `preflight check` and every report start from."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from policies.judge import Judgement, judge
from preflight.record import TIME_LIMIT, record
from preflight.recording import Recording, to_resources
from preflight.stack_file import StackFile, read_stack
from terms.declaration import parse_declaration
from terms.problem import InputError
from terms.resolve import Duties, library_for, resolve


@dataclass(frozen=True)
class Check:
    """A judged stack. `sources` maps a URN to the line that made it."""

    stack: StackFile
    duties: Duties
    recording: Recording
    judgement: Judgement
    sources: dict[str, str]


def duties_of(stack: StackFile) -> Duties:
    """The duties of a stack file. Raises `InputError` with file, line and key of every fault."""
    try:
        declaration = parse_declaration(stack.structured)
        library = library_for(declaration)
        return resolve(declaration, library)
    except InputError as error:
        raise InputError(*(problem.at(str(stack.path), stack.lines()) for problem in error.problems)) from None


def check_stack(
    project_folder: Path, stack_name: str, time_limit: timedelta = TIME_LIMIT, *, today: date | None = None
) -> Check:
    """Record the stack's program and judge it as of `today`, the machine's day unless told.

    Raises `InputError` for whatever keeps it from being judged.
    """
    stack = read_stack(project_folder, stack_name)
    duties = duties_of(stack)
    recording = record(stack, time_limit)
    judgement = judge(to_resources(recording["registrations"]), duties, today=today or date.today())
    return Check(stack, duties, recording, judgement, {r["urn"]: r["source"] for r in recording["registrations"]})
