"""One stack from its files to its judgement: what `preflight check` and every report start from."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from facts.cloud import package_of
from policies.judge import Judgement, judge
from preflight.accepted import Accepted, ask_provider, not_seen
from preflight.plugin import find_plugin, running_plugin
from preflight.record import TIME_LIMIT, Recorder, record
from preflight.recording import Recording, to_resources
from preflight.stack_file import StackFile, read_stack
from terms.declaration import parse_declaration
from terms.problem import InputError, Problem
from terms.resolve import Duties, library_for, resolve


@dataclass(frozen=True)
class Check:
    """A judged stack. `sources` maps a URN to the line that made it; `accepted` is what the provider said, if asked."""

    stack: StackFile
    duties: Duties
    recording: Recording
    judgement: Judgement
    sources: dict[str, str]
    accepted: Accepted | None = None


def duties_of(stack: StackFile) -> Duties:
    """The duties of a stack file. Raises `InputError` with file, line and key of every fault."""
    try:
        declaration = parse_declaration(stack.structured)
        library = library_for(declaration)
        return resolve(declaration, library)
    except InputError as error:
        lines = stack.lines()
        raise InputError(*(problem.at(str(stack.path), lines) for problem in error.problems)) from None


def check_stack(
    project_folder: Path,
    stack_name: str,
    time_limit: timedelta = TIME_LIMIT,
    *,
    today: date | None = None,
    plugin: bool = False,
    recorder: Recorder | None = None,
) -> Check:
    """Record the stack's program and judge it as of `today`, the machine's day unless told.

    `plugin`: have the provider's own plugin check every resource first, as a preview does. Who checks several
    stacks passes the `recorder` to use, which serves one at a time. Raises `InputError` for whatever keeps the
    stack from being judged.
    """
    stack = read_stack(project_folder, stack_name)
    duties = duties_of(stack)
    package = package_of(duties.home.cloud)
    with running_plugin(_binary(package)) if plugin else nullcontext() as running:  # it starts while the program runs
        recording = recorder.record(stack, time_limit) if recorder else record(stack, time_limit)
        accepted = ask_provider(recording["registrations"], package, running) if running else None
    resources = to_resources(accepted.registrations if accepted else recording["registrations"])
    judgement = judge(resources, duties, today=today or date.today())
    others = (*(accepted.refused if accepted else ()), *not_seen(recording["registrations"], asked=plugin))
    judgement = replace(judgement, verdicts=(*others, *judgement.verdicts))
    sources = {r["urn"]: r["source"] for r in recording["registrations"]}
    return Check(stack, duties, recording, judgement, sources, accepted)


def _binary(package: str) -> str:
    binary = find_plugin(package)
    if binary is None:
        what = f"the provider's plugin pulumi-resource-{package} is not on the path"
        raise InputError(Problem(what, "its folder on PATH, or a check without --plugin"))
    return binary
