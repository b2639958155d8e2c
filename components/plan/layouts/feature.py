"""Feature of a backend: classes that belong together, the parts that hold them, and what rests in each.

A feature is made where a stack's declaration has one of its classes; `components/plan/layouts/layout.py` lists them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from im_stack.components.plan.archive import ArchivePlan
from im_stack.components.plan.budget import ClassPlan, plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.plan.stream import Topic, topic_name
from im_stack.facts.model import ACCESS_LOGS
from im_stack.terms.problem import Problem
from im_stack.terms.stack.declaration import Declaration

PORT = 443
APPLICATION = "the application"


@dataclass(frozen=True)
class Services:
    """What a layout needs to know of a cloud's services.

    `stream` is the message queue: the prefix of its rows in the limits, and the ending of its component's name; `times`
    are retention and segment roll of one of its topics. `cache_expiry` is the row of the limits by which keys of the
    cache expire, `cache_copies` those of the copies that the cache keeps. `zones` and `network` say what a declaration
    without them has to choose; `numbered`: some services know zones by number only.
    """

    cloud: str
    stream: str
    times: Callable[[Topic], tuple[timedelta, timedelta]]
    zones: str
    network: str
    cache_expiry: str
    cache_copies: tuple[str, ...] = ()
    numbered: bool = False

    def topic(self, name: str, key: str) -> str:
        """The holding of a topic in the stack called `name`, for flows out of it."""
        return topic_name(f"{name}-{self.stream}", key)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a feature puts into each part; a part with nothing in it is not made.

    `classes` are those whose limits an application must keep. `tables` are in MySQL, `collections` in MongoDB,
    `keyspaces` in Redis, `topics` in the message queue; `buckets` maps a part to the class in it, `apart` those under a
    key of their own, each of `readers` read by one role of the stack alone; `archives` those for what a law keeps
    longer. `paths` of the edge lead to the application, `access` is the class of its log. `others` are further parts of
    the catalogue.
    """

    classes: tuple[ClassPlan, ...] = ()
    tables: Mapping[str, Placed] = field(default_factory=dict)
    collections: Mapping[str, Placed] = field(default_factory=dict)
    keyspaces: Mapping[str, Placed] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    buckets: Mapping[str, ClassPlan] = field(default_factory=dict)
    apart: Mapping[str, ClassPlan] = field(default_factory=dict)
    readers: frozenset[str] = frozenset()
    archives: Mapping[str, ArchivePlan] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    access: ClassPlan | None = None
    others: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Feature:
    """One feature. A declaration with one of `classes` has it; `problems` are what it lacks then, and `parts` what the
    feature makes of it: by the name of the stack, its declaration, and the cloud's services.

    `buckets` are all that it may ever use, `apart` and `archives` those of their kind.
    """

    classes: tuple[str, ...]
    problems: Callable[[Declaration], list[Problem]]
    parts: Callable[[str, Declaration, Services], Parts]
    buckets: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()


def missing(declaration: Declaration, *classes: str) -> list[Problem]:
    """A problem for each of `classes` that the declaration lacks."""
    return [
        Problem(f"is missing: the services of this cloud need it for {data_class}", "", f"im:classes.{data_class}")
        for data_class in classes
        if data_class not in declaration.classes
    ]


def access_problems(declaration: Declaration) -> list[Problem]:
    """What a declaration lacks whose edge writes access logs."""
    problems = missing(declaration, ACCESS_LOGS)
    if problems:
        return problems
    if not declaration.classes[ACCESS_LOGS].store:
        what = "the services of this cloud write them to a log, where they are stored"
        problems.append(Problem(what, "store: true with a period and a clock", f"im:classes.{ACCESS_LOGS}.store"))
    if declaration.classes[ACCESS_LOGS].form:
        what = "the services of this cloud write them in clear, so nothing seals them"
        problems.append(Problem(what, "counted", f"im:classes.{ACCESS_LOGS}.backups"))
    return problems


def access_logs(declaration: Declaration) -> ClassPlan:
    """The plan of access logs."""
    return plan(declaration, ACCESS_LOGS)
