"""KMS keys, and what rests under one. A key is on unless somebody switches it off."""

from collections.abc import Iterable

from im_stack.facts.aws import policy
from im_stack.facts.aws.arns import named_in
from im_stack.facts.aws.retention import belongs, setting
from im_stack.facts.knowledge.credentials import set_in_state
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, AtRest, Evidence, Fact, Key, Resource, Unknown, Value

KEY = "aws:kms/key:Key"
EXTERNAL = "aws:kms/externalKey:ExternalKey"
ALIAS = "aws:kms/alias:Alias"
POLICY = "aws:kms/keyPolicy:KeyPolicy"
KEYS = frozenset({KEY, EXTERNAL})
_NAMES = KEYS | {ALIAS}
_OWN = "under a key of the service"
_MATERIAL = "keyMaterialBase64"


def key_of(resource: Resource, argument: str, value: Value, graph: Graph) -> Resource | NoLink:
    """The key of this stack that a text in `argument` names: by its id or ARN, or by an alias. `value` is that text."""
    found = named_in(resource, argument, value, KEYS if _is_a_keys(value, graph) else _NAMES, graph)
    if isinstance(found, NoLink) or found.type != ALIAS:
        return found
    return graph.link(found, "targetKeyId", KEYS)


def _is_a_keys(value: Value, graph: Graph) -> bool:
    """Whether a text is known to name a key itself: by that ARN its alias is known, too."""
    return isinstance(value, str) and bool(graph.named(value, KEYS))


def rests(
    urn: str, what: str, how: str, resource: Resource, argument: str, value: Value, graph: Graph, path: str = ""
) -> AtRest:
    """Encryption that is on, under the key `value` names in `argument` of `resource`; none is a key of the service.

    `urn` is the store, `path` where in the argument the key is named.
    """
    evidence = Evidence(resource.urn, path or argument)
    if value in (ABSENT, ""):
        return AtRest(urn, what, True, f"{how} {_OWN}", evidence)
    key = key_of(resource, argument, value, graph)
    if isinstance(key, NoLink):
        return AtRest(urn, what, None, f"{how}, but {key.why}", evidence)
    return AtRest(urn, what, True, f"{how} under {key.name}", evidence, key=key.urn)


def _key(view: View, graph: Graph) -> Iterable[Fact]:
    yield Key(view.urn, _usable(view, "isEnabled", "keyUsage"), view.evidence("isEnabled"))
    if view.get("policy") not in (ABSENT, ""):
        yield from _policy(view, view.resource, graph)


def _external(view: View, graph: Graph) -> Iterable[Fact]:
    """A key whose material came from outside: usable while it is switched on, has material and no end to it."""
    usable = _usable(view, "enabled", "keyUsage")
    if view.get(_MATERIAL) is ABSENT or view.get("validTo") not in (ABSENT, ""):
        usable = None if usable else usable
    yield Key(view.urn, usable, view.evidence("enabled"))
    if view.get("policy") not in (ABSENT, ""):
        yield from _policy(view, view.resource, graph)
    yield from _material(view)


def _material(view: View) -> Iterable[Fact]:
    """Whoever reads the material decrypts all that rests under the key: it must be no plain text in plan and state."""
    return set_in_state(view, "its material", (_MATERIAL,))


def _usable(view: View, switch: str, usage: str) -> bool | None:
    """Whether a key is on, and made to encrypt."""
    use, on = view.get(usage), view.flag(switch)
    if isinstance(use, Unknown):
        return None if on else on
    return on if use in (ABSENT, "", "ENCRYPT_DECRYPT") else False


def _policy(view: View, key: Resource, graph: Graph) -> Iterable[Fact]:
    return policy.door(view, key.urn, f"the key policy of {view.resource.name}")


def _alias(view: View, key: Resource, graph: Graph) -> Iterable[Fact]:
    return ()


READERS = {
    KEY: Reader(frozenset({"isEnabled", "keyUsage", "policy"}), _key),
    EXTERNAL: Reader(
        frozenset({"enabled", "keyUsage", _MATERIAL, "validTo", "policy"}),
        _external,
        credentials=frozenset({_MATERIAL}),
    ),
    ALIAS: Reader(frozenset({"targetKeyId", "name"}), belongs("targetKeyId", KEYS, _alias)),
    POLICY: setting("keyId", KEYS, _policy, also={"policy"}),
}
