"""Site of the documentation: `make docs` builds it with Sphinx from the Markdown pages, and fails at any warning.

A link to a file or folder of the project that is no page is shown as its path: the site is complete by itself.
"""

import os
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

DOCS = ROOT / "docs"
_LINK = re.compile(r"\[([^\]]+)\]\(([\w./<>-]+/?)(#[^)]*)?\)")
_ROOT_PAGES = {ROOT / f"{name}.md": DOCS / f"{name.lower()}.md" for name in ("CHANGELOG", "CONTRIBUTING")}


def _local(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Links that leave the folder of the pages: of a page at the root to its own here, of anything else to its path."""
    folder = (DOCS / docname).parent

    def local(link: "re.Match[str]") -> str:
        text, target, anchor = link.groups("")
        place = (folder / target).resolve()
        page = _ROOT_PAGES.get(place, place)
        if page.is_relative_to(DOCS) and page.suffix in (".md", ".svg", ".png"):
            return f"[{text}]({os.path.relpath(page, folder)}{anchor})"
        if not place.is_relative_to(ROOT):
            return link[0]
        path = place.relative_to(ROOT)
        return text if text.strip("`") == str(path) else f"{text} (`{path}`)"

    source[0] = _LINK.sub(local, source[0])


def setup(app: Sphinx) -> None:
    app.connect("source-read", _local)
