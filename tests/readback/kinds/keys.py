"""Keys, credentials, roles: KMS, Secrets Manager, IAM."""

from tests.readback.table import Call, Kind, Read

_OF_KEY = {"KeyId": "id"}
KINDS = {
    "aws:kms/key:Key": Kind(
        calls=(
            Call("kms", "create_key"),
            Call(
                "kms",
                "enable_key_rotation",
                ("enableKeyRotation",),
                at={"enableKeyRotation": ""},
                of=_OF_KEY,
                more=lambda given: {} if given.inputs["enableKeyRotation"] else None,
            ),
            Call(
                "kms",
                "disable_key",
                ("isEnabled",),
                at={"isEnabled": ""},
                of=_OF_KEY,
                more=lambda given: None if given.inputs["isEnabled"] else {},
            ),
            Call(
                "kms",
                "schedule_key_deletion",
                ("deletionWindowInDays",),
                at={"deletionWindowInDays": "PendingWindowInDays"},
                of=_OF_KEY,
                sent=False,
            ),
        ),
        reads=(
            Read("kms", "describe_key", _OF_KEY, "KeyMetadata"),
            Read("kms", "get_key_policy", {"KeyId": "id", "PolicyName": "'default'"}, under="policy"),
            Read("kms", "get_key_rotation_status", _OF_KEY, under="rotation"),
        ),
        outputs={
            "id": "answers.create_key.KeyMetadata.KeyId",
            "arn": "answers.create_key.KeyMetadata.Arn",
            "kmsKeyId": "answers.create_key.KeyMetadata.Arn",
        },
        back={"policy": "policy.Policy", "enableKeyRotation": "rotation.KeyRotationEnabled", "isEnabled": "Enabled"},
        besides={"KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER"},
        unread={"deletionWindowInDays": "is said when the key is deleted"},
    ),
    "aws:kms/alias:Alias": Kind(
        calls=(Call("kms", "create_alias", at={"name": "AliasName"}),),
        reads=(Read("kms", "list_aliases", {}, "Aliases[?AliasName=='$name'] | [0]"),),
        outputs={"id": "inputs.name", "name": "inputs.name"},
        back={"name": "AliasName"},
    ),
    "aws:secretsmanager/secret:Secret": Kind(
        calls=(
            Call("secretsmanager", "create_secret", named="Name"),
            Call(
                "secretsmanager",
                "delete_secret",
                ("recoveryWindowInDays",),
                at={"recoveryWindowInDays": ""},
                of={"SecretId": "id"},
                more=lambda given: (
                    {"RecoveryWindowInDays": int(given.inputs["recoveryWindowInDays"])}
                    if given.inputs["recoveryWindowInDays"]
                    else {"ForceDeleteWithoutRecovery": True}
                ),
                sent=False,
            ),
        ),
        reads=(Read("secretsmanager", "describe_secret", {"SecretId": "id"}),),
        outputs={"id": "answers.create_secret.ARN", "arn": "answers.create_secret.ARN"},
        besides={"ReplicationStatus": None, "DeletedDate": None},
        unread={"recoveryWindowInDays": "is said when the secret is deleted"},
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Kind(
        calls=(Call("secretsmanager", "put_secret_value"),),
        reads=(Read("secretsmanager", "get_secret_value", {"SecretId": "inputs.secretId"}),),
        outputs={"id": "answers.put_secret_value.VersionId"},
        back={"secretId": "ARN"},
    ),
    "aws:iam/role:Role": Kind(
        calls=(Call("iam", "create_role", at={"assumeRolePolicy": "AssumeRolePolicyDocument"}, named="RoleName"),),
        reads=(
            Read("iam", "get_role", {"RoleName": "id"}, "Role"),
            Read("iam", "list_attached_role_policies", {"RoleName": "id"}, under="attached"),
        ),
        outputs={
            "id": "answers.create_role.Role.RoleName",
            "arn": "answers.create_role.Role.Arn",
            "role": "answers.create_role.Role.Arn",
        },
        back={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
        besides={"attached.AttachedPolicies": []},
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(
        calls=(
            Call(
                "iam",
                "put_role_policy",
                at={"role": "RoleName", "policy": "PolicyDocument"},
                named="PolicyName",
            ),
        ),
        reads=(Read("iam", "get_role_policy", {"RoleName": "inputs.role", "PolicyName": "name"}),),
        outputs={"id": "inputs.name", "name": "inputs.name"},
        back={"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"},
    ),
}
