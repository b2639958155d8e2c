"""Paths, files, modules, links and programs that the documentation names exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.harness.root import ROOT

PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
_CODE = ["im_stack", "components", "policies", "stacks", "tests"]
_FOLDERS = [*_CODE, "benchmarks", "docs", "examples", "tools", ".github", ".ci"]
_PATH = re.compile(rf"`(?:\./)?((?:{'|'.join(map(re.escape, _FOLDERS))})/[\w./<>*-]*)`")
_FILE = re.compile(r"`([\w*]+\.(?:py|yaml))`")
_MODULE = re.compile(r"python -m ((?:im_stack|tests|benchmarks)[\w.]*)")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    paths = {path for path in _PATH.findall(text) if not list(ROOT.glob(re.sub(r"<\w+>", "*", path)))}
    files = {
        n for n in _FILE.findall(text) if not (ROOT / n).exists() and not any([*(ROOT / t).rglob(n)] for t in _CODE)
    }
    modules = {name for name in _MODULE.findall(text) if find_spec(name.rstrip(".")) is None}
    links = {link for link in _LINK.findall(text) if not (page.parent / link).exists()}
    assert not (paths | files | modules | links)


def test_paths_modules_and_links_are_found_at_all() -> None:
    texts = [page.read_text("utf-8") for page in PAGES]
    for pattern, least in ((_PATH, 50), (_FILE, 10), (_MODULE, 5), (_LINK, 20)):
        assert sum(len(pattern.findall(text)) for text in texts) > least, pattern.pattern


def test_the_programs_of_the_comparison_with_the_engine_exist() -> None:
    rows = (
        (ROOT / "docs" / "engine" / "offline-engine.md")
        .read_text("utf-8")
        .partition("## Constructs")[2]
        .partition("\n## ")[0]
    )
    names = [name for row in rows.splitlines() for name in re.findall(r"`([\w*]+)`", row.rpartition(" | ")[2])]
    assert len(names) > 30
    assert not [name for name in names if not list((ROOT / "tests" / "programs").glob(f"{name}.py"))]
