"""Command `preflight check`: record or read stacks, judge them, report, and say by the exit status what decides."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from im_stack.preflight.cli.base import (
    Project,
    RulesDirs,
    app,
    complain,
    own_rules_of,
    read_day,
    regions_there,
    rules_there,
    stacks_there,
)
from im_stack.preflight.reports.console import console_of
from im_stack.preflight.reports.formats import Format
from im_stack.terms.problem import InputError, Problem

if TYPE_CHECKING:
    from rich.status import Status

    from im_stack.policies.rule import Rule
    from im_stack.preflight.judgement.all_stacks import Checked
    from im_stack.preflight.reports.gate import Gate
    from im_stack.preflight.reports.model.report import Judged

_EXIT = "exit status"


class Required(StrEnum):
    DECLARED = "declared"
    ENFORCED = "enforced"


@app.command()
def check(
    stacks: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STACK]...", help="names of stacks, as in Pulumi.<stack>.yaml", autocompletion=stacks_there
        ),
    ] = None,
    project: Project = Path(),
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
        typer.Option("--check", metavar="RULE,...", help=f"{_EXIT}: these rules only", autocompletion=rules_there),
    ] = None,
    skipped: Annotated[
        list[str] | None,
        typer.Option("--skip-check", metavar="RULE,...", help=f"{_EXIT}: not these", autocompletion=rules_there),
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
    regions: Annotated[
        list[str] | None,
        typer.Option(
            "--region",
            metavar="REGION",
            help="as it would be in that region of its cloud; repeatable",
            autocompletion=regions_there,
        ),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="programs at a time; one for each core")] = None,
    plan: Annotated[Path | None, typer.Option(help="judge a plan of Terraform instead: what show -json prints")] = None,
    state: Annotated[Path | None, typer.Option(help="judge what is deployed: what pulumi stack export prints")] = None,
    owner: Annotated[
        Path | None, typer.Option(metavar="FILE", help="the owner's file; im-owner.yaml beside the stacks unless given")
    ] = None,
    rules_dirs: RulesDirs = None,
) -> None:
    """Record the programs of stacks, judge them, and report. With --plan or --state, judge what that file says instead.

    Options about the exit status change nothing else: verdicts stay, and what cannot be waived always counts.
    """
    from im_stack.preflight.reports.formats import form_of, load, render

    names = list(dict.fromkeys(stacks or ()))
    if regions and (plan or state):
        raise InputError(Problem("a file is of one region", "either --region or a file", "--region"))
    if every is bool(names):
        raise InputError(
            Problem("either stacks by name or all of them", "preflight check STACK, or preflight check --all")
        )
    if (plan or state) and (every or plugin or (plan and state) or len(names) > 1):
        raise InputError(Problem("one file says what is judged", "preflight check STACK --plan FILE, or --state FILE"))
    if regions:
        from im_stack.preflight.stack_files.stack_file import stack_names

        names = [f"{name}@{region}" for name in names or stack_names(project) for region in dict.fromkeys(regions)]
    several = every or len(names) > 1
    files = {path: form_of(path) for path in saved or ()}
    load({format_, *files.values()})
    day = None if today is None else read_day(today)
    own_rules = own_rules_of(rules_dirs)
    options = {"today": day, "plugin": plugin, "own_rules": own_rules, "owner": owner, "least": True}
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
    _complain(reports)
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
            complain(error)
        return False
    return True


def _complain(reports: "list[Judged]") -> None:
    """Say why stacks could not be judged, each problem once: a file that they share has it for all of them."""
    from im_stack.preflight.reports.model.report import Unjudged

    faults = [problem for report in reports if isinstance(report, Unjudged) for problem in report.problems]
    if faults:
        complain(InputError(*dict.fromkeys(faults)))


def _status(report: "Judged", require: Required) -> int:
    """Exit status of one stack."""
    from im_stack.preflight.reports.model.report import Unjudged

    if isinstance(report, Unjudged):
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

            for only_programs in ("plugin", "least"):
                options.pop(only_programs)
            judged = check_plan if plan else check_state
            return judged(project, stack, plan or state or Path(), **options)
        from im_stack.preflight.judgement.one_stack import check_stack

        return check_stack(project, stack, **options)
    except InputError as error:
        return error
