"""Bucket adapter against a server, and the requests it would send to the provider."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from im_stack.purge import bucket as any_bucket
from im_stack.purge import cos
from im_stack.purge.config import parse_keyring
from im_stack.purge.ports import Failure
from tests.purge.bucket_server import error
from tests.purge.conftest import START, World

FLAVOURS = ["s3", "cos", "strict-cos"]


class _Raw:
    """A response body for botocore."""

    def stream(self, **_: object) -> list[bytes]:
        return [b""]


def _sent_to_the_provider(call: str, **arguments: object) -> Any:
    """The request of a client call, captured before it is sent."""
    keyring = parse_keyring(
        '{"bucket": "keyring-1250000000", "region": "ap-jakarta", "kms_key_id": "12345678", "ahead": 1,'
        ' "delete_limit": 1, "classes": {"messages": {"epoch": "PT1H", "life": "PT6H"}}}'
    )
    s3 = cos.client(keyring, "AKID", "secret", "token")
    caught: list[Any] = []

    def catch(request: Any, **_: object) -> AWSResponse:
        caught.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw())

    s3.meta.events.register("before-send.s3", catch)  # type: ignore[arg-type]
    getattr(cos.Bucket(s3, keyring.bucket), call)(**arguments)
    return caught[0]


def test_the_request_is_one_that_the_provider_understands() -> None:
    request = _sent_to_the_provider("create", name="epochs/messages/20261123T050000Z", body=b"wrapped")
    parts = urlsplit(request.url)
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    assert (parts.scheme, parts.netloc) == ("https", "keyring-1250000000.cos.ap-jakarta.myqcloud.com")
    assert parts.path == "/epochs/messages/20261123T050000Z"
    assert request.body.getvalue() == b"wrapped"
    assert not [name for name in headers if "checksum" in name or "trailer" in name or name == "transfer-encoding"]
    assert "content-encoding" not in headers
    assert "x-cos-forbid-overwrite" in headers
    assert "x-cos-forbid-overwrite" in headers["authorization"]  # signed


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_key_is_created_once_and_never_overwritten(world: World, flavour: str) -> None:
    world.store.flavour = flavour
    bucket = world.adapter()
    assert bucket.create("epochs/messages/20261123T050000Z", b"first")
    assert not bucket.create("epochs/messages/20261123T050000Z", b"second")
    assert world.objects() == {"epochs/messages/20261123T050000Z": b"first"}


def test_a_listing_of_several_pages_is_read_to_its_end(world: World) -> None:
    names = [f"epochs/messages/{number:05}" for number in range(1001)]
    world.put(*names)
    assert world.adapter().names() == names
    assert len([path for method, path, _ in world.store.seen if method == "GET"]) == 2


def test_names_that_need_encoding_arrive_as_they_are(world: World) -> None:
    names = sorted(["epochs/a b+c", "epochs/ä&é", "%2F", "x\ny"])
    world.put(*names)
    assert sorted(world.adapter().names()) == names


def test_a_listing_without_end_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(any_bucket, "_PAGES", 0)
    world.put("epochs/messages/20261123T050000Z")
    with pytest.raises(Failure, match="cos:TooManyObjects"):
        world.adapter().names()


def test_deleting_twice_is_no_failure(world: World) -> None:
    world.put("epochs/messages/20261123T050000Z")
    for _ in range(2):
        world.adapter().delete("epochs/messages/20261123T050000Z")
    assert world.objects() == {}


def test_a_bucket_that_never_had_versions_or_replicas_is_sound(world: World) -> None:
    assert world.adapter().breaches() == ()


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_versions_are_a_breach_even_suspended(world: World, status: str) -> None:
    world.admin.put_bucket_versioning(Bucket=world.bucket, VersioningConfiguration={"Status": status})
    assert world.adapter().breaches() == ("versioned",)


@pytest.mark.parametrize("status", ["Enabled", "Disabled"])
def test_replication_is_a_breach_even_disabled(world: World, status: str) -> None:
    document = (
        f"<ReplicationConfiguration><Role>r</Role><Rule><Status>{status}</Status><Prefix></Prefix>"
        "<Destination><Bucket>qcs::cos:ap-singapore::copy</Bucket></Destination></Rule></ReplicationConfiguration>"
    ).encode()
    world.store.intercept = lambda environ: (
        ("200 OK", document) if environ["QUERY_STRING"].startswith("replication") else None
    )
    assert world.adapter().breaches() == ("replicated",)


def test_the_providers_spelling_of_no_replication_is_understood(world: World) -> None:
    world.store.intercept = lambda environ: (
        error("404 Not Found", "ReplicationConfigurationnotFoundError")
        if environ["QUERY_STRING"].startswith("replication")
        else None
    )
    assert world.adapter().breaches() == ()


def test_the_stores_clock_is_read(world: World) -> None:
    world.store.clock = START
    assert world.adapter().clock() == START


def test_a_failing_call_is_tried_three_times(world: World) -> None:
    world.store.intercept = lambda _: error("503 Slow Down", "SlowDown", "secret text")
    with pytest.raises(Failure, match=r"^cos:SlowDown$"):
        world.adapter().delete("epochs/messages/20261123T050000Z")
    assert [status for _, _, status in world.store.seen] == ["503"] * 3


@pytest.mark.parametrize("call", ["clock", "breaches", "names"])
def test_an_answer_that_is_none_is_a_failure(world: World, call: str) -> None:
    world.store.intercept = lambda _: ("200 OK", b"<not xml")
    world.store.clock = None
    bucket = world.adapter()
    if call == "clock":  # a HEAD has no body to misread
        world.store.intercept = lambda _: error("403 Forbidden", "AccessDenied")
    with pytest.raises(Failure) as caught:
        getattr(bucket, call)()
    assert caught.value.__context__ is None


def test_a_store_that_is_not_there_is_a_failure(world: World) -> None:
    world.config["cos_endpoint"] = "http://127.0.0.1:1"
    with pytest.raises(Failure, match="cos:EndpointConnectionError"):
        world.adapter().names()
