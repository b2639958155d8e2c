"""Names in the account: two stacks of one account share none, whether region or `im:name` sets them apart."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from im_stack.preflight.recording.recording import Registration
from im_stack.preflight.stack_files.other_region import in_region
from im_stack.preflight.stack_files.stack_file import read_stack
from im_stack.terms.texts.library import load_library
from tests.harness.recorded import recorder
from tests.harness.stacks import config_of, write_stack

STACKS = {"tencent": "tencent-ap-jakarta", "aws": "aws-ap-southeast-3"}
ELSEWHERE = {"tencent": "ap-singapore", "aws": "eu-central-1"}
_IS_A_NAME = re.compile(r"(^|[a-z])(name|alias|bucket|identifier|replicationGroupId)$", re.IGNORECASE)
_INSIDE = {
    "accountName": "a user of one instance",
    "resourceName": "a topic of one instance",
    "topicName": "a topic of one instance",
    "listenerName": "a listener of one load balancer",
    "username": "a user of one instance",
    "masterUsername": "a user of one cluster",
    "aws:msk/topic:Topic name": "a topic of one cluster",
    "serviceName": "one of the cloud's own services",
    "metricName": "one of the metrics of a service",
}
"""Arguments whose values two stacks may share, and what they are names in."""
_LONGEST = {  # as the services' own documents say it
    "aws:elasticache/replicationGroup:ReplicationGroup replicationGroupId": 40,
    "aws:iam/role:Role name": 64,
    "aws:kms/alias:Alias name": 256,
    "aws:lambda/function:Function name": 64,
    "aws:msk/cluster:Cluster clusterName": 64,
    "aws:rds/instance:Instance identifier": 63,
    "aws:s3/bucket:Bucket bucket": 63,
    "aws:scheduler/schedule:Schedule name": 64,
    "aws:sqs/queue:Queue name": 80,
    "tencentcloud:Clb/instance:Instance clbName": 60,
    "tencentcloud:Cos/bucket:Bucket bucket": 60,
    "tencentcloud:Kms/key:Key alias": 60,
    "tencentcloud:Scf/function:Function name": 60,
    "tencentcloud:Vpc/instance:Instance name": 60,
}
_WITH_HEX = {"aws:lb/loadBalancer:LoadBalancer": 32, "aws:lb/targetGroup:TargetGroup": 32}
"""Where no name is given, the provider makes one: the name in the program and eight characters."""


def recorded(folder: Path, cloud: str, region: str = "", name: str = "", size: str = "dev") -> list[Registration]:
    """The stack of a cloud with another region, name or size: everything but the components."""
    config = config_of(STACKS[cloud]) | {"im:size": size} | ({"im:name": name} if name else {})
    folder.mkdir()
    stack = in_region(read_stack(write_stack(folder, config), "test"), region or config["im:region"])
    return [each for each in recorder().record(stack)["registrations"] if each["custom"]]


def _names(made: list[Registration]) -> Iterator[tuple[str, str]]:
    for each in made:
        for argument, value in each["inputs"].items():
            known = isinstance(value, str) and not each["links"].get(argument)
            if known and _IS_A_NAME.search(argument) and not {argument, f"{each['type']} {argument}"} & _INSIDE.keys():
                yield f"{each['type']} {argument}", value


@pytest.mark.parametrize("cloud", STACKS)
@pytest.mark.parametrize("other", ["region", "name"])
def test_two_stacks_of_one_account_share_no_name(tmp_path: Path, cloud: str, other: str) -> None:
    one = set(_names(recorded(tmp_path / "a", cloud)))
    changed = {"region": ELSEWHERE[cloud]} if other == "region" else {"name": "shop"}
    two = set(_names(recorded(tmp_path / "b", cloud, **changed)))
    assert len(one) == len(two) > 15
    assert one & two == set()


@pytest.mark.parametrize("cloud", STACKS)
def test_the_longest_name_in_the_longest_region_fits(tmp_path: Path, cloud: str) -> None:
    region = max((id_ for of, id_ in load_library().regions if of == cloud), key=len)
    made = recorded(tmp_path / "a", cloud, region, "abcde-7890")
    kinds = {kind.split()[0] for kind in (*_LONGEST, *_WITH_HEX)} & {each["type"] for each in made}
    assert len(kinds) == sum(f"{cloud}" in kind.split(":")[0] for kind in (*_LONGEST, *_WITH_HEX))
    given = [(len(value), _LONGEST[kind], kind) for kind, value in _names(made) if kind in _LONGEST]
    own = [(len(each["name"]) + 8, _WITH_HEX[each["type"]], each["type"]) for each in made if each["type"] in _WITH_HEX]
    assert [row for row in (*given, *own) if row[0] > row[1]] == []
