"""The site of the documentation and the README: contents, length, links."""

import re

from tests.harness.root import ROOT

DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
_TWO_SCREENS = 60
"""Lines of a README that is read on two screens, with two pictures."""


def test_every_page_is_in_the_contents_once() -> None:
    text = (DOCS / "index.md").read_text("utf-8")
    listed = re.findall(r"^[\w/-]+$", text, re.MULTILINE)
    assert re.findall(r"^- \[[^\]]+\]\(([\w/-]+)\.md\)", text, re.MULTILINE) == listed
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}
    assert sorted(listed) == sorted(pages - {"index"})


def test_the_readme_is_two_screens_with_a_picture_and_two_commands() -> None:
    assert len(README.splitlines()) <= _TWO_SCREENS
    assert re.findall(r"^!\[[^\]]+\]\((docs/images/[\w.-]+)\)$", README, re.MULTILINE) == [
        "docs/images/demo.svg",
        "docs/images/data-map.png",
    ]
    assert re.findall(r"^make (\w+)", README, re.MULTILINE) == ["preflight", "test"]


def test_the_changelog_has_the_version_that_is_built() -> None:
    """Newest first, below what no version has yet."""
    headings = re.findall(r"^## (Unreleased|\d+\.\d+\.\d+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    version = re.search(r'^version = "([^"]+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert version
    assert headings[headings[0] == "Unreleased"] == version[1]


def test_the_demos_picture_loads_nothing() -> None:
    svg = (DOCS / "images" / "demo.svg").read_text("utf-8")
    assert not re.search(r"url\(\s*[\"']?https?:|href=|<script|@import", svg)
