"""Fuzzing: whatever the bytes are, the answer is what was sealed, or an error of the library."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from im_sealing import Form, MediaReader, SealingError, open_stream, seal_stream
from im_sealing.envelope import MAGIC
from tests.sealing.test_vectors import USER, sealer

SEALERS = {form: sealer(form) for form in Form}
MANY = settings(max_examples=400, deadline=None)
forms = st.sampled_from(list(Form))


def _subject(form: Form) -> str | None:
    return USER if form.has_subject else None


@MANY
@given(forms, st.binary(max_size=3000))
def test_what_is_sealed_is_opened(form: Form, content: bytes) -> None:
    sealed = SEALERS[form].seal(content, _subject(form))
    assert SEALERS[form].open(sealed.data, sealed.id, _subject(form)).content == content


@MANY
@given(forms, st.binary(max_size=400), st.booleans())
def test_no_bytes_give_anything_but_an_error(form: Form, data: bytes, headed: bool) -> None:
    with pytest.raises(SealingError):
        SEALERS[form].open((MAGIC + bytes([form]) if headed else b"") + data, subject=_subject(form))


@MANY
@given(st.data())
def test_a_changed_envelope_never_opens_to_something_else(data: st.DataObject) -> None:
    form = data.draw(forms)
    content = data.draw(st.binary(max_size=100))
    sealed = SEALERS[form].seal(content, _subject(form)).data
    start = data.draw(st.integers(0, len(sealed)))
    end = data.draw(st.integers(start, len(sealed)))
    changed = sealed[:start] + data.draw(st.binary(max_size=60)) + sealed[end:]
    with suppress(SealingError):
        assert SEALERS[form].open(changed, subject=_subject(form)).content == content
        assert changed == sealed


@MANY
@given(st.data())
def test_changed_media_never_opens_to_something_else(data: st.DataObject) -> None:
    key, segment = bytes(32), data.draw(st.integers(1, 40))
    content = data.draw(st.binary(max_size=150))
    stored = b"".join(seal_stream(key, [content], segment))
    start = data.draw(st.integers(0, len(stored)))
    end = data.draw(st.integers(start, len(stored)))
    changed = stored[:start] + data.draw(st.binary(max_size=60)) + stored[end:]
    for opened in (_streamed, _ranged):
        with suppress(SealingError):
            assert opened(key, changed) == content
            assert changed == stored


@MANY
@given(st.binary(max_size=300), st.integers(1, 40), st.lists(st.integers(0, 60)), st.data())
def test_streams_and_ranges_agree_whatever_the_pieces(
    content: bytes, segment: int, cuts: list[int], data: st.DataObject
) -> None:
    key = bytes(range(32))
    stored = b"".join(seal_stream(key, _pieces(content, cuts), segment))
    assert b"".join(open_stream(key, _pieces(stored, cuts))) == content
    reader = MediaReader(key, len(stored), lambda start, stop: stored[start:stop])
    assert reader.size == len(content)
    start = data.draw(st.integers(0, len(content) + 5))
    stop = data.draw(st.integers(start, len(content) + 50))
    assert reader.read(start, stop) == content[start:stop]


def _streamed(key: bytes, stored: bytes) -> bytes:
    return b"".join(open_stream(key, [stored]))


def _ranged(key: bytes, stored: bytes) -> bytes:
    return MediaReader(key, len(stored), lambda start, stop: stored[start:stop]).read(0, 1 << 20)


def _pieces(whole: bytes, cuts: list[int]) -> list[bytes]:
    pieces = []
    for cut in cuts:
        pieces.append(whole[:cut])
        whole = whole[cut:]
    return [*pieces, whole]
