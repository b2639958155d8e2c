"""The wording of every form of report, one text per form. `make golden` writes them to `tests/golden/<form>.txt`.

A form for people (text, Markdown, CSV) is kept whole. Of one for machines (JSON, SARIF, JUnit, OSCAL, HTML) only the
texts with a space in them are kept, each once, and none that the text form has: their structure is held by a schema and
by the tests of that form.
All are of one small stack (failures, something unproven, a waiver, a declared hop) and a second one that is bad input.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import chdir
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from rich.console import Console

from im_stack.preflight.reports.diff.changes import compare
from im_stack.preflight.reports.diff.show import as_text
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.report import report_of, reports_of
from im_stack.preflight.reports.text import Detail, print_report
from im_stack.terms.problem import InputError, Problem
from tests.harness.programs import WAIVERS
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.preflight.reports.test_diff import CASES, given

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 23)
_BROKEN = InputError(Problem("is no region", "ap-jakarta", "im:region", file="Pulumi.x.yaml", line=3))
_PROGRAM = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, lighthouse, mysql

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])


class Store(pulumi.ComponentResource):
    def __init__(self) -> None:
        sweep = {"name": "purge", "period": "PT1H", "run": "PT10M", "repair": "P1D", "by": "the purge job"}
        rows = {"name": "rows", "store": "db", "dataClass": "messages", "clock": "birth", "ttl": "P20D", "sweep": sweep}
        flow = {"source": "clients", "target": "rows"}
        declares = {"version": 1, "holdings": [rows], "flows": [flow]}
        super().__init__("test:index:Store", "store", {"imDeclares": declares}, pinned)
        own = pulumi.ResourceOptions(parent=self, protect=True)
        mysql.Instance("db", instance_name="db", mem_size=1000, volume_size=50, root_password="Aa1-xxxxxxxx", opts=own)
        self.register_outputs({})


Store()
cos.Bucket("photos", bucket="photos-1250000000", acl="public-read", opts=pinned)
for name in ("pair", "unknown"):
    lighthouse.KeyPair(name, key_name=name, opts=pinned)
"""


def wordings() -> dict[str, str]:
    """Every form's wording by the form's name."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):  # so that every place is named from there
        adopted = {name: {"source": "test"} for name in ("im-module", "kenalan")}
        project = write_project(Path(folder), _PROGRAM, header="", waivers=WAIVERS["waived"], instruments=adopted)
        check = replace(check_project(project, "test", today=TODAY), took=timedelta(seconds=1.5))
        terminal = StringIO()
        print_report(report_of(check), Console(file=terminal, width=140, color_system=None), Detail(everything=True))
        forms = {"text": "\n".join(line.rstrip() for line in terminal.getvalue().splitlines())}
        for form in Format:
            if form is not Format.TEXT:
                broken = [] if form in (Format.PROCESSING, Format.ASSESSMENT) else [("x", _BROKEN)]
                forms[form.value] = _words(
                    form, render(form, reports_of([("test", check), *broken]), every=True), forms["text"]
                )
    changes = [compare(*given(case), TODAY, {}) for case in CASES]
    forms["diff"] = "\n".join(
        f"# {case['case']}\n{as_text(change)}" for case, change in zip(CASES, changes, strict=True)
    )
    return {name: "\n".join(text.splitlines()).rstrip() + "\n" for name, text in forms.items()}


def _words(form: Format, text: str, known: str) -> str:
    match form:
        case Format.JSON | Format.SARIF | Format.ASSESSMENT:
            found = _of_json(json.loads(text))
        case Format.JUNIT:
            found = (t for e in ElementTree.fromstring(text).iter() for t in (*e.attrib.values(), e.text or ""))
        case Format.HTML:
            found = _of_html(re.sub(r'<dl class="glossary">.*?</dl>', "", text, flags=re.DOTALL))
        case _:
            return text
    lines = (" ".join(line.split()) for each in found for line in each.splitlines())
    return "\n".join(dict.fromkeys(line for line in lines if " " in line and line not in " ".join(known.split())))


def _of_json(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _of_json(item)
    elif isinstance(value, str):
        yield value


def _of_html(text: str) -> Iterable[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        within = ""

        def handle_starttag(self, tag: str, _: object) -> None:
            self.within = tag

        def handle_data(self, data: str) -> None:
            if self.within not in ("style", "script"):
                found.append(" ".join(data.split()))

    Reader().feed(text)
    return found


if __name__ == "__main__":
    for name, text in wordings().items():
        (FOLDER / f"{name}.txt").write_text(text, "utf-8")
