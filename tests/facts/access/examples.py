"""Published examples of policies (`published.yaml`): each request, with the decision of the cloud's own document."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from types import ModuleType
from typing import Any

from im_stack.facts.access.patterns import ANY, literal
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests, Span, among, no
from im_stack.facts.access.statements import Statement, is_granted, is_refused, may_be_refused, may_pass
from im_stack.facts.aws.identity import access as aws
from im_stack.facts.tencent.identity import access as tencent
from im_stack.terms.files.yaml_file import read_yaml

_LANGUAGES = {"aws": (aws, "Statement", "2012-10-17"), "tencent": (tencent, "statement", "2.0")}
_DECISIONS = {
    "allow": (True, False, False, True),
    "deny": (..., True, True, False),
    "nothing": (False, False, False, False),
    "unread": (False, False, False, None),
    "doubt": (True, None, True, None),
    "shut": (False, None, True, False),
    "unknown": (False, None, True, None),
}
"""Whether a request is allowed (where that is said), is refused, may be refused, and is let in."""


@dataclass(frozen=True, eq=False)
class Example:
    """One request of one published policy, and `allow`, `deny`, `nothing`, `unread`, `doubt`, `shut` or `unknown`."""

    policy: dict[str, Any]
    request: dict[str, Any]
    decision: str
    number: int
    rule: str = "published"

    def __str__(self) -> str:
        return f"{self.policy['source']} {self.number}"

    def red(self) -> bool:
        """Whether the evaluator decides otherwise."""
        statements = self._statements()
        asked = self._asked(statements)
        asks = (is_granted, is_refused, may_be_refused, may_pass)
        wanted = zip(asks, _DECISIONS[self.decision], strict=True)
        return any(ask(statements, asked) is not answer for ask, answer in wanted if answer is not ...)

    def _statements(self) -> tuple[Statement, ...]:
        language, member, version = _LANGUAGES[self.policy["language"]]
        text = json.dumps({member: self.policy["statements"], "Version": version})
        found = language.read_document(text, self.policy.get("place", "resource"))
        assert found is not None
        return found

    def _asked(self, statements: tuple[Statement, ...]) -> Requests:
        """One request: it has no key that a statement asks for, but those that it names."""
        language: ModuleType = _LANGUAGES[self.policy["language"]][0]
        key = str.lower if language is aws else str
        named = {key(name): value for name, value in self.request.items()}
        named[ACTION] = key(named[ACTION])
        by = [] if PRINCIPAL in named else [among(PRINCIPAL, ANY)]
        asked = {c.key for s in statements for c in (*s.may, *(s.sure or ()))} - {ACTION, RESOURCE, PRINCIPAL}
        given = [c for name, value in named.items() for c in _values(name, value)]
        return (*by, *given, *(no(each) for each in sorted(asked - named.keys())))


def _values(name: str, value: Any) -> Iterator[Constraint]:
    match value:
        case list():
            yield from (Constraint(name, frozenset({each}), many=True) for each in value)
            yield Constraint(name, frozenset(value), many=True, every=True)
        case {"number": number}:
            yield Constraint(name, spans=frozenset({Span(number, number)}))
        case {"address": address}:
            at = int(ip_address(address)) + (ip_address(address).version == 6) * 2**64
            yield Constraint(name, spans=frozenset({Span(at, at)}))
        case _:
            yield among(name, literal(value))


@cache
def examples() -> tuple[Example, ...]:
    """Every request of every published policy."""
    return tuple(
        Example(policy, request, decision, number)
        for policy in read_yaml(Path(__file__).parent / "published.yaml")
        for number, (decision, request) in enumerate(policy["requests"], 1)
    )
