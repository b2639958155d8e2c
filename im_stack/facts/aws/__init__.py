"""Readers of AWS resources, one module for each service."""

from im_stack.facts.aws import (
    account,
    backup,
    dns,
    docdb,
    elasticache,
    elb,
    functions,
    iam,
    kms,
    logs,
    msk,
    network,
    queues,
    rds,
    s3,
    secrets,
)
from im_stack.facts.aws.location import EVERY
from im_stack.facts.mechanism.cloud import Cloud

_SERVICES = (
    account,
    backup,
    docdb,
    elasticache,
    elb,
    functions,
    iam,
    kms,
    logs,
    msk,
    dns,
    network,
    queues,
    rds,
    s3,
    secrets,
)
_READERS = {type_: reader for service in _SERVICES for type_, reader in service.READERS.items()}
CLOUD = Cloud("aws", backup.labelled(_READERS), EVERY)
