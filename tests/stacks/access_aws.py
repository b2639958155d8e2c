"""Mutants of access on AWS: one statement, or one resource, that lets more in than the stack does; and texts that mean
the same as the stack's own, which pass (no rule must block them)."""

import json
from collections.abc import Iterable
from typing import Any

from tests.harness.mutate import REMOVED, Change, add, beside, instead, lose, put, statement
from tests.stacks.mutants import Mutant, m

OWN, OTHER = "123456789012", "999999999999"
DOOR = "no-public-door"
_BUCKET = "arn:aws:s3:::im-media-123456789012-ap-southeast-3"
_MEDIA, _KEY, _QUEUE = "BucketPolicy im-media-policy", "Key im-keys-key", "QueuePolicy im-keyring-purge-undone-policy"
_ROLE, _FUNCTION = "Role im-keyring-purge-role", "Function im-keyring-purge"
_MAY, _OWNER = "RolePolicy im-keyring-purge-may", {"AWS:SourceOwner": OWN}
_TAKEN, _GRANT = "assumeRolePolicy", "aws:kms/grant:Grant"
_OWN_ROLE = f"arn:aws:iam::{OWN}:role/im-keyring-purge-ap-southeast-3"


def _allow(who: Any, act: Any, resource: str = "*", **condition: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": who, "Action": act, "Resource": resource}
    return found | ({"Condition": condition} if condition else {})


def _deny(**parts: Any) -> dict[str, Any]:
    whole = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [_BUCKET, f"{_BUCKET}/*"], **parts}
    return {key: value for key, value in whole.items() if value is not None}


def _reads(name: str, who: Any, rules: str = DOOR, act: Any = "s3:GetObject", **condition: Any) -> Mutant:
    return m(f"bucket: {name}", rules, beside(_MEDIA, _allow(who, act, f"{_BUCKET}/*", **condition)))


def _uses(name: str, who: Any, rules: str = DOOR, act: Any = "kms:Decrypt", **condition: Any) -> Mutant:
    return m(f"key: {name}", rules, beside(_KEY, _allow(who, act, **condition)))


def _queue(name: str, who: Any, rules: str = DOOR, act: Any = "sqs:ReceiveMessage", **condition: Any) -> Mutant:
    return m(f"queue: {name}", rules, beside(_QUEUE, _allow(who, act, **condition)))


def _takes(name: str, who: Any, rules: str = DOOR, act: Any = "sts:AssumeRole", **condition: Any) -> Mutant:
    trust = {"Effect": "Allow", "Principal": who, "Action": act} | ({"Condition": condition} if condition else {})
    return m(f"role: {name}", rules, beside(_ROLE, trust, argument=_TAKEN))


def _policy(name: str, type_: str, to: str, label: str, who: Any, act: Any, rules: str = DOOR) -> Mutant:
    document = json.dumps({"Version": "2012-10-17", "Statement": [_allow(who, act)]})
    return m(f"{type_.rpartition(':')[2]}: {name}", rules, add(type_, "second", {"policy": document}, **{to: label}))


def _permits(
    name: str, rules: str = DOOR, *, act: str = "lambda:InvokeFunction", source: str = "", **to: Any
) -> Mutant:
    links = {"function": _FUNCTION} | ({"sourceArn": source} if source else {})
    permission = add("aws:lambda/permission:Permission", "second", {"action": act, **to}, **links)
    return m(f"permission: {name}", rules, permission)


