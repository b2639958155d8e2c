"""Published examples of policies: each request of each is decided as the cloud's own document says."""

import json
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from im_stack.facts.access.patterns import ANY, literal
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests, Span, among, no
from im_stack.facts.access.statements import Statement, is_granted, is_refused
from im_stack.facts.aws import access as aws
from im_stack.facts.tencent import access as tencent
from im_stack.terms.yaml_file import read_yaml

EXAMPLES: list[dict[str, Any]] = list(read_yaml(Path(__file__).parent / "published.yaml"))
LANGUAGES = {"aws": (aws, "Statement", "2012-10-17"), "tencent": (tencent, "statement", "2.0")}
DECISIONS = {"allow": (True, False), "deny": (None, True), "nothing": (False, False)}
"""Whether a request is allowed (where that is said), and whether it is refused."""


def _rows() -> Iterator[Any]:
    for example in EXAMPLES:
        for number, (decision, request) in enumerate(example["requests"], 1):
            yield pytest.param(example, request, decision, id=f"{example['source']} {number}")


def _statements(example: dict[str, Any]) -> tuple[Statement, ...]:
    language, member, version = LANGUAGES[example["language"]]
    text = json.dumps({member: example["statements"], "Version": version})
    found = language.read_document(text, example.get("place", "resource"))
    assert found is not None
    return found


def _request(example: dict[str, Any], request: dict[str, Any], statements: tuple[Statement, ...]) -> Requests:
    """One request: it has no key that a statement asks for, but those that it names."""
    language: ModuleType = LANGUAGES[example["language"]][0]
    key = str.lower if language is aws else str
    named = {key(name): value for name, value in request.items()}
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


@pytest.mark.parametrize(("example", "request_", "decision"), list(_rows()))
def test_a_request_is_decided_as_its_document_says(
    example: dict[str, Any], request_: dict[str, Any], decision: str
) -> None:
    statements = _statements(example)
    asked = _request(example, request_, statements)
    allowed, refused = DECISIONS[decision]
    assert is_refused(statements, asked) is refused
    assert allowed is None or is_granted(statements, asked) is allowed
