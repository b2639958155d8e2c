"""Fixture of a keyring: an empty bucket on a real HTTP server, a key service, an environment, a clock."""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from im_stack.purge import cos
from im_stack.purge.config import Keyring, keyring_from
from im_stack.purge.handler import run
from im_stack.purge.plan import UTC
from im_stack.purge.run import Summary
from tests.purge.bucket_server import BucketServer
from tests.purge.kms_server import KEY_ID, SECRET_ID, SECRET_KEY, TOKEN, KmsServer

AWS_REGION = "ap-southeast-3"
START = datetime(2026, 11, 23, 5, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class World:
    """`now` is the time of the function and of the store, until a test sets them apart."""

    store: BucketServer
    kms: KmsServer
    bucket: str
    admin: Any
    config: dict[str, Any]
    now: datetime = START
    credentials: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {"IM_KEYRING": json.dumps(self.config), **self.credentials}

    @property
    def keyring(self) -> Keyring:
        return keyring_from(self.environment)

    def run(self, now: datetime | None = None) -> Summary:
        self.now = now or self.now
        self.store.clock = self.now
        return run(self.environment, self.now, seconds=30)

    def adapter(self) -> cos.Bucket:
        return cos.Bucket(cos.client(self.keyring, SECRET_ID, SECRET_KEY, TOKEN), self.bucket)

    def put(self, *names: str) -> None:
        for name in names:
            self.store.put(self.bucket, name)

    def objects(self) -> dict[str, bytes]:
        return self.store.objects(self.bucket)


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[BucketServer]:
    server = BucketServer()
    yield server
    server.close()


@pytest.fixture
def aws(world: World) -> World:
    """The same on AWS, with its key service and its role's environment variables."""
    kms = boto3.client(
        "kms", AWS_REGION, endpoint_url=world.store.url, aws_access_key_id="admin", aws_secret_access_key="admin"
    )
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    del world.config["cos_endpoint"]
    world.config |= {
        "cloud": "aws",
        "region": AWS_REGION,
        "kms_key_id": key,
        "s3_endpoint": world.store.url,
        "kms_endpoint": world.store.url,
    }
    world.credentials = {
        "AWS_ACCESS_KEY_ID": SECRET_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_SESSION_TOKEN": TOKEN,
    }
    world.store.reset()
    return world


@pytest.fixture
def world(bucket_server: BucketServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    bucket_server.reset()  # also before: an interrupted test may have left its intercept
    admin = boto3.client(
        "s3", "us-east-1", endpoint_url=bucket_server.url, aws_access_key_id="admin", aws_secret_access_key="admin"
    )
    bucket = f"keyring-{uuid.uuid4().hex[:12]}-1250000000"
    admin.create_bucket(Bucket=bucket)
    bucket_server.reset()
    kms = KmsServer()
    config = {
        "bucket": bucket,
        "region": "ap-jakarta",
        "kms_key_id": KEY_ID,
        "classes": {"messages": {"epoch": "PT1H", "life": "PT6H"}},
        "ahead": 2,
        "delete_limit": 10,
        "cos_endpoint": bucket_server.url,
        "kms_endpoint": kms.url,
    }
    credentials = {
        "TENCENTCLOUD_SECRETID": SECRET_ID,
        "TENCENTCLOUD_SECRETKEY": SECRET_KEY,
        "TENCENTCLOUD_SESSIONTOKEN": TOKEN,
    }
    yield World(bucket_server, kms, bucket, admin, config, credentials=credentials)
    kms.close()
