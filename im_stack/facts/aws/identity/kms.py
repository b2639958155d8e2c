"""KMS keys, and what encryption_of encrypted under one.

A text names a key by its id or ARN, or by an alias. A key is usable unless it is switched off.
"""

from collections.abc import Iterable, Iterator

from im_stack.facts.access.guards import ARCHIVE
from im_stack.facts.access.patterns import ANY
from im_stack.facts.access.statements import is_refused
from im_stack.facts.access.trust import left_to_account
from im_stack.facts.aws.arns import named
from im_stack.facts.aws.identity import access
from im_stack.facts.aws.identity.documents import admits, lets_in
from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.mechanism.graph import Graph, Links
from im_stack.facts.mechanism.rows import Facts, looked_up, reads, resource, setting_of, together
from im_stack.facts.mechanism.view import View, all_of, test
from im_stack.facts.model import ABSENT, AtRest, Evidence, Fact, Guard, Key, Resource, Value

KEY = "aws:kms/key:Key"
EXTERNAL = "aws:kms/externalKey:ExternalKey"
ALIAS = "aws:kms/alias:Alias"
POLICY = "aws:kms/keyPolicy:KeyPolicy"
GRANT = "aws:kms/grant:Grant"
KEYS = frozenset({KEY, EXTERNAL})
_NAMES = KEYS | {ALIAS}
_ENDS = ("kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DeleteImportedKeyMaterial")
_MATERIAL = "keyMaterialBase64"


def key_of(resource: Resource, argument: str, value: Value, graph: Graph) -> Links:
    """The key of this stack that `value`, a text in `argument`, names."""
    # equivalent(operand): what is no text names no resource
    known = isinstance(value, str) and bool(graph.named(value, KEYS))  # an alias is known by the ARN of its key, too
    links = named(resource, argument, value, KEYS if known else _NAMES, graph)
    aliases = [each for each in links.found if each.type == ALIAS]
    return graph.links(aliases[0], "targetKeyId", KEYS) if aliases else links


def encryption_of(
    urn: str, what: str, how: str, resource: Resource, argument: str, value: Value, graph: Graph, path: str = ""
) -> AtRest:
    """Encryption at rest of `what` in the store `urn`, under the key that `value` in `argument` of `resource` names.

    Where it names none a key of the service is used. `path`: where in the argument the key is named.
    """
    evidence = Evidence(resource.urn, path or argument)
    if value in (ABSENT, ""):
        return AtRest(urn, what, True, f"{how} under a key of the service", evidence)
    found, doubts = key_of(resource, argument, value, graph)
    if doubts:
        return AtRest(urn, what, None, f"{how}, but {doubts}", evidence)
    return AtRest(urn, what, True, f"{how} under {found[0].name}", evidence, key=found[0].urn)


def under_key(what: str, how: str, argument: str, *, itself: bool = False) -> Facts:
    """Encryption at rest of `what`, under the key that an argument names or, where it is absent, one of the service.

    `itself`: the data is the resource's own, whatever instance it belongs to.
    """

    @reads(argument)
    def facts(view: View) -> Iterable[Fact]:
        urn = view.urn if itself else view.subject.urn
        yield encryption_of(urn, what, how, view.resource, argument, view.get(argument), view.graph)

    return facts


@reads("isEnabled", "keyUsage", "customerMasterKeySpec")
def _key(view: View) -> Iterator[Fact]:
    # Services encrypt under a symmetric key alone (KMS developer guide, asymmetric keys).
    symmetric = test(view.get("customerMasterKeySpec"), lambda spec: spec in (ABSENT, "", "SYMMETRIC_DEFAULT"))
    yield Key(view.urn, all_of(_usable(view, "isEnabled"), symmetric), view.evidence("isEnabled"))


@reads("enabled", "keyUsage", "validTo", credentials={_MATERIAL})
def _external_key(view: View) -> Iterator[Fact]:
    """A key whose material is imported: usable while it is switched on and has material that does not expire."""
    usable = _usable(view, "enabled")
    lasts = view.get(_MATERIAL) is not ABSENT and view.get("validTo") in (ABSENT, "")
    yield Key(view.urn, all_of(usable, lasts or None), view.evidence("enabled"))


def _usable(view: View, switch: str) -> bool | None:
    """Whether a key is switched on, and made to encrypt."""
    encrypts = test(view.get("keyUsage"), lambda usage: usage in (ABSENT, "", "ENCRYPT_DECRYPT"))
    return all_of(view.flag(switch), encrypts)


@reads("policy")
def _default_policy(view: View) -> Iterator[Fact]:
    """A key that is made without a policy gets one that leaves it to its account (KMS developer guide, default key
    policy)."""
    if view.get("policy") in (ABSENT, "") and not view.pointing(POLICY, "keyId"):
        yield left_to_account(view.urn)


@reads("operations", "granteePrincipal")
def _grant(view: View) -> Iterator[Fact]:
    """A grant is one statement of who may use a key, beside its policy. Who may retire it can only take it away."""
    acts = [f"kms:{act}" for act in view.values("operations") if isinstance(act, str)]
    whole = acts and len(acts) == len(view.values("operations"))
    yield from admits(view, "the key by a grant", "granteePrincipal", acts if whole else "kms:*")


@reads("policy")
def _kept(view: View) -> Iterator[Fact]:
    """Whether a policy refuses everyone the deletion of the key, and what is as bad; without one nothing does."""
    if view.get("policy") not in (ABSENT, ""):
        statements = access.read_document(view.get("policy"))
        holds = None if statements is None else is_refused(statements, access.requests(_ENDS, (ANY,)))
        yield Guard(view.subject.urn, "the refusal of its deletion", holds, view.evidence("policy"), keeps=ARCHIVE)


_KEY_POLICY = together(lets_in("the key policy of {name}", optional=True), _default_policy, _kept)
READERS = {
    KEY: resource(_key, _KEY_POLICY),
    EXTERNAL: resource(_external_key, _KEY_POLICY, credential("its material", _MATERIAL)),
    ALIAS: setting_of("targetKeyId", KEYS, looked_up("name"), kept=True),
    GRANT: setting_of("keyId", KEYS, _grant, kept=True),
    POLICY: setting_of("keyId", KEYS, lets_in("the key policy of {name}"), _kept),
}
