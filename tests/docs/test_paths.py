"""Paths and modules that the documentation names exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_TOP = "|".join(sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name not in ("build", ".venv")))
_PATH = re.compile(rf"`(?:\./)?((?:{_TOP})/[\w./<>*-]*)`")
_MODULE = re.compile(r"python -m ((?:im_stack|tests|benchmarks)[\w.]*)")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    paths = {path for path in _PATH.findall(text) if not list(ROOT.glob(re.sub(r"<\w+>", "*", path)))}
    modules = {name for name in _MODULE.findall(text) if find_spec(name.rstrip(".")) is None}
    links = {link for link in _LINK.findall(text) if not (page.parent / link).exists()}
    assert not (paths | modules | links)


def test_paths_modules_and_links_are_found_at_all() -> None:
    texts = [page.read_text("utf-8") for page in PAGES]
    for pattern, least in ((_PATH, 50), (_MODULE, 5), (_LINK, 20)):
        assert sum(len(pattern.findall(text)) for text in texts) > least, pattern.pattern
