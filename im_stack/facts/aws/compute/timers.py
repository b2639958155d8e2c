"""Timers of Lambda functions: schedules of EventBridge Scheduler, scheduled rules, and how late a run may end.

A run ends late by everything that may delay it: the service starts it within the minute, keeps it for a while when it
cannot start it, and the function's own queue keeps it again.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from im_stack.facts.access.patterns import ANY
from im_stack.facts.access.permissions import Rights, missing_permissions
from im_stack.facts.access.requests import Requests, among
from im_stack.facts.aws.arns import named
from im_stack.facts.aws.compute.lambda_targets import LATEST, Call, calls_of
from im_stack.facts.aws.identity import access, iam
from im_stack.facts.aws.identity.permissions import policy_of
from im_stack.facts.aws.location import account_of, home_of, partition
from im_stack.facts.knowledge.cron import longest_gap
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, all_of, as_flag, as_number, as_period, member
from im_stack.facts.model import ABSENT, Evidence, Resource, Unknown, Value
from im_stack.facts.runs import Timer
from im_stack.terms.period import longest, total_of

SCHEDULE = "aws:scheduler/schedule:Schedule"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
PERMISSION = "aws:lambda/permission:Permission"
RESOURCE_POLICY = "aws:lambda/resourcePolicy:ResourcePolicy"
INVOKE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
SCHEDULER, EVENTS = "scheduler.amazonaws.com", "events.amazonaws.com"
_INVOKES, _DECRYPTS = "lambda:InvokeFunction", "kms:Decrypt"
_CONTEXT = "kms:encryptioncontext:aws:scheduler:schedule:arn"
"""EventBridge Scheduler user guide, encryption at rest: the role of a schedule must be allowed to decrypt it."""
_RATE = re.compile(r"rate\(([1-9]\d{0,5}) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_SOURCE = "EventBridge Scheduler user guide, schedule types; scheduler.Schedule.schedule_expression (pulumi-aws 7.51.1)"
_NONE = timedelta(0)
_OF_TARGET = frozenset({"arn", "roleArn", "input", "retryPolicy", "deadLetterConfig"})
"""What a schedule says of a function that it starts; what it says of others is refused, or changes what is started."""
NARROWS = ("eventSourceToken", "functionUrlAuthType", "invokedViaFunctionUrl", "principalOrgId", "sourceAccount")
"""Arguments of a permission by which it does not hold for every event of a rule."""


def period_of(expression: str, zone: Value = ABSENT) -> timedelta | None:
    """The longest time between two runs; None for any form that is not read here, and for a cron by a local time."""
    rate, cron = _RATE.fullmatch(expression), _CRON.fullmatch(expression)
    if rate:
        return int(rate[1]) * timedelta(**{f"{rate[2]}s": 1})
    fields = cron[1].split() if cron else []
    if len(fields) != 6 or sorted(fields[2:5:2]) not in (["*", "?"], ["?", "?"]) or zone not in (ABSENT, "", "UTC"):
        return None
    if (fields[3], fields[5]) != ("*", "*"):
        return None
    return longest_gap(*(re.sub("^0/", "*/", field) for field in fields[:2]))


def timers(view: View) -> Iterator[Timer]:
    """One fact for each schedule, and each timed rule with a target, that starts the function."""
    graph = view.graph
    for schedule, call in calls_of(view.resource, graph, SCHEDULE, "target", "arn"):
        yield _scheduled(schedule, schedule.inputs.get("target", ABSENT), call, view, graph)
    for target, call in calls_of(view.resource, graph, TARGET, "arn"):
        for rule in graph.links(target, "rule", {RULE}).found:
            if rule.inputs.get("scheduleExpression", ABSENT) not in (ABSENT, ""):
                yield _ruled(rule, target, call, view, graph)


def _scheduled(schedule: Resource, target: Value, call: Call, view: View, graph: Graph) -> Timer:
    inputs = schedule.inputs
    state = _state(inputs.get("state", ABSENT))
    bounded = [inputs.get(name, ABSENT) for name in ("startDate", "endDate")]
    always = None if any(isinstance(v, Unknown) for v in bounded) else all(v in (ABSENT, "") for v in bounded)
    # equivalent(operand): what names a function is a block
    plain = True if isinstance(target, Mapping) and _OF_TARGET.issuperset(target) else None
    takes = _takes(member(target, "input"))
    enabled = all_of(state, always, call.current, plain, takes, _role_allows(schedule, target, call, graph))
    window = _window(inputs.get("flexibleTimeWindow", ABSENT))
    period = _period(inputs.get("scheduleExpression", ABSENT), inputs.get("scheduleExpressionTimezone", ABSENT))
    gap = None if period is None or window is None else period + window
    run = _delay(member(target, "retryPolicy"), call, view)
    return Timer(view.urn, gap, enabled, Evidence(schedule.urn, "scheduleExpression", source=_SOURCE), run)


def _ruled(rule: Resource, target: Resource, call: Call, view: View, graph: Graph) -> Timer:
    inputs = rule.inputs
    state = _state(inputs.get("state", ABSENT))
    switch = inputs.get("isEnabled", ABSENT)
    older = True if switch is ABSENT else as_flag(switch)
    buses = [each.inputs.get("eventBusName", ABSENT) for each in (rule, target)]
    bus = True if all(each in (ABSENT, "", "default") for each in buses) else None
    made = any(target.inputs.get(each, ABSENT) not in (ABSENT, "") for each in ("inputPath", "inputTransformer"))
    given = Unknown("input") if made else target.inputs.get("input", ABSENT)
    enabled = all_of(
        state, older, bus, call.current, _takes(given), True if _permission_allows(rule, call, graph) else None
    )
    run = _delay(target.inputs.get("retryPolicy", ABSENT), call, view)
    evidence = Evidence(rule.urn, "scheduleExpression", source=_SOURCE)
    return Timer(view.urn, _period(inputs.get("scheduleExpression", ABSENT)), enabled, evidence, run)


def _state(value: Value) -> bool | None:
    """Whether a schedule or rule is enabled, as it is by default."""
    if value in (ABSENT, "", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"):
        return True
    return False if value == "DISABLED" else None


def _takes(value: Value) -> bool | None:
    """Whether an input can be handed to a function, which reads none: it is none, or JSON."""
    if value in (ABSENT, ""):
        return True
    try:
        return json.loads(value) is not None if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return False


def _period(expression: Value, zone: Value = ABSENT) -> timedelta | None:
    return period_of(expression, zone) if isinstance(expression, str) else None


def _window(block: Value) -> timedelta | None:
    """How much later than its time a schedule may start."""
    mode, most = member(block, "mode"), member(block, "maximumWindowInMinutes")
    if mode == "OFF":
        return _NONE
    minutes = as_number(most)
    return timedelta(minutes=minutes) if mode == "FLEXIBLE" and minutes is not None and minutes > 0 else None


def _precision() -> timedelta:
    return limits("aws")["scheduler-precision"].lag


def _retry_age(block: Value, limit: str) -> timedelta | None:
    """How long the service goes on trying to start a run that it could not start."""
    row, value = limits("aws")[limit], member(block, "maximumEventAgeInSeconds")
    if value is ABSENT:
        return row.default
    seconds = as_number(value)
    age = None if seconds is None or seconds < 0 else as_period(seconds, row.unit)
    return None if age is None else max(age, row.least or _NONE)  # equivalent(operand): both limits have a least


def _queue_age(call: Call, view: View, graph: Graph) -> timedelta | None:
    """How long the function's own queue may keep a run: what is configured for the name it is called by, or the most.

    Of several configurations, and of one whose name is not known, the longest counts.
    """
    ages: list[timedelta | None] = []
    certain = False
    for config, of in calls_of(view.resource, graph, INVOKE, "functionName"):
        name = config.inputs.get("qualifier", ABSENT)
        called = of.qualifier if name in (ABSENT, "") else name
        if isinstance(called, str) and called != call.qualifier:
            continue
        certain = certain or isinstance(called, str)
        ages.append(_retry_age(config.inputs, "lambda-async"))
    if not certain:
        ages.append(limits("aws")["lambda-async"].default)
    return longest(*ages)


def _timeout(view: View) -> timedelta | None:
    """How long the service lets one run go on; None where that is not known."""
    row, seconds = limits("aws")["lambda-timeout"], as_number(view.get("timeout"))
    if seconds is None or seconds < 1:
        return None
    run = as_period(seconds, row.unit)
    view.must_be_taken(run, "timeout", row)
    return run


def _delay(retries: Value, call: Call, view: View) -> timedelta | None:
    """How much later than its time a run may end."""
    queue_age = _queue_age(call, view, view.graph)
    return total_of((_precision(), _retry_age(retries, "scheduler-age"), queue_age, _timeout(view)))


def _role_allows(schedule: Resource, target: Value, call: Call, graph: Graph) -> bool | None:
    """Whether the role of a schedule lets the scheduler start the function, and read the schedule where a key of the
    stack encrypts it; None where that is not known."""
    found, doubts = iam.role_of(schedule, "target", member(target, "roleArn"), graph)
    if doubts:
        return None
    role = found[0]
    needed = {_INVOKES: access.requests((_INVOKES,), _invoked_arns(call, graph), *access.of_today())}
    if schedule.inputs.get("kmsKeyArn", ABSENT) not in (ABSENT, ""):
        needed[_DECRYPTS] = _decrypts(schedule, graph)
    policies, boundaries = iam.policies_of(role, graph), iam.boundaries_of(role, graph)
    beside = [*iam.organization_policies(graph), *map(policy_of, _resource_policies(call, graph))]
    rights = Rights(role, iam.lets_take(role, SCHEDULER), policies, boundaries, beside)
    return None if any(missing_permissions(rights, needed, "", "assumeRolePolicy")) else True


def _resource_policies(call: Call, graph: Graph) -> list[Resource]:
    """The policies that stand with a function in place of its permissions."""
    return [each for each, _ in calls_of(call.function, graph, RESOURCE_POLICY, "resourceArn")]


def _decrypts(schedule: Resource, graph: Graph) -> Requests:
    """The request by which the scheduler, with the schedule's role, reads a schedule that a key encrypts."""
    region, account = home_of(schedule, graph), account_of(schedule, graph)
    group, name = (schedule.inputs.get(argument, ABSENT) for argument in ("groupName", "name"))
    group = "default" if group in (ABSENT, "") else group
    path = "/".join(each if isinstance(each, str) else ANY for each in (group, name))
    part = partition(region) if region else ANY
    place = f"{region or ANY}:{account or ANY}"
    context = among(_CONTEXT, f"arn:{part}:scheduler:{place}:schedule/{path}")
    return access.requests((_DECRYPTS,), (f"arn:{part}:kms:{place}:key/*",), *access.of_today(context))


