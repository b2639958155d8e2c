"""Policy documents of AWS: what a statement refuses or allows, read with care.

A refusal counts only as AWS writes one, word for word; a condition weakens it unless it is exactly the one looked for.
What allows is read generously: an unnamed principal is anybody. An unread document proves nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from im_stack.facts.knowledge.policy_text import lower, read_object, statements_of, texts
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Door, Fact, Unread

VERSIONS = ("2008-10-17", "2012-10-17")
"""Of the language of policies; the first where none is given."""
_KEYS = {"Effect", "Principal", "Action", "Resource", "Condition", "Sid"}
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_NOT_A_ROLE = ("ArnNotEquals", "StringNotEquals")
_BUCKET, _OBJECTS = "bucket", "objects"


@dataclass(frozen=True)
class Target:
    """A bucket by its name, in the partition of its region."""

    bucket: str
    partition: str = "aws"

    def covers(self, resource: str) -> frozenset[str]:
        """Which of the bucket itself and all its objects a resource of a statement is."""
        arn = f"arn:{self.partition}:s3:::"
        if resource in ("*", f"{arn}*", f"{arn}{self.bucket}*"):
            return frozenset({_BUCKET, _OBJECTS})
        whole = {f"{arn}{self.bucket}": _BUCKET, f"{arn}{self.bucket}/*": _OBJECTS}
        return frozenset({whole[resource]}) if resource in whole else frozenset()


@dataclass(frozen=True)
class Statement:
    allows: bool
    everyone: bool
    unnamed: bool
    actions: frozenset[str]
    resources: frozenset[str]
    condition: Mapping[str, Any]
    plain: bool  # False: it has members that may weaken it in ways nothing here reads
    service: bool  # a service of AWS is among those it names
    principals: tuple[str, ...] = ()  # everyone who is named, of whatever kind

    def refuses(self, target: Target, actions: frozenset[str], parts: frozenset[str]) -> bool:
        """Whether it refuses everyone all of `actions` on these parts of the bucket, if its condition is met."""
        covered = frozenset[str]().union(*(target.covers(resource) for resource in self.resources))
        wild = bool(self.actions & {"*", "s3:*"})
        reaches = parts <= covered and (wild or actions <= self.actions)
        return not self.allows and self.plain and self.everyone and reaches


def read_document(text: str) -> Sequence[Statement] | None:
    """The statements of a policy document, or None where the text is not one."""
    document = read_object(text)
    document = lower(document) if document else {}
    if document.get("version", VERSIONS[0]) not in VERSIONS:
        return None
    statements = statements_of(document, "statement")
    return None if statements is None else [_statement(raw) for raw in statements]


def _statement(raw: Mapping[str, Any]) -> Statement:
    block = lower(raw)
    principal = block.get("principal")
    who = (
        [name for kind in principal.values() for name in texts(kind)]
        if isinstance(principal, dict)
        else texts(principal)
    )
    kinds = lower(principal) if isinstance(principal, dict) else {}
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in texts(principal.get("AWS")))
    pools = [name for name in texts(kinds.get("federated")) if not name.startswith("arn:")]  # of any account
    condition = block.get("condition") or {}
    return Statement(
        allows=raw.get("Effect") != "Deny",
        everyone=everyone,
        unnamed=not who or "notprincipal" in block or any("*" in name for name in who) or bool(pools),
        actions=frozenset(texts(block.get("action"))),
        resources=frozenset(texts(block.get("resource"))),
        condition=condition if isinstance(condition, dict) else {"": condition},
        plain=set(raw) <= _KEYS,
        service="service" in kinds,
        principals=tuple(who),
    )


def only(condition: Mapping[str, Any], operator: str, key: str) -> list[Any] | None:
    """The values of a condition that is nothing but this operator on this key; None for any other."""
    inner = condition.get(operator)
    if set(condition) != {operator} or not isinstance(inner, dict) or set(inner) != {key}:
        return None
    return inner[key] if isinstance(inner[key], list) else [inner[key]]


_ALL = frozenset({"s3:*"})
_WHOLE = frozenset({_BUCKET, _OBJECTS})
_ITSELF = frozenset({_BUCKET})


def refuses_plaintext(statements: Sequence[Statement], target: Target) -> bool:
    """Whether everyone is refused every request to the bucket and its objects that is not HTTPS."""
    return any(
        s.refuses(target, _ALL, _WHOLE) and only(s.condition, "Bool", "aws:SecureTransport") in (["false"], [False])
        for s in statements
    )


def refuses_old_tls(statements: Sequence[Statement], target: Target) -> bool:
    """Whether everyone is refused every HTTPS request below TLS 1.2."""
    return any(
        s.refuses(target, _ALL, _WHOLE) and only(s.condition, "NumericLessThan", "s3:TlsVersion") in (["1.2"], [1.2])
        for s in statements
    )


def refuses(statements: Sequence[Statement], target: Target, action: str) -> bool:
    """Whether everyone is refused an action on the bucket itself, without any condition."""
    return any(s.refuses(target, frozenset({action}), _ITSELF) and not s.condition for s in statements)


def refuses_people(statements: Sequence[Statement], target: Target, action: str) -> bool:
    """Whether everyone but single roles, named whole, is refused an action on the bucket itself."""
    return any(
        s.refuses(target, frozenset({action}), _ITSELF) and (not s.condition or _all_but_roles(s.condition))
        for s in statements
    )


def _all_but_roles(condition: Mapping[str, Any]) -> bool:
    found = [only(condition, operator, "aws:PrincipalArn") for operator in _NOT_A_ROLE]
    named = next((values for values in found if values), [])
    return bool(named) and all(isinstance(name, str) and _ROLE.fullmatch(name) for name in named)


def allows(statements: Sequence[Statement], action: str, reach: Callable[[Statement], bool]) -> bool:
    """Whether an action is allowed to whoever has the policy; `reach` says whether a statement reaches what is meant,
    conditions included. Refusals are looked for apart."""
    return any(s.allows and s.plain and _names(s, action) and reach(s) for s in statements)


def unconditionally(target: Target, part: str) -> Callable[[Statement], bool]:
    """Whether a statement reaches a part of a bucket (`bucket` or `objects`) under no condition."""

    def reach(statement: Statement) -> bool:
        covered = frozenset[str]().union(*(target.covers(resource) for resource in statement.resources))
        return part in covered and not statement.condition

    return reach


def _names(statement: Statement, action: str) -> bool:
    service = action.split(":", maxsplit=1)[0]
    return bool({name.lower() for name in statement.actions} & {action.lower(), "*", f"{service}:*"})


def may_refuse(statement: Statement, action: str, role: str) -> bool:
    """Whether a statement may refuse a role an action, somewhere and under some condition that it may meet.

    A request of the function is HTTPS of today. `role` is its whole name: a statement for single roles, and one that
    spares some, is about it only by that. Where it is empty it may be any of them.
    """
    if statement.allows or _never_met(statement.condition, role):
        return False
    if role and statement.principals and all(_ROLE.fullmatch(who) and who != role for who in statement.principals):
        return False
    return not statement.actions or any(_matches(name, action) for name in statement.actions)


def _never_met(condition: Mapping[str, Any], role: str) -> bool:
    if only(condition, "Bool", "aws:SecureTransport") in (["false"], [False]):
        return True
    if only(condition, "NumericLessThan", "s3:TlsVersion") in (["1.2"], [1.2]):
        return True
    spared = [only(condition, operator, "aws:PrincipalArn") for operator in _NOT_A_ROLE]
    return bool(role) and any(role in names for names in spared if names)


def _matches(pattern: str, action: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())


def door(view: View, subject: str, what: str, argument: str = "policy") -> Iterator[Fact]:
    """Whether a document lets anybody in at `subject`; of one that cannot be read before deployment nobody knows."""
    text = view.get(argument)
    statements = read_document(text) if isinstance(text, str) else None
    if statements is None:
        yield Unread(view.urn, "the policy document cannot be read before deployment", "inputs")
    is_open = None if statements is None else opens(statements)
    yield Door(subject, what, is_open, view.evidence(argument), alone=True)


def opens(statements: Sequence[Statement]) -> bool:
    """Whether anything is allowed to everyone, or to nobody named: a condition is not trusted to close it."""
    return any(s.allows and s.unnamed for s in statements)


_WRITES = frozenset({"s3:putobject"})
_FOR_WHOM = frozenset({"aws:sourceaccount", "aws:sourcearn"})
_IS = frozenset({"StringEquals", "StringLike", "ArnEquals", "ArnLike"})


def lends(statements: Sequence[Statement]) -> bool:
    """Whether a service may do more than write, for whatever account asks it: it acts for everybody alike."""
    return any(
        s.allows and s.service and not {a.lower() for a in s.actions} <= _WRITES and not _for_one(s.condition)
        for s in statements
    )


def _for_one(condition: Mapping[str, Any]) -> bool:
    """Whether a condition names the account that a service must act for, with its number."""
    named = [
        texts(value)
        for operator, keys in condition.items()
        if operator in _IS and isinstance(keys, dict)
        for key, value in keys.items()
        if key.lower() in _FOR_WHOM
    ]
    return any(values and all(re.search(r"(?<!\d)\d{12}(?!\d)", value) for value in values) for values in named)
