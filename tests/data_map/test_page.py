"""The page as a document: whole, closed to the outside, in order for a screen reader, and true to the JSON report."""

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from im_stack.preflight.reports.data_map.page import shown
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.provenance import commit_of, provenance
from im_stack.preflight.reports.model.report import Report, reports_of
from tests.data_map.reading import Element, read
from tests.data_map.stacks import CANARY, MARKUP, TURNED, demo, hostile, jakarta, page
from tests.harness.root import ROOT

PAGES = [("demo",), ("jakarta",), ("hostile",), ("demo", "broken", "hostile")]
LOADS = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "xlink:href", "style"}
SCHEMES = {
    "light": r":root\{([^}]*)\}",
    "dark": r"prefers-color-scheme:dark\)\{:root\{([^}]*)\}",
    "print": r"@media print\{:root\{([^}]*)\}",
}


@pytest.mark.parametrize("names", PAGES, ids="-".join)
def test_nothing_is_loaded_and_nothing_runs(names: tuple[str, ...]) -> None:
    document = read(page(*names))
    tags = {element.tag for element in document.every()}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "image", "foreignobject"}
    for element in document.every():
        assert not [name for name in element.attributes if name in LOADS or name.startswith("on")], element
        assert element.attributes.get("href", "#").startswith("#")
        assert not any("url(" in value for value in element.attributes.values())
    (style,) = document.every("style")
    css = "".join(str(child) for child in style.children)
    assert not re.search(r"url\(|@import|expression|<", css)
    policy = document.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("names", PAGES, ids="-".join)
