"""Links by known ids, as an update of an existing stack has them."""

import pytest

from im_stack.facts.mechanism.collect import collect
from im_stack.facts.model import Channel, Resource, Unresolved
from im_stack.facts.tencent.network.clb import CONFIG, INSTANCE
from im_stack.facts.tencent.stores.ckafka import INSTANCE as KAFKA
from im_stack.facts.tencent.stores.ckafka import TOPIC

_MODERN = "ssl_protocols TLSv1.2;"


def _resource(type_: str, name: str, id_: str | None = None, **inputs: object) -> Resource:
    return Resource(f"urn:pulumi:test::im::{type_}::{name}", type_, name, inputs, id=id_)  # type: ignore[arg-type]


@pytest.mark.parametrize(("named", "encrypted", "unread"), [("lb-1", {True}, 0), ("lb-2", {False}, 1)])
def test_a_config_is_bound_by_a_known_id(named: str, encrypted: set[bool], unread: int) -> None:
    edge = _resource(INSTANCE, "edge", "lb-1", networkType="INTERNAL")
    config = _resource(CONFIG, "tls", configContent=_MODERN, loadBalancerIds=(named,))
    facts = collect([edge, config], "ap-jakarta")
    assert {c.encrypted for c in facts.of(Channel) if c.subject == edge.urn} == encrypted
    assert len(facts.unread(config.urn)) == unread


def test_a_topic_is_linked_by_a_known_id() -> None:
    instance = _resource(KAFKA, "k", "ckafka-1")
    topics = [
        _resource(TOPIC, name, instanceId=id_, topicName=name) for name, id_ in (("a", "ckafka-1"), ("b", "ckafka-2"))
    ]
    facts = collect([instance, *topics], "ap-jakarta")
    assert [fact.subject for fact in facts.of(Unresolved)] == [topics[1].urn]
