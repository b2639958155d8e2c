"""Readers of AWS resources: each the mirror of a component, and of whatever anybody writes beside it."""

from facts.aws import (
    functions,
    iam,
    kms,
    logs,
    network,
    queues,
    s3,
    secrets,
)
from facts.aws.place import EVERY
from facts.cloud import Cloud

_SERVICES = (
    functions,
    iam,
    kms,
    logs,
    network,
    queues,
    s3,
    secrets,
)
CLOUD = Cloud("aws", {type_: reader for service in _SERVICES for type_, reader in service.READERS.items()}, EVERY)
