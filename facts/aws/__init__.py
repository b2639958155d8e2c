"""Readers of AWS resources: each the mirror of a component, and of whatever anybody writes beside it."""

from facts.aws import (
    account,
    backup,
    docdb,
    elasticache,
    elb,
    kms,
    msk,
    network,
    rds,
    s3,
)
from facts.aws.place import EVERY
from facts.cloud import Cloud

_SERVICES = (
    account,
    backup,
    docdb,
    elasticache,
    elb,
    kms,
    msk,
    network,
    rds,
    s3,
)
_READERS = {type_: reader for service in _SERVICES for type_, reader in service.READERS.items()}
CLOUD = Cloud("aws", backup.labelled(_READERS), EVERY)
