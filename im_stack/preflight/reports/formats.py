"""Report formats, each with its file suffix and the function that writes it, and atomic saving of a report.

Raises `InputError` for an unknown suffix, a missing folder, or a file that cannot be written.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from im_stack.terms.problem import InputError, Problem

if TYPE_CHECKING:
    from im_stack.preflight.reports.model.report import Judged


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    PROCESSING = "processing"
    ASSESSMENT = "assessment"
    HTML = "html"


_SUFFIXES: Final = {
    ".json": Format.JSON,
    ".sarif": Format.SARIF,
    ".xml": Format.JUNIT,
    ".md": Format.MARKDOWN,
    ".csv": Format.PROCESSING,
    ".oscal.json": Format.ASSESSMENT,
    ".html": Format.HTML,
}
_WRITERS: Final = {
    Format.TEXT: "im_stack.preflight.reports.text:print_report",
    Format.JSON: "im_stack.preflight.reports.as_json:to_json",
    Format.SARIF: "im_stack.preflight.reports.sarif:to_sarif",
    Format.JUNIT: "im_stack.preflight.reports.junit:to_junit",
    Format.MARKDOWN: "im_stack.preflight.reports.markdown:to_markdown",
    Format.PROCESSING: "im_stack.preflight.reports.records.processing:to_processing",
    Format.ASSESSMENT: "im_stack.preflight.reports.records.assessment:to_assessment",
    Format.HTML: "im_stack.preflight.reports.data_map.page:to_html",
}
"""Where each form is written; loaded only when it is asked for."""


def load(forms: Iterable[Format]) -> None:
    """Load what writes `forms` while something else, as a stack's program, is waited for. Returns at once.

    What cannot be loaded says so when the form is written.
    """
    modules = sorted({_WRITERS[form].partition(":")[0] for form in forms if form in _WRITERS})

    def loading() -> None:
        for module in modules:
            with suppress(Exception):
                import_module(module)

    if modules:
        Thread(target=loading, daemon=True).start()


def render(form: Format, reports: "Sequence[Judged]", *, every: bool) -> str:
    """The reports as one document. `every`: a list even of one, where the form has lists."""
    module, _, name = _WRITERS[form].partition(":")
    write: Callable[..., str] = getattr(import_module(module), name)
    return write(reports, every) if form is Format.JSON else write(reports)


def form_of(path: Path) -> Format:
    """The form that a file's name asks for. Raises `InputError` where it asks for none, or has no folder to be in."""
    form = _SUFFIXES.get("".join(path.suffixes[-2:])) or _SUFFIXES.get(path.suffix)
    if form is None:
        known = ", ".join(f"{suffix} ({form.value})" for suffix, form in _SUFFIXES.items())
        raise InputError(Problem("no form of report has this suffix", known, "--save", file=str(path)))
    if not path.parent.is_dir():
        raise InputError(Problem("the folder is not there", "one that exists", "--save", file=str(path.parent)))
    return form


def save(path: Path, text: str, option: str = "--save") -> None:
    """Write a report as a whole or not at all: what is there stays until it is replaced. Raises `InputError`."""
    try:
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(draft, 0o644)
            os.replace(draft, path)
        except (OSError, ValueError):
            with suppress(OSError):
                os.unlink(draft)
            raise
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror}", key=option, file=str(path))) from None
