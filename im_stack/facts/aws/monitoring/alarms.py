"""CloudWatch alarms and SNS topics: which alarm tells whom that a function failed or did not run, and after how long.

A topic keeps and sends on whatever is published to it, so it says what it holds like every store. Alarms publish the
name of a metric and its numbers only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple

from im_stack.facts.access.patterns import ANY
from im_stack.facts.access.requests import among
from im_stack.facts.access.statements import Statement, is_granted, is_refused, may_be_refused
from im_stack.facts.aws.arns import named
from im_stack.facts.aws.compute.lambda_targets import FUNCTION
from im_stack.facts.aws.identity import access
from im_stack.facts.aws.identity.documents import lets_in, with_policy
from im_stack.facts.aws.identity.kms import POLICY as KEY_POLICY
from im_stack.facts.aws.identity.kms import encryption_of, key_of
from im_stack.facts.aws.location import account_of, arns, home_of, partition
from im_stack.facts.knowledge.alarms import Condition, alarm_of
from im_stack.facts.mechanism.rows import (
    channel,
    copy,
    endless,
    equals,
    lag,
    limit_of,
    looked_up,
    reads,
    resource,
    setting_of,
    store,
)
from im_stack.facts.mechanism.view import View, all_of, as_number, as_period, member
from im_stack.facts.model import (
    ABSENT,
    Amount,
    AtRest,
    Channel,
    Evidence,
    Fact,
    Grade,
    Resource,
    Unknown,
    Value,
)

METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
_CLOUDWATCH = f"{access.SERVICES}cloudwatch.amazonaws.com"
_PUBLISH, _USES_KEY = ("sns:Publish",), ("kms:Decrypt", "kms:GenerateDataKey")
_UNLIKE = ("fifoTopic", "maximumMessageSize")
"""Arguments of a topic by which it takes no message of an alarm, or sends no mail."""
_SERVICE_KEY = "alias/aws/sns"
_ABSENT = (ABSENT, "", ())
_ALONE = ("metricQueries", "extendedStatistic", "thresholdMetricId", "evaluationCriteria", "evaluationWindow")
"""Arguments by which an alarm watches something else than one statistic of one metric."""
_WHOLE = timedelta(minutes=1)
_WARM = ("warmUpConfiguration", "evaluationInterval")
_PLAIN = "SNS developer guide, security best practices: a policy with aws:SecureTransport refuses plain HTTP"


class _Wanted(NamedTuple):
    """What an alarm on a metric of functions must be: how it compares, and what it makes of no data."""

    event: Literal["failure", "absence"]
    compares: Mapping[str, Callable[[float], bool]]
    missing: tuple[Value, ...]
    once: bool


_METRICS: Mapping[Value, _Wanted] = {
    "Errors": _Wanted(
        "failure",
        {
            "GreaterThanOrEqualToThreshold": lambda threshold: 0 < threshold <= 1,
            "GreaterThanThreshold": lambda threshold: 0 <= threshold < 1,
        },
        (ABSENT, "", "missing", "notBreaching", "ignore", "breaching"),
        True,
    ),
    "Invocations": _Wanted(
        "absence",
        {
            "LessThanThreshold": lambda threshold: 0 < threshold <= 1,
            "LessThanOrEqualToThreshold": lambda threshold: 0 <= threshold < 1,
        },
        ("breaching",),
        False,
    ),
}


@reads(
    *("name", "namespace", "metricName", "dimensions", "statistic", "unit", "comparisonOperator", "threshold"),
    *("treatMissingData", "datapointsToAlarm", "evaluationPeriods", "period", "actionsEnabled", "alarmActions"),
    *(*_ALONE, *_WARM),
)
def _alarm(view: View) -> Iterator[Fact]:
    wanted = _METRICS.get(view.get("metricName")) if view.get("namespace") == "AWS/Lambda" else None
    if wanted is None:
        return
    functions, _ = view.links("dimensions", {FUNCTION}, (member(view.get("dimensions"), "FunctionName"),))
    conditions = [*_condition(view, wanted), *_told(view)]
    recipients: frozenset[str] = frozenset()
    for value in view.values("alarmActions"):
        for topic in named(view.resource, "alarmActions", value, {TOPIC}, view.graph).found:
            subscribed, more = _subscribed(topic, view)
            recipients |= subscribed
            conditions += more
    for function in functions:
        delay, evidence = _delay(view, wanted), view.evidence("metricName")
        yield alarm_of(function, {wanted.event}, recipients, conditions, delay, evidence, _silence(view, wanted))


def _condition(view: View, wanted: _Wanted) -> Iterator[Condition]:
    """Whether one run that fails, or none in time, is what the alarm waits for."""

    def must(argument: str, allowed: Sequence[Value] | Callable[[Value], bool], why: str) -> Condition:
        value = view.get(argument)
        holds = allowed(value) if callable(allowed) else value in allowed
        return None if isinstance(value, Unknown) else holds, f"{argument} {why}"

    dimensions = view.get("dimensions")
    others = sorted(set(dimensions) - {"FunctionName"}) if isinstance(dimensions, Mapping) else None
    yield (
        None if others is None else not others,
        f"dimensions.{', '.join(others or ())} leaves out runs of the function",
    )
    name = view.get("name")
    same = view.graph.named(name, {METRIC_ALARM}) if isinstance(name, str) else ()
    yield (len(same) < 2 or None), "another alarm has its name, and one of the two replaces the other"
    yield must("period", _whole_minutes, "must be whole minutes, as the metric has a number for each")
    for argument in (*_ALONE, *_WARM):
        yield must(argument, _ABSENT, "makes it another alarm than one on a metric of the function")
    yield must("statistic", ("Sum",), "must be Sum")
    yield must("unit", (ABSENT, "", "Count"), "is none that the metric has")
    yield must("actionsEnabled", (ABSENT, True, "true"), "is off, so it tells no one")
    yield must("treatMissingData", wanted.missing, "leaves it silent while there are no data")
    # equivalent(operand): no operator is as none that is known
    compares = wanted.compares.get(view.text("comparisonOperator") or "")
    unknown = isinstance(view.get("comparisonOperator"), Unknown)
    threshold = as_number(view.get("threshold"))
    right = None if threshold is None or unknown else bool(compares and compares(threshold))
    yield right, "comparisonOperator and threshold do not part none from one"
    points, periods = (as_number(view.get(name)) for name in ("datapointsToAlarm", "evaluationPeriods"))
    given = view.get("datapointsToAlarm") not in _ABSENT
    if wanted.once:
        enough = points == 1 if given else periods == 1
        certain = points is not None if given else periods is not None
        yield enough if certain else None, "datapointsToAlarm waits for more than one failed run"
    elif given and points is None:
        yield None, "datapointsToAlarm is not known"


def _whole_minutes(value: Value) -> bool:
    seconds = as_number(value)
    return seconds is not None and seconds % _WHOLE.total_seconds() == 0


def _silence(view: View, wanted: _Wanted) -> timedelta | None:
    """The longest time between two runs over which an alarm on no runs stays silent: of its periods, as many as it
    takes to raise it must not be without one."""
    numbers = [as_number(view.get(name)) for name in ("period", "evaluationPeriods", "datapointsToAlarm")]
    # equivalent(operand): a number that is not known stops the reader, which proves nothing
    period, number, points = numbers[0] or 0, numbers[1] or 0, numbers[2] or numbers[1] or 0
    # equivalent(comparison, operand): numbers that the service refuses, and so does the delay
    known = not wanted.once and period > 0 and 0 < points <= number
    return as_period(period * number / (number - points + 1), limit_of(view, "alarm-period").unit) if known else None


def _told(view: View) -> Iterator[Condition]:
    """Whether every action is a topic of the stack."""
    values = view.values("alarmActions")
    if isinstance(view.get("alarmActions"), Unknown):
        yield None, "alarmActions is not known before deployment"
    if not values:
        yield False, "alarmActions names no topic"
    for value in values:
        doubts = named(view.resource, "alarmActions", value, {TOPIC}, view.graph).doubts
        yield None if doubts else True, f"alarmActions: {doubts}"


def _subscribed(topic: Resource, view: View) -> tuple[frozenset[str], list[Condition]]:
    """The addresses of mail that a topic sends every message to, and whether an alarm may publish to it."""
    found = set()
    for subscription in view.graph.pointing_at(topic, SUBSCRIPTION, "topic"):
        inputs = subscription.inputs
        whole = inputs.get("filterPolicy", ABSENT) in _ABSENT
        endpoint = inputs.get("endpoint")
        if whole and inputs.get("protocol") in ("email", "email-json") and isinstance(endpoint, str):
            found.add(endpoint)
    plain = all(topic.inputs.get(name, ABSENT) in _ABSENT or topic.inputs[name] is False for name in _UNLIKE)
    return frozenset(found), [
        (plain or None, f"{topic.name} may refuse what alarms publish ({', '.join(_UNLIKE)})"),
        (_may_publish(topic, view), f"the policy of {topic.name} does not let alarms publish"),
        (_may_encrypt(topic, view), f"the key of {topic.name} does not let alarms encrypt"),
    ]


def _may_publish(topic: Resource, view: View) -> bool | None:
    said = with_policy(topic, TOPIC_POLICY, "arn", view.graph)
    if not said:
        return True  # the service's own policy lets the account's alarms publish
    return _lets_alarms(said, _PUBLISH, _arn(topic, view), view)


def _may_encrypt(topic: Resource, view: View) -> bool | None:
    value = topic.inputs.get("kmsMasterKeyId", ABSENT)
    if value in _ABSENT:
        return True
    if value == _SERVICE_KEY:
        return False  # its policy, which is the service's, lets no alarm in
    keys = key_of(topic, "kmsMasterKeyId", value, view.graph).found
    if not keys:
        return None
    said = with_policy(keys[0], KEY_POLICY, "keyId", view.graph)
    return bool(said) and _lets_alarms(said, _USES_KEY, "arn:*:kms:*:*:key/*", view)


def _lets_alarms(said: Sequence[Resource], actions: tuple[str, ...], arn: str, view: View) -> bool | None:
    """Whether each policy lets CloudWatch act for this alarm, and refuses it nothing."""
    return all_of(*(_lets_alarm(access.read_document(each.inputs["policy"]), actions, arn, view) for each in said))


def _lets_alarm(statements: Sequence[Statement] | None, actions: tuple[str, ...], arn: str, view: View) -> bool | None:
    if statements is None:
        return None
    account, region = account_of(view.resource, view.graph), home_of(view.resource, view.graph)
    mine = f"arn:{partition(region or '')}:cloudwatch:{region or ANY}:{account or ANY}:alarm:*"
    # equivalent(operand): an account that is not known stops the reader, which proves nothing
    acts = (access.by(_CLOUDWATCH), among("aws:sourcearn", mine), among("aws:sourceaccount", account or ANY))
    asked = access.requests(actions, (arn,), *access.of_today(*acts))
    return bool(is_granted(statements, asked)) and not may_be_refused(statements, asked)


def _arn(topic: Resource, view: View) -> str:
    name, region, account = topic.inputs.get("name"), home_of(topic, view.graph), account_of(topic, view.graph)
    return (
        f"arn:{partition(region or '')}:sns:{region or ANY}:{account or ANY}:{name if isinstance(name, str) else ANY}"
    )


def _delay(view: View, wanted: _Wanted) -> tuple[Amount, ...]:
    """How long it takes until a mail is sent: the periods that must pass, and what the services take."""
    row = limit_of(view, "alarm-period")
    period, number = as_number(view.get("period")), as_number(view.get("evaluationPeriods"))
    known = period is not None and number is not None and period > 0 and number > 0
    # equivalent(operand): only where both are known
    window = as_period((period or 0) * (number or 0), row.unit) if known else None
    label = "until the alarm is raised"
    hops = [Amount(window, label, view.evidence("period", row.source), row.least, unknown=not known)]
    if window is not None:
        view.must_be_taken(window, "period", row)
    if not wanted.once:
        looks, note = limit_of(view, "alarm-missing-data"), "older data that count where there are none"
        evidence = Evidence(view.urn, "evaluationPeriods", Grade.ASSUMED, looks.source, looks.note)
        hops.append(Amount(window, note, evidence, unknown=not known))
    hops += lag(view, "alarm-evaluation", "evaluation of the alarm"), lag(view, "sns-delivery", "delivery of the mail")
    return tuple(hops)


@reads("kmsMasterKeyId")
def _at_rest(view: View) -> Iterator[Fact]:
    key = view.get("kmsMasterKeyId")
    if key in _ABSENT:
        how = "SNS encrypts nothing at rest unless a key is named"
        yield AtRest(view.urn, "messages", False, how, view.evidence("kmsMasterKeyId"))
    elif key == _SERVICE_KEY:
        yield AtRest(view.urn, "messages", True, "SSE under a key of the service", view.evidence("kmsMasterKeyId"))
    else:
        yield encryption_of(view.urn, "messages", "KMS", view.resource, "kmsMasterKeyId", key, view.graph)


@reads("policy")
def _transport(view: View) -> Iterator[Fact]:
    """Plain HTTP is answered unless a policy refuses it."""
    topic, evidence = view.subject, view.evidence("policy", _PLAIN)
    text = view.get("policy")
    if text in _ABSENT:
        if not view.pointing(TOPIC_POLICY, "arn"):
            yield Channel(topic.urn, "requests", False, evidence)
        return
    statements = access.read_document(text)
    refused = None if statements is None else is_refused(statements, access.plaintext("sns", _arn(topic, view)))
    yield Channel(topic.urn, "requests", refused, evidence)


@reads("topic", "protocol", "endpoint")
def _subscription(view: View) -> Iterator[Fact]:
    """Every message of a topic is sent on: what becomes of it there is in no plan."""
    found, doubts = view.links("topic", {TOPIC})
    yield from view.unresolved(doubts, "what it sends on")
    for topic in () if doubts else found:
        about = view.about(topic)
        yield from copy(f"messages sent on by {view.resource.name}", endless("kept by whoever gets them"))(about)
        if view.get("protocol") not in ("email", "email-json", "sms"):
            yield from channel(f"deliveries of {view.resource.name}", "protocol", equals(*_SAFE))(about)


_SAFE = ("https", "sqs", "lambda", "firehose", "application")
READERS = {
    METRIC_ALARM: resource(_alarm),
    TOPIC: resource(
        store("sns", endless("messages that are sent on")),
        _at_rest,
        _transport,
        arns("kmsMasterKeyId"),
        lets_in("the topic", optional=True),
        looked_up("name", *_UNLIKE),
    ),
    TOPIC_POLICY: setting_of("arn", {TOPIC}, lets_in("the topic"), _transport),
    SUBSCRIPTION: resource(_subscription, looked_up("filterPolicy")),
}
