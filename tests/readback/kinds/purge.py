"""The keyring's function with its schedule, queue and logs: Lambda, Scheduler, SQS, CloudWatch Logs."""

import base64
import hashlib

from tests.readback.table import Call, Kind, Read

_DROPPED = "moto drops it"


def _digest(packed: bytes) -> str:
    return base64.b64encode(hashlib.sha256(packed).digest()).decode()


KINDS = {
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        calls=(
            Call("logs", "create_log_group", at={"name": "logGroupName"}, named="logGroupName"),
            Call("logs", "put_retention_policy", ("retentionInDays",), of={"logGroupName": "id"}),
        ),
        reads=(
            Read(
                "logs",
                "describe_log_groups",
                {"logGroupNamePrefix": "inputs.name"},
                "logGroups[?logGroupName=='$name'] | [0]",
            ),
            Read("logs", "describe_subscription_filters", {"logGroupName": "inputs.name"}, under="filters"),
        ),
        outputs={"id": "inputs.name", "name": "inputs.name"},
        back={"name": "logGroupName"},
        besides={"filters.subscriptionFilters": []},
        own={"skipDestroy": "whether the provider deletes it"},
    ),
    "aws:sqs/queue:Queue": Kind(
        calls=(
            Call(
                "sqs",
                "create_queue",
                at={
                    "name": "QueueName",
                    "sqsManagedSseEnabled": "Attributes.SqsManagedSseEnabled",
                    "messageRetentionSeconds": "Attributes.MessageRetentionPeriod",
                },
                named="QueueName",
            ),
            Call("sqs", "get_queue_attributes", (), of={"QueueUrl": "id", "AttributeNames": "['QueueArn']"}),
        ),
        reads=(
            Read(
                "sqs",
                "get_queue_attributes",
                {"QueueUrl": "id", "AttributeNames.0": "'All'"},
                "Attributes",
            ),
        ),
        outputs={"id": "answers.create_queue.QueueUrl", "arn": "answers.get_queue_attributes.Attributes.QueueArn"},
        back={"messageRetentionSeconds": "MessageRetentionPeriod"},
        unread={"name": "is in the address by which the queue is asked"},
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Kind(
        calls=(Call("sqs", "set_queue_attributes", at={"policy": "Attributes.Policy"}),),
        reads=(
            Read(
                "sqs",
                "get_queue_attributes",
                {"QueueUrl": "inputs.queueUrl", "AttributeNames.0": "'All'"},
                "Attributes",
            ),
        ),
        outputs={"id": "inputs.queueUrl"},
        unread={"queueUrl": "the question is asked of that queue"},
    ),
    "aws:lambda/function:Function": Kind(
        calls=(
            Call(
                "lambda",
                "create_function",
                at={"name": "FunctionName", "code": "Code.ZipFile"},
                named="FunctionName",
            ),
            Call(
                "lambda",
                "put_function_concurrency",
                ("reservedConcurrentExecutions",),
                of={"FunctionName": "id"},
            ),
        ),
        reads=(
            Read("lambda", "get_function", {"FunctionName": "inputs.name"}, "Configuration"),
            Read("lambda", "get_function_concurrency", {"FunctionName": "inputs.name"}, under="concurrency"),
        ),
        outputs={"id": "inputs.name", "name": "inputs.name", "arn": "answers.create_function.FunctionArn"},
        back={
            "name": "FunctionName",
            "code": "CodeSha256",
            "reservedConcurrentExecutions": "concurrency.ReservedConcurrentExecutions",
        },
        held={"code": _digest},
        unread={"deadLetterConfig": _DROPPED, "loggingConfig": _DROPPED},
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": Kind(
        calls=(Call("lambda", "put_function_event_invoke_config"),),
        reads=(Read("lambda", "get_function_event_invoke_config", {"FunctionName": "inputs.functionName"}),),
        outputs={"id": "inputs.functionName"},
        unread={"functionName": "the question is asked of that function"},
    ),
    "aws:scheduler/schedule:Schedule": Kind(
        calls=(Call("scheduler", "create_schedule", named="Name"),),
        reads=(Read("scheduler", "get_schedule", {"Name": "inputs.name"}),),
        outputs={"id": "inputs.name", "arn": "answers.create_schedule.ScheduleArn"},
    ),
}
