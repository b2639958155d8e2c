"""Command line `preflight`: one function per command.

Exit status 0: passes, perhaps on declared hops. 1: fails or is unproven. 2: bad input, with one message per fault and
never a traceback. What a command needs is imported by that command.
"""

import atexit
import gc
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from im_stack.preflight.reports.formats import Format
from im_stack.terms.packages import own_version
from im_stack.terms.problem import InputError, Problem

if TYPE_CHECKING:
    from im_stack.policies.rule import Rule
    from im_stack.preflight.judgement.all_stacks import Checked
    from im_stack.preflight.reports.model.report import Judged

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


class Required(StrEnum):
    DECLARED = "declared"
    ENFORCED = "enforced"


class DiffFormat(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class Described(StrEnum):
    STACK = "stack"
    REPORT = "report"


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"preflight {own_version()}")
        raise typer.Exit


@app.callback()
def about(
    version_: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Prove, before anything is deployed, that no copy of instant-messaging data outlives or leaves its limits."""


@app.command()
def check(
    stack: Annotated[str | None, typer.Argument(help="name of the stack, as in Pulumi.<stack>.yaml")] = None,
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
    format_: Annotated[Format, typer.Option("--format", help="how to report")] = Format.TEXT,
    saved: Annotated[
        list[Path] | None,
        typer.Option(
            "--save",
            help="a file, too: .json, .sarif, .xml (JUnit), .md, .html, .csv, .oscal.json; repeatable",
        ),
    ] = None,
    require: Annotated[
        Required, typer.Option(help="enforced: refuse a pass that leans on declared hops or waivers")
    ] = Required.DECLARED,
    today: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="day on which waivers count; the machine's unless given")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="list what passes, too")] = False,
    plugin: Annotated[bool, typer.Option("--plugin", help="have the provider's plugin check every resource")] = False,
    every: Annotated[bool, typer.Option("--all", help="every stack of the project instead of one")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="with --all: programs at a time; one for each core")] = None,
    plan: Annotated[Path | None, typer.Option(help="judge a plan of Terraform instead: what show -json prints")] = None,
    state: Annotated[Path | None, typer.Option(help="judge what is deployed: what pulumi stack export prints")] = None,
    rules_dirs: Annotated[
        list[Path] | None, typer.Option("--rules-dir", help="a folder with rules of your own; repeatable")
    ] = None,
) -> None:
    """Record a stack's program, judge it, and report. With --plan or --state, judge what that file says instead."""
    from im_stack.preflight.judgement.all_stacks import check_all  # what a command needs is loaded by that command
    from im_stack.preflight.reports.formats import form_of, load, render, save

    if every is bool(stack):
        raise InputError(Problem("either one stack or all of them", "preflight check STACK, or preflight check --all"))
    if (plan or state) and (every or plugin or (plan and state)):
        raise InputError(Problem("one file says what is judged", "preflight check STACK --plan FILE, or --state FILE"))
    files = {path: form_of(path) for path in saved or ()}
    load({format_, *files.values()})
    own_rules = _own_rules(rules_dirs)
    results: list[tuple[str, Checked]]
    with Console(stderr=True).status(f"{'reading' if plan or state else 'recording'} {stack or 'every stack'}"):
        day = None if today is None else _day(today)
        results = (
            check_all(project, jobs, today=day, plugin=plugin, own_rules=own_rules)
            if stack is None
            else [(stack, _checked(project, stack, day, plugin, plan, state, own_rules))]
        )
        from im_stack.preflight.reports.model.report import reports_of  # loaded by now

    reports = reports_of(results)
    status = 0
    for path, form in files.items():
        try:
            save(path, render(form, reports, every=every))
        except InputError as error:  # one form that cannot be written must not cost the others
            status = 2
            if all(error is not checked for _, checked in results):  # else it is said below
                _complain(error)
    if format_ is not Format.TEXT:
        typer.echo(render(format_, reports, every=every), nl=False)
    status = max(status, *(_reported(report, format_, require, verbose) for report in reports))
    if status:
        raise typer.Exit(status)


def _checked(
    project: Path,
    stack: str,
    today: date | None,
    plugin: bool,
    plan: Path | None,
    state: Path | None,
    own_rules: "tuple[Rule, ...]",
) -> "Checked":
    """One stack judged by what a file says, or else by what its program registers; or why it cannot be."""
    try:
        if plan or state:
            from im_stack.preflight.judgement.from_file import check_plan, check_state

            if plan:
                return check_plan(project, stack, plan, today=today, own_rules=own_rules)
            assert state
            return check_state(project, stack, state, today=today, own_rules=own_rules)
        from im_stack.preflight.judgement.one_stack import check_stack

        return check_stack(project, stack, today=today, plugin=plugin, own_rules=own_rules)
    except InputError as error:
        return error


def _reported(report: "Judged", format_: Format, require: Required, verbose: bool) -> int:
    """Print one stack's report, unless it is part of a document, and return its exit status."""
    from im_stack.policies.rule import Outcome
    from im_stack.preflight.reports.model.report import Unjudged
    from im_stack.preflight.reports.text import print_report

    if isinstance(report, Unjudged):
        _complain(report.error)
        return 2
    if format_ is Format.TEXT:
        console = Console(highlight=False, soft_wrap=True)
        console.width = max(console.width, 140)
        print_report(report, console, verbose)
    refused = require is Required.ENFORCED and bool(report.declared_hops or any(f.waived for f in report.findings))
    return int(report.outcome is not Outcome.PASS or refused)


def _own_rules(folders: list[Path] | None) -> "tuple[Rule, ...]":
    if not folders:
        return ()
    from im_stack.policies.own_rules import load_rules

    return load_rules(folders)


def _day(text: str) -> date:
    from im_stack.terms.waiver import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise InputError(Problem(str(error), key="--today")) from None


@app.command()
def plan(
    stack: Annotated[str, typer.Argument(help="name of the stack")],
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
    terraform: Annotated[bool, typer.Option("--terraform", help="as Terraform shows a plan")] = False,
    saved: Annotated[
        Path | None, typer.Option("--save", help="a file for it: .json, or .tf.json for a configuration instead")
    ] = None,
) -> None:
    """Print the plan of a stack in the form of another tool: what that tool's checks read."""
    from im_stack.preflight.recording.record import record
    from im_stack.preflight.reports.formats import save
    from im_stack.preflight.stack_files.stack_file import read_stack
    from im_stack.preflight.terraform.configuration import configuration
    from im_stack.preflight.terraform.view import plan_view

    if not terraform:
        raise InputError(Problem("there is one form so far", "preflight plan STACK --terraform"))
    with Console(stderr=True).status(f"recording {stack}"):
        recording = record(read_stack(project, stack))
    text = configuration(recording) if saved and saved.name.endswith(".tf.json") else plan_view(recording)
    if saved is None:
        typer.echo(text, nl=False)
    elif saved.suffix != ".json" or not saved.parent.is_dir():
        raise InputError(Problem("is no name of a JSON file in a folder that is there", key="--save", file=str(saved)))
    else:
        save(saved, text)


@app.command()
def diff(
    base: Annotated[Path, typer.Argument(help="JSON report, or folder of a project, before the change")],
    head: Annotated[Path, typer.Argument(help="the same after it")],
    preview: Annotated[
        list[Path] | None, typer.Option(help="what pulumi preview --json printed: stores it would replace; repeatable")
    ] = None,
    today: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="day of the deployment; the machine's unless given")
    ] = None,
    format_: Annotated[DiffFormat, typer.Option("--format", help="how to report")] = DiffFormat.TEXT,
) -> None:
    """Say what a change makes of every stack: verdicts, bounds, places, waivers, what the proof leans on.

    Exits 1 where no update carries out a change, else 0.
    """
    from im_stack.preflight.reports.diff import show
    from im_stack.preflight.reports.diff.changes import compare
    from im_stack.preflight.reports.diff.read import reports
    from im_stack.preflight.reports.diff.steps import lost_stores

    day = date.today() if today is None else _day(today)
    with Console(stderr=True).status("judging both sides"):
        before, after = reports(base, day), reports(head, day)
    lost = lost_stores(preview or (), (*before.values(), *after.values()))
    write = {DiffFormat.TEXT: show.as_text, DiffFormat.MARKDOWN: show.as_markdown, DiffFormat.JSON: show.as_json}
    changes = compare(before, after, day, lost)
    typer.echo(write[format_](changes), nl=False)
    if any(change.refused for change in changes):
        raise typer.Exit(1)