def _log_groups(who: Any, act: str) -> Change:
    document = json.dumps({"Statement": [_allow(who, act)]})
    return add("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "second", {"policyDocument": document})


def _everything(act: str, resource: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": act, "Resource": resource}]})


def _https(name: str, *statements: dict[str, Any], rules: str = "encrypted-in-transit") -> Mutant:
    return m(f"only HTTPS: {name}", rules, instead(_MEDIA, *statements))


def _http(operator: str = "Bool", value: Any = "false") -> dict[str, Any]:
    return {operator: {"aws:SecureTransport": value}}


_FOREIGN = {
    "an account by its number": OTHER,
    "the root of an account": f"arn:aws:iam::{OTHER}:root",
    "a role": f"arn:aws:iam::{OTHER}:role/x",
    "a session": f"arn:aws:sts::{OTHER}:assumed-role/x/y",
    "a federated user": f"arn:aws:sts::{OTHER}:federated-user/x",
    "the id of a principal": "AIDACKCEVSQ6C2EXAMPLE",
    "one in a list, after the account itself": [f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{OTHER}:root"],
    "everyone in a list": [f"arn:aws:iam::{OWN}:root", "*"],
}
_ENGINEERS = {"AWS": f"arn:aws:iam::{OWN}:role/engineers"}
_EVERYONE: Iterable[tuple[str, dict[str, Any]]] = (
    ("by another account, in any case", {"StringEqualsIgnoreCase": {"aws:PrincipalAccount": OTHER}}),
    ("by another account that a topic's guide names", {"StringEquals": {"AWS:SourceOwner": OTHER}}),
    ("by an account if there is one", {"StringEqualsIfExists": {"aws:PrincipalAccount": OWN}}),
    ("by all values of an account", {"ForAllValues:StringEquals": {"aws:PrincipalAccount": OWN}}),
    ("by an account that must be there", {"Null": {"aws:PrincipalAccount": "false"}}),
    ("by any account but one", {"StringNotEquals": {"aws:PrincipalAccount": OTHER}}),
    ("by a pattern of accounts", {"StringLike": {"aws:PrincipalAccount": "1234567890*"}}),
    ("by the account of the bucket", {"StringEquals": {"aws:ResourceAccount": OWN}}),
    ("by the account of an endpoint", {"StringEquals": {"aws:VpceAccount": OWN}}),
    ("by an organization", {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}),
    ("by an endpoint", {"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
    ("by an address", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
    ("by a tag", {"StringEquals": {"aws:PrincipalTag/team": "im"}}),
    ("by a role of any account", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}}),
    ("by a text that holds the account's number", {"StringLike": {"aws:PrincipalArn": f"*{OWN}*"}}),
    ("by every service", {"Bool": {"aws:PrincipalIsAWSService": "true"}}),
    ("by the name of a service", {"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}),
    ("by an access point of another account", {"StringEquals": {"s3:DataAccessPointAccount": OTHER}}),
)
_UNREAD: Iterable[tuple[str, dict[str, Any]]] = (
    ("by a variable", {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}),
    ("by an operator in small letters", {"stringequals": {"aws:PrincipalAccount": OWN}}),
    ("by no key", {"StringEquals": {}}),
)

AWS_ACCESS = [
    *(_reads(name, {"AWS": who}) for name, who in _FOREIGN.items()),
    *(_uses(name, {"AWS": who}) for name, who in _FOREIGN.items()),
    *(_takes(name, {"AWS": who}) for name, who in _FOREIGN.items()),
    *(_reads(f"everyone {name}", "*", **condition) for name, condition in _EVERYONE),
    *(_reads(f"everyone {name}", "*", f"{DOOR}?", **condition) for name, condition in _UNREAD),
    _reads("a text for a principal", f"arn:aws:iam::{OTHER}:root", f"{DOOR}?"),
    _reads("an action in capitals", {"AWS": OTHER}, act="S3:GETOBJECT"),
    _reads("a canonical user", {"CanonicalUser": "ab" * 32}),
    _reads("a provider of identities", {"Federated": "accounts.google.com"}),
    _reads("a provider of identities of the account", {"Federated": f"arn:aws:iam::{OWN}:saml-provider/x"}),
    _reads("a service without a source", {"Service": "cloudfront.amazonaws.com"}),
    _reads(
        "a service for another account",
        {"Service": "cloudfront.amazonaws.com"},
        StringEquals={"AWS:SourceArn": f"arn:aws:cloudfront::{OTHER}:distribution/X"},
    ),
    _reads(
        "a service for a pattern that crosses a colon",
        {"Service": "cloudfront.amazonaws.com"},
        StringLike={"aws:SourceArn": f"arn:aws:cloudfront::*:distribution/{OWN}"},
    ),
    _reads(
        "a service for the account if it says one",
        {"Service": "cloudfront.amazonaws.com"},
        StringEqualsIfExists={"aws:SourceAccount": OWN},
    ),
    _reads("every service", {"Service": "*"}, f"{DOOR}?"),
    _reads("an engineer", _ENGINEERS),
    _reads("an engineer, by a condition", "*", ArnEquals={"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/engineers"}),
    _reads("an engineer writes", _ENGINEERS, act="s3:PutObject"),
    _reads("an engineer deletes", _ENGINEERS, act="s3:DeleteObjectVersion"),
    m(
        "bucket: all but one principal",
        DOOR,
        beside(_MEDIA, _deny(Effect="Allow", Principal=None, NotPrincipal=_ENGINEERS)),
    ),
    m(
        "bucket: all but some actions",
        DOOR,
        beside(_MEDIA, _deny(Effect="Allow", Principal={"AWS": OTHER}, Action=None, NotAction="s3:Put*")),
    ),
    m(
        "bucket: all but one resource",
        DOOR,
        beside(_MEDIA, _deny(Effect="Allow", Principal={"AWS": OTHER}, Resource=None, NotResource=_BUCKET)),
    ),
    m(
        "bucket: another account, refused by an endpoint",
        DOOR,
        beside(
            _MEDIA,
            _allow({"AWS": OTHER}, "s3:GetObject"),
            _deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
        ),
    ),
    _uses("data keys", {"AWS": OTHER}, act="kms:GenerateDataKeyWithoutPlaintext"),
    _uses("encrypted anew", {"AWS": OTHER}, act="kms:ReEncryptFrom"),
    _uses(
        "grants for resources of the cloud",
        {"AWS": OTHER},
        act="kms:CreateGrant",
        Bool={"kms:GrantIsForAWSResource": "true"},
    ),
    _uses("its policy", {"AWS": OTHER}, act="kms:PutKeyPolicy"),
    _uses("its end", {"AWS": OTHER}, act="kms:ScheduleKeyDeletion"),
    _uses("everyone by a service", {"AWS": "*"}, StringEquals={"kms:ViaService": "s3.ap-southeast-3.amazonaws.com"}),
    _uses("callers of two accounts", {"AWS": "*"}, StringEquals={"kms:CallerAccount": [OWN, OTHER]}),
    _uses("a caller if there is one", {"AWS": "*"}, StringEqualsIfExists={"kms:CallerAccount": OWN}),
    _uses("a service without a source", {"Service": "s3.amazonaws.com"}),
    _uses(
        "another service, by what the log service says",
        {"Service": "rds.amazonaws.com"},
        ArnLike={"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:ap-southeast-3:{OWN}:*"},
    ),
    _uses("an engineer", _ENGINEERS),
    _uses("an engineer makes grants", _ENGINEERS, act="kms:CreateGrant"),
    _uses("an engineer does everything", _ENGINEERS, act="kms:*"),
    _uses("some roles of the account", {"AWS": "*"}, ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/eng*"}),
    m("key: the log service without a source", DOOR, statement(_KEY, 1, "Condition", REMOVED)),
    m("key: a grant", DOOR, add(_GRANT, "g", {"granteePrincipal": OTHER, "operations": ["Decrypt"]}, keyId=_KEY)),
    m(
        "key: a grant to its role",
        "",
        add(_GRANT, "g", {"operations": ["Decrypt"]}, keyId=_KEY, granteePrincipal=_ROLE),
    ),
    _queue("another account", {"AWS": OTHER}),
    _queue("a service without a source", {"Service": "sns.amazonaws.com"}, act="sqs:SendMessage"),
    _queue(
        "everyone, for a topic of another account",
        "*",
        act="sqs:SendMessage",
        ArnEquals={"aws:SourceArn": f"arn:aws:sns:ap-southeast-3:{OTHER}:t"},
    ),
    _queue("an engineer takes messages", _ENGINEERS),
    _takes("engineers", _ENGINEERS),
    _takes("the account as a whole", {"AWS": OWN}),
    _takes("another account by a word", {"AWS": OTHER}, StringEquals={"sts:ExternalId": "x"}),
    _takes(
        "a provider without an audience",
        {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/t"},
        act="sts:AssumeRoleWithWebIdentity",
    ),
    _takes("whoever has a certificate", {"Service": "rolesanywhere.amazonaws.com"}),
    _takes("everyone of the account", {"AWS": "*"}, StringEquals={"aws:PrincipalAccount": OWN}),
    _policy(
        "of another account", "aws:s3/bucketPolicy:BucketPolicy", "bucket", "Bucket im-media", {"AWS": OTHER}, "s3:*"
    ),
    _policy("of another account", "aws:kms/keyPolicy:KeyPolicy", "keyId", _KEY, {"AWS": OTHER}, "kms:*"),
    _policy(
        "of everyone", "aws:sqs/queuePolicy:QueuePolicy", "queueUrl", "Queue im-keyring-purge-undone", "*", "sqs:*"
    ),
    _policy(
        "of a service without a source",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        "secretArn",
        "Secret im-secrets-redis-password",
        {"Service": "rds.amazonaws.com"},
        "secretsmanager:GetSecretValue",
    ),
    _policy(
        "of another account",
        "aws:msk/clusterPolicy:ClusterPolicy",
        "clusterArn",
        "Cluster im-msk",
        {"AWS": OTHER},
        "kafka:*",
    ),
    *(
        m(f"log groups: an engineer may {act}", DOOR, _log_groups(_ENGINEERS, f"logs:{act}"))
        for act in ("GetLogEvents", "PutSubscriptionFilter", "CreateExportTask")
    ),
    *(
        m(f"role: everything, {name}", f"{DOOR}?", put(_MAY, "policy", _everything(act, resource)))
        for name, act, resource in (
            ("in the partition", "*", "arn:aws:*:*:*:*"),
            ("by an action of no service", "s*", "*"),
        )
    ),
    m(
        "topic: as the service writes it",
        "",
        beside("TopicPolicy im-alarm-policy", _allow("*", ["SNS:Publish", "SNS:Subscribe"], StringEquals=_OWNER)),
    ),
    m(
        "log groups: a service without a source",
        DOOR,
        _log_groups({"Service": "es.amazonaws.com"}, "logs:PutLogEvents"),
    ),
    _permits("everyone", principal="*"),
    _permits("another account", principal=OTHER),
    _permits("another account changes the code", act="lambda:UpdateFunctionCode", principal=OTHER),
    _permits("an engineer changes the code", act="lambda:UpdateFunctionCode", principal=_ENGINEERS["AWS"]),
    _permits("a service without a source", principal="s3.amazonaws.com"),
    _permits("a bucket that is not the stack's", principal="s3.amazonaws.com", sourceArn="arn:aws:s3:::other"),
    _permits(
        "a service for what is none of its sources",
        f"{DOOR}?",
        source="Vpc im-network",
        principal="events.amazonaws.com",
    ),
    m(
        "function: an address for everyone",
        DOOR,
        add("aws:lambda/functionUrl:FunctionUrl", "u", {"authorizationType": "NONE"}, functionName=_FUNCTION),
    ),
    m(
        "bucket: an access point",
        DOOR,
        add("aws:s3/accessPoint:AccessPoint", "a", {"name": "a"}, bucket="Bucket im-media"),
    ),
    m(
        "bucket: a list for everyone who signs in",
        DOOR,
        add("aws:s3/bucketAcl:BucketAcl", "a", {"acl": "authenticated-read"}, bucket="Bucket im-media"),
    ),
    m(
        "bucket: lists of objects",
        DOOR,
        put("BucketOwnershipControls im-media-ownership", "rule.objectOwnership", "ObjectWriter"),
    ),
    m("bucket: no block", f"{DOOR}?", lose("BucketPublicAccessBlock im-media-private")),
    m("bucket: half a block", DOOR, put("BucketPublicAccessBlock im-media-private", "restrictPublicBuckets", False)),
    # Refusals that leave something out, and such that mean what the stack's own do.
    _https("objects only", _deny(Resource=f"{_BUCKET}/*", Condition=_http())),
    _https("the bucket only", _deny(Resource=_BUCKET, Condition=_http())),
    _https("all but reading", _deny(Action=None, NotAction="s3:GetObject", Condition=_http())),
    _https("all but one folder", _deny(Resource=None, NotResource=f"{_BUCKET}/public/*", Condition=_http())),
    _https("the account only", _deny(Principal={"AWS": OWN}, Condition=_http())),
    _https("from half of the world", _deny(Condition=_http() | {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}})),
    _https("by a key that is not there", _deny(Condition={"Null": {"aws:SecureTransport": "true"}})),
    _https(
        "in two halves",
        _deny(Resource=_BUCKET, Condition=_http()),
        _deny(Resource=f"{_BUCKET}/*", Condition=_http()),
        rules="",
    ),
    _https(
        "in two sets of actions",
        _deny(Action="s3:Get*", Condition=_http()),
        _deny(Action=None, NotAction="s3:Get*", Condition=_http()),
        rules="",
    ),
    _https("as all but other actions", _deny(Action=None, NotAction="ec2:*", Condition=_http()), rules=""),
    _https(
        "as all but other buckets",
        _deny(Resource=None, NotResource="arn:aws:s3:::other/*", Condition=_http()),
        rules="",
    ),
    _https("in any case", _deny(Condition=_http("StringEqualsIgnoreCase", "False")), rules=""),
    _https("of what is not false, in any case", _deny(Condition=_http("StringNotEqualsIgnoreCase", "False"))),
    _https("as a text that is not true", _deny(Condition=_http("StringNotEquals", "true")), rules=""),
    _https("of everyone by their accounts", _deny(Principal={"AWS": "*"}, Condition=_http("BoolIfExists")), rules=""),
    m(
        "key: its account by kms:CallerAccount",
        "",
        statement(_KEY, 0, "Principal", "*"),
        statement(_KEY, 0, "Condition", {"StringEquals": {"kms:CallerAccount": OWN}}),
    ),
    m("key: its account by its number", "", statement(_KEY, 0, "Principal", {"AWS": OWN})),
    m(
        "key: the log service by its account",
        "",
        statement(_KEY, 1, "Condition", {"StringEquals": {"aws:SourceAccount": OWN}}),
    ),
    _uses("auditors see how it is set up", _ENGINEERS, "", act=["kms:Describe*", "kms:List*", "kms:GetKeyPolicy"]),
    _reads("a role of the stack", {"AWS": _OWN_ROLE}, ""),
    _reads("a role of the stack, by a condition", "*", "", ArnEquals={"aws:PrincipalArn": _OWN_ROLE}),
    _reads(
        "a service for the account",
        {"Service": "cloudfront.amazonaws.com"},
        "",
        StringEquals={"AWS:SourceArn": f"arn:aws:cloudfront::{OWN}:distribution/X"},
    ),
    _queue(
        "a topic of the account",
        {"Service": "sns.amazonaws.com"},
        "",
        act="sqs:SendMessage",
        ArnEquals={"aws:SourceArn": f"arn:aws:sns:ap-southeast-3:{OWN}:alarms"},
    ),
    *(
        m(
            f"network: a way out to {where}",
            rules,
            add(
                "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
                "out",
                {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, key: address},
                securityGroupId="SecurityGroup im-network-application",
            ),
        )
        for where, rules, key, address in (
            ("an address of others", DOOR, "cidrIpv4", "203.0.113.7/32"),
            ("a range of others", DOOR, "cidrIpv6", "2001:4860::/48"),
            ("a private range", "", "cidrIpv4", "10.9.0.0/16"),
        )
    ),
]
