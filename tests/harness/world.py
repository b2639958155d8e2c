"""Stack of a test table: rows as registrations in the engine's wire format, and their judgement.

An input of a row is a plain value or one of
    {$ref: name}           the output of another resource: unknown, linked to it
    {$refs: [a, b]}        a value built from several resources: unknown, linked to all of them
    {$known: name, is: v}  a known output of another resource (a bucket's name), linked to it
    {$unknown: true}       unknown, linked to nothing
    {$secret: value}       a secret
A row may have the `id` and `outputs` that an update of an existing stack knows of the resource. A table with `cloud:
aws` is in AWS's Jakarta region instead of Tencent Cloud's. Every resource has an explicit provider in the home region,
unless it says `provider: none` or names another provider of the table. `dependsOn` names what a row is made after.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from im_stack.facts.knowledge.bundle import own_files, zip_prefix
from im_stack.facts.mechanism.cloud import package_of
from im_stack.facts.wire.constants import ARCHIVE
from im_stack.policies.judge import Judgement, judge
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.terms.duties.resolve import Duties, library_for, resolve
from im_stack.terms.stack.declaration import parse_declaration
from im_stack.terms.stack.sub_processor import CLOUDS

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
ACCOUNT = "123456789012"
"""The account that the provider of an AWS table works in."""
SECRET = "1b47061264138c4ac30d75fd1eb44270"
TODAY = date(2026, 11, 23)
"""The day on which tables are judged."""
_PREFIX = "urn:pulumi:test::im::"
_HOME_PROVIDER = "home"
HOMES: dict[str, dict[str, Any]] = {
    "tencent": {"cloud": "tencent", "region": "ap-jakarta"},
    "aws": {"cloud": "aws", "region": "ap-southeast-3"},
}
"""Where the stack of a table is, by the table's `cloud`."""
_NOT_HERE = {
    "kenalan": (
        "access-logs",
        *(f"kenalan-{of}" for of in ("identity", "financial", "biometric", "device", "support", "security", "cookies")),
    ),
    "generic": ("gp-log", "gp-location"),
}
"""Classes of a text that a table's stack does not hold, unless it declares them."""


def cloud_entry(cloud: str, country: str, classes: Iterable[str]) -> dict[str, Any]:
    """The entry of the cloud itself in the register of sub-processors."""
    return {"name": CLOUDS[cloud], "country": country, "basis": "agreement", "classes": [*classes], "source": "test"}


def declaration(**changes: Any) -> dict[str, Any]:
    """The Jakarta declaration as structured configuration; `changes` replace keys, with `classes` merged by class.
    `parties` are further sub-processors: a name and an account or endpoint each."""
    erasure = {"within": "P30D", "source": "test"}
    classes: dict[str, Any] = {
        "messages": {"store": True, "period": "P30D", "clock": "birth", "erasure": erasure},
        "user-information": {
            "store": True,
            "period": "P30D",
            "clock": "last-write",
            "erasure": erasure | {"no-write-after-request": "the application"},
        },
    }
    texts = changes.get("instruments", {})
    absent = {name for text in texts for name in _NOT_HERE.get(text, ())}
    for name, choice in changes.pop("classes", {}).items():
        absent.discard(name)
        classes[name] = {**classes.get(name, {"store": True, "clock": "birth", "erasure": erasure}), **choice}
    base: dict[str, Any] = {
        **HOMES["tencent"],
        "jurisdiction": "indonesia",
        "instruments": {"im-module": {"source": "test"}},
        "classes": classes,
    }
    place = base | changes
    if absent:
        base["elsewhere"] = dict.fromkeys(sorted(absent), "another stack of this test holds it")
    cloud = cloud_entry(place["cloud"], place["jurisdiction"], place["classes"])
    party = {key: cloud[key] for key in ("country", "basis", "classes", "source")}
    base["sub_processors"] = [cloud, *({**party, **each} for each in changes.pop("parties", ()))]
    return {f"im:{key.replace('_', '-')}": value for key, value in (base | changes).items()}


