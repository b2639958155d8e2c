"""KMS keys. A key that is not switched on explicitly is switched off by the provider right after creation."""

from collections.abc import Iterable

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact, Key, Unknown

KEY = "tencentcloud:Kms/key:Key"
_SOURCE = "provider v1.82.42 kms_key: is_enabled has no default, absent means disabled"

_ARCHIVED = "provider v1.82.42 kms_key.is_archived: an archived key encrypts nothing new"
_ENCRYPTS = ("", "ENCRYPT_DECRYPT")
_USAGE = "provider v1.82.42 kms_key.key_usage: every other usage is for signing, or for keys in two halves"


def _key(view: View, graph: Graph) -> Iterable[Fact]:
    yield Key(view.urn, view.flag("isEnabled"), view.evidence("isEnabled", _SOURCE))
    if (archived := view.flag("isArchived")) is not False:
        yield Key(view.urn, None if archived is None else False, view.evidence("isArchived", _ARCHIVED))
    if (usage := view.get("keyUsage")) not in (ABSENT, *_ENCRYPTS):
        yield Key(view.urn, None if isinstance(usage, Unknown) else False, view.evidence("keyUsage", _USAGE))


READERS = {KEY: Reader(frozenset({"isEnabled", "isArchived", "keyUsage"}), _key)}
