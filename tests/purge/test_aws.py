"""The function on AWS: S3 and KMS on one server, with the environment of its runtime."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from im_stack.components.bundle import own_files
from im_stack.components.bundle.archive import pack
from im_stack.purge import aws_kms, bucket
from im_stack.purge.config import ConfigError, parse_keyring
from im_stack.purge.handler import _budget, run
from im_stack.purge.plan import epoch_at
from im_stack.purge.ports import Failure
from tests.purge.bucket_server import Answer, error
from tests.purge.conftest import AWS_REGION, HOUR, START, World
from tests.purge.kms_server import SECRET_ID, SECRET_KEY, TOKEN

OLD = [f"epochs/messages/20261122T{hour:02}0000Z" for hour in range(3)]
CONTEXT = {"class": "messages", "epoch": "20261123T050000Z", "region": AWS_REGION}
_ALONE = """
import json, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pulumi", "tencentcloud"} or name.startswith("im_stack.") and "purge" not in name:
            raise ImportError(name)
sys.meta_path.insert(0, Wall())
sys.path.insert(0, sys.argv[1])
import index
print(json.dumps(index.main_handler({}, None)["problems"]))
"""


def _admin(world: World) -> Any:
    return boto3.client(
        "kms", AWS_REGION, endpoint_url=world.store.url, aws_access_key_id="admin", aws_secret_access_key="admin"
    )


def _service(world: World) -> aws_kms.KeyService:
    return aws_kms.KeyService(
        aws_kms.client(world.keyring, SECRET_ID, SECRET_KEY, TOKEN), str(world.config["kms_key_id"])
    )


def _targets(world: World) -> list[str]:
    """A list that receives every later call of the key service."""
    calls: list[str] = []

    def note(environ: dict[str, Any]) -> Answer | None:
        calls.extend([environ["HTTP_X_AMZ_TARGET"]] if "HTTP_X_AMZ_TARGET" in environ else [])
        return None

    world.store.intercept = note
    return calls


def test_a_message_can_be_read_until_its_key_is_deleted_and_never_after(aws: World) -> None:
    assert aws.run()["problems"] == []
    key = epoch_at(aws.keyring.rules[0], START)
    blob, context = aws.objects()[key.name], CONTEXT | {"epoch": key.epoch}
    assert len(_admin(aws).decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"]) == 32
    with pytest.raises(ClientError):
        _admin(aws).decrypt(CiphertextBlob=blob, EncryptionContext=context | {"class": "files"})
    assert aws.run(START.replace(minute=0) + 7 * HOUR - timedelta(seconds=1))["deleted"] == 0
    assert aws.run(START.replace(minute=0) + 7 * HOUR)["deleted"] == 1
    assert key.name not in aws.objects()


def test_no_plaintext_is_ever_asked_for(aws: World) -> None:
    calls = _targets(aws)
    aws.run()
    assert calls == ["TrentService.GenerateDataKeyWithoutPlaintext"] * 3


def test_a_second_run_changes_nothing(aws: World) -> None:
    aws.run()
    before = aws.objects()
    assert aws.run()["created"] == 0
    assert aws.objects() == before


def test_a_key_is_created_once_and_never_overwritten(aws: World) -> None:
    store = bucket.Bucket(bucket.client(aws.keyring, SECRET_ID, SECRET_KEY, TOKEN), aws.bucket)
    assert store.create(OLD[0], b"first")
    assert not store.create(OLD[0], b"second")
    assert aws.objects() == {OLD[0]: b"first"}


def test_without_a_master_key_none_is_made_and_deletion_goes_on(aws: World) -> None:
    aws.put(*OLD)
    aws.config["kms_key_id"] = "00000000-0000-0000-0000-000000000000"
    summary = aws.run()
    assert summary["problems"] == ["missing", "uncreated"]
    assert summary["errors"] == ["kms:NotFoundException"]
    assert summary["deleted"] == 3


def test_failures_of_the_bucket_are_said_of_s3(aws: World) -> None:
    aws.put(OLD[0])
    aws.store.intercept = lambda environ: (
        error("403 Forbidden", "AccessDenied") if environ["REQUEST_METHOD"] == "DELETE" else None
    )
    assert aws.run()["errors"] == ["s3:AccessDenied"]


def test_no_key_is_born_into_a_bucket_with_versions(aws: World) -> None:
    aws.admin.put_bucket_versioning(Bucket=aws.bucket, VersioningConfiguration={"Status": "Enabled"})
    assert aws.run()["problems"] == ["missing", "versioned"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"CiphertextBlob": b"short"}, "UnusableBlob"),
        ({"CiphertextBlob": "text" * 10}, "UnusableBlob"),
        ({"CiphertextBlob": b"x" * 6145}, "UnusableBlob"),
        ({}, "UnusableBlob"),
    ],
)
def test_an_answer_that_holds_no_key_is_a_failure(answer: dict[str, object], code: str) -> None:
    kms = SimpleNamespace(generate_data_key_without_plaintext=lambda **_: answer)
    with pytest.raises(Failure, match=f"^kms:{code}$") as caught:
        aws_kms.KeyService(kms, "k").wrapped_key(CONTEXT)
    assert caught.value.__context__ is None


def test_attempts_are_bounded(aws: World) -> None:
    service, calls = _service(aws), []

    def down(environ: dict[str, Any]) -> Answer | None:
        calls.append(environ["PATH_INFO"])
        return "500 Internal Server Error", b"{}"

    aws.store.intercept = down
    with pytest.raises(Failure):
        service.wrapped_key(CONTEXT)
    assert len(calls) == 3


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_without_a_role_there_is_no_run(aws: World, name: str) -> None:
    environment = {key: value for key, value in aws.environment.items() if key != name}
    with pytest.raises(ConfigError, match=name):
        run(environment, START, seconds=30)


def test_both_endpoints_are_of_the_keyrings_own_region() -> None:
    text = json.dumps(
        {"cloud": "aws", "bucket": "im-keyring-1", "region": AWS_REGION, "ahead": 1, "delete_limit": 1}
        | {"classes": {"messages": {"epoch": "PT1H", "life": "PT6H"}}}
    )
    keyring = parse_keyring(text, "23e80852-1e38-11e9-b129-5cb9019b4b01")
    assert keyring.store_endpoint == "https://s3.ap-southeast-3.amazonaws.com"
    assert keyring.kms_endpoint == "https://kms.ap-southeast-3.amazonaws.com"
    made = bucket.client(keyring, "id", "key", None)
    assert made.meta.endpoint_url == keyring.store_endpoint


@pytest.mark.parametrize("changes", [{"cos_endpoint": "https://x.example"}, {"cloud": "gcp"}, {"cloud": ["aws"]}])
def test_the_words_of_another_cloud_are_refused(aws: World, changes: dict[str, object]) -> None:
    aws.config |= changes
    with pytest.raises(ConfigError):
        aws.keyring  # noqa: B018 - reading it parses it


@pytest.mark.parametrize(("left", "seconds"), [(120_000, 72), (0, 60)])
def test_the_budget_is_a_share_of_what_is_left(left: int, seconds: float) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: left)
    assert _budget(context) == seconds


def test_the_zip_needs_no_package_of_another_cloud(aws: World, tmp_path: Path) -> None:
    """A whole run from the zip, with only the packages of the runtime."""
    archive = tmp_path / "a.zip"
    archive.write_bytes(pack(own_files(), {}))
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "VIRTUAL_ENV")}
    done = subprocess.run(
        [sys.executable, "-I", "-c", _ALONE, str(archive)],
        cwd=tmp_path,
        env=environment | aws.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr
    assert len(aws.objects()) == 3
