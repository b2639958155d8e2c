"""Command line `preflight`: one function per command.

Exit status 0: passes, perhaps on declared hops. 1: fails or is unproven. 2: bad input, with one message per fault and
never a traceback. What a command needs is imported by that command.
"""

import atexit
import gc
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from im_stack.preflight.reports.console import console_of
from im_stack.preflight.reports.formats import Format
from im_stack.terms.packages import own_version
from im_stack.terms.problem import InputError, Problem

if TYPE_CHECKING:
    from rich.status import Status

    from im_stack.policies.rule import Rule
    from im_stack.preflight.judgement.all_stacks import Checked
    from im_stack.preflight.reports.gate import Gate
    from im_stack.preflight.reports.model.report import Judged

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_EXIT = "exit status"


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


def _stacks_there(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completion of a stack's name."""
    from im_stack.preflight.stack_files.stack_file import stack_names

    try:
        return [name for name in stack_names(ctx.params.get("project") or Path()) if name.startswith(incomplete)]
    except InputError:
        return []


def _rules_there(incomplete: str) -> list[str]:
    """Completion of a rule's name."""
    from im_stack.policies.rules import RULES

    return [rule.id for rule in RULES if rule.id.startswith(incomplete)]


@app.callback()
def about(
    version_: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Prove, before anything is deployed, that no copy of instant-messaging data outlives or leaves its limits."""


@app.command()
def check(
    stacks: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STACK]...", help="names of stacks, as in Pulumi.<stack>.yaml", autocompletion=_stacks_there
        ),
    ] = None,
    project: Annotated[Path, typer.Option(help="folder of Pulumi.yaml")] = Path(),
    format_: Annotated[Format, typer.Option("--format", help="how to report")] = Format.TEXT,
    saved: Annotated[
        list[Path] | None,
        typer.Option(
            "--save",
            help="a file, too: .json, .sarif, .xml (JUnit), .md, .html, .csv, .oscal.json; repeatable",
        ),
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", "--verbose", "-v", help="what passes and what the proof leans on, too")
    ] = False,
    compact: Annotated[bool, typer.Option("--compact", help="causes without their paths and fixes")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="only what blocks: nothing of what passes")] = False,
    require: Annotated[
        Required, typer.Option(help="enforced: refuse a pass that leans on declared hops or waivers")
    ] = Required.DECLARED,
    only: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="RULE,...", help=f"{_EXIT}: these rules only", autocompletion=_rules_there),
    ] = None,
    skipped: Annotated[
        list[str] | None,
        typer.Option("--skip-check", metavar="RULE,...", help=f"{_EXIT}: not these", autocompletion=_rules_there),
    ] = None,
    soft: Annotated[bool, typer.Option("--soft-fail", help=f"{_EXIT}: only what cannot be waived")] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"{_EXIT}: only findings that are not in this file")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="write what is found to --baseline, or .preflight-baseline.json")
    ] = False,
    today: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="day on which waivers count; the machine's unless given")
    ] = None,
    plugin: Annotated[bool, typer.Option("--plugin", help="have the provider's plugin check every resource")] = False,
    every: Annotated[bool, typer.Option("--all", help="every stack of the project")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="programs at a time; one for each core")] = None,
    plan: Annotated[Path | None, typer.Option(help="judge a plan of Terraform instead: what show -json prints")] = None,
    state: Annotated[Path | None, typer.Option(help="judge what is deployed: what pulumi stack export prints")] = None,
    rules_dirs: Annotated[
        list[Path] | None, typer.Option("--rules-dir", help="a folder with rules of your own; repeatable")
    ] = None,
) -> None:
    """Record the programs of stacks, judge them, and report. With --plan or --state, judge what that file says instead.

    Options about the exit status change nothing else: verdicts stay, and what cannot be waived always counts.
    """
    from im_stack.preflight.reports.formats import form_of, load, render

    names = list(dict.fromkeys(stacks or ()))
    if every is bool(names):
        raise InputError(
            Problem("either stacks by name or all of them", "preflight check STACK, or preflight check --all")
        )
    if (plan or state) and (every or plugin or (plan and state) or len(names) > 1):
        raise InputError(Problem("one file says what is judged", "preflight check STACK --plan FILE, or --state FILE"))
    several = every or len(names) > 1
    files = {path: form_of(path) for path in saved or ()}
    load({format_, *files.values()})
    day = None if today is None else _day(today)
    own_rules = _own_rules(rules_dirs)
    options = {"today": day, "plugin": plugin, "own_rules": own_rules}
    gate = _gate(own_rules, only, skipped, soft, baseline, write_baseline)
    with console_of(stderr=True).status("") as status_line:
        results = (
            _check_several(project, names, jobs, status_line, options)
            if several
            else [(names[0], _checked(project, names[0], plan, state, status_line, options))]
        )
    from im_stack.preflight.reports.model.report import reports_of  # loaded by now

    reports = reports_of(results)
    if gate:
        reports = gate.applied(reports)
    written = [_saved(path, form, reports, several) for path, form in files.items()]
    if format_ is Format.TEXT:
        from im_stack.preflight.reports.text import Detail, print_reports

        print_reports(reports, console_of(), Detail(details, compact, quiet), summary=several)
    else:
        typer.echo(render(format_, reports, every=several), nl=False)
    status = max(0 if all(written) else 2, *(_status(report, require) for report in reports))
    if status:
        raise typer.Exit(status)


def _saved(path: Path, form: Format, reports: "list[Judged]", several: bool) -> bool:
    """Write one form; one that cannot be written must not cost the others."""
    from im_stack.preflight.reports.formats import render, save

    try:
        save(path, render(form, reports, every=several))
    except InputError as error:
        if all(error is not getattr(report, "error", None) for report in reports):  # else it is said with its stack
            _complain(error)
        return False
    return True


def _status(report: "Judged", require: Required) -> int:
    """Exit status of one stack; why it could not be judged is said."""
    from im_stack.preflight.reports.model.report import Unjudged

    if isinstance(report, Unjudged):
        _complain(report.error)
        return 2
    leans = report.declared_hops or any(finding.waived for finding in report.findings)
    return int(report.holds_back or (require is Required.ENFORCED and bool(leans)))


def _gate(
    own_rules: "tuple[Rule, ...]",
    only: list[str] | None,
    skipped: list[str] | None,
    soft: bool,
    baseline: Path | None,
    write: bool,
) -> "Gate | None":
    """What the options about the exit status let through; nothing where none is given."""
    if not (only or skipped or soft or baseline or write):
        return None
    from im_stack.policies.rules import RULES
    from im_stack.preflight.reports.gate import BASELINE, Gate, rules_named

    rules = (*RULES, *own_rules)
    chosen = rules_named(only or (), "--check", rules), rules_named(skipped or (), "--skip-check", rules)
    return Gate(rules, *chosen, soft=soft, baseline=baseline or (BASELINE if write else None), write=write)


def _check_several(
    project: Path, names: list[str], jobs: int | None, line: "Status", options: dict[str, Any]
) -> "list[tuple[str, Checked]]":
    """The stacks by name, or all of them; `line` says how many are judged."""
    from im_stack.preflight.judgement.all_stacks import check_all
    from im_stack.preflight.stack_files.stack_file import stack_names

    left = dict.fromkeys(names or stack_names(project))
    whole = len(left)

    def done(name: str) -> None:
        left.pop(name, None)
        line.update(f"{whole - len(left)} of {whole} stacks judged; left: {', '.join(left)}")

    line.update(f"recording {', '.join(left)}")
    return check_all(project, jobs, stacks=tuple(left), done=done, **options)


def _checked(
    project: Path, stack: str, plan: Path | None, state: Path | None, line: "Status", options: dict[str, Any]
) -> "Checked":
    """One stack judged by what a file says, or else by what its program registers; or why it cannot be."""
    line.update(f"{'reading' if plan or state else 'recording'} {stack}")
    try:
        if plan or state:
            from im_stack.preflight.judgement.from_file import check_plan, check_state

            options.pop("plugin")
            judged = check_plan if plan else check_state
            return judged(project, stack, plan or state or Path(), **options)
        from im_stack.preflight.judgement.one_stack import check_stack

        return check_stack(project, stack, **options)
    except InputError as error:
        return error


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

    day = date.today() if today is None else _day(today)
    with console_of(stderr=True).status("judging both sides"):
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

    with console_of(stderr=True).status(f"mutants of {stack}"):
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
    rules_dirs: Annotated[
        list[Path] | None, typer.Option("--rules-dir", help="a folder with rules of your own; repeatable")
    ] = None,
) -> None:
    """Explain a word or an id of a report."""
    from im_stack.preflight.judgement.one_stack import check_stack
    from im_stack.preflight.reports.explain import explain as lines_about

    checked = check_stack(project, stack) if stack else None
    for line in lines_about(" ".join(name), checked, _own_rules(rules_dirs)):
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
    console = console_of(stderr=True)
    for problem in error.problems:
        console.print(Text.assemble(("error: ", "bold red"), str(problem)))
