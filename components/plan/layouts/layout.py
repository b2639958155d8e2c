"""Layout of a backend: the features that a declaration's classes ask for, together.

Out: what rests in each part of a cloud's catalogue, and which parts are used. Raises `InputError` for what the features
and the services need and the declaration does not choose.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from im_stack.components.plan.layouts.accounts import ACCOUNTS
from im_stack.components.plan.layouts.analytics import ANALYTICS
from im_stack.components.plan.layouts.calls import CALLS
from im_stack.components.plan.layouts.feature import Services
from im_stack.components.plan.layouts.location import LOCATIONS
from im_stack.components.plan.layouts.messaging import MESSAGING
from im_stack.facts.model import ACCESS_LOGS
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.declaration import Declaration, Network, Zones

FEATURES = (MESSAGING, ACCOUNTS, LOCATIONS, ANALYTICS, CALLS)
BUCKETS = tuple(bucket for feature in FEATURES for bucket in feature.buckets)
APART = tuple(bucket for feature in FEATURES for bucket in feature.apart)
ARCHIVES = tuple(bucket for feature in FEATURES for bucket in feature.archives)
V = TypeVar("V")
_ALWAYS = ("keys", "network")
_PASSWORDS = {
    "mysql": ("mysql-root-password",),
    "mongodb": ("mongodb-password",),
    "redis": ("redis-password",),
    "stream": ("producer-password", "consumer-password"),
}


def _union(mappings: Iterable[Mapping[str, V]]) -> dict[str, V]:
    return {key: value for mapping in mappings for key, value in mapping.items()}


class Layout:
    """The holdings of one stack, and the class in each.

    Of the sealed classes `epochs` are those under epochs' keys, `people` those under people's: some are in both. `used`
    are the parts of the catalogue that hold something, or that those need; `passwords` what they are made with.
    """

    def __init__(self, name: str, declaration: Declaration, services: Services) -> None:
        features = [each for each in FEATURES if any(of in declaration.classes for of in each.classes)]
        problems = [problem for feature in features for problem in feature.problems(declaration)]
        if not features:
            known = ", ".join(of for feature in FEATURES for of in feature.classes)
            problems.append(Problem("has no class that the components make a store for", known, "im:classes"))
        if problems:
            raise InputError(*problems)
        parts = [feature.parts(name, declaration, services) for feature in features]
        self.services = services
        self.classes = tuple(of for each in parts for of in each.classes)
        self.tables = _union(each.tables for each in parts)
        self.collections = _union(each.collections for each in parts)
        self.keyspaces = _union(each.keyspaces for each in parts)
        self.topics = _union(each.topics for each in parts)
        self.buckets = _union(each.buckets for each in parts)
        self.apart = _union(each.apart for each in parts)
        self.readers = frozenset(part for each in parts for part in each.readers)
        self.archives = _union(each.archives for each in parts)
        self.paths = _union(each.paths for each in parts)
        self.access = next((each.access for each in parts if each.access), None)
        self.sealed = tuple(of for of in self.classes if of.form)
        self.epochs = tuple(of for of in self.sealed if of.epochs)
        self.people = tuple(of for of in self.sealed if of.people)
        holds = {
            "mysql": self.tables,
            "mongodb": self.collections,
            "redis": self.keyspaces,
            "stream": self.topics,
            "access": self.access,
            "edge": self.paths,
            "keyring": self.epochs,
            "people": self.people,
            "alarm": self.epochs and declaration.alarm,
        }
        used = {part for part, what in holds.items() if what}
        self.passwords = tuple(password for part in _PASSWORDS if part in used for password in _PASSWORDS[part])
        called = {services.stream if part == "stream" else part for part in used}
        others = (part for each in parts for part in each.others)
        secrets = ("secrets",) if self.passwords else ()
        self.used = frozenset({*_ALWAYS, *called, *self.buckets, *self.apart, *self.archives, *others, *secrets})


def required_choices(declaration: Declaration, layout: Layout) -> tuple[Zones, Network]:
    """The choices that a cloud's services need beyond what the texts ask for. Raises `InputError` for missing ones."""
    problems = []
    services, zones, network = layout.services, declaration.zones, declaration.network
    if zones is None or (services.numbered and layout.topics and not zones.ckafka):
        problems.append(Problem("is missing", services.zones, "im:zones"))
    if network is None:
        problems.append(Problem("is missing", services.network, "im:network"))
    elif "edge" in layout.used:
        chosen = {"certificate-id": network.certificate_id, "domain": network.domain}
        problems += [
            Problem("is missing: the edge has it", "", f"im:network.{key}") for key in chosen if not chosen[key]
        ]
    if layout.epochs and layout.access is None:
        what = "is missing: the log of what turns the keys over is declared to hold it"
        problems.append(Problem(what, "", f"im:classes.{ACCESS_LOGS}"))
    if problems or zones is None or network is None:
        raise InputError(*problems)
    return zones, network