@app.command()
def mutate(
    stack: Annotated[str, typer.Argument(help="name of the stack")],
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
    only: Annotated[str, typer.Option(help="only types with this in their token")] = "",
    jobs: Annotated[int | None, typer.Option(min=1, help="processes; one for each core unless said")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="list every argument and every reason")] = False,
) -> None:
    """Change everything that a stack could have otherwise, one thing at a time, and see what is noticed."""
    from im_stack.preflight.mutants.report import lines
    from im_stack.preflight.mutants.run import run

    with Console(stderr=True).status(f"mutants of {stack}"):
        results, explained = run(project, stack, only, jobs)
    for line in lines(stack, results, explained, verbose):
        typer.echo(line)
    if explained.unexplained or explained.stale:
        raise typer.Exit(1)


@app.command()
def terms(
    stack: Annotated[str | None, typer.Argument(help="a stack: list its duties instead of the whole register")] = None,
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
) -> None:
    """List the legal texts and their obligations, or the duties of one stack."""
    from im_stack.preflight.judgement.one_stack import duties_of
    from im_stack.preflight.reports.explain import instrument
    from im_stack.preflight.stack_files.stack_file import read_stack
    from im_stack.terms.library import load_library
    from im_stack.terms.period import spell_period

    if stack is None:
        for text in load_library().instruments.values():
            typer.echo("\n".join(instrument(text)) + "\n")
        return
    for duty in duties_of(read_stack(project, stack)).all:
        limit = f" within {spell_period(duty.limit)}" if duty.limit else ""
        typer.echo(f"{duty.id:<28} {duty.obligation.kind:<24}{limit} by {', '.join(duty.rules)}")


