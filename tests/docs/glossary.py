"""docs/glossary.md as made from `im_stack/terms/glossary.yaml`. `python -m tests.docs.glossary` writes it."""

from pathlib import Path
from typing import Final

from im_stack.terms.library import load_glossary

PAGE: Final = Path(__file__).parents[2] / "docs" / "glossary.md"
_HEAD: Final = """# Glossary

The words of the reports and of this documentation, each with one meaning. `preflight explain WORD` prints a row of this
page, and explains every id of a report as well. Rows are made from `{source}` by `make readme`.

| word | meaning | example |
|---|---|---|
"""


def page() -> str:
    """The whole page, a row per word."""
    rows = (f"| {row.word} | {row.meaning} | {row.example} |\n" for row in load_glossary().values())
    return _HEAD.format(source="im_stack/terms/glossary.yaml") + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
