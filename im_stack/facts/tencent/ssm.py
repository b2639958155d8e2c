"""Secrets Manager: what holds the credentials of the stack.

A secret is no `Store`: it holds no class of personal data, so no period, copy or erasure duty is about it. What
counts is that it rests under a key of the stack, and that its value is no plain text in the plan and the state.
"""

from collections.abc import Iterable

from im_stack.facts.knowledge.credentials import set_in_state
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, AtRest, Fact
from im_stack.facts.tencent.kms import KEY

SECRET_TYPE = "tencentcloud:Ssm/secret:Secret"
VERSION = "tencentcloud:Ssm/secretVersion:SecretVersion"
_VALUES = ("secretString", "secretBinary")


def _secret(view: View, graph: Graph) -> Iterable[Fact]:
    evidence = view.evidence("kmsKeyId", "ssm_secret.kms_key_id; absent is a key of the service (provider v1.82.42)")
    if view.get("kmsKeyId") in (ABSENT, "") and not view.resource.links.get("kmsKeyId"):
        yield AtRest(view.urn, "the secret", True, "a key of the service", evidence)
        return
    key = graph.link(view.resource, "kmsKeyId", {KEY})
    if isinstance(key, NoLink):
        yield AtRest(view.urn, "the secret", None, key.why, evidence)
    else:
        yield AtRest(view.urn, "the secret", True, f"KMS under {key.name}", evidence, key=key.urn)


def _version(view: View, graph: Graph) -> Iterable[Fact]:
    return set_in_state(view, "its value", _VALUES)


READERS = {
    SECRET_TYPE: Reader(frozenset({"kmsKeyId"}), _secret),
    VERSION: Reader(frozenset(_VALUES), _version, credentials=frozenset(_VALUES)),
}
