"""Readers of Tencent Cloud resources: each the mirror of a component, and of whatever anybody writes beside it."""

from facts.cloud import Cloud
from facts.tencent import cos, kms, mongodb, mysql, redis

CLOUD = Cloud("tencent", {**cos.READERS, **kms.READERS, **mongodb.READERS, **mysql.READERS, **redis.READERS})
