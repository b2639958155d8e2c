"""Alarms of CLS on the log of a function: whom they tell that no run ended well, and after how long.

An alarm runs a search every so often and counts the lines that it finds, none included. The function writes a word at
the end of a run that left nothing undone, so one alarm notices runs that fail and runs that do not come. (No document
says that an alarm policy of Cloud Monitor notices a metric without values.)
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from im_stack.facts.knowledge.alarms import Condition, alarm_of
from im_stack.facts.mechanism.rows import lag, limit_of, looked_up, reads, resource
from im_stack.facts.mechanism.view import View, as_flag, as_items, as_number, as_period, member
from im_stack.facts.model import ABSENT, Amount, Fact, Resource, Unknown, Unresolved, Value
from im_stack.facts.tencent.compute.scf import FUNCTION
from im_stack.facts.tencent.monitoring.cls import TOPIC
from im_stack.purge.handler import IN_ORDER

ALARM = "tencentcloud:Cls/alarm:Alarm"
NOTICE = "tencentcloud:Cls/alarmNotice:AlarmNotice"
INDEX = "tencentcloud:Cls/index:Index"
_SILENCE = re.compile(r"\[?\$1\.__QUERYCOUNT__\]?\s*(<\s*1|<=\s*0|==\s*0)")
_DAY = (("startTime", "00:00:00"), ("endTime", "23:59:59"))
_SOURCE = "CLS, trigger condition expressions, document 614/39576; cls_alarm (provider v1.82.42)"


@reads("alarmTargets", "alarmNoticeIds", "condition", "multiConditions", "monitorTime", "triggerCount", "status")
def _alarm(view: View) -> Iterator[Fact]:
    targets = as_items(view.get("alarmTargets"))
    # equivalent(operand): a list that is not known has no length, and stops the reader: no alarm is found
    if isinstance(targets, Unknown) or len(targets) != 1:
        return
    topics, _ = view.links("alarmTargets", {TOPIC}, (member(targets[0], "topicId"),))
    for topic in topics:
        functions = view.graph.pointing_at(topic, FUNCTION, "clsTopicId")
        recipients, told = _told(view)
        conditions = [*_condition(view, targets[0]), _indexed(topic, view), *told]
        conditions.append((len(functions) == 1, "several functions write into the log"))
        delay, evidence = _delay(view, targets[0]), view.evidence("condition", _SOURCE)
        for function in functions:
            silence = _silence(view, targets[0])
            yield alarm_of(function, {"failure", "absence"}, recipients, conditions, delay, evidence, silence)


def _is(value: Value, holds: bool, why: str) -> Condition:
    return None if isinstance(value, Unknown) else holds, why


def _condition(view: View, target: Value) -> Iterator[Condition]:
    """Whether the alarm is raised where no run of the window ended well, and is on."""
    status, condition, query = view.get("status"), view.get("condition"), member(target, "query")
    yield _is(status, status is ABSENT or as_flag(status) is True, "status is off")
    yield _is(query, query == IN_ORDER, f"its query is not {IN_ORDER}, which ends a run that left nothing undone")
    silence = isinstance(condition, str) and bool(_SILENCE.fullmatch(condition))
    yield _is(condition, silence, "its condition is not that nothing was found")
    others = view.get("multiConditions")
    yield _is(others, others in (ABSENT, ()), "multiConditions are set beside its condition")
    kind, late = member(view.get("monitorTime"), "type"), member(target, "endTimeOffset")
    yield _is(kind, kind == "Period", "it runs once a day, at a fixed time")
    number = member(target, "number")
    yield _is(number, number in (1, "1"), "its condition is about number 1, and its search is another")
    yield _is(late, late in (0, "0"), "endTimeOffset leaves out the last minutes")


def _indexed(topic: Resource, view: View) -> Condition:
    """Whether the lines of a topic can be searched by whole words."""
    found = view.graph.pointing_at(topic, INDEX, "topicId")
    why = f"{topic.name} has no full-text index by which a word is found"
    if len(found) != 1:
        return False, why
    status, text = found[0].inputs.get("status", ABSENT), member(found[0].inputs.get("rule", ABSENT), "fullText")
    parts = member(text, "tokenizer")
    if any(isinstance(value, Unknown) for value in (status, text, parts)):
        return None, why
    on = status is ABSENT or as_flag(status) is True
    return on and isinstance(parts, str) and '"' in parts and not set(parts) & set(IN_ORDER), why


def _told(view: View) -> tuple[frozenset[str], list[Condition]]:
    """The users who get mail about every alarm, at any hour."""
    found, doubts = view.links("alarmNoticeIds", {NOTICE}, view.items("alarmNoticeIds"))
    if doubts:
        return frozenset(), [(False, f"alarmNoticeIds: {doubts}")]
    told: set[str] = set()
    for notice in found:
        if notice.inputs.get("type") in ("Trigger", "All"):
            told |= {number for block in _members(notice, "noticeReceivers") for number in _users(block)}
    return frozenset(told), []


def _members(notice: Resource, argument: str) -> tuple[Value, ...]:
    items = as_items(notice.inputs.get(argument, ABSENT))
    return () if isinstance(items, Unknown) else tuple(items)


def _users(block: Value) -> Iterator[str]:
    always = all(member(block, name) in (ABSENT, "", whole) for name, whole in _DAY)
    ways, numbers = as_items(member(block, "receiverChannels")), as_items(member(block, "receiverIds"))
    if member(block, "receiverType") != "Uin" or not always or isinstance(ways, Unknown) or "Email" not in ways:
        return
    for number in () if isinstance(numbers, Unknown) else numbers:
        whole = as_number(number)
        if isinstance(whole, int | float) and whole == int(whole):
            yield str(int(whole))


def _silence(view: View, target: Value) -> timedelta | None:
    """The longest time between two runs over which it stays silent: its window, and what several searches add."""
    back, every = as_number(member(target, "startTimeOffset")), as_number(member(view.get("monitorTime"), "time"))
    times = as_number(view.get("triggerCount"))
    # equivalent(builtin, comparison, operand): numbers that the service refuses, and so does the delay
    if back is None or every is None or times is None or not back < 0 < min(every, times):
        return None
    return as_period(every * (times - 1) - back, limit_of(view, "cls-alarm-window").unit)


def _delay(view: View, target: Value) -> tuple[Amount, ...]:
    """How long it takes until mail is sent: the window without a run, the time to the next search, what CLS takes."""
    row, back = limit_of(view, "cls-alarm-window"), as_number(member(target, "startTimeOffset"))
    every, times = as_number(member(view.get("monitorTime"), "time")), as_number(view.get("triggerCount"))
    known = (back or 0) < 0 < min(every or 0, times or 0)
    hops = []
    for number, argument, label in (
        (-(back or 0), "alarmTargets", "without a run that ends well"),
        ((every or 0) * (times or 0), "monitorTime", "until the next search"),
    ):
        period = as_period(number, row.unit) if known else None
        if known:
            view.must_be_taken(period, argument, row)
        hops.append(Amount(period, label, view.evidence(argument, row.source), row.least, unknown=not known))
    return (*hops, lag(view, "cls-alarm", "delivery of the alarm"))


@reads("condition", "multiConditions", "alarmTargets")
def _says(view: View) -> Iterator[Fact]:
    """An alarm sends the values that its condition names: only numbers of lines are proven to hold no class."""
    texts = [view.get("condition"), *(member(block, "condition") for block in view.values("multiConditions"))]
    counted = {text for target in view.values("alarmTargets") for text in _counts(member(target, "query"))}
    for text in texts:
        if text is not ABSENT and not (isinstance(text, str) and _numbers_only(text, counted)):
            why = "its condition names more than numbers of lines, and sends what it names"
            yield Unresolved(view.urn, why, "link")


def _counts(query: Value) -> set[str]:
    """The names that a search gives to numbers of lines."""
    return set(re.findall(r"(?i)\bcount\(\s*[*1]?\s*\)\s+as\s+(\w+)", query)) if isinstance(query, str) else set()


def _numbers_only(condition: str, counted: set[str]) -> bool:
    parts = (part.strip(" ()") for part in re.split(r"&&|\|\|", condition))
    names = "|".join(["__QUERYCOUNT__", *map(re.escape, sorted(counted))])
    return all(re.fullmatch(rf"\[?\$\d+\.(?:{names})\]?\s*(?:<=?|>=?|==|!=)\s*\d+", part) for part in parts)


READERS = {
    ALARM: resource(_alarm, _says),
    NOTICE: resource(looked_up("type", "noticeReceivers")),
    INDEX: resource(looked_up("topicId", "status", "rule")),
}
