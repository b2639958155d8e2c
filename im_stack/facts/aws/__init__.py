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
from im_stack.facts.aws.location import EVERY, region_in
from im_stack.facts.aws.selection import STORES, TAGS
from im_stack.facts.mechanism.cloud import Cloud
from im_stack.facts.mechanism.rows import looked_up, with_rows

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
_TAGGED = {type_: with_rows(_READERS[type_], looked_up(TAGS)) for type_ in STORES if type_ in _READERS}
"""The stores that a selection of AWS Backup may take: a tag decides whether one is copied."""
CLOUD = Cloud("aws", _READERS | _TAGGED, region_in, EVERY)
