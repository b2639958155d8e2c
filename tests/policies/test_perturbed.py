"""The whole stack with one thing changed: what nobody knows, or nobody made, never passes unseen.

Every judged argument of the compliant stack is replaced by one that is not known, and every resource is left out,
one at a time. Whatever still passes is listed here with the reason why that is right.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from facts.model import Resource, Unknown
from policies.judge import judge
from policies.rule import Outcome
from preflight.check import check_stack
from preflight.recording import to_resources
from terms.resolve import Duties
from tests.harness.world import TODAY

_ROOT = Path(__file__).parents[2]
_KEPT_BY_A_FUNCTION = "keys end by the function that turns them over; the bucket's own lifecycle is a backstop"
_WORDS = "a name or a text for people"

MAY_BE_UNKNOWN = {
    "Cos/bucket lifecycleRules[].id": _WORDS,
    "Cos/bucket lifecycleRules[].expiration": _KEPT_BY_A_FUNCTION,
    "Cos/bucket lifecycleRules[].expiration.days": _KEPT_BY_A_FUNCTION,
    "Cos/bucket lifecycleRules[].nonCurrentExpiration": "nothing has versions",
    "Cos/bucket lifecycleRules[].nonCurrentExpiration.nonCurrentDays": "nothing has versions",
    "Security/groupRuleSet ingresses[].description": _WORDS,
    "Cls/topic storageType": "the floor of either storage fits the period",
    "Cam/role name": _WORDS,
    "Cam/policy name": _WORDS,
    "Ckafka/instance config.defaultNumPartitions": "how many partitions a topic has keeps nothing longer",
    "Ckafka/instance config.defaultReplicationFactor": "replicas in the region end with the topic",
    "Mysql/instance chargeType": "deleted by force, whatever is paid",
    "Mysql/instance forceDelete": "postpaid goes at once",
    "Mysql/instance parameters.binlog_row_image": "binlogs are counted as if they held every row",
    "Clb/instance networkType": "every way in is HTTPS, from outside too",
    "Ckafka/topic topicName": "access lists are linked to it",
    "Scf/function name": _WORDS,
    "Scf/function triggers[].name": _WORDS,
    "Ckafka/acl resourceType": "another list of the topic still refuses everybody else",
    "Ckafka/acl permissionType": "another list of the topic still refuses everybody else",
}
MAY_BE_LEFT_OUT = {
    "Subnet/instance": "what is in it does not start without",
    "Cls/logset": "what is in it does not start without",
    "Ssm/secret": "a secret less",
    "Ssm/secretVersion": "a secret less",
    "Security/groupRuleSet": "a group without rules lets nobody in",
    "Ckafka/user": "an account less",
    "Ckafka/acl": "another list of the topic still refuses everybody else",
    "Mysql/localBinlogConfig": "the service's own period still fits",
    "Redis/backupConfig": "it sets a time of day",
    "Clb/listenerRule": "a way in less",
    "Scf/functionEventInvokeConfig": "events of the timer hold no data",
}


@cache
def _stack() -> tuple[list[Resource], Duties]:
    check = check_stack(_ROOT, "tencent-ap-jakarta")
    return to_resources(check.recording["registrations"]), check.duties


def _passes(resources: list[Resource]) -> bool:
    return judge(resources, _stack()[1], today=TODAY).outcome is Outcome.PASS


def _short(resource: Resource) -> str:
    return resource.type.removeprefix("tencentcloud:").rsplit(":", 1)[0]


def _places(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Every place in a value: itself, and every member of its blocks and lists."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for key, part in inner:
        yield from _places(part, (*path, key))


def _unknown_at(value: Any, path: tuple[str | int, ...]) -> Any:
    if not path:
        return Unknown("changed")
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: _unknown_at(value[head], tuple(rest))}
    return tuple(_unknown_at(part, tuple(rest)) if at == head else part for at, part in enumerate(value))


def _called(resource: Resource, path: tuple[str | int, ...]) -> str:
    steps = "".join("[]" if isinstance(step, int) else f".{step}" for step in path)
    return f"{_short(resource)} {steps.removeprefix('.')}"


def test_the_stack_passes_as_it_is() -> None:
    assert _passes(_stack()[0])


def test_what_is_not_known_does_not_pass() -> None:
    """Arguments made from other resources are not known anyway: their links say what they are."""
    resources, _ = _stack()
    passed = set()
    for at, resource in enumerate(resources):
        for argument in resource.inputs if resource.custom else ():
            for path in _places(resource.inputs[argument], (argument,)):
                name = _called(resource, path)
                if name in passed or resource.links.get(argument):
                    continue
                changed = replace(resource, inputs=_unknown_at(dict(resource.inputs), path))
                if _passes([*resources[:at], changed, *resources[at + 1 :]]):
                    passed.add(name)
    assert passed == set(MAY_BE_UNKNOWN)


def test_nothing_that_protects_can_be_left_out() -> None:
    resources, _ = _stack()
    left_out = {
        _short(resource)
        for at, resource in enumerate(resources)
        if resource.custom and _passes([*resources[:at], *resources[at + 1 :]])
    }
    assert left_out == set(MAY_BE_LEFT_OUT)
