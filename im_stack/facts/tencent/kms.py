"""KMS keys. A key that is not switched on explicitly is switched off by the provider right after creation."""

from collections.abc import Iterator

from im_stack.facts.mechanism.rows import is_on, key, looked_up, never, reads, resource
from im_stack.facts.mechanism.view import View, test
from im_stack.facts.model import ABSENT, Fact, Key

KEY = "tencentcloud:Kms/key:Key"
_SOURCE = "provider v1.82.42 kms_key: is_enabled has no default, absent means disabled"
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


# Policies of roles name a key by its tags.
READERS = {KEY: resource(key("isEnabled", is_on, _SOURCE), _useless, looked_up("tags"))}
