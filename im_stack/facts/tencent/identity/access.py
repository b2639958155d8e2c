"""CAM policy language: what the documents of Tencent Cloud mean, for the evaluator in `im_stack.facts.access`.

Principals are words: an identity as it is (`qcs::cam::uin/1:uin/2`), `service:<domain>`, `federated:<provider>`. A
resource is written with all six segments; one that is left out means any. Actions lose their prefix `name/`.

Sources: documents 598/10603 and 598/10604 (syntax), 598/10608 (conditions), 436/46205 and 436/46206 (conditions of
COS). Whether a request without a key meets a negated operator is in none of them.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from im_stack.facts.access import document
from im_stack.facts.access.conditions import Operators
from im_stack.facts.access.document import Dialect, Place, read_principals
from im_stack.facts.access.patterns import ANY, Work, confined, literal
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests, among
from im_stack.facts.access.statements import Principal, Statement, is_refused
from im_stack.facts.access.trust import Way, Zones
from im_stack.facts.mechanism.view import any_of

SERVICES: Final = "service:"
FUNCTIONS: Final = "scf.qcloud.com"
SECURE: Final = "cos:secure-transport"
TLS: Final = "cos:tls-version"
READS: Final = frozenset({"cos:GetObject", "cos:HeadObject", "cos:GetBucket"})
"""Actions that read what a bucket holds, and do no more."""


def narrow(_way: Way) -> str:
    """What a statement needs so that a way of it is for a role of the stack alone: no condition says who asks."""
    # equivalent(return): the words of a fix
    return 'name roles of this stack alone: `"principal": {"qcs": ["qcs::cam::uin/ACCOUNT:roleName/ROLE"]}`'


NO_PLAIN_HTTP: Final = f"a policy that denies every action where `{SECURE}` is false"
NO_OLD_TLS: Final = f"a policy that denies every action where `{TLS}` is less than 1.2"
ANYONE: Final = frozenset({"*", "qcs::cam::anyone:anyone"})
_ON_BEHALF: Final = "a service on behalf of any account"
NUMBER: Final = re.compile(r"^qcs::cam::uin/(\d+):")
USERS: Final = re.compile(r"qcs::cam::uin/(\d+):uin/\*")
_IDENTITY: Final = re.compile(r"qcs::cam::uin/(\d+):(?:[^*?]+|uin/\*)")
_KINDS: Final = {"service": SERVICES, "federated": "federated:"}
_COMPARED: Final = {
    "string{}_equal": "equals",
    "string{}_equal_ignore_case": "folded",
    "string{}_like": "like",
    "numeric{}_equal": "number =",
    "date{}_equal": "date =",
    "ip{}_equal": "address =",
    "bool{}_equal": "flag",
}
_NAMED: Final = {
    **{name.format(no): (kind, bool(no)) for name, kind in _COMPARED.items() for no in ("", "_not")},
    **{
        f"{family}_{name}": (f"{kind} {relation}", False)
        for family, kind in (("numeric", "number"), ("date", "date"))
        for name, relation in (
            ("less_than", "<"),
            ("less_than_equal", "<="),
            ("greater_than", ">"),
            ("greater_than_equal", ">="),
        )
    },
    "null_equal": ("null", False),
}


def _principals(value: Any) -> tuple[Principal, ...]:
    return read_principals(value if isinstance(value, dict) else {"qcs": value}, _principal)


def _principal(kind: str, name: str) -> Principal:
    if kind.lower() != "qcs":
        known = None if ANY in name else _KINDS.get(kind.lower())  # what a pattern stands for is in no document
        return Principal(kind, name, frozenset({f"{known}{name}" if known else ANY}), exact=known is not None)
    if name in ANYONE:
        return Principal(kind, name, frozenset({ANY}))
    if USERS.fullmatch(name):
        return Principal(kind, name, frozenset({confined(name)}))
    named = _IDENTITY.fullmatch(name) is not None  # whom any other text means is in no document
    return Principal(kind, name, frozenset({literal(name) if named else ANY}), exact=named)


def _action(pattern: str) -> tuple[str, str]:
    """No document says that COS takes an action without its prefix; other services do. Which actions are in a set of
    them (`permid/1`) is in no document either."""
    act = pattern.removeprefix("name/")
    service, found, _ = act.partition(":")
    if act == ANY or not found or "/" in act:
        return (ANY if act == ANY else ""), ANY
    return (act if act != pattern or (service.isalnum() and service != "cos") else ""), act


def _resource(pattern: str) -> tuple[str, str]:
    if not pattern.startswith("qcs:"):
        whole = ANY if pattern == ANY else f"qcs::*:*:*:{pattern}"  # COS takes a bucket by its name alone
        return whole, whole
    filled = ":".join(part or ANY for part in pattern.split(":", 5)).replace("qcs:*:", "qcs::", 1)
    return confined(filled), filled


CAM: Final = Dialect(
    versions=("2.0",),
    effects={spelled: word == "allow" for word in ("allow", "deny") for spelled in (word, word.title(), word.upper())},
    members=frozenset(
        spelled
        for word in ("sid", "effect", "principal", "action", "resource", "condition")
        for spelled in (word, word.title())
    ),
    operators=Operators(
        named=_NAMED,
        if_exists="_if_exist",
        any_value="for_any_value:",
        all_values="for_all_value:",
        absent_negated=None,
        key=str,
    ),
    principals=_principals,
    action=_action,
    resource=_resource,
)


def read_document(text: object, place: Place = "resource") -> tuple[Statement, ...] | None:
    """The statements of a policy document; None where the text is not one."""
    return document.read_document(text, CAM, place)


def requests(actions: tuple[str, ...], resource: str, *more: Constraint) -> Requests:
    """Requests of these actions on a resource. Every request says whether it is HTTPS."""
    plain = frozenset(action.removeprefix("name/") for action in actions)
    whole = (Constraint(ACTION, plain), among(RESOURCE, confined(resource)), among(PRINCIPAL, ANY))
    return (*whole, among(SECURE, "true", "false"), *more)


def bucket(name: str, region: str) -> str:
    """A bucket and all that is in it. Its name ends in its account's application id (`<name>-<application id>`)."""
    account = name.rpartition("-")[2]
    return f"qcs::cos:{region or ANY}:{f'uid/{account}' if account.isdecimal() else ANY}:{name}/*"


