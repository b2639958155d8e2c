"""Parameters of an API call from recorded arguments, by botocore's model of the API.

An argument that the model lacks or does not allow (name, type, enumeration, range) raises `Misfit`.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

from tests.readback.names import same_name

At = Mapping[str, str]
"""Where an argument goes whose name the interface does not have: by its path, from the block that it is in; `""` is
nowhere."""


class Misfit(Exception):
    """An argument that the API does not accept as recorded."""


def fill(parameters: dict[str, Any], shape: StructureShape, block: Mapping[str, Any], at: At, before: str = "") -> None:
    """Put a recorded block into the parameters: each argument at its own name, or at its path in `at`."""
    for key, value in block.items():
        way = f"{before}.{key}" if before else key
        where = at[way] if way in at else same_name(key, shape.members)
        if where is None:
            raise Misfit(f"{way}: {shape.name} has no {key}")
        if where:
            place(parameters, where, _shaped(_shape_at(shape, where), value, at, way))


def _shaped(shape: Shape, value: Any, at: At, way: str) -> Any:
    """A recorded value in the form of a shape: integers as `int`, API names in blocks.

    A block becomes a list of one where the shape is a list, as in the bridge.
    """
    if isinstance(shape, StructureShape):
        if isinstance(value, Mapping):
            made: dict[str, Any] = {}
            fill(made, shape, value, at, way)
            return made
        if len(shape.members) == 1:  # a wrapper of one value, which the provider does without
            return {key: _shaped(member, value, at, way) for key, member in shape.members.items()}
        raise Misfit(f"{way}: {value!r} is no block of {shape.name}")
    if isinstance(shape, ListShape):
        return [_shaped(shape.member, item, at, way) for item in (value if isinstance(value, list) else [value])]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: _shaped(shape.value, item, at, f"{way}.{key}") for key, item in value.items()}
    return _scalar(shape, value)


def _scalar(shape: Shape, value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if shape.type_name == "string" and isinstance(value, int):
        return str(value).lower()
    if shape.type_name in ("integer", "long") and isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    return value


def place(parameters: dict[str, Any], way: str, value: Any) -> None:
    """Put a value at a path of names and positions, such as `IpPermissions.0.FromPort`.

    A list at an existing path is extended.
    """
    inner: Any = parameters
    *steps, last = way.split(".")
    for step, following in zip(steps, way.split(".")[1:], strict=True):
        empty: Any = [] if following.isdecimal() else {}
        if isinstance(inner, list):
            inner.extend({} for _ in range(int(step) + 1 - len(inner)))
            inner = inner[int(step)]
        else:
            inner = inner.setdefault(step, empty)
    if isinstance(inner, list):
        inner.insert(int(last), value)
    else:
        inner[last] = value


def _shape_at(shape: Shape, way: str) -> Shape:
    """The shape at a path. Raises `Misfit` where the model has none."""
    for step in way.split("."):
        if step.isdecimal() and isinstance(shape, ListShape):
            shape = shape.member
        elif isinstance(shape, StructureShape) and step in shape.members:
            shape = shape.members[step]
        elif isinstance(shape, MapShape):
            shape = shape.value
        else:
            raise Misfit(f"{shape.name} has no {step}")
    return shape


def check(shape: StructureShape, parameters: dict[str, Any]) -> None:
    """Validation by botocore, and of enumerations and maximums, which botocore leaves to the service."""
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise Misfit(report.generate_report())
    _check_values(shape, parameters, shape.name)


def _check_values(shape: Shape, value: Any, way: str) -> None:
    if isinstance(shape, StructureShape):
        for key, item in value.items():
            _check_values(shape.members[key], item, f"{way}.{key}")
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value):
            _check_values(shape.member, item, f"{way}.{index}")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            _check_values(shape.key, key, way)
            _check_values(shape.value, item, f"{way}.{key}")
    else:
        choices = getattr(shape, "enum", None)
        if choices and value not in choices:
            raise Misfit(f"{way}: {value!r} is none of {choices}")
        most = shape.metadata.get("max")
        if most is not None and (value if isinstance(value, int | float) else len(value)) > most:
            raise Misfit(f"{way}: {value!r} is beyond {most}")
