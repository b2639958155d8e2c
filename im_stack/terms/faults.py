"""Faults of a value that a model refuses, in words: what is wrong with it, and what would be right as YAML writes it.

In: an error of pydantic. Out: two texts; the second is empty where nothing can be said.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from im_stack.terms.problem import one_of

Fault = Mapping[str, Any]


def _text(fault: Fault) -> tuple[str, str]:
    value = fault["input"]
    number = isinstance(value, bool | int | float)
    return "must be text", f'in quotes: "{str(value).lower() if isinstance(value, bool) else value}"' if number else ""


def _list(fault: Fault) -> tuple[str, str]:
    value = fault["input"]
    one = f", or [{value}]" if isinstance(value, str | int) and value != "none" else ""
    return "must be a list", f"[] for none, [first, second] for some{one}"


def _keys(_fault: Fault) -> tuple[str, str]:
    return "must have keys below it", ""


def _word(fault: Fault) -> tuple[str, str]:
    return "is none of its values", one_of(str(fault["input"]), re.findall(r"'([^']*)'", fault["ctx"]["expected"]))


def _pattern(fault: Fault) -> tuple[str, str]:
    pattern = fault["ctx"]["pattern"]
    right = next((words for begins, words in _PATTERNS if pattern.startswith(begins)), f"text like {pattern}")
    return "has another form", right


def _length(fault: Fault) -> tuple[str, str]:
    context, what = fault["ctx"], "characters" if isinstance(fault["input"], str) else "of them"
    if "min_length" in context:
        return "is too short", f"at least {context['min_length']} {what}"
    return "is too long", f"at most {context['max_length']} {what}"


def _truth(_fault: Fault) -> tuple[str, str]:
    return "must be true or false", "true or false, without quotes"


def _number(_fault: Fault) -> tuple[str, str]:
    return "must be a whole number", "a whole number, without quotes"


_PATTERNS: Final = (
    ("^\\d", "digits alone, in quotes"),
    ("^[a-z]", "small letters, digits and hyphens, a letter first"),
)
_WORDS: Final[Mapping[str, Callable[[Fault], tuple[str, str]]]] = {
    "string_type": _text,
    "tuple_type": _list,
    "list_type": _list,
    "dict_type": _keys,
    "model_type": _keys,
    "model_attributes_type": _keys,
    "literal_error": _word,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _length,
    "too_short": _length,
    "string_too_long": _length,
    "bool_type": _truth,
    "bool_parsing": _truth,
    "int_type": _number,
    "int_parsing": _number,
    "int_from_float": _number,
}


def words(fault: Fault) -> tuple[str, str]:
    """What is wrong, and what would be right."""
    if fault["type"] == "value_error":
        return str(fault.get("ctx", {}).get("error", fault["msg"])), ""
    known = _WORDS.get(fault["type"])
    what, right = known(fault) if known else (fault["msg"], "")
    return f"{what}, found {fault['input']!r}", right


def keys_at(kind: Any, path: Sequence[int | str]) -> list[str]:
    """The keys of the model that a path leads to from a type, as a file spells them; none where there is no model."""
    for step in path:
        kind = _inside(kind, step)
    models = [each for each in _parts(kind) if isinstance(each, type) and issubclass(each, BaseModel)]
    return sorted(field.alias or name for model in models for name, field in model.model_fields.items())


def _inside(kind: Any, step: int | str) -> Any:
    """The type of a field of a model, or of what is in a list or a mapping."""
    for part in _parts(kind):
        if isinstance(part, type) and issubclass(part, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in part.model_fields.items()}
            if step in fields:
                return fields[str(step)]
        elif get_args(part):
            return get_args(part)[0 if isinstance(step, int) else -1]
    return None


def _parts(kind: Any) -> tuple[Any, ...]:
    """The types of a union, without what is annotated to them."""
    if get_origin(kind) is Annotated:
        return _parts(get_args(kind)[0])
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
