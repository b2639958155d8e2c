"""Machines: EC2 instances, and the target groups that send to them."""

from typing import Any

from tests.readback.table import Call, Given, Kind, Read

_DISK = "/dev/xvda"
"""The name of the system disk, which an image says and the provider looks up."""


def _instance(given: Given) -> dict[str, Any]:
    """What the API has in blocks of its own: the system disk by its name, how many, tags by kind."""
    disk = given.inputs["rootBlockDevice"]
    return {
        "MinCount": 1,
        "MaxCount": 1,
        "Monitoring": {"Enabled": given.inputs["monitoring"]},
        "MetadataOptions": {"HttpTokens": given.inputs["metadataOptions"]["httpTokens"]},
        "BlockDeviceMappings": [
            {
                "DeviceName": _DISK,
                "Ebs": {
                    "Encrypted": disk["encrypted"],
                    "KmsKeyId": disk["kmsKeyId"],
                    "DeleteOnTermination": disk["deleteOnTermination"],
                    "VolumeSize": int(disk["volumeSize"]),
                },
            }
        ],
        "TagSpecifications": [
            {
                "ResourceType": "instance",
                "Tags": [{"Key": key, "Value": value} for key, value in given.inputs["tags"].items()],
            }
        ],
    }


KINDS = {
    "aws:ec2/instance:Instance": Kind(
        calls=(
            Call(
                "ec2",
                "run_instances",
                at={
                    "ami": "ImageId",
                    "vpcSecurityGroupIds": "SecurityGroupIds",
                    "monitoring": "",
                    "metadataOptions": "",
                    "rootBlockDevice": "",
                    "tags": "",
                },
                more=_instance,
            ),
        ),
        reads=(
            Read("ec2", "describe_instances", {"InstanceIds.0": "id"}, "Reservations[0].Instances[0]"),
            Read(
                "ec2",
                "describe_volumes",
                {"Filters": "[{Name: 'attachment.instance-id', Values: [id]}]"},
                "Volumes[0]",
                under="disk",
            ),
        ),
        outputs={"id": "answers.run_instances.Instances[0].InstanceId"},
        back={
            "ami": "ImageId",
            "vpcSecurityGroupIds": "SecurityGroups[].GroupId",
            "monitoring": "Monitoring.State",
            "tags": "{Name: Tags[?Key=='Name'] | [0].Value}",
            "rootBlockDevice": "{encrypted: disk.Encrypted, kmsKeyId: disk.KmsKeyId, volumeSize: disk.Size, "
            "deleteOnTermination: BlockDeviceMappings[0].Ebs.DeleteOnTermination}",
        },
        held={"monitoring": lambda on: "enabled" if on else "disabled"},
    ),
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": Kind(
        calls=(
            Call(
                "elbv2",
                "register_targets",
                at={"targetId": "Targets.0.Id"},
            ),
        ),
        reads=(
            Read(
                "elbv2",
                "describe_target_health",
                {"TargetGroupArn": "inputs.targetGroupArn"},
                "TargetHealthDescriptions[?Target.Id=='$targetId'] | [0].Target",
            ),
        ),
        outputs={"id": "inputs.targetId"},
        back={"targetId": "Id"},
        unread={"targetGroupArn": "the target is looked for among those of that group"},
    ),
}
