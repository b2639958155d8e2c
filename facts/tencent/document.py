"""Policy documents of COS buckets: what a statement refuses or allows, read with care.

A condition weakens a refusal unless it is exactly the one looked for; an unread document proves nothing.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_EVERYONE = {"*", "qcs::cam::anyone:anyone"}
_EVERY_USER = re.compile(r"qcs::cam::uin/\d+:uin/\*")


@dataclass(frozen=True)
class Statement:
    allows: bool
    everyone: bool
    people: bool
    unnamed: bool
    actions: frozenset[str]
    resources: frozenset[str]
    condition: Mapping[str, Any]

    def covers(self, bucket: str, actions: frozenset[str]) -> bool:
        """Whether it speaks of every object of the bucket and the bucket itself, for all of `actions`."""
        whole = any(resource in ("*", f"{bucket}/*") for resource in self.resources) or any(
            resource.endswith(f":{bucket}/*") for resource in self.resources
        )
        wild = bool(self.actions & {"*", "name/cos:*"})
        return whole and (wild or actions <= self.actions)


def read_document(text: str) -> Sequence[Statement] | None:
    """The statements of a policy document, or None where the text is not one."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    statements = _lower(document).get("statement") if isinstance(document, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not all(isinstance(s, dict) for s in statements):
        return None
    return [_statement(_lower(s), _lower(document).get("principal")) for s in statements]


def _statement(raw: Mapping[str, Any], outer_principal: Any) -> Statement:
    principal = raw.get("principal", outer_principal)
    who = principal.get("qcs", principal.get("QCS")) if isinstance(principal, dict) else principal
    return Statement(
        allows=str(raw.get("effect", "allow")).lower() != "deny",
        everyone=bool(set(_texts(who)) & _EVERYONE),
        people=any(_EVERY_USER.fullmatch(name) for name in _texts(who)),
        unnamed=not _texts(who),
        actions=frozenset(_texts(raw.get("action"))),
        resources=frozenset(_texts(raw.get("resource"))),
        condition=raw.get("condition") or {},
    )


def refuses_plaintext(statements: Sequence[Statement], bucket: str) -> bool:
    """Whether everyone is refused every request to the bucket that is not HTTPS."""
    return any(
        not s.allows
        and s.everyone
        and s.covers(bucket, frozenset({"name/cos:*"}))
        and s.condition
        in ({"bool_equal": {"cos:secure-transport": "false"}}, {"bool_equal": {"cos:secure-transport": False}})
        for s in statements
    )


def refuses_old_tls(statements: Sequence[Statement], bucket: str) -> bool:
    """Whether everyone is refused every HTTPS request below TLS 1.2."""
    return any(
        not s.allows
        and s.everyone
        and s.covers(bucket, frozenset({"name/cos:*"}))
        and s.condition
        in ({"numeric_less_than": {"cos:tls-version": 1.2}}, {"numeric_less_than": {"cos:tls-version": "1.2"}})
        for s in statements
    )


def refuses(statements: Sequence[Statement], bucket: str, action: str) -> bool:
    """Whether everyone is refused an action on the bucket, without any condition."""
    return any(
        not s.allows and s.everyone and not s.condition and s.covers(bucket, frozenset({action})) for s in statements
    )


def refuses_people(statements: Sequence[Statement], bucket: str, action: str) -> bool:
    """Whether every user of the account is refused an action: roles, and so functions, are no users."""
    return any(
        not s.allows and (s.everyone or s.people) and not s.condition and s.covers(bucket, frozenset({action}))
        for s in statements
    )


def opens(statements: Sequence[Statement]) -> bool:
    """Whether anything is allowed to everyone, or to nobody named: a condition is not trusted to close it."""
    return any(s.allows and (s.everyone or s.unnamed) for s in statements)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _lower(block: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in block.items()}
