"""An application's library (`im_sealing`) on the keys that the function makes, over HTTP, on both clouds: what it seals
opens until the function deletes the key, and never after.
"""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from tencentcloud.common.credential import Credential  # type: ignore[import-untyped]

from im_sealing import (
    AlteredError,
    ClockError,
    EpochKeys,
    Form,
    KeyGoneError,
    KeyService,
    SealedClass,
    Sealer,
    SubjectKeys,
    UnavailableError,
)
from im_sealing.aws_kms import AwsKms, kms_client
from im_sealing.classes import key_name
from im_sealing.s3 import S3Store
from im_sealing.tencent_kms import TencentKms
from im_sealing.tencent_kms import kms_client as tencent_client
from im_stack.purge.plan import epoch_at
from tests.purge.bucket_server import Answer, error
from tests.purge.conftest import AWS_REGION, HOUR, START, World
from tests.purge.kms_server import KEY_ID, SECRET_ID, SECRET_KEY, TOKEN

LIFE, CACHED = timedelta(hours=6), timedelta(minutes=5)
MESSAGES = SealedClass("messages", Form.BIRTH, HOUR, LIFE)
PROFILES = SealedClass("messages", Form.LAST_WRITE_AND_SUBJECT, HOUR, LIFE)


class Application:
    """Processes of an application beside the function of `world`; `people` is the bucket of people's keys."""

    def __init__(self, world: World, service: KeyService, region: str) -> None:
        self.world, self.service, self.region, self.people = world, service, region, f"people-{world.bucket}"
        world.admin.create_bucket(Bucket=self.people)
        world.store.clock = world.now

    def store(self, bucket: str) -> S3Store:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        client: Any = boto3.client(
            "s3",
            "us-east-1",
            endpoint_url=self.world.store.url,
            aws_access_key_id="admin",
            aws_secret_access_key="admin",
            config=config,
        )
        return S3Store(client, bucket)

    def clock(self) -> float:
        return self.world.now.timestamp()

    def subjects(self) -> SubjectKeys:
        return SubjectKeys(self.store(self.people), self.service, self.region, CACHED, self.clock)

    def sealer(self, of: SealedClass) -> Sealer:
        """A sealer in a new process."""
        epochs = EpochKeys(self.store(self.world.bucket), self.service, self.region, CACHED, self.clock)
        return Sealer(of, epochs, self.subjects() if of.form.has_subject else None)


def _tencent(world: World) -> Application:
    client = tencent_client("ap-jakarta", Credential(SECRET_ID, SECRET_KEY, TOKEN), world.kms.url)
    return Application(world, TencentKms(client, KEY_ID), "ap-jakarta")


def _aws(world: World) -> Application:
    return Application(world, AwsKms(kms_client(AWS_REGION, world.store.url), world.config["kms_key_id"]), AWS_REGION)


@pytest.fixture(params=["tencent", "aws"])
def application(world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Application:
    if request.param == "tencent":
        return _tencent(world)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "admin")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "admin")
    return _aws(request.getfixturevalue("aws"))


def test_library_and_function_name_every_epoch_alike(world: World) -> None:
    (rule,) = world.keyring.rules
    for hours in (-24 * 365 * 56, -1, 0, 7, 24 * 400):
        key = epoch_at(rule, START + hours * HOUR)
        assert key_name("messages", int(key.start.timestamp())) == key.name
        assert MESSAGES.until_end == (rule.epoch + rule.life).total_seconds()


def test_a_record_opens_until_the_function_deletes_its_key(application: Application) -> None:
    world = application.world
    world.run()
    record = application.sealer(MESSAGES).seal(b"hello")
    due = START.replace(minute=0) + HOUR + LIFE
    world.run(due - timedelta(seconds=1))
    assert application.sealer(MESSAGES).open(record.data).content == b"hello"
    assert world.run(due)["deleted"] == 1
    with pytest.raises(KeyGoneError):
        application.sealer(MESSAGES).open(record.data)


