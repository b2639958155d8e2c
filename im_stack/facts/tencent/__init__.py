"""Readers of Tencent Cloud resources, one module for each service."""

from im_stack.facts.mechanism.cloud import Cloud
from im_stack.facts.tencent import (
    cam,
    ckafka,
    clb,
    cls,
    cos,
    kms,
    location,
    mongodb,
    mysql,
    network,
    network_references,
    redis,
    scf,
    ssm,
)

_SERVICES = (cam, ckafka, clb, cls, cos, kms, location, mongodb, mysql, network, redis, scf, ssm)
CLOUD = Cloud(
    "tencent",
    network_references.referring({type_: reader for service in _SERVICES for type_, reader in service.READERS.items()}),
    location.region_in,
)
