"""The edge: Elastic Load Balancing."""

from tests.readback.table import Call, Given, Kind, Read


def _attributes(given: Given) -> dict[str, object]:
    """Load balancer attributes of the API: keys and values, all of them text."""
    logs = given.inputs.get("accessLogs", {})
    values = {
        "routing.http.drop_invalid_header_fields.enabled": given.inputs.get("dropInvalidHeaderFields"),
        "deletion_protection.enabled": given.inputs.get("enableDeletionProtection"),
        "access_logs.s3.enabled": logs.get("enabled"),
        "access_logs.s3.bucket": logs.get("bucket"),
        "access_logs.s3.prefix": logs.get("prefix"),
    }
    text = {key: str(value).lower() if isinstance(value, bool) else value for key, value in values.items()}
    return {
        "LoadBalancerArn": given.answers["create_load_balancer"]["LoadBalancers"][0]["LoadBalancerArn"],
        "Attributes": [{"Key": key, "Value": value} for key, value in text.items() if value is not None],
    }


_FIELDS = {"hostHeader": "host-header", "pathPattern": "path-pattern"}


def _conditions(rule: Given) -> dict[str, object]:
    """The field of a condition, which the recording has as the name of the block."""
    return {
        "Conditions": [
            {"Field": _FIELDS[name], f"{name[0].upper()}{name[1:]}Config": {"Values": block["values"]}}
            for condition in rule.inputs["conditions"]
            for name, block in condition.items()
        ]
    }


_AMONG_ATTRIBUTES = ("dropInvalidHeaderFields", "enableDeletionProtection", "accessLogs")

KINDS = {
    "aws:lb/loadBalancer:LoadBalancer": Kind(
        calls=(
            Call(
                "elbv2",
                "create_load_balancer",
                at={"internal": "", "loadBalancerType": "Type"},
                more=lambda given: {"Scheme": "internal" if given.inputs.get("internal") else "internet-facing"},
                named="Name",
            ),
            Call(
                "elbv2",
                "modify_load_balancer_attributes",
                _AMONG_ATTRIBUTES,
                at=dict.fromkeys(_AMONG_ATTRIBUTES, ""),
                more=_attributes,
            ),
        ),
        reads=(
            Read("elbv2", "describe_load_balancers", {"LoadBalancerArns.0": "id"}, "LoadBalancers[0]"),
            Read(
                "elbv2",
                "describe_load_balancer_attributes",
                {"LoadBalancerArn": "id"},
                "Attributes.{all: @, accessLogs: {enabled: [?Key=='access_logs.s3.enabled'] | [0].Value, "
                "bucket: [?Key=='access_logs.s3.bucket'] | [0].Value}}",
                under="of",
            ),
        ),
        outputs={
            "id": "answers.create_load_balancer.LoadBalancers[0].LoadBalancerArn",
            "arn": "answers.create_load_balancer.LoadBalancers[0].LoadBalancerArn",
        },
        back={
            "internal": "Scheme",
            "loadBalancerType": "Type",
            "subnets": "AvailabilityZones[].SubnetId",
            "dropInvalidHeaderFields": "of.all[?Key=='routing.http.drop_invalid_header_fields.enabled'] | [0].Value",
            "enableDeletionProtection": "of.all[?Key=='deletion_protection.enabled'] | [0].Value",
            "accessLogs": "of.accessLogs",
        },
        held={"internal": lambda internal: "internal" if internal else "internet-facing"},
    ),
    "aws:lb/targetGroup:TargetGroup": Kind(
        calls=(
            Call(
                "elbv2",
                "create_target_group",
                at={
                    "healthCheck": "",
                },
                of={
                    "HealthCheckProtocol": "inputs.healthCheck.protocol",
                    "HealthCheckPath": "inputs.healthCheck.path",
                    "Matcher.HttpCode": "inputs.healthCheck.matcher",
                },
                named="Name",
            ),
        ),
        reads=(Read("elbv2", "describe_target_groups", {"TargetGroupArns.0": "id"}, "TargetGroups[0]"),),
        outputs={
            "id": "answers.create_target_group.TargetGroups[0].TargetGroupArn",
            "arn": "answers.create_target_group.TargetGroups[0].TargetGroupArn",
        },
        back={"healthCheck": "{protocol: HealthCheckProtocol, path: HealthCheckPath, matcher: Matcher.HttpCode}"},
    ),
    "aws:lb/listener:Listener": Kind(
        calls=(
            Call(
                "elbv2",
                "create_listener",
                at={
                    "certificateArn": "Certificates.0.CertificateArn",
                    "defaultActions.fixedResponse": "FixedResponseConfig",
                },
            ),
        ),
        reads=(Read("elbv2", "describe_listeners", {"ListenerArns.0": "id"}, "Listeners[0]"),),
        outputs={
            "id": "answers.create_listener.Listeners[0].ListenerArn",
            "arn": "answers.create_listener.Listeners[0].ListenerArn",
        },
        back={
            "certificateArn": "Certificates[0].CertificateArn",
            "defaultActions.fixedResponse": "FixedResponseConfig",
        },
    ),
    "aws:lb/listenerRule:ListenerRule": Kind(
        calls=(Call("elbv2", "create_rule", at={"conditions": ""}, more=_conditions),),
        reads=(Read("elbv2", "describe_rules", {"ListenerArn": "inputs.listenerArn"}, "Rules[?RuleArn=='$id'] | [0]"),),
        outputs={"id": "answers.create_rule.Rules[0].RuleArn"},
        back={f"conditions.{name}": f"{name[0].upper()}{name[1:]}Config" for name in _FIELDS},
        unread={"listenerArn": "the rule is looked for among those of that listener"},
    ),
}
