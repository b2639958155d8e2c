"""Table of docs/glossary.md, a row for each word of `im_stack/terms/texts/glossary.yaml`."""

from im_stack.terms.texts.library import load_glossary


def table() -> str:
    """The rows under their heading."""
    rows = (f"| {row.word} | {row.meaning} | {row.example} |" for row in load_glossary().values())
    return "\n".join(["| word | meaning | example |", "|---|---|---|", *rows])
