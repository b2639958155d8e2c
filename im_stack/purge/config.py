"""Configuration of one keyring: the JSON text of the environment variable `IM_KEYRING`.

    {"bucket": "im-keyring-1250000000", "region": "ap-jakarta",
     "classes": {"messages": {"epoch": "PT1H", "life": "P6D"}}, "ahead": 24, "delete_limit": 50}

Optional: `cloud` (`tencent` by default, or `aws`), `kms_endpoint`, and `cos_endpoint` or, on AWS, `s3_endpoint`
(https; http on loopback only). An unknown, missing or repeated key is an error, because a misspelt `life` must not fall
back to a default.

A class's `epoch` length is part of the meaning of the names already in the bucket, so it never changes
under one class name: give the class a new name and keep the old one until its last key is gone.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from im_stack.purge.period import parse_period

VARIABLE = "IM_KEYRING"
KEY_VARIABLE = "IM_KEYRING_KEY"
"""The variable of the master key's id: it is apart because a plan does not know it before deployment."""

_REQUIRED = frozenset({"bucket", "region", "kms_key_id", "classes", "ahead", "delete_limit"})
_STORES = {"tencent": "cos_endpoint", "aws": "s3_endpoint"}
_HOSTS = {
    "tencent": ("https://cos.{region}.myqcloud.com", "https://kms.{region}.tencentcloudapi.com"),
    "aws": ("https://s3.{region}.amazonaws.com", "https://kms.{region}.amazonaws.com"),
}
"""Regional hosts, because a host without a region resolves to the region nearest to the caller."""
_TEXTS = {
    "bucket": re.compile(r"[a-z0-9][a-z0-9-]{0,60}[a-z0-9]"),
    "region": re.compile(r"[a-z]{2}(-[a-z]+)+(-[0-9]+)?"),
    "kms_key_id": re.compile(r"[A-Za-z0-9-]{8,64}"),
}
_SAID = {"kms_key_id": KEY_VARIABLE}
"""Fields that are usually set elsewhere."""
_CLASS = re.compile(r"[a-z][a-z0-9-]{0,62}")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the field and never repeats its value."""


@dataclass(frozen=True)
class Rule:
    """The turnover of one class: one key per `epoch`, deleted `life` after the epoch's end."""

    name: str
    epoch: timedelta
    life: timedelta


@dataclass(frozen=True)
class Keyring:
    """One keyring. `ahead` is a number of future epochs per class; `delete_limit` a number of keys per run, of all
    classes."""

    cloud: str
    bucket: str
    region: str
    kms_key_id: str
    rules: tuple[Rule, ...]
    ahead: int
    delete_limit: int
    store_endpoint: str
    kms_endpoint: str


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ConfigError("a field is given twice")
    return dict(pairs)


def _number(value: object, field: str, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise ConfigError(f"{field}: write a whole number from 1 to {most}")
    return value


def _rule(name: str, value: object) -> Rule:
    if not _CLASS.fullmatch(name) or not isinstance(value, dict) or set(value) != {"epoch", "life"}:
        raise ConfigError("classes: each needs a lower-case name, an epoch and a life, and nothing more")
    try:
        return Rule(name, epoch=parse_period(value["epoch"]), life=parse_period(value["life"]))
    except ValueError as error:
        raise ConfigError(f"classes.{name}: {error}") from None


def _endpoint(value: object, field: str) -> str:
    parts = urlsplit(value if isinstance(value, str) else "")
    encrypted = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not encrypted or not parts.hostname or parts.username or parts.path or parts.query or parts.fragment:
        raise ConfigError(f"{field}: write https://host[:port]")
    return parts.geturl()


def regional_endpoints(cloud: str, region: str) -> tuple[str, str]:
    """The region's own endpoints of the object store and of the key service."""
    store, kms = _HOSTS[cloud]
    return store.format(region=region), kms.format(region=region)


def parse_keyring(text: str, kms_key_id: str | None = None) -> Keyring:
    """The keyring that `text` declares, under a master key. Raises `ConfigError`."""
    try:
        given = json.loads(text, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError):
        raise ConfigError(f"{VARIABLE} is not JSON") from None
    if isinstance(given, dict) and kms_key_id is not None:
        given = {"kms_key_id": kms_key_id} | given
    cloud = given.get("cloud", "tencent") if isinstance(given, dict) else None
    if not isinstance(cloud, str) or cloud not in _STORES:
        raise ConfigError(f"cloud: write one of {', '.join(sorted(_STORES))}")
    store, optional = _STORES[cloud], {"cloud", "kms_endpoint", _STORES[cloud]}
    missing = sorted(_REQUIRED - set(given))
    if not isinstance(given, dict) or missing or not set(given) <= _REQUIRED | optional:
        named = ", ".join(f"{VARIABLE}.{name}" if name != "kms_key_id" else KEY_VARIABLE for name in missing)
        lacks = f"{named} is not set" if missing else f"{VARIABLE} has a field besides those that it may have"
        raise ConfigError(f"{lacks}; needed: {', '.join(sorted(_REQUIRED))}; possible: {', '.join(sorted(optional))}")
    for field, shape in _TEXTS.items():
        if not isinstance(given[field], str) or not shape.fullmatch(given[field]):
            raise ConfigError(f"{_SAID.get(field, field)}: not of the form the provider uses")
    classes = given["classes"]
    if not isinstance(classes, dict) or not classes:
        raise ConfigError("classes: at least one is needed")
    region = given["region"]
    hosts = regional_endpoints(cloud, region)
    return Keyring(
        cloud=cloud,
        bucket=given["bucket"],
        region=region,
        kms_key_id=given["kms_key_id"],
        rules=tuple(_rule(name, classes[name]) for name in sorted(classes)),
        ahead=_number(given["ahead"], "ahead", 1000),
        delete_limit=_number(given["delete_limit"], "delete_limit", 10_000),
        store_endpoint=_endpoint(given.get(store, hosts[0]), store),
        kms_endpoint=_endpoint(given.get("kms_endpoint", hosts[1]), "kms_endpoint"),
    )


def keyring_from(environment: Mapping[str, str]) -> Keyring:
    """The keyring of this function. Raises `ConfigError` if `IM_KEYRING` is absent or invalid."""
    return parse_keyring(environment.get(VARIABLE, ""), environment.get(KEY_VARIABLE))
