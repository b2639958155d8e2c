"""Readers of Tencent Cloud resources: each the mirror of a component, and of whatever anybody writes beside it."""

from facts.cloud import Cloud
from facts.tencent import ckafka, clb, cls, cos, kms, mysql

CLOUD = Cloud(
    "tencent",
    {**ckafka.READERS, **clb.READERS, **cls.READERS, **cos.READERS, **kms.READERS, **mysql.READERS},
)
