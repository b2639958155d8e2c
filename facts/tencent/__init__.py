"""Readers of Tencent Cloud resources: each the mirror of a component, and of whatever anybody writes beside it."""

from facts.cloud import Cloud
from facts.tencent import cam, cos, kms, mysql, network, scf, ssm

CLOUD = Cloud(
    "tencent",
    {
        **cam.READERS,
        **cos.READERS,
        **kms.READERS,
        **mysql.READERS,
        **network.READERS,
        **scf.READERS,
        **ssm.READERS,
    },
)
