"""CBS disks and CFS file systems: what encrypts them, and who may mount a file system.

A file system is mounted from its network alone, by the addresses that the rules of its access group list. It is not
encrypted, so it may hold only what is encrypted before: that is ciphertext also while it is mounted over plain NFS.
"""

from collections.abc import Iterator
from typing import Final

from im_stack.facts.knowledge import addresses
from im_stack.facts.mechanism.rows import (
    at_rest,
    inside,
    reads,
    setting_of,
    switched,
    together,
    under_key,
)
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Exposure, Fact
from im_stack.facts.tencent.identity.kms import KEY
from im_stack.facts.tencent.location import own_network

DISK: Final = "tencentcloud:Cbs/storage:Storage"
FILES: Final = "tencentcloud:Cfs/fileSystem:FileSystem"
GROUP: Final = "tencentcloud:Cfs/accessGroup:AccessGroup"
_KEPT: Final = "what is kept in it"
_OFF: Final = "provider v1.82.42 cbs_storage.encrypt: a disk is encrypted only where it is set"
_CLEAR: Final = "provider v1.82.42 cfs_file_system: no argument encrypts it, and NFS and CIFS are mounted in clear"
_EVERYONE: Final = ("*", "0.0.0.0/0", "::/0")
_RANGE: Final = "name a range of the stack's own network"
_UNDER_KEY: Final = under_key(_KEPT, "kmsKeyId", {KEY}, "CBS", absent="CBS under a key of the service")


@reads("authClientIp")
def _clients(view: View) -> Iterator[Fact]:
    """Which addresses may mount what is behind the group."""
    text = view.text("authClientIp")
    network = addresses.read_network(text)
    public = text in _EVERYONE or (network is not None and addresses.is_public(network))
    opened = True if public else None if network is None else False
    what = f"mounting by {text}" if text else "mounting by an address that is not known"
    yield Exposure(view.subject.urn, what, opened, view.evidence("authClientIp"), how=_RANGE)


ROWS = {
    DISK: switched(_KEPT, "encrypt", _UNDER_KEY, _OFF),
    FILES: together(
        at_rest(_KEPT, False, "no argument of the file system encrypts it", _CLEAR, offered=False),
        own_network,
        inside("accessGroupId", {GROUP}, here="", elsewhere="mounting by rules that are not the stack's"),
    ),
}
"""What is read of each of these, which a program declares (`declared_types.yaml`)."""
READERS = {"tencentcloud:Cfs/accessRule:AccessRule": setting_of("accessGroupId", {GROUP}, _clients)}