def test_a_screen_reader_finds_its_way(names: tuple[str, ...]) -> None:
    document = read(page(*names))
    assert document.one("html").attributes["lang"] == "en"
    for landmark in ("main", "nav"):
        document.one(landmark)
    levels = [int(heading.tag[1]) for heading in document.every("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    ids = [element.attributes["id"] for element in document.every() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in document.every():
        for target in element.attributes.get("aria-labelledby", "").split():
            assert target in ids
        if element.tag == "a":
            assert element.attributes["href"][1:] in ids
            assert element.text
        if element.attributes.get("role") in ("img", "group"):
            assert {"aria-labelledby", "aria-label"} & set(element.attributes)
    for table in document.every("table"):
        assert table.one("caption").text
        assert all(cell.attributes.get("scope") in ("col", "row") for cell in table.every("th"))
        widths = {len(list(row.every("th", "td"))) for row in table.every("tr")}
        assert len(widths) == 1, table.one("caption").text


def _spoken(element: Element) -> Iterator[Element]:
    """Pictures that a screen reader meets: the outermost, unless hidden."""
    for child in element.children:
        if isinstance(child, Element) and child.attributes.get("aria-hidden") != "true":
            if child.tag == "svg":
                yield child
            else:
                yield from _spoken(child)


@pytest.mark.parametrize("names", PAGES, ids="-".join)
def test_every_picture_says_in_words_what_it_shows(names: tuple[str, ...]) -> None:
    document = read(page(*names))
    pictures = list(_spoken(document))
    assert pictures
    for picture in pictures:
        assert picture.attributes["role"] == "img"
        title, description = (next(picture.every(tag)) for tag in ("title", "desc"))
        assert title.text
        assert description.text
        assert picture.attributes["aria-labelledby"].split() == [title.attributes["id"], description.attributes["id"]]


def _ends(value: Any) -> Iterator[str | None]:
    """Every period of a bound in the JSON report, or None where there is no end."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key in ("limit", "latestEnd", "earliestEnd", "latestEndIfSweepsFail", "end", "period"):
            yield inner
        elif key in ("hops", "paths"):
            for row in inner:
                yield from _ends(row)


@pytest.mark.parametrize("check", [demo, jakarta], ids=["demo", "jakarta"])
def test_every_number_of_a_bound_is_on_the_page(check: Any) -> None:
    report = json.loads(render(Format.JSON, reports_of([("s", check())]), every=False))
    document = read(render(Format.HTML, reports_of([("s", check())]), every=False))
    assert report["bounds"]
    for bound in report["bounds"]:
        (card,) = [e for e in document.every("article") if next(e.every("h4")).text == bound["class"]]
        said = {element.attributes["datetime"] for element in card.every("time")}
        for end in _ends(bound):
            assert (end in said) if end else "unbounded" in card.text, (bound["class"], end)
        (paths,) = [e for e in card.every("ol") if e.attributes.get("class") == "paths"]
        assert sum(isinstance(child, Element) for child in paths.children) == len(bound["paths"])


@pytest.mark.parametrize("check", [demo, jakarta, hostile], ids=["demo", "jakarta", "hostile"])
def test_the_page_says_what_the_report_says(check: Any) -> None:
    report = json.loads(render(Format.JSON, reports_of([("s", check())]), every=False))
    document = read(render(Format.HTML, reports_of([("s", check())]), every=False))

    def rows(caption: str) -> list[str]:
        (table,) = [t for t in document.every("table") if t.one("caption").text.startswith(caption)]
        return [row.text for row in next(table.every("tbody")).every("tr")]

    def kept(said: str) -> str:
        return " ".join(str(shown(said)).split())

    assert report["headline"] in document.text
    blocking = [v for v in report["verdicts"] if v["outcome"] in ("fail", "unproven") and not v["waived"]]
    sections = {e.attributes["aria-labelledby"].split()[-1]: e for e in document.every("section")}
    findings = list(sections["s1-blocking"].every("article"))
    assert len(findings) == len(blocking)
    for finding, verdict in zip(findings, blocking, strict=True):
        assert kept(verdict["message"]) in finding.text
        assert kept(verdict["fix"]) in finding.text
        assert len([e for e in finding.every("ol") if e.attributes.get("class") == "hops"]) == bool(verdict["path"])
        assert sum(1 for e in finding.every("li")) == len(verdict["path"])
    assert len(rows("What each holding keeps")) == len(report["stores"])
    assert len(list(sections["s1-waivers"].every("article"))) == len(report["waivers"])
    for waiver in report["waivers"]:
        assert kept(waiver["reason"]) in sections["s1-waivers"].text
        assert waiver["evidence"] in sections["s1-waivers"].text
    if report["declaredHops"]:
        assert len(rows("Who must do what")) == len(report["declaredHops"])
    assert len(rows("What every proof leans on")) == len(report["assumptions"])
    tally = next(e for e in document.every("dl") if e.attributes.get("class") == "tally")
    counts = {e.one("dt").text: int(e.one("dd").text) for e in tally.every("div")}
    for outcome, n in counts.items():
        waived = outcome == "waived"
        verdicts = [v for v in report["verdicts"] if v["waived"] == waived and (waived or v["outcome"] == outcome)]
        assert n == len(verdicts), outcome


def test_flows_are_drawn_and_told_alike() -> None:
    document = read(page("jakarta"))
    (table,) = [t for t in document.every("table") if t.one("caption").text.startswith("What flows")]
    rows = [[cell.text for cell in row.every("td", "th")] for row in next(table.every("tbody")).every("tr")]
    (drawing,) = [e for e in document.every("svg") if "viewbox" in e.attributes]
    lines = [e for e in drawing.every("path") if e.attributes["class"].startswith("flow")]
    assert len(lines) == len(rows) == 10
    assert sum(e.attributes["class"] == "flow sealed" for e in lines) == sum(row[3] == "sealed" for row in rows) == 4
    boxes = {next(e.every("text")).text for e in drawing.every("svg") if e is not drawing}
    assert boxes == {name for row in rows for name in row[:2]}


def test_names_that_mean_harm_are_only_text() -> None:
    text = page("hostile", "broken")
    document = read(text)
    for said in ("<script>document.title='ran'</script>", "{{7*7}}", r"\u202egnp.\u2066soto\x07hp"):
        assert said in document.text
    assert "[… 9,400 characters …]" in document.text
    assert "W" * 601 not in text
    assert not set(text) & set("\u202e\u2066\x07")
    assert "<script" not in text
    assert CANARY not in text


def test_what_is_written_can_be_seen_and_has_an_end() -> None:
    assert shown(f"{TURNED}\ud800\u200b\n") == "\\u202egnp.\\u2066soto\\x07hp\\ud800\\u200b\n"
    assert shown(MARKUP) == MARKUP
    assert shown("é中" * 400) == f"{'é中' * 150} [… 200 characters …] {'é中' * 150}"
    assert shown(7) == 7


def test_a_stack_that_could_not_be_judged_says_why() -> None:
    document = read(page("demo", "broken"))
    (section,) = [e for e in document.every("section") if e.attributes["aria-labelledby"] == "s2"]
    assert "Pulumi.x.yaml:3" in section.text
    assert [e.text for e in document.one("nav").every("a") if e.attributes["href"] == "#s2"] == ["broken"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_stands_out_from_what_is_behind_it(scheme: str) -> None:
    css = (ROOT / "im_stack/preflight/reports/data_map" / "style.css").read_text("utf-8")
    found = re.search(SCHEMES[scheme], css)
    assert found
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]+)", found[1]))
    for text in ("ink", "soft", "mark", "good", "bad", "warn"):
        for behind in ("bg", "panel"):
            assert _contrast(colours[text], colours[behind]) >= 4.5, (text, behind)
    for shape in ("mark", "badfill", "warn"):
        assert _contrast(colours[shape], colours["panel"]) >= 3, shape


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    linear = []
    for at in (0, 2, 4):
        part = int(digits[at : at + 2], 16) / 255
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    """And the template engine is loaded only where the page is asked for."""
    pages = []
    for seed in ("1", "2"):
        file = tmp_path / f"{seed}.html"
        program = (
            "import sys; from pathlib import Path; from im_stack.preflight.judgement.one_stack import check_stack; "
            "from im_stack.preflight.reports.formats import Format, render; "
            "from im_stack.preflight.reports.model.report import report_of; "
            "reports = [report_of(check_stack(Path('examples/innocent'), 'demo'))]; "
            "render(Format.JSON, reports, every=False); assert 'jinja2' not in sys.modules; "
            f"Path({str(file)!r}).write_text(render(Format.HTML, reports, every=False), 'utf-8')"
        )
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
        pages.append(file.read_bytes())
    assert pages[0] == pages[1]


def test_what_fails_stands_first_and_red() -> None:
    document = read(page("jakarta", "demo", "broken"))
    names = [heading.text for heading in document.one("main").every("h2")]
    assert names == ["demo", "broken", "tencent-ap-jakarta", "Glossary"]
    states = [
        e.attributes["class"] for e in document.one("nav").every("span") if "state" in e.attributes.get("class", "")
    ]
    assert states == ["state fail", "state fail", "state conditional"]


def test_where_it_comes_from_is_at_the_top(tmp_path: Path) -> None:
    (report,) = reports_of([("jakarta", jakarta())])
    assert isinstance(report, Report)
    origin = report.provenance
    text = read(page("jakarta")).text
    for value in (origin.version, origin.declaration, origin.terms, commit_of(ROOT), str(report.day)):
        assert value
        assert value in text
    assert commit_of(tmp_path) == ""
    longer = jakarta().duties.declaration.model_copy(update={"name": "other"})
    other = provenance(replace(jakarta().duties, declaration=longer), ROOT)
    assert (other.declaration != origin.declaration, other.terms) == (True, origin.terms)
    fewer = provenance(replace(jakarta().duties, adopted=jakarta().duties.adopted[:1]), ROOT)
    assert (fewer.declaration, fewer.terms != origin.terms) == (origin.declaration, True)


def test_what_is_not_judged_has_a_table_of_its_own_and_there_is_a_place_to_sign() -> None:
    document = read(page("jakarta"))
    tables = {table.one("caption").text: table for table in document.every("table")}
    rows = [row.text for row in tables["What is not judged, and why"].every("tr")][1:]
    (report,) = reports_of([("jakarta", jakarta())])
    assert isinstance(report, Report)
    assert len(rows) == sum(row.not_judged for row in report.obligations) > 0
    assert all("not judged" in row for row in rows)
    assert [row.one("th").text for row in list(tables["Who has read it"].every("tr"))[1:]] == [
        "Controller",
        "Data protection officer",
        "Engineer",
    ]


def test_the_words_of_the_page_are_explained_on_it() -> None:
    document = read(page("demo"))
    (section,) = [e for e in document.every("section") if e.attributes["aria-labelledby"] == "glossary"]
    assert {"hop", "sweep", "epoch", "conditional"} <= {term.text for term in section.every("dt")}
