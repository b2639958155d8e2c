"""Base of the command line: the application, its options, completion, and how bad input is said."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from im_stack.preflight.reports.console import console_of
from im_stack.terms.packages import own_version
from im_stack.terms.problem import InputError, Problem

if TYPE_CHECKING:
    from im_stack.policies.rule import Rule

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
StackName = Annotated[str, typer.Argument(help="name of the stack")]
Project = Annotated[Path, typer.Option(help="folder of Pulumi.yaml")]
RulesDirs = Annotated[
    list[Path] | None, typer.Option("--rules-dir", help="a folder with rules of your own; repeatable")
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"preflight {own_version()}")
        raise typer.Exit


def stacks_there(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completion of a stack's name."""
    from im_stack.preflight.stack_files.stack_file import stack_names

    try:
        return [name for name in stack_names(ctx.params.get("project") or Path()) if name.startswith(incomplete)]
    except InputError:
        return []


def rules_there(incomplete: str) -> list[str]:
    """Completion of a rule's name."""
    from im_stack.policies.rules import RULES

    return [rule.id for rule in RULES if rule.id.startswith(incomplete)]


def regions_there(incomplete: str) -> list[str]:
    """Completion of a region's name, on any cloud."""
    from im_stack.terms.texts.library import load_library

    return sorted(region for _, region in load_library([]).regions if region.startswith(incomplete))


@app.callback()
def about(
    version_: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Prove, before anything is deployed, that no copy of instant-messaging data outlives or leaves its limits."""


def read_day(text: str) -> date:
    from im_stack.terms.stack.waiver import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise InputError(Problem(str(error), key="--today")) from None


def complain(error: InputError) -> None:
    console = console_of(stderr=True)
    for problem in error.problems:
        console.print(Text.assemble(("error: ", "bold red"), str(problem)))


def own_rules_of(folders: list[Path] | None) -> "tuple[Rule, ...]":
    """The rules of a user's own in these folders."""
    if not folders:
        return ()
    from im_stack.policies.own_rules import load_rules

    return load_rules(folders)