@app.command()
def explain(
    name: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME",
            help="word of the glossary, type, resource, or id of an obligation, rule, class, limit and so on",
        ),
    ],
    stack: Annotated[str | None, typer.Option(help="a stack whose resources are looked up too")] = None,
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
) -> None:
    """Explain a word or an id of a report."""
    from im_stack.preflight.judgement.one_stack import check_stack
    from im_stack.preflight.reports.explain import explain as lines_about

    checked = check_stack(project, stack) if stack else None
    for line in lines_about(" ".join(name), checked):
        typer.echo(line)


@app.command()
def takedown(
    stack: Annotated[str, typer.Argument(help="name of the stack")],
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
) -> None:
    """Say how a stack is taken down: what to run, in which order, and what stays until when. It runs nothing."""
    from im_stack.preflight.judgement.one_stack import check_stack
    from im_stack.preflight.reports.takedown import takedown as lines

    for line in lines(check_stack(project, stack)):
        typer.echo(line)


@app.command()
def zones(
    stack: Annotated[str, typer.Argument(help="name of the stack")],
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
) -> None:
    """Ask the cloud whether a stack's zones are right. Needs the Pulumi CLI, the plugin and an account."""
    from im_stack.preflight.judgement.one_stack import duties_of
    from im_stack.preflight.provider.zones import ask, compare, verified
    from im_stack.preflight.stack_files.stack_file import read_stack

    duties = duties_of(read_stack(project, stack))
    declared = duties.declaration.zones
    if declared is None:
        raise InputError(Problem("is missing", "the zones of the stack", "im:zones"))
    wrong = compare(declared, ask(duties.home.id))
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"all zones are right; add to im:zones of the stack file:\n  verified: {verified(date.today())}")


@app.command("policy-pack")
def policy_pack() -> None:
    """Print the folder of the installed policy pack, for pulumi preview and pulumi up --policy-pack."""
    from im_stack import policies

    typer.echo(str(Path(policies.__path__[0]).resolve()))


@app.command()
def schema(
    of: Annotated[Described, typer.Argument(help="the stack file (for editors), or the JSON report")] = Described.STACK,
) -> None:
    """Print the JSON Schema of a stack file or of the JSON report."""
    from im_stack.preflight.reports.schema import report_schema, stack_schema

    typer.echo(stack_schema() if of is Described.STACK else report_schema(), nl=False)


def main() -> None:
    """Entry point: an `InputError` becomes its message and exit status 2, never a traceback."""
    atexit.register(gc.freeze)  # what was loaded is not looked through for garbage once more when the process ends
    try:
        app()
    except InputError as error:
        _complain(error)
        raise SystemExit(2) from None


def _complain(error: InputError) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for problem in error.problems:
        console.print(Text.assemble(("error: ", "bold red"), str(problem)))