def duties(**changes: Any) -> Duties:
    parsed = parse_declaration(declaration(**changes))
    return resolve(parsed, library_for(parsed))


def registrations(
    rows: list[dict[str, Any]], home: str = "ap-jakarta", package: str = "tencentcloud"
) -> list[Registration]:
    """Registrations of a table's rows, with the home provider first."""
    pinned = {"allowedAccountIds": f'["{ACCOUNT}"]'} if package == "aws" else {}
    provider = {
        "type": f"pulumi:providers:{package}",
        "name": _HOME_PROVIDER,
        "inputs": {"region": home, **pinned},
        "provider": "none",
    }
    rows = [provider, *rows]
    types = {row["name"]: row.get("type", "im:test:Component") for row in rows}
    parents = {row["name"]: row.get("parent", "") for row in rows}

    def urn(name: str) -> str:
        chain = [types[name]]
        at = parents[name]
        while at:
            chain.insert(0, types[at])
            at = parents[at]
        return f"{_PREFIX}{'$'.join(chain)}::{name}"

    def made_by(row: dict[str, Any]) -> str:
        name = row.get("provider", _HOME_PROVIDER)
        return "" if name == "none" or "declares" in row else urn(name)

    result = []
    for row in rows:
        component = "declares" in row
        raw = {"imDeclares": {"version": 1, **row["declares"]}} if component else row.get("inputs", {})
        links: dict[str, list[str]] = {}
        inputs = {key: _wire(value, links.setdefault(key, []), urn) for key, value in raw.items()}
        registration: Registration = {
            "urn": urn(row["name"]),
            "type": types[row["name"]],
            "name": row["name"],
            "custom": not component,
            "read": row.get("read", False),
            "parent": urn(row["parent"]) if row.get("parent") else "",
            "provider": made_by(row),
            "inputs": inputs,
            "links": links,
            "protect": row.get("protect", False),
            "ignore_changes": row.get("ignoreChanges", []),
            "retain_on_delete": row.get("retainOnDelete", False),
            "deleted_with": urn(row["deletedWith"]) if row.get("deletedWith") else "",
            "dependencies": [urn(name) for name in row.get("dependsOn", [])],
            "source": "",
            "known": ({"id": row["id"]} if "id" in row else {}) | row.get("outputs", {}),
        }
        result.append(registration)
    return result


def _wire(value: Any, links: list[str], urn: Any) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            links.append(urn(value["$ref"]))
            return UNKNOWN
        if "$refs" in value:
            links.extend(urn(name) for name in value["$refs"])
            return UNKNOWN
        if "$known" in value:
            links.append(urn(value["$known"]))
            return value["is"]
        if "$unknown" in value:
            return UNKNOWN
        if "$bundle" in value:
            files = {name: {"text": body.decode()} for name, body in own_files().items()}
            return {SIGNATURE: ARCHIVE, "assets": files}
        if "$zip" in value:
            return f"build/{zip_prefix()}0.zip"
        if "$secret" in value:
            return {SIGNATURE: SECRET, "value": value["$secret"]}
        return {key: _wire(item, links, urn) for key, item in value.items()}
    if isinstance(value, list):
        return [_wire(item, links, urn) for item in value]
    return (
        float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    )  # as protobuf sends numbers


def judged(rows: list[dict[str, Any]], **changes: Any) -> Judgement:
    """Judgement of a table's rows under the Jakarta declaration with `changes`."""
    place = HOMES["tencent"] | changes
    made = registrations(rows, place["region"], package_of(place["cloud"]))
    return judge(to_resources(made), duties(**changes), today=TODAY)


def outcome(judgement: Judgement, rule: str, subject: str) -> str:
    """Worst outcome of a rule for a resource, class or `the stack`; `none` where it has no verdict on it."""
    order = ["fail", "unproven", "pass", "not applicable"]
    found = [
        v.outcome.value
        for v in judgement.verdicts
        if v.rule == rule and subject in (v.subject.rsplit("::", 1)[-1], v.name)
    ]
    return min(found, key=order.index) if found else "none"