def _invoked_arns(call: Call, graph: Graph) -> tuple[str, ...]:
    """The names by which a function is called, as policies name it."""
    function = call.function
    name, region, account = function.inputs.get("name"), home_of(function, graph), account_of(function, graph)
    if region is None or not isinstance(name, str):
        return ("arn:*:lambda:*:*:function:*",)
    itself = f"arn:{partition(region)}:lambda:{region}:{account or ANY}:function:{name}"
    return {LATEST: (itself,), None: (itself, f"{itself}:*")}.get(call.qualifier, (f"{itself}:{call.qualifier}",))


def _permission_allows(rule: Resource, call: Call, graph: Graph) -> bool:
    """Whether a permission of the function lets the event bus start it for this rule."""
    if _resource_policies(call, graph):
        return False  # equivalent(return): both are no
    for permission, of in calls_of(call.function, graph, PERMISSION, "function"):
        inputs = permission.inputs
        source, name = inputs.get("sourceArn", ABSENT), inputs.get("qualifier", ABSENT)
        for_rule = source in (ABSENT, "") or rule in named(permission, "sourceArn", source, {RULE}, graph).found
        called = of.qualifier if name in (ABSENT, "") else name
        acts = inputs.get("action") in (_INVOKES, "lambda:*") and inputs.get("principal") == EVENTS
        whole = all(inputs.get(argument, ABSENT) in (ABSENT, "", False) for argument in NARROWS)
        if for_rule and acts and whole and called == call.qualifier:
            return True
    return False  # equivalent(return): both are no
