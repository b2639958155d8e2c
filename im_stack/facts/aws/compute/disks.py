"""EBS volumes and EFS file systems: what encrypts them, and what refuses a mount in clear.

EC2 encrypts what passes between a machine and an encrypted volume. A file system is mounted over the network, with TLS
where the client wants it or the file system's policy refuses everything else.
"""

from collections.abc import Iterator
from typing import Final

from im_stack.facts.access.statements import is_refused
from im_stack.facts.aws.identity import access
from im_stack.facts.aws.identity.documents import lets_in
from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.mechanism.rows import channel, equals, never, reads, setting_of, switched, together, unless
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Channel, Fact

DISK: Final = "aws:ebs/volume:Volume"
FILES: Final = "aws:efs/fileSystem:FileSystem"
PARAMETER: Final = "aws:ssm/parameter:Parameter"
POLICY: Final = "aws:efs/fileSystemPolicy:FileSystemPolicy"
_EVERY: Final = "arn:*:elasticfilesystem:*:*:file-system/*"
_KEPT: Final = "what is kept in it"
_DEFAULT: Final = "pulumi-aws 7.51.1: encrypted is false by default"
_MOUNTS: Final = "mounting"
_TLS: Final = "EFS user guide, encryption in transit: a client mounts with TLS only where it asks for it"
_DENIES: Final = f"a FileSystemPolicy: {access.NO_PLAIN_HTTP}"
_UNDER_KEY: Final = under_key(_KEPT, "KMS", "kmsKeyId")
_ENCRYPTED: Final = switched(_KEPT, "encrypted", _UNDER_KEY, _DEFAULT)


@reads("policy")
def _refusals(view: View) -> Iterator[Fact]:
    statements = access.read_document(view.get("policy"))
    refused = None if statements is None else is_refused(statements, access.plaintext("elasticfilesystem", _EVERY))
    yield Channel(view.subject.urn, _MOUNTS, refused, view.evidence("policy", _TLS), how=_DENIES)


ROWS = {
    DISK: _ENCRYPTED,
    FILES: together(
        _ENCRYPTED,
        unless(POLICY, "fileSystemId", channel(_MOUNTS, "", never, _TLS, how=_DENIES)),
    ),
    PARAMETER: switched(_KEPT, "type", under_key(_KEPT, "KMS", "keyId"), on=equals("SecureString")),
}
"""What is read of each of these, which a program declares (`declared_types.yaml`)."""
READERS = {POLICY: setting_of("fileSystemId", {FILES}, lets_in("the file system's policy {name}"), _refusals)}
