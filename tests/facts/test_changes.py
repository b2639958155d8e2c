"""Changes that no update carries out: the tables, the comparison, and the hook under the engine."""

from typing import Any

import pulumi
import pytest
from pulumi.runtime import settings

from im_stack.components.service import refuse_update
from im_stack.facts.mechanism.tables import changes
from im_stack.facts.model import ABSENT, SECRET, Resource, Unknown
from im_stack.facts.values.changes import objections, settled
from tests.facts.test_tables import arguments_of, members_of

QUEUE, TOPIC = "tencentcloud:Ckafka/instance:Instance", "tencentcloud:Ckafka/topic:Topic"
CLUSTER = "aws:msk/cluster:Cluster"
_VOLUME = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"


def _made(type_: str, inputs: Any) -> list[Resource]:
    return [Resource("urn:r", type_, "r", inputs)]


def _volume(size_: int) -> dict[str, Any]:
    return {"brokerNodeGroupInfo": {"storageInfo": {"ebsStorageInfo": {"volumeSize": size_}}}}


@pytest.mark.parametrize(
    ("type_", "before", "after", "said"),
    [
        (QUEUE, {"diskType": "A"}, {"diskType": "B"}, ["diskType cannot be changed, from A to B"]),
        (QUEUE, {"diskType": "A"}, {"diskType": "A"}, []),
        (QUEUE, {"diskType": "A"}, {}, []),
        (QUEUE, {}, {"diskType": "B"}, []),
        (QUEUE, {"diskType": Unknown("diskType")}, {"diskType": "B"}, []),
        (QUEUE, {"diskType": "A"}, {"diskType": SECRET}, []),
        (QUEUE, {"diskType": ABSENT}, {"diskType": "B"}, []),
        (QUEUE, {"diskSize": 500}, {"diskSize": 200}, []),
        (QUEUE, {"zoneIds": (2, 1)}, {"zoneIds": [1.0, 2.0]}, []),
        (QUEUE, {"zoneIds": [1, 2]}, {"zoneIds": [1, 3]}, ["zoneIds cannot be changed, from 1, 2 to 1, 3"]),
        (QUEUE, {"zoneIds": [1, Unknown("z")]}, {"zoneIds": [1, 3]}, []),
        (
            QUEUE,
            {"multiZoneFlag": True},
            {"multiZoneFlag": False},
            ["multiZoneFlag cannot be changed, from True to False"],
        ),
        (TOPIC, {"partitionNum": 48.0}, {"partitionNum": 12}, ["partitionNum cannot be made smaller, from 48 to 12"]),
        (TOPIC, {"partitionNum": 12}, {"partitionNum": 48}, []),
        (TOPIC, {"partitionNum": "48"}, {"partitionNum": 12}, []),
        (CLUSTER, _volume(500), _volume(100), [f"{_VOLUME} cannot be made smaller, from 500 to 100"]),
        (CLUSTER, _volume(500), {"brokerNodeGroupInfo": Unknown("b")}, []),
        ("random:index/randomId:RandomId", {"byteLength": 8}, {"byteLength": 4}, []),
    ],
)
def test_a_change_is_refused_or_not(type_: str, before: Any, after: Any, said: list[str]) -> None:
    found = objections(settled(_made(type_, before)), settled(_made(type_, after)))
    assert [str(each).partition(" (")[0] for each in found] == said


def test_what_the_stack_did_not_make_is_not_compared() -> None:
    assert settled([Resource("urn:r", QUEUE, "r", {"diskType": "A"}, external=True)]) == []


@pytest.mark.parametrize("cloud", ["tencent", "aws"])
def test_every_row_names_arguments_that_the_sdk_has(cloud: str) -> None:
    for type_, row in changes(cloud).items():
        for path in (*row.fixed, *row.grows):
            argument, *members = path.split(".")
            assert argument in arguments_of(type_), f"{type_}.{path}"
            assert set(members) <= members_of(type_), f"{type_}.{path}"


def test_the_hook_refuses_with_the_reason_and_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.SETTINGS, "stack", "jakarta")
    args = {"urn": "urn:r", "id": "i", "name": "q", "type": QUEUE}
    old, new = {"diskType": "A", "diskSize": 1}, {"diskType": "B", "diskSize": 2}
    refuse_update(pulumi.ResourceHookArgs(**args, old_inputs=old, new_inputs=old))
    with pytest.raises(
        ValueError, match=r"Instance q: diskType cannot be changed, from A to B .*Pulumi\.jakarta\.yaml"
    ):
        refuse_update(pulumi.ResourceHookArgs(**args, old_inputs=old, new_inputs=new))
    with pytest.raises(ValueError, match="from A to B"):  # what the provider chose, where nothing was said
        refuse_update(pulumi.ResourceHookArgs(**args, old_inputs={}, old_outputs=old, new_inputs=new))