def test_a_key_that_the_function_deleted_early_is_gone_too(application: Application) -> None:
    application.world.run()
    record = application.sealer(MESSAGES).seal(b"hello")
    application.store(application.world.bucket).delete(epoch_at(application.world.keyring.rules[0], START).name)
    with pytest.raises(KeyGoneError, match="deleted, or never created"):
        application.sealer(MESSAGES).open(record.data)


def test_a_person_is_erased_by_one_deletion_and_no_listing(application: Application) -> None:
    world = application.world
    world.run()
    subjects = application.subjects()
    assert subjects.create_class(PROFILES)
    assert not subjects.create_class(PROFILES)
    subjects.create(PROFILES, "ada")
    record = application.sealer(PROFILES).seal(b"profile", "ada", own=True)
    assert application.sealer(PROFILES).own_id("ada") == record.id
    assert application.sealer(PROFILES).open(record.data, record.id, "ada").content == b"profile"
    world.store.seen.clear()
    subjects.end(PROFILES, "ada")
    assert [method for method, _, _ in world.store.seen] == ["DELETE"]
    with pytest.raises(KeyGoneError, match="person's key"):
        application.sealer(PROFILES).open(record.data)


_PEOPLE = 100_000


def test_a_run_costs_nothing_for_the_keys_of_people(application: Application) -> None:
    world = application.world
    world.run()
    made = len(world.store.seen)
    world.store.fill(application.people, (f"subjects/messages/{number:064x}" for number in range(_PEOPLE)))
    world.store.seen.clear()
    summary = world.run()
    assert (summary["problems"], summary["deleted"]) == ([], 0)
    assert len(world.store.seen) < made
    assert {path.split("/")[1] for _, path, _ in world.store.seen} - {""} == {world.bucket}  # "/" is the key service
    assert len(world.store.objects(application.people)) == _PEOPLE


@pytest.mark.parametrize("flavour", ["s3", "cos", "strict-cos"])
def test_a_persons_key_is_never_overwritten(world: World, flavour: str) -> None:
    application = _tencent(world)
    world.store.flavour = flavour
    store = application.store(application.people)
    assert store.create("subjects/messages/00", b"first")
    assert not store.create("subjects/messages/00", b"second")
    assert store.get("subjects/messages/00")[0] == b"first"


def test_a_key_of_another_epoch_in_its_place_is_noticed_by_the_service(application: Application) -> None:
    world = application.world
    world.run()
    record = application.sealer(MESSAGES).seal(b"hello")
    names = sorted(world.objects())
    world.store.put(world.bucket, names[0], world.objects()[names[1]])
    with pytest.raises(AlteredError, match="did not wrap"):
        application.sealer(MESSAGES).open(record.data)


def test_a_wrong_clock_is_noticed_by_the_store_s(application: Application) -> None:
    world = application.world
    world.run()
    world.now += timedelta(minutes=6)
    with pytest.raises(ClockError):
        application.sealer(MESSAGES).seal(b"hello")


@pytest.mark.parametrize("status", ["403 Forbidden", "500 Internal Server Error"])
def test_no_answer_is_not_taken_for_an_end(application: Application, status: str) -> None:
    world = application.world
    world.run()

    def refuse(environ: dict[str, Any]) -> Answer | None:
        return error(status, "AccessDenied", "secret") if "epochs" in environ["PATH_INFO"] else None

    world.store.intercept = refuse
    with pytest.raises(UnavailableError) as caught:
        application.sealer(MESSAGES).seal(b"hello")
    assert (str(caught.value), caught.value.__context__) == ("key store: AccessDenied", None)


@pytest.mark.parametrize(("mode", "code"), [("refused", "ResourceUnavailable.CmkDisabled"), ("down", "")])
def test_an_outage_of_the_key_service_is_not_taken_for_an_end(world: World, mode: str, code: str) -> None:
    application = _tencent(world)
    world.run()
    world.kms.mode = mode
    if mode == "down":
        world.kms.close()
    with pytest.raises(UnavailableError, match=f"key service: {code}") as caught:
        application.sealer(MESSAGES).seal(b"hello")
    assert caught.value.__context__ is None
