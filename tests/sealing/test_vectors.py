"""Test vectors: an independent writing of the format makes them, the library opens them, and the other way round."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import im_sealing
from im_sealing import EpochKeys, Form, MediaReader, SealedClass, Sealer, SubjectKeys, open_stream
from im_sealing.classes import key_name
from im_sealing.memory import MemoryStore
from tests.sealing import reference

VECTORS: dict[str, Any] = json.loads(reference.VECTORS.read_text("utf-8"))
KEYS = {name: bytes.fromhex(key) for name, key in VECTORS["keys"].items()}
NAME, USER = VECTORS["class"]["name"], VECTORS["user"]


class _Plain:
    """A key service that wraps by doing nothing: the keys of the vectors are plain."""

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        assert context["class"] == NAME
        return wrapped

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        raise AssertionError(context)


def sealer(form: Form) -> Sealer:
    """A sealer whose keyring has the keys of the vectors, at their time."""
    clock = lambda: float(VECTORS["now"])  # noqa: E731
    store = MemoryStore(clock)
    store.objects = {name: bytes.fromhex(body) for name, body in VECTORS["objects"].items()}
    store.objects |= {key_name(NAME, VECTORS["epoch"]): KEYS["epoch"], f"classes/{NAME}": KEYS["class"]}
    given = VECTORS["class"]
    periods = (timedelta(seconds=given["epoch_s"]), timedelta(seconds=given["life_s"])) if form.has_epoch else ()
    age = timedelta(minutes=5)
    epochs = EpochKeys(store, _Plain(), "", age, clock) if form.has_epoch else None
    subjects = SubjectKeys(store, _Plain(), "", age, clock) if form.has_subject else None
    return Sealer(SealedClass(NAME, form, *periods), epochs, subjects)


def test_the_vectors_are_those_of_the_description() -> None:
    assert reference.vectors() == VECTORS, "python -m tests.sealing.reference writes them"


@pytest.mark.parametrize("vector", VECTORS["envelopes"])
def test_the_library_opens_every_envelope(vector: dict[str, str]) -> None:
    form = Form[vector["form"]]
    data = bytes.fromhex(vector["envelope"])
    opened = sealer(form).open(data, subject=USER if form.has_subject else None)
    assert opened.content.hex() == vector["content"]
    assert opened.epoch == (datetime.fromtimestamp(VECTORS["epoch"], UTC) if form.has_epoch else None)


@pytest.mark.parametrize("form", list(Form))
def test_the_description_opens_what_the_library_seals(form: Form) -> None:
    record = sealer(form).seal(b"hello", USER if form.has_subject else None)
    assert reference.opened(record.data, KEYS) == b"hello"


@pytest.mark.parametrize("vector", VECTORS["tokens"])
def test_tokens(vector: dict[str, str]) -> None:
    epoch = datetime.fromtimestamp(VECTORS["epoch"], UTC)
    assert sealer(Form.BIRTH).token(vector["field"], vector["value"], epoch).hex() == vector["token"]


@pytest.mark.parametrize("vector", VECTORS["media"], ids=lambda vector: len(vector["content"]) // 2)
def test_media(vector: dict[str, Any]) -> None:
    key, stored, content = (bytes.fromhex(vector[name]) for name in ("key", "object", "content"))
    assert b"".join(open_stream(key, [stored])) == content
    assert b"".join(im_sealing.seal_stream(key, [content], vector["segment"])) == stored
    reader = MediaReader(key, len(stored), lambda start, stop: stored[start:stop])
    assert reader.read(0, 1000) == content


@pytest.mark.parametrize("vector", VECTORS["errors"], ids=lambda vector: vector["what"])
def test_each_wrong_envelope_has_its_error(vector: dict[str, str]) -> None:
    with pytest.raises(im_sealing.SealingError) as caught:
        sealer(Form.BIRTH).open(bytes.fromhex(vector["envelope"]), bytes.fromhex(vector["record"]))
    assert type(caught.value).__name__ == vector["error"]
