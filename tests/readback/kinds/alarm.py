"""The alarm of a failed sweep: SNS topic, its policy and subscription, CloudWatch alarms."""

from collections.abc import Mapping

from tests.readback.table import Call, Kind, Read


def _pairs(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in sorted(dimensions.items())]


KINDS = {
    "aws:sns/topic:Topic": Kind(
        calls=(
            Call(
                "sns",
                "create_topic",
                at={"name": "Name", "kmsMasterKeyId": "Attributes.KmsMasterKeyId"},
                named="Name",
            ),
        ),
        reads=(Read("sns", "get_topic_attributes", {"TopicArn": "id"}, "Attributes"),),
        outputs={"id": "answers.create_topic.TopicArn", "arn": "answers.create_topic.TopicArn"},
        unread={"name": "is in the ARN by which the topic is asked"},
    ),
    "aws:sns/topicPolicy:TopicPolicy": Kind(
        calls=(
            Call(
                "sns",
                "set_topic_attributes",
                at={"arn": "TopicArn", "policy": "AttributeValue"},
                of={"AttributeName": "'Policy'"},
            ),
        ),
        reads=(Read("sns", "get_topic_attributes", {"TopicArn": "inputs.arn"}, "Attributes"),),
        outputs={"id": "inputs.arn"},
        unread={"arn": "the question is asked of that topic"},
    ),
    "aws:sns/topicSubscription:TopicSubscription": Kind(
        calls=(Call("sns", "subscribe", at={"topic": "TopicArn"}),),
        reads=(Read("sns", "get_subscription_attributes", {"SubscriptionArn": "id"}, "Attributes"),),
        outputs={"id": "answers.subscribe.SubscriptionArn"},
        back={"topic": "TopicArn"},
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(
        calls=(
            Call(
                "cloudwatch",
                "put_metric_alarm",
                at={"name": "AlarmName", "dimensions": ""},
                more=lambda given: {"Dimensions": _pairs(given.inputs["dimensions"])},
                named="AlarmName",
            ),
        ),
        reads=(Read("cloudwatch", "describe_alarms", {"AlarmNames.0": "inputs.name"}, "MetricAlarms[0]"),),
        outputs={"id": "inputs.name"},
        back={"name": "AlarmName"},
        held={"dimensions": _pairs},
    ),
}
