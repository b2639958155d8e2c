"""What is made of a declaration: the parts that its classes need, and the passwords of those."""

from typing import Any

import pytest

from im_stack.components.aws.catalogue import CATALOGUE as AWS
from im_stack.components.composition import Catalogue
from im_stack.components.plan.layouts.layout import Layout, required_choices
from im_stack.components.plan.network import network_table
from im_stack.components.tencent.catalogue import CATALOGUE as TENCENT
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.world import declaration

CLOUDS = {"aws": AWS, "tencent": TENCENT}
STORED = {"store": True, "period": "P30D", "clock": "birth"}
SEALED = {**STORED, "backups": "sealed"}
PASSING = {"store": False, "transient": "P1D"}
ALL = {"messages": SEALED, "user-information": STORED, "access-logs": STORED}
GROUND = {"keys", "network", "access", "edge", "redis", "stream", "secrets"}
USED: list[tuple[dict[str, Any], set[str]]] = [
    (ALL, GROUND | {"mysql", "mongodb", "keyring", "media", "avatars"}),
    (ALL | {"messages": STORED}, GROUND | {"mysql", "mongodb", "media", "avatars"}),
    (ALL | {"messages": PASSING}, GROUND | {"mysql", "avatars"}),
    (ALL | {"messages": PASSING, "user-information": PASSING}, GROUND),
]
LACKS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"messages": STORED}, ("im:classes.user-information: is missing", "im:classes.access-logs: is missing")),
    ({"access-logs": STORED}, ("im:classes: has no class that the components make a store for", "messages")),
    (ALL | {"access-logs": PASSING}, ("im:classes.access-logs.store", "where they are stored")),
    (ALL | {"access-logs": SEALED}, ("im:classes.access-logs.backups", "in clear")),
]


def _config(classes: dict[str, Any]) -> dict[str, Any]:
    return declaration() | {"im:classes": classes}


def _layout(catalogue: Catalogue, classes: dict[str, Any]) -> Layout:
    return Layout("im", parse_declaration(_config(classes)), catalogue.services)


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize(("classes", "expected"), USED)
def test_a_part_is_used_where_something_rests_in_it(cloud: str, classes: dict[str, Any], expected: set[str]) -> None:
    catalogue = CLOUDS[cloud]
    used = _layout(catalogue, classes).used
    assert used == {catalogue.services.stream if part == "stream" else part for part in expected}
    assert used <= set(catalogue.parts)


def test_only_passwords_of_parts_that_are_made_are_asked_for() -> None:
    rest = ("redis-password", "producer-password", "consumer-password")
    assert _layout(TENCENT, ALL).passwords == ("mysql-root-password", "mongodb-password", *rest)
    assert _layout(TENCENT, ALL | {"messages": PASSING, "user-information": PASSING}).passwords == rest


@pytest.mark.parametrize(("classes", "said"), LACKS)
def test_what_a_feature_lacks_is_said(classes: dict[str, Any], said: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        _layout(AWS, classes)
    for words in said:
        assert words in str(caught.value)


def test_what_the_parts_lack_is_said_with_its_key() -> None:
    with pytest.raises(InputError) as caught:
        required_choices(parse_declaration(_config(ALL)), _layout(TENCENT, ALL))
    assert "im:zones: is missing" in str(caught.value)
    assert "im:network: is missing" in str(caught.value)
    bare = {"im:network": {"app-id": "1250000000", "owner-uin": "100000000001"}}
    with pytest.raises(InputError) as caught:
        required_choices(parse_declaration(_config(ALL) | bare), _layout(TENCENT, ALL))
    assert "im:network.certificate-id: is missing: the edge has it" in str(caught.value)
    assert "im:network.domain: is missing" in str(caught.value)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_network_of_a_part_goes_with_it(cloud: str) -> None:
    whole, catalogue = network_table(cloud), CLOUDS[cloud]
    assert set(whole.named) <= set(whole.parts)
    assert set(whole.named.values()) <= set(catalogue.parts)
    table = whole.without({"mongodb", "edge", catalogue.services.stream})
    assert not {"mongodb", "edge", "kafka"} & set(table.parts)
    assert {flow.to for flow in table.flows} <= {"mysql", "redis", "endpoints"}
    assert whole.without(()) == whole
