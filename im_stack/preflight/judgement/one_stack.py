"""Check of one stack: its file gives the duties, its recorded program the resources, the judgement the verdicts.

Out: a `Check`, from which every report is written. Raises `InputError` for what prevents the judgement.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

from im_stack.facts.mechanism.cloud import package_of
from im_stack.facts.values.changes import Settled, settled
from im_stack.policies.engine.declaration import require_rules
from im_stack.policies.judge import Judgement, Verdict, judge
from im_stack.policies.rule import Rule
from im_stack.policies.rules import RULES
from im_stack.preflight.judgement.program_seen import PLACE, program_seen
from im_stack.preflight.provider.engine_accepts import unproven_registrations
from im_stack.preflight.recording.record import TIME_LIMIT, Recorder, record
from im_stack.preflight.recording.recording import Recording, Registration, to_resources
from im_stack.preflight.stack_files.other_region import MARK, in_region
from im_stack.preflight.stack_files.owner_file import Owner, read_owner
from im_stack.preflight.stack_files.stack_file import StackFile, read_stack
from im_stack.terms.duties.resolve import Duties, library_for, resolve
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.declaration import parse_declaration

if TYPE_CHECKING:
    from im_stack.preflight.provider.provider_check import Accepted

_P = ParamSpec("_P")


@dataclass(frozen=True)
class Check:
    """A judged stack, as of `day`. `accepted` is the provider's check, where it was asked. `addresses` maps a URN to
    the resource's name in the plan or state file, where the stack was read from one. `settled` is what an update
    cannot change, `owner` what the owner's file says, `took` how long recording and judging took."""

    stack: StackFile
    duties: Duties
    recording: Recording
    judgement: Judgement
    day: date
    accepted: "Accepted | None" = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    settled: tuple[Settled, ...] = ()
    owner: Owner = field(default_factory=Owner)
    took: timedelta = field(default=timedelta(), compare=False)

    def made_at(self, urn: str) -> str:
        """File and line of the program that made a resource, or of a `PLACE` in it; nothing where they are unknown."""
        if urn.startswith(PLACE):
            return urn.removeprefix(PLACE)
        resource = self.judgement.facts.graph.by_urn.get(urn)
        return (resource.source or "") if resource else ""

    @cached_property
    def libraries(self) -> Mapping[str, str]:
        """File and line of the library that made a resource for the program, by URN."""
        return {r["urn"]: r["library"] for r in self.recording["registrations"] if r.get("library")}

    def source_of(self, verdict: Verdict) -> str:
        """File and line that made the subject of a verdict, or else the resource of its evidence."""
        return self.made_at(verdict.subject) or self.made_at(verdict.evidence.resource if verdict.evidence else "")


def with_owner(check: Check, file: Path | None) -> Check:
    """The check with what the owner's file says of its stack. Raises `InputError` for a fault of that file."""
    hops = [hop.said for hop in check.judgement.declared_hops]
    return replace(check, owner=read_owner(check.stack, check.duties, hops, check.day, file))


def timed(act: Callable[_P, Check]) -> Callable[_P, Check]:
    """A function that checks, with how long that took in what it returns."""

    @wraps(act)
    def run(*args: _P.args, **options: _P.kwargs) -> Check:
        begun = time.monotonic()
        return replace(act(*args, **options), took=timedelta(seconds=time.monotonic() - begun))

    return run


def duties_of(stack: StackFile, own_rules: Sequence[Rule] | None = None) -> Duties:
    """The duties of a stack file. Raises `InputError` with file, line and key of every fault, also of own terms that
    name a rule which is neither the project's nor of `own_rules`, where these are given."""
    with _placed(stack):
        declaration = parse_declaration(stack.structured, stack.root)
        if own_rules is not None:
            require_rules(declaration, (*RULES, *own_rules))
        library = library_for(declaration)
        return resolve(declaration, library)


@contextmanager
def _placed(stack: StackFile) -> Iterator[None]:
    """Gives faults inside the file and line of their keys in a stack's files."""
    try:
        yield
    except InputError as error:
        places = stack.places()
        raise InputError(*(problem.at(places, str(stack.path)) for problem in error.problems)) from None


def stack_named(project_folder: Path, name: str) -> StackFile:
    """A stack by its name; with `@REGION` as it would be in another region of its cloud. Raises `InputError`."""
    name, _, region = name.partition(MARK)
    stack = read_stack(project_folder, name)
    if not region:
        return stack
    with _placed(stack):
        return in_region(stack, region)


def check_stack(project_folder: Path, stack_name: str, time_limit: timedelta = TIME_LIMIT, **options: Any) -> Check:
    """The check of a stack by its name: `STACK`, or `STACK@REGION` as it would be in that region. `options` are those
    of `check_read`. Raises `InputError` for whatever keeps the stack from being judged."""
    return check_read(stack_named(project_folder, stack_name), time_limit, **options)


@timed
def check_read(
    stack: StackFile,
    time_limit: timedelta = TIME_LIMIT,
    *,
    today: date | None = None,
    plugin: bool = False,
    recorder: Recorder | None = None,
    own_rules: Sequence[Rule] = (),
    owner: Path | None = None,
    least: bool = False,
) -> Check:
    """Record the program of a stack and judge it as of `today`, by default the machine's date.

    `plugin`: have the provider's own plugin check every resource first, as a preview does. Who checks several
    stacks passes the `recorder` to use, which serves one at a time. `own_rules` are judged beside the project's;
    `owner` is an owner's file in place of the one beside the stack's. `least`: where a period is too short, find the
    least that passes. Raises `InputError` for whatever keeps the stack from being judged.
    """
    duties = duties_of(stack, own_rules)
    read_owner(stack, duties, None, today or date.today(), owner)  # its faults are said before anything is recorded
    package = package_of(duties.home.cloud)
    with _provider(package) if plugin else nullcontext() as ask:  # it starts while the program runs
        recording = recorder.record(stack, time_limit) if recorder else record(stack, time_limit)
        accepted = ask(recording["registrations"]) if ask else None
    resources = to_resources(accepted.registrations if accepted else recording["registrations"])
    day = today or date.today()
    judgement = judge(resources, duties, today=day, own_rules=own_rules, clock=time.monotonic)
    check = with_owner(Check(stack, duties, recording, judgement, day, accepted), owner)
    if least:
        from im_stack.preflight.judgement.least import with_least

        judgement = with_least(judgement, stack, duties.declaration, recorder, day)
    others = (
        *(accepted.refused if accepted else ()),
        *unproven_registrations(recording["registrations"], asked=plugin),
        *program_seen(recording, stack),
    )
    judgement = replace(judgement, verdicts=(*others, *judgement.verdicts))
    return replace(check, judgement=judgement, settled=tuple(settled(resources)))


@contextmanager
def _provider(package: str) -> Iterator[Callable[[list[Registration]], "Accepted"]]:
    """The provider's plugin, started, to be asked about registrations. What talks to it is loaded only then."""
    from im_stack.preflight.provider.plugin import find_plugin, running_plugin
    from im_stack.preflight.provider.provider_check import ask_provider

    binary = find_plugin(package)
    if binary is None:
        what = f"the provider's plugin pulumi-resource-{package} is not on the path"
        raise InputError(Problem(what, "its folder on PATH, or a check without --plugin"))
    with running_plugin(binary) as plugin:
        yield lambda registrations: ask_provider(registrations, package, plugin)
