"""Policy documents of COS buckets: what a statement refuses or allows, read with care.

A condition weakens a refusal unless it is exactly the one looked for; an unread document proves nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from im_stack.facts.knowledge.policy_text import lower, read_object, statements_of, texts

_EVERYONE = {"*", "qcs::cam::anyone:anyone"}
_ONE_USER = re.compile(r"qcs::cam::uin/\d+:uin/\d+")
_EVERY_USER = re.compile(r"qcs::cam::uin/\d+:uin/\*")
VERSION = "2.0"
"""Of the language of policies: one of another says we do not know what, one of none is refused by the service."""
_KEYS = {"effect", "principal", "action", "resource", "condition", "sid"}


@dataclass(frozen=True)
class Target:
    """A bucket by its full name (`<name>-<application id>`), and the region it is in."""

    bucket: str
    region: str

    def all_of_it(self, resource: str) -> bool:
        """Whether a resource of a statement is every object of this bucket, and no other bucket's."""
        account = self.bucket.rpartition("-")[2]
        accounts = (f"uid/{account}", "") if account.isdecimal() else resource.split(":")[4:5]
        places = [f"qcs::cos:{region}:{owner}:{self.bucket}/*" for region in (self.region, "") for owner in accounts]
        return resource in ("*", f"{self.bucket}/*", *places)


@dataclass(frozen=True)
class Statement:
    allows: bool
    everyone: bool
    people: bool
    unnamed: bool
    actions: frozenset[str]
    resources: frozenset[str]
    condition: Mapping[str, Any]
    plain: bool  # False: it has members that may weaken it in ways nothing here reads
    touches_roles: bool = True  # False: it names users only, and no role or service is one

    def refuses(self, target: Target, actions: frozenset[str]) -> bool:
        """Whether it refuses all of `actions` on every object of the bucket and the bucket itself."""
        whole = any(target.all_of_it(resource) for resource in self.resources)
        wild = bool(self.actions & {"*", "name/cos:*"})
        return not self.allows and self.plain and whole and (wild or actions <= self.actions)


def read_document(text: str) -> Sequence[Statement] | None:
    """The statements of a policy document, or None where the text is not one."""
    document = read_object(text)
    document = lower(document) if document else {}
    if str(document.get("version", VERSION)) != VERSION:
        return None
    statements = statements_of(document, "statement")
    return None if statements is None else [_statement(lower(s), document.get("principal")) for s in statements]


def _statement(raw: Mapping[str, Any], outer_principal: Any) -> Statement:
    principal = raw.get("principal", outer_principal)
    who = texts(lower(principal).get("qcs") if isinstance(principal, dict) else principal)
    return Statement(
        allows=str(raw.get("effect", "allow")).lower() != "deny",
        everyone=bool(set(who) & _EVERYONE),
        people=any(_EVERY_USER.fullmatch(name) for name in who),
        unnamed=not who or any("*" in name and not _EVERY_USER.fullmatch(name) for name in who),
        actions=frozenset(texts(raw.get("action"))),
        resources=frozenset(texts(raw.get("resource"))),
        condition=raw.get("condition") or {},
        plain=set(raw) <= _KEYS,
        touches_roles=not who or not all(_EVERY_USER.fullmatch(name) or _ONE_USER.fullmatch(name) for name in who),
    )


_ALL = frozenset({"name/cos:*"})


_PLAINTEXT = [{"bool_equal": {"cos:secure-transport": value}} for value in ("false", False)]
_OLD_TLS = [{"numeric_less_than": {"cos:tls-version": value}} for value in ("1.2", 1.2)]
"""Conditions that a client of today, over HTTPS, never meets."""


def refuses_plaintext(statements: Sequence[Statement], target: Target) -> bool:
    """Whether everyone is refused every request to the bucket that is not HTTPS."""
    return any(s.refuses(target, _ALL) and s.everyone and s.condition in _PLAINTEXT for s in statements)


def refuses_old_tls(statements: Sequence[Statement], target: Target) -> bool:
    """Whether everyone is refused every HTTPS request below TLS 1.2."""
    return any(s.refuses(target, _ALL) and s.everyone and s.condition in _OLD_TLS for s in statements)


def refuses(statements: Sequence[Statement], target: Target, action: str) -> bool:
    """Whether everyone is refused an action on the bucket, without any condition."""
    return any(s.refuses(target, frozenset({action})) and s.everyone and not s.condition for s in statements)


def refuses_people(statements: Sequence[Statement], target: Target, action: str) -> bool:
    """Whether every user of the account is refused an action: roles, and so functions, are no users."""
    wanted = frozenset({action})
    return any(s.refuses(target, wanted) and (s.everyone or s.people) and not s.condition for s in statements)


def allows(statements: Sequence[Statement], target: Target, action: str) -> bool:
    """Whether an action is allowed in the whole bucket, under no condition; refusals are looked for apart."""
    return any(
        s.allows
        and s.plain
        and not s.condition
        and bool(s.actions & {action, "*", "name/cos:*"})
        and any(target.all_of_it(resource) for resource in s.resources)
        for s in statements
    )


def may_refuse(statement: Statement, action: str) -> bool:
    """Whether a statement may refuse an action, somewhere and under some condition that a client of today may meet."""
    if statement.allows or statement.condition in (*_PLAINTEXT, *_OLD_TLS):
        return False
    return not statement.actions or any(action == act or act.endswith("*") for act in statement.actions)


def lets_take(text: str, service: str, action: str) -> bool:
    """Whether a trust policy lets a service, under no condition, take the role; no refusal beside it is read."""
    document = read_object(text)
    if document is None:
        return False
    try:
        statements = document["statement"]
        blocks = [statements] if isinstance(statements, dict) else list(statements)
        lets = [lower(block) for block in blocks if str(lower(block).get("effect", "allow")).lower() == "allow"]
        named = [
            block
            for block in lets
            if service in texts(lower(block["principal"]).get("service"))
            and action in texts(block.get("action"))
            and not block.get("condition")
        ]
    except (TypeError, KeyError, AttributeError):
        return False
    return bool(named) and len(lets) == len(blocks) and str(document.get("version", VERSION)) == VERSION


def opens(statements: Sequence[Statement]) -> bool:
    """Whether anything is allowed to everyone, or to nobody named: a condition is not trusted to close it."""
    return any(s.allows and (s.everyone or s.unnamed) for s in statements)
