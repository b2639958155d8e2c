"""Readers of Tencent Cloud resources: each the mirror of a component, and of whatever anybody writes beside it."""

from facts.cloud import Cloud
from facts.tencent import ckafka, clb, cls, cos, kms, mongodb, mysql, redis

_SERVICES = (ckafka, clb, cls, cos, kms, mongodb, mysql, redis)
CLOUD = Cloud("tencent", {type_: reader for service in _SERVICES for type_, reader in service.READERS.items()})
