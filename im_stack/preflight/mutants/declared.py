"""Schema of the components' declarations (`imDeclares`) as the shape of an argument, for mutants of every member."""

import types
import typing
from typing import Any, Final

from pydantic import BaseModel

from im_stack.preflight.sdk.resource_types import Argument, Shape
from im_stack.terms.stack.wire import Declares


def shape_of(annotation: Any) -> Shape:
    """A pydantic annotation as a shape: models are blocks, tuples of models lists of them, choices texts."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return shape_of(next(arg for arg in args if arg is not type(None)))
    if origin is typing.Annotated:
        return shape_of(args[0])
    if origin is tuple:
        item = shape_of(args[0])
        return Shape("list", item.members, item)
    if origin is dict:
        return Shape("map", {}, shape_of(args[1]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("block", {argument.name: argument for argument in _members(annotation)})
    return Shape({bool: "flag", int: "number"}.get(annotation, "text"), {})


def _members(model: type[BaseModel]) -> typing.Iterator[Argument]:
    for name, info in model.model_fields.items():
        choices = typing.get_args(info.annotation) if typing.get_origin(info.annotation) is typing.Literal else ()
        names = tuple(str(choice) for choice in choices)
        yield Argument(info.alias or name, shape_of(info.annotation), info.is_required(), names, ())


DECLARED: Final = shape_of(Declares)
