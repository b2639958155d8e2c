"""Sealed media: streams, ranges, and the error of each thing that is wrong with an object."""

import pytest

from im_sealing import (
    AlteredError,
    CutShortError,
    MediaReader,
    SealingError,
    VersionError,
    new_media,
    open_stream,
    seal_stream,
)
from im_sealing.media import HEAD, SEGMENT, sealed_size

KEY = bytes(range(32))
PLAIN = bytes(range(250))
WHOLE = 100 + 16


def _stored(plain: bytes = PLAIN, segment: int = 100) -> bytes:
    return b"".join(seal_stream(KEY, [plain], segment))


def _reader(stored: bytes, fetched: list[tuple[int, int]] | None = None) -> MediaReader:
    def fetch(start: int, stop: int) -> bytes:
        (fetched if fetched is not None else []).append((start, stop))
        return stored[start:stop]

    return MediaReader(KEY, len(stored), fetch)


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT])
def test_the_size_of_an_object_is_known_before(size: int) -> None:
    stored = b"".join(seal_stream(KEY, [bytes(size)]))
    assert len(stored) == sealed_size(size)
    assert b"".join(open_stream(KEY, [stored])) == bytes(size)
    assert _reader(stored).size == size


def test_a_range_fetches_its_segments_only() -> None:
    fetched: list[tuple[int, int]] = []
    reader = _reader(_stored(bytes(1000)), fetched)
    assert fetched == [(0, HEAD), (HEAD + 9 * WHOLE, HEAD + 10 * WHOLE)]
    fetched.clear()
    assert len(reader.read(350, 420)) == 70
    assert fetched == [(HEAD + 3 * WHOLE, HEAD + 5 * WHOLE)]
    assert reader.read(1000, 2000) == reader.read(5, 5) == b""
    with pytest.raises(ValueError, match="a range starts"):
        reader.read(5, 4)


@pytest.mark.parametrize("end", range(len(_stored())))
def test_every_cut_is_named(end: int) -> None:
    stored = _stored()[:end]
    with pytest.raises(CutShortError):
        _reader(stored)
    with pytest.raises(CutShortError):
        list(open_stream(KEY, [stored]))


def test_an_object_cut_after_its_first_segment_gives_out_nothing() -> None:
    stream = open_stream(KEY, [_stored()[: HEAD + WHOLE]])
    with pytest.raises(CutShortError, match="ends after segment 0"):
        next(stream)


def test_segments_in_another_order_twice_or_of_another_object_are_altered() -> None:
    stored = _stored()
    head, one, two, three = stored[:HEAD], *(stored[HEAD + at * WHOLE : HEAD + (at + 1) * WHOLE] for at in range(3))
    stranger = b"".join(seal_stream(bytes(32), [PLAIN], 100))
    for parts in (
        [two, one, three],
        [one, one, three],
        [one, three],
        [one, two, two, three],
        [one, two, three, three],
        [stranger[HEAD : HEAD + WHOLE], two, three],
    ):
        changed = head + b"".join(parts)
        with pytest.raises(SealingError):
            list(open_stream(KEY, [changed]))
        with pytest.raises(SealingError):
            _reader(changed).read(0, 1000)
    with pytest.raises(AlteredError):
        list(open_stream(bytes(32), [stored]))


def test_a_head_that_cannot_be_is_refused() -> None:
    for head, error in (
        (b"IMM\x02", VersionError),
        (b"JPEG", VersionError),
        (b"IMM\x01\0\0\0\0", AlteredError),
        (b"IMM\x01\xff\xff\xff\xff", AlteredError),
        (b"IMM\x01\0\0\0\x40", SealingError),  # segments of 64 bytes: the last one looks cut
    ):
        changed = head + _stored()[len(head) :]
        with pytest.raises(error):
            _reader(changed)
        with pytest.raises(error):
            list(open_stream(KEY, [changed]))


def test_a_store_that_gives_less_than_asked_is_noticed() -> None:
    stored = _stored()
    with pytest.raises(CutShortError, match="the store gave 0 bytes"):
        MediaReader(KEY, len(stored) + 1000, lambda start, stop: stored[start:stop])


@pytest.mark.parametrize("segment", [0, -1, (1 << 24) + 1])
def test_a_segment_size_that_cannot_be_is_refused(segment: int) -> None:
    with pytest.raises(ValueError, match="a segment has"):
        next(seal_stream(KEY, [b"x"], segment))


def test_names_and_keys_are_new_each_time() -> None:
    some = [new_media() for _ in range(100)]
    assert len({media.name for media in some}) == len({media.key for media in some}) == 100
    assert {len(media.key) for media in some} == {32}
