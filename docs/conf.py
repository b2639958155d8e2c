"""Site of the documentation: `make docs` builds it with Sphinx from the Markdown pages, and fails at any warning.

A link to a file or folder of the project that is no page is shown as its path: the site is complete by itself.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
project = "IM compliance stack"
extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["images/*"]
html_title = project
html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "navigation_with_keys": False,
    "navbar_persistent": [],
}
html_show_sourcelink = False
nitpicky = True

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((\.\./(?![\w-]+\.md)[^)#]+|[\w.-]+\.json)\)")
_ROOT_PAGE = re.compile(r"\]\(\.\./(CHANGELOG|CONTRIBUTING)\.md")


def _local(_app: Sphinx, _docname: str, source: list[str]) -> None:
    """Links that leave the folder of the pages: of a page at the root to its own here, of anything else to its path."""

    def path(link: "re.Match[str]") -> str:
        text, target = link.groups()
        place = (ROOT / "docs" / target).resolve().relative_to(ROOT)
        return text if text.strip("`") == str(place) else f"{text} (`{place}`)"

    text = _ROOT_PAGE.sub(lambda link: f"]({link[1].lower()}.md", source[0])
    source[0] = _OUTSIDE.sub(path, text)


def setup(app: Sphinx) -> None:
    app.connect("source-read", _local)
