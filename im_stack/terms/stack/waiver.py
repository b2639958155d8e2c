"""Waiver: a dated, owned, reasoned exception for one rule on one resource, as an entry of `im:waivers`.

This is its schema. `im_stack.policies.waivers` decides whether it is in force and what it covers.
"""

import re
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from im_stack.terms.files.yaml_file import Row
from im_stack.terms.texts.model import Listed

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ENGINE_DAY = " 00:00:00 +0000 UTC"
"""What the engine appends to a day that stands in a stack file without quotes."""


def parse_day(value: Any) -> date:
    """A calendar day: `YYYY-MM-DD` as text, or a day as YAML reads it. Raises `ValueError` for anything else."""
    if type(value) is date:  # a datetime is a date, too, and no day
        return value
    text = value.removesuffix(_ENGINE_DAY) if isinstance(value, str) else ""
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError(f"{value!s:.40} is no calendar day: write YYYY-MM-DD, the last day that counts")


def engine_day(day: date) -> str:
    """Text of a day that the stack file has without quotes, as the engine passes it."""
    return f"{day.isoformat()}{_ENGINE_DAY}"


def _line(text: Any) -> Any:
    """One printable line from folded text, so that no report is broken by it."""
    joined = " ".join(text.split()) if isinstance(text, str) else text
    if isinstance(joined, str) and not joined.isprintable():
        raise ValueError("holds characters that cannot be printed")
    return joined


def _printable(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError("is empty, or holds characters that cannot be printed")
    return text


def _link(text: str) -> str:
    """An http(s) link without credentials, since every report prints it. The error does not repeat it."""
    try:
        parts = urlsplit(text)
        host, secret = parts.hostname, "@" in parts.netloc
    except ValueError:
        host, secret = None, False
    if not host or parts.scheme not in ("http", "https") or not text.isprintable() or " " in text:
        raise ValueError("is no link: write where the decision can be read, https://...")
    if secret:
        raise ValueError("carries a user name or password, and every report would print it")
    return text


Line = Annotated[str, BeforeValidator(_line)]


class Waiver(Row):
    """One entry of `im:waivers`: an exception has an owner and an end. One from what an adopted text demands in words
    is a hold: it also has a ground that the text lists, a law, and a start."""

    rule: Annotated[Line, Field(min_length=1, max_length=100, description="id of the one rule that is waived")]
    resource: Annotated[
        str,
        AfterValidator(_printable),
        Field(
            max_length=300,
            description="name of the resource as in its URN, perhaps after its type (`Bucket photos`); a class's name, "
            "or `the stack`, where the rule is about that. `*`, `?` and `[...]` name a family of one type",
        ),
    ]
    reason: Annotated[Line, Field(min_length=10, max_length=1000, description="why it is acceptable until then")]
    owner: Annotated[Line, Field(min_length=1, max_length=200, description="who answers for it")]
    evidence: Annotated[
        str, AfterValidator(_link), Field(max_length=2000, description="link to the decision or ticket")
    ]
    expires: Annotated[
        date, BeforeValidator(parse_day), Field(description="the last calendar day on which it counts, YYYY-MM-DD")
    ]
    ground: Listed | None = Field(
        None, description="id of an exception that the text lists (`preflight explain IM-RET-03` shows them)"
    )
    law: Annotated[Line, Field(min_length=3, max_length=300)] | None = Field(
        None, description="the law, or the clause of the text, on which the ground rests"
    )
    start: Annotated[date, BeforeValidator(parse_day)] | None = Field(
        None, description="the first calendar day on which it counts, YYYY-MM-DD"
    )

    @property
    def hold(self) -> str:
        """The ground, the law and the first day in words; empty where it names none."""
        return f"{self.ground}: {self.law}, from {self.start}" if self.ground else ""

    @model_validator(mode="after")
    def _whole(self) -> "Waiver":
        missing = [name for name in ("ground", "law", "start") if getattr(self, name) is None]
        if missing and len(missing) < 3:
            raise ValueError(f"a hold names a ground, a law and a start: {', '.join(missing)} is missing")
        if self.start and self.start > self.expires:
            raise ValueError(f"it starts on {self.start}, after its last day, {self.expires}")
        return self
