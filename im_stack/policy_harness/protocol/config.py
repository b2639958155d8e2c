"""Configuration of policies: schema defaults, then the pack's initial configuration, then the given one."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pulumi.runtime.proto import analyzer_pb2

from im_stack.policy_harness.errors import ConfigFault
from im_stack.policy_harness.protocol.verdicts import EnforcementLevel, Policy
from im_stack.policy_harness.protocol.wire import plain, struct

ALL: Final = "all"
_LEVEL: Final = "enforcementLevel"
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int, float),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def engine_config(info: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Configuration of every policy as the engine sends it to a pack with this `info`.

    `given` has the format of `--policy-pack-config`. Raises `ConfigFault`.
    """
    made = {p.name: (EnforcementLevel.of(p.enforcementLevel), _defaults(p)) for p in info.policies}
    unknown = [name for name in given if name not in made and name != ALL]
    if unknown:
        raise ConfigFault(no_policy(unknown[0], made))
    initial = {
        name: (EnforcementLevel.of(c.enforcementLevel), plain(c.properties)) for name, c in info.initialConfig.items()
    }
    for layer in (initial, {name: _given(name, value) for name, value in given.items()}):
        _apply(made, layer)
    faults = [fault for policy in info.policies for fault in _validate(policy, made[policy.name][1])]
    if faults:
        raise ConfigFault("\n".join(faults))
    return {
        name: analyzer_pb2.PolicyConfig(enforcementLevel=level.number, properties=struct(properties))
        for name, (level, properties) in made.items()
    }


def policies(info: Any, config: Mapping[str, Any]) -> dict[str, Policy]:
    """Policies of a pack with their configured enforcement levels."""
    return {
        p.name: Policy(
            p.name,
            EnforcementLevel.of(config[p.name].enforcementLevel),
            p.policy_type == analyzer_pb2.POLICY_TYPE_STACK,
        )
        for p in info.policies
    }


def no_policy(name: str, known: Mapping[str, Any]) -> str:
    """Message about an unknown policy, with the nearest names."""
    near = get_close_matches(name, known, 1)
    meant = f"is it {near[0]}?" if near else f"it has {', '.join(sorted(known))}"
    return f"the pack has no policy {name!r}; {meant}"


def _defaults(policy: Any) -> dict[str, Any]:
    schema = plain(policy.configSchema.properties)
    return {key: value["default"] for key, value in schema.items() if "default" in value}


def _apply(
    made: dict[str, tuple[EnforcementLevel, dict[str, Any]]],
    layer: Mapping[str, tuple[EnforcementLevel | None, dict[str, Any]]],
) -> None:
    """Configuration with one more layer: its part for all policies, then for each; properties merge by key."""
    overall = layer.get(ALL, (None, {}))[0]
    for name, (level, properties) in made.items():
        own, more = layer.get(name, (None, {}))
        made[name] = (own or overall or level, properties | more)


def _given(name: str, value: Any) -> tuple[EnforcementLevel | None, dict[str, Any]]:
    properties = dict(value) if isinstance(value, Mapping) else {_LEVEL: value}
    level = properties.pop(_LEVEL, None)
    if level is not None and level not in list(EnforcementLevel):
        raise ConfigFault(f"{name}: {level!r} is no enforcement level, one of {', '.join(EnforcementLevel)}")
    return (EnforcementLevel(level) if level else None), properties


def _validate(policy: Any, properties: Mapping[str, Any]) -> Iterator[str]:
    """Violations of a policy's schema. JSON Schema keywords that are not named here are ignored."""
    schema = plain(policy.configSchema.properties)
    yield from (f"{policy.name}: {key} is required" for key in policy.configSchema.required if key not in properties)
    for key, value in sorted(properties.items()):
        yield from (f"{policy.name}: {key} {fault}" for fault in _faults(schema.get(key, {}), value))


def _faults(rule: Mapping[str, Any], value: Any) -> Iterator[str]:
    if not _is_a(rule.get("type"), value):
        yield f"is not of the type {rule['type']}"
    if "enum" in rule and value not in rule["enum"]:
        yield f"is none of {', '.join(map(str, rule['enum']))}"
    if "const" in rule and value != rule["const"]:
        yield f"is not {rule['const']}"
    if isinstance(value, str):
        yield from _outside(len(value), rule.get("minLength"), rule.get("maxLength"), "has {} characters")
        if "pattern" in rule and not re.search(rule["pattern"], value):
            yield f"does not match {rule['pattern']}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _outside(value, rule.get("minimum"), rule.get("maximum"), "is {}")


def _outside(found: float, least: float | None, most: float | None, says: str) -> Iterator[str]:
    if least is not None and found < least:
        yield f"{says.format(f'{found:g}')}, at least {least:g} is allowed"
    if most is not None and found > most:
        yield f"{says.format(f'{found:g}')}, at most {most:g} is allowed"


def _is_a(wanted: Any, value: Any) -> bool:
    if wanted is None:
        return True
    names = wanted if isinstance(wanted, list) else [wanted]
    return any(_fits(name, value) for name in names)


def _fits(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float) and not value.is_integer():
        return False
    return isinstance(value, _TYPES.get(name, (object,)))
