"""Serverless functions: when they run, which keyring they are configured to rotate, where they log."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from im_stack.facts.knowledge.cron import at, longest_gap
from im_stack.facts.mechanism.rows import looked_up, reads, refers_to, resource, setting_of
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, as_number, as_period, member
from im_stack.facts.model import ABSENT, Evidence, Fact, Resource, Unknown, Value
from im_stack.facts.runs import Timer
from im_stack.facts.tencent.compute.key_rotation import ARGUMENTS, RESERVED, read_key_rotation
from im_stack.terms.period import longest

FUNCTION = "tencentcloud:Scf/function:Function"
INVOKE_CONFIG = "tencentcloud:Scf/functionEventInvokeConfig:FunctionEventInvokeConfig"
TRIGGER_CONFIG = "tencentcloud:Scf/triggerConfig:TriggerConfig"
_TOPIC = "tencentcloud:Cls/topic:Topic"
"""Without one the service keeps a topic of its own, which no resource shows."""
_SPACE = "default"
_OF_TRIGGER = frozenset({"name", "type", "triggerDesc", "cosRegion"})
_CRON = "document 583/9708: seven fields, second minute hour day month week year"


def period_of(cron: str) -> timedelta | None:
    """The longest time between two runs of a timer; None for any form that is not read here.

    Read are: every N minutes, every hour, every N hours, every day.
    """
    fields = cron.split()
    # equivalent(operand): four fields after the third are seven
    if len(fields) != 7 or fields[3:] != ["*"] * 4 or not at(fields[0], 60):
        return None
    return longest_gap(fields[1], fields[2])


@reads("triggers", "timeout", "name", "namespace")
def _scheduled(view: View) -> Iterator[Fact]:
    yield from timers(view)


def timers(view: View) -> Iterator[Timer]:
    """One fact per timer trigger. Settings of the same trigger elsewhere count too: the worst of them wins."""
    triggers = view.items("triggers")
    if isinstance(triggers, Unknown):
        yield Timer(view.urn, None, None, view.evidence("triggers"), _run(view))
        return
    configs = view.pointing(TRIGGER_CONFIG, "functionName")
    for index, trigger in enumerate(triggers):
        kind = member(trigger, "type")
        if isinstance(kind, str) and kind != "timer":
            continue
        plain = isinstance(trigger, Mapping) and _OF_TRIGGER.issuperset(trigger)
        period, enabled = _told(member(trigger, "triggerDesc")), True if kind == "timer" and plain else None
        evidence = view.evidence(f"triggers[{index}].triggerDesc", _CRON)
        for config in configs:
            other = _override(config, member(trigger, "name"))
            if other is None:
                continue
            on, desc = other
            if on is not True and enabled is not False:
                enabled, evidence = on, Evidence(config.urn, "enable")
            if desc is not ABSENT:
                again = _told(desc)
                period = None if period is None or again is None else max(period, again)
                evidence = Evidence(config.urn, "triggerDesc", source=_CRON) if enabled else evidence
        yield Timer(view.urn, period, enabled, evidence, _run(view))


def _run(view: View) -> timedelta | None:
    """How much later than its time a run may end: as long as its event may wait, and as the service lets it go on."""
    seconds = as_number(view.get("timeout"))
    run = None if seconds is None or seconds < 1 else as_period(seconds, timedelta(seconds=1))
    age = _event_age(view)
    return None if run is None or age is None else run + age


def _event_age(view: View) -> timedelta | None:
    """How long the service keeps an event that it cannot hand over. Of several settings the longest counts."""
    row = limits("tencent")["scf-async"]
    ages, certain = list[timedelta | None](), False
    for config, sure in view.graph.touching(view.resource, INVOKE_CONFIG, "functionName"):
        seconds = as_number(member(config.inputs.get("asyncTriggerConfig", ABSENT), "msgTtl"))
        ages.append(None if seconds is None or seconds < 0 else as_period(seconds, row.unit))
        space = config.inputs.get("namespace", _SPACE)  # a function of another one may have the same name
        certain = certain or (sure and space == view.get("namespace"))
    if not certain:
        ages.append(row.default)
    return longest(*ages)


def _override(config: Resource, name: Value) -> tuple[bool | None, Value] | None:
    """Whether a trigger's own resource leaves it on, and the time it sets; None where it is another trigger's."""
    mine = config.inputs.get("triggerName", ABSENT)
    certain = isinstance(mine, str) and isinstance(name, str)
    if certain and mine != name:
        return None
    enable = config.inputs.get("enable", ABSENT)
    on = {"OPEN": True, "CLOSE": False}.get(enable) if isinstance(enable, str) else None
    return on if certain or on else None, config.inputs.get("triggerDesc", ABSENT)


def _told(value: Value) -> timedelta | None:
    return period_of(value) if isinstance(value, str) else None


@reads("triggers", "timeout", "namespace", *ARGUMENTS)
def _rotation(view: View) -> Iterator[Fact]:
    yield from read_key_rotation(view, list(timers(view)))


READERS = {
    FUNCTION: resource(_scheduled, _rotation, refers_to("clsTopicId", _TOPIC, what="its logs")),
    INVOKE_CONFIG: setting_of("functionName", {FUNCTION}, looked_up("asyncTriggerConfig", "namespace")),
    RESERVED: setting_of("functionName", {FUNCTION}, looked_up("reservedConcurrencyMem")),
    TRIGGER_CONFIG: setting_of("functionName", {FUNCTION}, looked_up("triggerName", "enable", "triggerDesc")),
}
