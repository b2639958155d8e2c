"""KMS keys. A key that is not switched on explicitly is switched off by the provider right after creation."""

from collections.abc import Iterable

from facts.cloud import Reader
from facts.graph import Graph
from facts.model import Fact, Key
from facts.view import View

KEY = "tencentcloud:Kms/key:Key"
_SOURCE = "provider v1.82.42 kms_key: is_enabled has no default, absent means disabled"


def _key(view: View, graph: Graph) -> Iterable[Fact]:
    yield Key(view.urn, view.flag("isEnabled"), view.evidence("isEnabled", _SOURCE))


READERS = {KEY: Reader(frozenset({"isEnabled"}), _key)}
