"""Commands beside `check`: plan, diff, mutate, terms, explain, takedown, zones, policy-pack, schema."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from im_stack.preflight.cli.base import Project, RulesDirs, StackName, app, own_rules_of, read_day
from im_stack.preflight.reports.console import console_of
from im_stack.terms.problem import InputError, Problem


class DiffFormat(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class Described(StrEnum):
    STACK = "stack"
    OWNER = "owner"
    REPORT = "report"


@app.command()
def plan(
    stack: StackName,
    project: Project = Path(),
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
    with console_of(stderr=True).status(f"recording {stack}"):
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

    day = date.today() if today is None else read_day(today)
    with console_of(stderr=True).status("") as status_line:
        status_line.update(f"judging {base}, 1 of 2{_stacks_of(base)}")
        before = reports(base, day)
        status_line.update(f"judging {head}, 2 of 2{_stacks_of(head)}")
        after = reports(head, day)
    lost = lost_stores(preview or (), (*before.values(), *after.values()))
    write = {DiffFormat.TEXT: show.as_text, DiffFormat.MARKDOWN: show.as_markdown, DiffFormat.JSON: show.as_json}
    changes = compare(before, after, day, lost)
    typer.echo(write[format_](changes), nl=False)
    if any(change.refused for change in changes):
        raise typer.Exit(1)


def _stacks_of(side: Path) -> str:
    """How many stacks of a folder will be judged; nothing of a report, or where that is not known yet."""
    from im_stack.preflight.stack_files.stack_file import stack_names

    try:
        return f": {len(stack_names(side))} stacks" if side.is_dir() else ""
    except InputError:
        return ""


@app.command()
def mutate(
    stack: StackName,
    project: Project = Path(),
    only: Annotated[str, typer.Option(help="only types with this in their token")] = "",
    jobs: Annotated[int | None, typer.Option(min=1, help="processes; one for each core unless said")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="list every argument and every reason")] = False,
) -> None:
    """Change everything that a stack could have otherwise, one thing at a time, and see what is noticed."""
    from im_stack.preflight.mutants.report import lines
    from im_stack.preflight.mutants.run import run

    with console_of(stderr=True).status(f"recording {stack}") as status_line:

        def done(number: int, share: float) -> None:
            status_line.update(f"{number:,} mutants of {stack} judged, {share:.0%} of the work")

        results, explained = run(project, stack, only, jobs, done)
    for line in lines(stack, results, explained, verbose):
        typer.echo(line)
    if explained.unexplained or explained.stale:
        raise typer.Exit(1)


@app.command()
def terms(
    stack: Annotated[str | None, typer.Argument(help="a stack: list its duties instead of the whole register")] = None,
    project: Project = Path(),
    own: Annotated[Path | None, typer.Option("--check", help="say what is wrong with a folder of own terms")] = None,
    rules_dirs: RulesDirs = None,
    least: Annotated[
        bool,
        typer.Option("--least", help="of a stack: the least period of each class that passes, measured (a minute)"),
    ] = False,
) -> None:
    """List the legal texts and their obligations, or the duties of one stack, or check a folder of own terms."""
    if own is not None:
        _check_terms(own, rules_dirs)
        return
    if least:
        _least(project, stack)
        return
    from im_stack.preflight.judgement.one_stack import duties_of
    from im_stack.preflight.reports.explain import instrument
    from im_stack.preflight.stack_files.stack_file import read_stack
    from im_stack.terms.duties.binding import adopted
    from im_stack.terms.texts.library import load_library

    if stack is None:
        for text in load_library().instruments.values():
            typer.echo("\n".join(instrument(text)) + "\n")
        return
    duties = duties_of(read_stack(project, stack))
    for duty in duties.all:
        when = f" {duty.when}" if duty.when else ""
        typer.echo(f"{duty.id:<28} {duty.obligation.kind:<24}{when} by {', '.join(duty.rules)}")
    judged = {duty.obligation.id for duty in duties.all}
    for _, row, why_not in adopted(duties.declaration, duties.library):
        if row.id not in judged:
            unused = why_not or (f"by no rule ({'/'.join(row.check)})" if not row.rules else "does not apply")
            typer.echo(f"{row.id:<28} {row.kind:<24} {unused}")


def _least(project: Path, stack: str | None) -> None:
    """Print the least periods of a stack's classes, as a table of Markdown."""
    from im_stack.preflight.judgement.least import MOST, least_periods
    from im_stack.terms.period import spell_period

    if stack is None:
        raise InputError(Problem("the least period is that of a stack", "preflight terms STACK --least"))
    with console_of(stderr=True).status(f"checking {stack} with one period after another"):
        found = least_periods(project, stack, date.today())
    typer.echo("| class | least period | least `transient`, where it is not stored |\n|---|---|---|")
    for each in found:
        stored, passing = (
            spell_period(p) if p else f"none up to {spell_period(MOST)}" for p in (each.stored, each.passing)
        )
        typer.echo(f"| {each.data_class} | {stored} | {passing} |")


