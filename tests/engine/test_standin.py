"""The stand-in for the provider plugins, called directly over its protocol without an engine."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from im_stack.facts.wire.constants import UNKNOWN, holds_unknown
from im_stack.facts.wire.secrets import plaintext
from im_stack.preflight.judgement.one_stack import check_stack
from im_stack.preflight.recording.recording import Registration
from tests.engine.standin import CLOUD
from tests.engine.standin.cloud import Cloud, Order
from tests.engine.standin.plugin import struct
from tests.harness.root import ROOT

STACKS = {"tencentcloud": "tencent-ap-jakarta", "aws": "aws-ap-southeast-3"}
REGIONS = {"tencentcloud": "ap-jakarta", "aws": "ap-southeast-3"}
Outputs = dict[str, Any]
COMMAND = [sys.executable, "-m", "tests.engine.standin"]
VPC = "tencentcloud:Vpc/instance:Instance"
SUBNET = "tencentcloud:Subnet/instance:Instance"
BUCKET = "tencentcloud:Cos/bucket:Bucket"
MYSQL = "tencentcloud:Mysql/instance:Instance"
BACKUPS = "tencentcloud:Mysql/backupPolicy:BackupPolicy"


class Client:
    """Client of a plugin with plain Python values."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def close(self) -> None:
        self._channel.close()

    def configure(self, **arguments: Any) -> Any:
        return self._stub.Configure(provider_pb2.ConfigureRequest(args=struct(arguments)), wait_for_ready=True)

    def check(self, type_: str, name: str, news: dict[str, Any], /, **olds: Any) -> tuple[dict[str, Any], list[str]]:
        request = provider_pb2.CheckRequest(urn=_urn(type_, name), type=type_, name=name, olds=struct(olds))
        request.news.update(news)
        answer = self._stub.Check(request)
        return json_format.MessageToDict(answer.inputs), [failure.reason for failure in answer.failures]

    def diff(self, type_: str, olds: dict[str, Any], news: dict[str, Any]) -> tuple[list[str], list[str]]:
        request = provider_pb2.DiffRequest(id="x", type=type_, olds=struct(olds), old_inputs=struct(olds))
        request.news.update(news)
        answer = self._stub.Diff(request)
        return list(answer.diffs), list(answer.replaces)

    def create(self, type_: str, name: str, preview: bool = False, /, **inputs: Any) -> tuple[str, dict[str, Any]]:
        request = provider_pb2.CreateRequest(urn=_urn(type_, name), type=type_, name=name, preview=preview)
        request.properties.update(inputs)
        answer = self._stub.Create(request)
        return answer.id, json_format.MessageToDict(answer.properties)

    def creating(self, type_: str, name: str, /, **inputs: Any) -> Any:
        """A `create` whose answer is not awaited."""
        request = provider_pb2.CreateRequest(urn=_urn(type_, name), type=type_, name=name, properties=struct(inputs))
        return self._stub.Create.future(request)

    def read(
        self, type_: str, id_: str, name: str = "", /, **inputs: Any
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        request = provider_pb2.ReadRequest(id=id_, type=type_, name=name, inputs=struct(inputs))
        answer = self._stub.Read(request)
        return answer.id, json_format.MessageToDict(answer.properties), json_format.MessageToDict(answer.inputs)

    def update(self, type_: str, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(id=id_, type=type_, olds=struct(olds), old_inputs=struct(news))
        request.news.update(news)
        return json_format.MessageToDict(self._stub.Update(request).properties)

    def delete(self, type_: str, id_: str, /, **properties: Any) -> None:
        self._stub.Delete(provider_pb2.DeleteRequest(id=id_, type=type_, properties=struct(properties)))


def _urn(type_: str, name: str) -> str:
    return f"urn:pulumi:test::test::{type_}::{name}"


@contextmanager
def _running(folder: Path, package: str) -> Iterator[Client]:
    folder.mkdir(exist_ok=True)
    environment = os.environ | {CLOUD: str(folder / "cloud.sqlite")}
    with subprocess.Popen([*COMMAND, package], stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout
            with closing(Client(int(process.stdout.readline()))) as client:
                client.configure(region=REGIONS[package])
                yield client
        finally:
            process.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Cloud]]:
    folder = tmp_path_factory.mktemp("standin")
    with _running(folder, "tencentcloud") as client:
        yield client, Cloud(folder / "cloud.sqlite")


def _known(r: Registration, ids: dict[str, str]) -> dict[str, Any]:
    """The inputs after the values they depend on are known."""

    def known(value: Any, id_: str) -> Any:
        if isinstance(value, dict):
            return {key: 1 if key == "revision" else known(item, id_) for key, item in value.items()}
        if isinstance(value, list):
            return [known(item, id_) for item in value]
        return value.replace(UNKNOWN, id_) if isinstance(value, str) else value

    given = {key: value for key, value in r["inputs"].items() if value is not None}
    return {key: known(plaintext(value), ids[(r["links"].get(key) or [""])[0]]) for key, value in given.items()}


@pytest.mark.parametrize("package", STACKS)
def test_every_resource_of_a_stack_is_made_read_left_alone_and_deleted(tmp_path: Path, package: str) -> None:
    recording = check_stack(ROOT, STACKS[package]).recording["registrations"]
    resources = [r for r in recording if r["type"].startswith(f"{package}:")]
    ids, made = {"": ""}, []
    with _running(tmp_path, package) as client:
        for r in resources:
            asked, given = (r["type"], r["name"]), _known(r, ids)
            inputs, failures = client.check(*asked, given)
            assert (failures, {key: inputs[key] for key in given}) == ([], given)
            preview_id, planned = client.create(*asked, True, **inputs)
            ids[r["urn"]], outputs = client.create(*asked, **inputs)
            assert (preview_id, planned.keys()) == ("", outputs.keys())
            assert ids[r["urn"]]
            assert not holds_unknown(outputs)
            assert "{" not in ids[r["urn"]]
            assert client.diff(r["type"], inputs, client.check(*asked, given, **inputs)[0]) == ([], [])
            assert client.read(r["type"], ids[r["urn"]], r["name"], **inputs) == (ids[r["urn"]], outputs, inputs)
            made.append((r["type"], ids[r["urn"]], outputs))
        for type_, id_, outputs in reversed(made):
            client.delete(type_, id_, **outputs)
            assert client.read(type_, id_)[0] == ""
    cloud = Cloud(tmp_path / "cloud.sqlite")
    assert cloud.made() == []
    assert {asked.answer for asked in cloud.asked()} == {"done"}


def test_what_it_does_not_know_yet_is_unknown_in_a_preview_and_of_real_form_afterwards(
    running: tuple[Client, Cloud],
) -> None:
    client, _ = running
    listener = "tencentcloud:Clb/listener:Listener"
    assert client.create(listener, "l", True, clbId=UNKNOWN)[1]["listenerId"] == UNKNOWN
    id_, outputs = client.create(listener, "l", clbId="lb-12345678")
    assert id_ == f"lb-12345678#{outputs['listenerId']}"
    assert outputs["listenerId"].startswith("lbl-")


def test_it_refuses_kinds_that_the_sdk_does_not_name(running: tuple[Client, Cloud]) -> None:
    client, _ = running
    assert client.check(VPC, "v", {"cidrBlock": ["10.0.0.0/16"]})[1] == [
        "its argument cidrBlock is a list, and the provider takes a text"
    ]
    assert client.check(VPC, "v", {})[1] == ["its argument cidrBlock is missing, and the provider needs it"]
    with pytest.raises(grpc.RpcError, match="unrecognized resource type"):
        client.check("tencentcloud:Vpc/no:No", "v", {})


def test_it_fills_in_defaults_and_names_and_keeps_them(running: tuple[Client, Cloud]) -> None:
    client, _ = running
    inputs, _ = client.check(BUCKET, "b", {"bucket": "b-1"})
    assert (inputs["acl"], inputs["forceClean"]) == ("private", False)
    redis = "tencentcloud:Redis/instance:Instance"
    given = {"memSize": 1024, "availabilityZone": "ap-jakarta-1"}
    first, _ = client.check(redis, "cache", given)
    assert first["name"].startswith("cache-")
    assert client.check(redis, "cache", given, **{**first, "name": "kept"})[0]["name"] == "kept"


DIFFS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], list[str]]] = {
    "nothing": ({"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.0.0.0/16"}, [], []),
    "absent is as empty": ({"dnsServers": []}, {}, [], []),
    "in place": ({"name": "a"}, {"name": "b"}, ["name"], []),
    "taken away": ({"name": "a"}, {}, ["name"], []),
    "fixed": ({"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}, ["cidrBlock"], ["cidrBlock"]),
    "not known yet": ({"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": UNKNOWN}, ["cidrBlock"], ["cidrBlock"]),
    "its list of defaults": ({"__defaults": ["name"]}, {"__defaults": []}, [], []),
}


@pytest.mark.parametrize("what", DIFFS)
def test_a_difference(running: tuple[Client, Cloud], what: str) -> None:
    olds, news, changed, replacing = DIFFS[what]
    assert running[0].diff(VPC, olds, news) == (changed, replacing)


def test_an_update_is_read_back_and_so_is_what_somebody_else_did(running: tuple[Client, Cloud]) -> None:
    client, cloud = running
    id_, outputs = client.create(BACKUPS, "backups", mysqlId="cdb-1", retentionPeriod=7)
    client.update(BACKUPS, id_, outputs, {"mysqlId": "cdb-1", "retentionPeriod": 8})
    assert client.read(BACKUPS, id_)[1]["retentionPeriod"] == 8
    cloud.drift("backups", {"retentionPeriod": 1830})
    assert client.read(BACKUPS, id_, retentionPeriod=8)[2] == {"retentionPeriod": 1830}
    cloud.lose("backups")
    assert client.read(BACKUPS, id_)[0] == ""
    with pytest.raises(grpc.RpcError, match="NotFound"):
        client.update(BACKUPS, id_, outputs, {"mysqlId": "cdb-1"})


def test_the_same_id_or_name_is_not_given_twice(running: tuple[Client, Cloud]) -> None:
    client, _ = running
    client.create(BUCKET, "one", bucket="taken-1")
    with pytest.raises(grpc.RpcError, match="AlreadyExists"):
        client.create(BUCKET, "two", bucket="taken-1")
    role = "tencentcloud:Cam/role:Role"
    client.create(role, "one", name="taken", document="{}")
    with pytest.raises(grpc.RpcError, match="NameInUse"):
        client.create(role, "two", name="taken", document="{}")


def test_a_deletion_waits_for_its_users_and_takes_the_settings_along(running: tuple[Client, Cloud]) -> None:
    client, cloud = running
    vpc, _ = client.create(VPC, "used", cidrBlock="10.0.0.0/16")
    mysql, _ = client.create(MYSQL, "db", vpcId=vpc)
    client.create(BACKUPS, "db-backups", mysqlId=mysql)
    with pytest.raises(grpc.RpcError, match="ResourceInUse: Instance used is used by Instance db"):
        client.delete(VPC, vpc)
    client.delete(MYSQL, mysql)
    client.delete(VPC, vpc)
    assert not {"used", "db", "db-backups"} & {made.name for made in cloud.made()}
    client.delete(VPC, vpc)  # what is gone is deleted


def test_a_store_that_holds_something_is_not_deleted_unless_it_is_emptied(running: tuple[Client, Cloud]) -> None:
    client, cloud = running
    id_, _ = client.create(BUCKET, "full", bucket="full-1", forceClean=False)
    cloud.fill("full")
    with pytest.raises(grpc.RpcError, match="NotEmpty"):
        client.delete(BUCKET, id_, forceClean=False)
    client.delete(BUCKET, id_, forceClean=True)


BINLOG = "tencentcloud:Mysql/localBinlogConfig:LocalBinlogConfig"


@pytest.mark.parametrize("package", STACKS)
def test_one_instance_takes_one_change_at_a_time(tmp_path: Path, package: str) -> None:
    topic, cluster, named = {
        "tencentcloud": ("tencentcloud:Ckafka/topic:Topic", "tencentcloud:Ckafka/instance:Instance", "instanceId"),
        "aws": ("aws:msk/topic:Topic", "aws:msk/cluster:Cluster", "clusterArn"),
    }[package]
    with _running(tmp_path, package) as client:
        Cloud(tmp_path / "cloud.sqlite").busy_for(0.2)
        instance, _ = client.create(cluster, "cluster")
        calls = [client.creating(topic, name, topicName=name, name=name, **{named: instance}) for name in ("a", "b")]
        (refused,) = (error for call in calls if (error := call.exception()))
        assert "InstanceTaskRunning" in str(refused)
        client.create(topic, "c", topicName="c", name="c", **{named: instance})  # the answer came when it was over


def test_an_instance_may_be_busy_after_the_answer(tmp_path: Path) -> None:
    with _running(tmp_path, "tencentcloud") as client:
        Cloud(tmp_path / "cloud.sqlite").busy_for(0.5)
        mysql, _ = client.create(MYSQL, "db")
        client.create(BACKUPS, "backups", mysqlId=mysql)  # nothing was changed before it
        with pytest.raises(grpc.RpcError, match="InstanceTaskRunning"):
            client.create(BINLOG, "binlog", instanceId=mysql)
        time.sleep(0.5)
        client.create(BINLOG, "binlog", instanceId=mysql)


@pytest.mark.parametrize("package", STACKS)
def test_orders_hold_for_the_request_they_name_and_then_no_more(tmp_path: Path, package: str) -> None:
    with _running(tmp_path, package) as client:
        cloud = Cloud(tmp_path / "cloud.sqlite")
        bucket = {"tencentcloud": BUCKET, "aws": "aws:s3/bucket:Bucket"}[package]
        cloud.order(Order("Create", "*:Bucket", "refuse", nth=2, says="QuotaExceeded"))
        client.create(bucket, "a", bucket="a-1")
        with pytest.raises(grpc.RpcError, match="QuotaExceeded"):
            client.create(bucket, "b", bucket="b-1")
        client.create(bucket, "b", bucket="b-1")
        cloud.order(Order("Create", "c", "wait", seconds=0.2))
        client.create(bucket, "c", bucket="c-1")
        (waited,) = (asked for asked in cloud.asked() if asked.name == "c")
        assert waited.ended
        assert waited.ended - waited.begun >= 0.2


@pytest.mark.parametrize(("does", "there"), [("die", False), ("lose", True)])
def test_a_plugin_that_ends_in_a_request_says_nothing_and_the_next_one_goes_on(
    tmp_path: Path, does: str, there: bool
) -> None:
    cloud = Cloud(tmp_path / "cloud.sqlite")
    with _running(tmp_path, "tencentcloud") as client:
        client.create(SUBNET, "before", vpcId="vpc-1")
        cloud.order(Order("Create", VPC, does))
        with pytest.raises(grpc.RpcError) as ended:
            client.create(VPC, "v", cidrBlock="10.0.0.0/16")
        assert ended.value.code() is grpc.StatusCode.UNAVAILABLE  # type: ignore[attr-defined]
    assert cloud.asked()[-1].answer is None
    assert {made.name for made in cloud.made()} == ({"before", "v"} if there else {"before"})
    with _running(tmp_path, "tencentcloud") as client:
        client.create(VPC, "v", cidrBlock="10.0.0.0/16")


def test_it_ends_with_the_process_that_started_it() -> None:
    script = f"{shlex.join(COMMAND)} aws & sleep 1.5"
    ended = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, text=True, check=True, timeout=20)
    assert ended.stdout.strip().isdigit()  # and no process holds the pipe