def plaintext(resource: str) -> Requests:
    """Every request to a bucket that is not HTTPS."""
    return requests(("cos:*",), resource, among(SECURE, "false"))


def old_tls(resource: str) -> Requests:
    """Every HTTPS request to a bucket below TLS 1.2."""
    return requests(("cos:*",), resource, among(SECURE, "true"), among(TLS, "1.0", "1.1"))


def in_parts(resource: str) -> Requests:
    """Every start of an upload in parts (document 436/30580, actions of the interface)."""
    return requests(("cos:InitiateMultipartUpload",), resource)


def of_today(*more: Constraint) -> Requests:
    """What holds of any request that a client of today makes."""
    return (among(SECURE, "true"), among(TLS, "1.2", "1.3", absent=True), *more)


def people_refused(statements: Sequence[Statement], asked: Requests) -> bool | None:
    """Whether every user of one account is refused requests: roles, and so functions, are no users."""
    said = {p.name for s in statements for p in s.principals}
    users = [confined(name) for name in sorted(filter(USERS.fullmatch, said)) or ["qcs::cam::uin/*:uin/*"]]
    work = Work()
    return any_of(*(is_refused(statements, (*asked, among(PRINCIPAL, each)), work) for each in users))


def strangers(accounts: Iterable[str]) -> Zones:
    """Everyone outside some accounts. For whom a service acts is in no condition that the documents name."""
    own = (confined(f"qcs::cam::uin/{account}:*") for account in sorted(accounts))
    return [
        ("anyone", (among(PRINCIPAL, "qcs::cam::anyone:anyone"),)),
        (
            "any account",
            (among(PRINCIPAL, "qcs::cam::uin/*"), Constraint(PRINCIPAL, frozenset(own), inverted=True)),
        ),
        (_ON_BEHALF, (among(PRINCIPAL, f"{SERVICES}*"),)),
        ("an identity of a provider", (among(PRINCIPAL, "federated:*"),)),
    ]


def takers(accounts: Iterable[str]) -> Zones:
    """Everyone but functions who could take a role and is outside some accounts."""
    people = [zone for zone in strangers(accounts) if zone[0] != _ON_BEHALF]
    other = Constraint(PRINCIPAL, frozenset({f"{SERVICES}{FUNCTIONS}"}), inverted=True)
    return [*people, ("a service other than functions", (among(PRINCIPAL, f"{SERVICES}*"), other))]


_OBJECTS: Final = (
    *("GetObject*", "SelectObject*", "PutObject*", "PostObject*", "AppendObject*", "DeleteObject*"),
    *("DeleteMultipleObjects", "InitiateMultipartUpload", "UploadPart*", "CompleteMultipartUpload"),
)
_CONTENT: Final = ("sts:AssumeRole*", *(f"cos:{act}" for act in _OBJECTS))
"""Actions that take a role, or read or write content (document 436/31923, actions of COS)."""


def insiders(account: str, roles: Iterable[str]) -> Requests:
    """Requests for content by identities of an account other than some roles, by their names."""
    ours = frozenset(literal(f"qcs::cam::uin/{account}:roleName/{role}") for role in roles)
    return (
        among(PRINCIPAL, confined(f"qcs::cam::uin/{account}:*")),
        Constraint(PRINCIPAL, ours, inverted=True),
        among(ACTION, *_CONTENT),
    )