def _check_terms(folder: Path, rules_dirs: list[Path] | None) -> None:
    """Say what is in a folder of own terms. Raises `InputError` for what is wrong with it."""
    from im_stack.policies.rules import RULES
    from im_stack.preflight.reports.explain import instrument
    from im_stack.terms.duties.own_terms import check_own

    terms = check_own(folder, [rule.id for rule in (*RULES, *own_rules_of(rules_dirs))])
    for text in terms.instruments:
        typer.echo("\n".join(instrument(text)))
    for area in terms.jurisdictions:
        typer.echo(f"{area.id}: {area.name}")
    for region in terms.regions:
        typer.echo(f"{region.cloud} {region.id}: {region.place}, {region.jurisdiction}")
    typer.echo(f"nothing is wrong with {folder}")


@app.command()
def explain(
    name: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME",
            help="word of the glossary, type, stack, resource, or id of an obligation, rule, class, limit and so on",
        ),
    ],
    stack: Annotated[str | None, typer.Option(help="a stack whose resources are looked up too")] = None,
    project: Project = Path(),
    rules_dirs: RulesDirs = None,
) -> None:
    """Explain a word or an id of a report; of a stack or a function, what each of its sweeps needs to run."""
    from im_stack.preflight.judgement.one_stack import check_stack
    from im_stack.preflight.reports.explain import explain as lines_about
    from im_stack.preflight.stack_files.stack_file import stack_names

    named = " ".join(name)
    if stack is None and (project / "Pulumi.yaml").is_file() and named in stack_names(project):
        stack = named
    checked = check_stack(project, stack) if stack else None
    for line in lines_about(named, checked, own_rules_of(rules_dirs)):
        typer.echo(line)


@app.command()
def takedown(
    stack: StackName,
    project: Project = Path(),
    customer: Annotated[str, typer.Option(help="one of im:customers, to end that one alone")] = "",
) -> None:
    """Say how a stack is taken down: what to run, in which order, and what stays until when. It runs nothing."""
    from im_stack.preflight.judgement.one_stack import check_stack
    from im_stack.preflight.reports.takedown import takedown as whole
    from im_stack.preflight.reports.takedown import takedown_of_customer

    check = check_stack(project, stack)
    for line in takedown_of_customer(check, customer) if customer else whole(check):
        typer.echo(line)


@app.command()
def zones(
    stack: StackName,
    project: Project = Path(),
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
    of: Annotated[
        Described, typer.Argument(help="the stack file, the owner's file, or the JSON report")
    ] = Described.STACK,
) -> None:
    """Print the JSON Schema of a stack file, of the owner's file, or of the JSON report."""
    from im_stack.preflight.reports.schema import owner_schema, report_schema, stack_schema

    schemas = {Described.STACK: stack_schema, Described.OWNER: owner_schema, Described.REPORT: report_schema}
    typer.echo(schemas[of](), nl=False)
