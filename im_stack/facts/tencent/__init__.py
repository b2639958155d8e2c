"""Readers of Tencent Cloud resources: each the mirror of a component, and of whatever anybody writes beside it."""

from facts.cloud import Cloud
from facts.tencent import cam, ckafka, clb, cls, cos, kms, mongodb, mysql, network, redis, scf, ssm, ties

_SERVICES = (cam, ckafka, clb, cls, cos, kms, mongodb, mysql, network, redis, scf, ssm)
CLOUD = Cloud(
    "tencent", ties.tied({type_: reader for service in _SERVICES for type_, reader in service.READERS.items()})
)
