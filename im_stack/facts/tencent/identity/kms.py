"""KMS keys. A key that is not switched on explicitly is switched off by the provider right after creation."""

from collections.abc import Iterator

from im_stack.facts.access.guards import ARCHIVE
from im_stack.facts.mechanism.rows import is_on, key, looked_up, never, reads, resource
from im_stack.facts.mechanism.view import View, test
from im_stack.facts.model import ABSENT, Fact, Guard, Key

KEY = "tencentcloud:Kms/key:Key"
_SOURCE = "provider v1.82.42 kms_key: is_enabled has no default, absent means disabled"
_KEEP = "leave it switched on and schedule no deletion of it while anything rests under it: KMS has no policy of a key"
_ARCHIVED = "provider v1.82.42 kms_key.is_archived: an archived key encrypts nothing new"
_ENCRYPTS = ("", "ENCRYPT_DECRYPT")
_USAGE = "provider v1.82.42 kms_key.key_usage: every other usage is for signing, or for keys in two halves"


@reads("isArchived", "keyUsage")
def _useless(view: View) -> Iterator[Fact]:
    """What makes a key that is switched on useless all the same."""
    if (archived := view.flag("isArchived")) is not False:
        yield Key(view.urn, None if archived is None else False, view.evidence("isArchived", _ARCHIVED))
    if (usage := view.get("keyUsage")) not in (ABSENT, *_ENCRYPTS):
        yield Key(view.urn, test(usage, never), view.evidence("keyUsage", _USAGE))


@reads()
def _kept(view: View) -> Iterator[Fact]:
    """A key of KMS has no policy of its own, so nothing but the engine's protection refuses its deletion."""
    evidence, holds = view.evidence(), view.resource.options.protect
    yield Guard(view.urn, "the protection of the key from deletion", holds, evidence, keeps=ARCHIVE, declared=_KEEP)


# Policies of roles name a key by its tags.
READERS = {KEY: resource(key("isEnabled", is_on, _SOURCE), _useless, looked_up("tags"), _kept)}
