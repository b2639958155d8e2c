"""Table of docs/declare.md, a row for each form of a seal in `im_stack/terms/texts/forms.yaml`."""

from im_stack.terms.texts.library import forms

_HEAD = ("form", "clock", "a record ends", "erased at once", "bytes more", "keys read", "unwrapped")


def table() -> str:
    """The rows under their heading."""
    rows = [
        (row.form, row.clock, row.ends, "yes" if row.erased else "no", *map(str, (row.bytes, row.keys, row.calls)))
        for row in forms().values()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (_HEAD, ("---",) * len(_HEAD), *rows))
