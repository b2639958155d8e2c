"""Notation of a table for references, unknowns, secrets, assets and archives, and its conversion to wire values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from im_stack.policy_harness.protocol.wire import ARCHIVE, ASSET, SIGNATURE, UNKNOWNS, secret
from im_stack.policy_harness.tables.line_map import Key

_FORMS: Final = ("$ref", "$refs", "$known", "$unknown", "$secret", "$asset", "$archive", "$plain")


class NotationFault(Exception):
    """Invalid notation at `key`."""

    def __init__(self, key: Key, what: str) -> None:
        self.key, self.what = key, what
        super().__init__(what)


@dataclass
class Values:
    """Converts the values of one property to wire form and collects the URNs it depends on.

    `urn` gives the URN of a resource by name, or raises `KeyError`; `dry_run`: whether a value can be unknown.
    """

    urn: Callable[[str], str]
    dry_run: bool
    links: list[str] = field(default_factory=list)

    def wire(self, value: Any, at: Key) -> Any:
        """Wire form of a value, with every number a float. Raises `NotationFault`."""
        if isinstance(value, list):
            return [self.wire(item, (*at, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            form = next((key for key in value if key.startswith("$")), None)
            if form is not None:
                return self._special(form, value, at)
            return {key: self.wire(item, (*at, key)) for key, item in value.items()}
        return _number(value)

    def _special(self, form: str, value: Mapping[str, Any], at: Key) -> Any:
        allowed = {form, "is"} if form == "$known" else {form}
        if form not in _FORMS:
            raise NotationFault(
                (*at, form), f"is no notation, one of {', '.join(_FORMS)} ($plain: {{...}} for its own)"
            )
        if set(value) != allowed:
            raise NotationFault(at, f"{form} stands {'with `is` and nothing else' if form == '$known' else 'alone'}")
        return getattr(self, f"_{form[1:]}")(value, (*at, form))

    def _ref(self, value: Mapping[str, Any], at: Key) -> Any:
        self.links.append(self._resource(value["$ref"], at))
        return self._unknown({"$unknown": True}, at)

    def _refs(self, value: Mapping[str, Any], at: Key) -> Any:
        names = value["$refs"]
        if not isinstance(names, list) or not names:
            raise NotationFault(at, "is a list of resources")
        self.links.extend(self._resource(name, at) for name in names)
        return self._unknown({"$unknown": True}, at)

    def _known(self, value: Mapping[str, Any], at: Key) -> Any:
        self.links.append(self._resource(value["$known"], at))
        return self.wire(value["is"], (*at[:-1], "is"))

    def _unknown(self, value: Mapping[str, Any], at: Key) -> Any:
        if not self.dry_run:
            raise NotationFault(at, "nothing is unknown in an update: write {$known: resource, is: value}")
        kind = "string" if value["$unknown"] is True else value["$unknown"]
        if not isinstance(kind, str) or kind not in UNKNOWNS:
            raise NotationFault(at, f"is true or one of {', '.join(UNKNOWNS)}")
        return UNKNOWNS[kind]

    def _secret(self, value: Mapping[str, Any], at: Key) -> Any:
        return secret(self.wire(value["$secret"], at))

    def _asset(self, value: Mapping[str, Any], at: Key) -> Any:
        return self._file(value["$asset"], at, ASSET, ("path", "text", "uri"))

    def _archive(self, value: Mapping[str, Any], at: Key) -> Any:
        return self._file(value["$archive"], at, ARCHIVE, ("path", "uri", "assets"))

    def _file(self, value: Any, at: Key, signature: str, kinds: tuple[str, ...]) -> Any:
        if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in kinds:
            raise NotationFault(at, f"has one of {', '.join(kinds)}")
        return {SIGNATURE: signature, **{key: self.wire(item, (*at, key)) for key, item in value.items()}}

    def _plain(self, value: Mapping[str, Any], _at: Key) -> Any:
        return _raw(value["$plain"])

    def _resource(self, name: Any, at: Key) -> str:
        try:
            return self.urn(name)
        except (KeyError, TypeError):
            raise NotationFault(at, f"there is no resource {name!r}") from None


def _raw(value: Any) -> Any:
    if isinstance(value, list):
        return [_raw(item) for item in value]
    if isinstance(value, dict):
        return {key: _raw(item) for key, item in value.items()}
    return _number(value)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
