"""An application lives with the format: every operation of the chat, and what is left of people and periods in a copy
of all its stores that is kept for ever.
"""

import copy
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chat.costs import World
from chat.service import CACHED, MESSAGES, PROFILES, Chat, Message, Stores
from im_sealing import CutShortError, KeyGoneError, SealingError, SwappedError

LIFE = timedelta(seconds=MESSAGES.until_end)


@pytest.fixture
def world() -> World:
    return World()


def _say(world: World, hours: int, each: int = 2) -> list[str]:
    """`each` messages an hour in `all`, some of whose hours are silent; their texts."""
    chat, texts = world.process(), []
    for hour in range(hours):
        for number in range(each if hour % 5 else 0):
            texts.append(f"hour {hour}, {number}")
            chat.send(("ada", "bob", "eve")[number % 3], "all", texts[-1])
            world.seconds += 1
        chat.fan_out()
        world.pass_time(1)
    return texts


def _pages(chat: Chat, conversation: str, size: int) -> Iterator[list[Message]]:
    page = chat.page(conversation, size)
    yield page.messages
    while page.next:
        page = chat.page(conversation, size, page.next)
        yield page.messages


def _all(chat: Chat, conversation: str = "all") -> list[Message]:
    return [message for page in _pages(chat, conversation, 7) for message in page]


def _stored(stores: Stores) -> Iterator[bytes]:
    """Everything that any store holds, names too."""
    for documents in (stores.messages, stores.profiles):
        for row in documents.rows.values():
            yield from (row.id, row.token, row.data)
    for name, values in stores.inboxes.hashes.items():
        yield from (name, *values, *values.values())
    yield from (part for pair in stores.cache.held.items() for part in pair)
    yield from (part for name, body in stores.objects.held.items() for part in (name.encode(), body))
    yield from (value for _, value in stores.broker.waiting)


@pytest.mark.parametrize("size", [1, 3, 20, 1000])
def test_a_conversation_is_paged_in_order_across_epochs_without_a_gap(world: World, size: int) -> None:
    texts = _say(world, 30, each=3)
    pages = list(_pages(world.process(), "all", size))
    assert [message.text for page in pages for message in page] == texts[::-1]
    assert all(len(page) == size for page in pages[:-1])
    assert _all(world.process(), "two") == []


def test_a_message_reaches_the_store_and_every_inbox_unchanged(world: World) -> None:
    chat = world.process()
    record = chat.send("ada", "two", "hello bob")
    ((number, sent),) = world.stores.broker.waiting
    assert 0 <= number < 8
    assert chat.fan_out() == 1
    assert world.stores.messages.rows[record].data == sent
    assert list(world.stores.inboxes.hashes.values()) == [{record: sent}] * 2
    for user in ("ada", "bob"):
        assert [message.text for message in world.process().inbox(user)] == ["hello bob"]
    assert world.process().inbox("eve") == []


def test_nothing_that_a_store_holds_says_who_said_what(world: World) -> None:
    chat = world.process()
    chat.write_profile("ada", {"name": "Ada Lovelace"}, avatar=b"the face of ada " * 100)
    chat.send("ada", "all", "a secret word", media=b"a secret picture " * 100)
    chat.fan_out()
    chat.send("bob", "two", "another secret")
    held = b"\n".join(_stored(world.stores))
    assert len(held) > 5000
    assert not [
        word for word in (b"ada", b"bob", b"eve", b"all", b"two", b"secret", b"face", b"Lovelace") if word in held
    ]


def test_media_is_read_by_ranges_and_ends_with_its_message(world: World) -> None:
    chat = world.process()
    media = bytes(range(256)) * 1000
    record = chat.send("ada", "all", "look", media)
    chat.fan_out()
    (message,) = chat.inbox("bob")
    assert message.media
    assert chat.read_media(message.media, 70_000, 140_000) == media[70_000:140_000]
    chat.recall("ada", record)
    assert not world.stores.objects.held


def test_a_profile_is_found_by_user_id_and_its_cache_entry_is_its_envelope(world: World) -> None:
    world.process().write_profile("bob", {"name": "Bobby", "city": "Bandung"})
    record = world.process().profiles.own_id("bob")
    assert world.stores.cache.held[record] == world.stores.profiles.rows[record].data
    chat = world.process()
    assert chat.profile("bob") == {"name": "Bobby", "city": "Bandung"}
    world.stores.cache.held.clear()
    assert world.process().profile("bob") == {"name": "Bobby", "city": "Bandung"}
    assert world.process().profile("ada") == {"name": "Ada"}


def test_an_edit_is_the_same_message_and_ends_no_later(world: World) -> None:
    chat = world.process()
    record = chat.send("ada", "all", "first")
    chat.fan_out()
    world.pass_time(5)
    chat = world.process()
    with pytest.raises(SwappedError):
        chat.edit("bob", record, "bob was here")
    chat.edit("ada", record, "second")
    chat.fan_out()
    assert [(message.id, message.text) for message in _all(world.process())] == [(record, "second")]
    assert [message.text for message in world.process().inbox("eve", timedelta(hours=6))] == ["second"]
    kept = copy.deepcopy(world.stores)
    world.pass_time(int(LIFE / timedelta(hours=1)) - 5)
    world.stores = kept
    with pytest.raises(KeyGoneError):
        world.process().messages.open(kept.messages.rows[record].data)


def test_a_recalled_message_is_in_no_store(world: World) -> None:
    chat = world.process()
    record = chat.send("ada", "all", "oops")
    chat.fan_out()
    with pytest.raises(SwappedError):
        chat.recall("eve", record)
    chat.recall("ada", record)
    assert record not in list(_stored(world.stores))
    assert _all(chat) == chat.inbox("bob") == []
    with pytest.raises(LookupError):
        chat.recall("ada", record)


def test_an_erased_person_is_gone_from_every_copy_and_the_others_stay(world: World) -> None:
    texts = _say(world, 10)
    chat = world.process()
    chat.write_profile("ada", {"city": "Jakarta"}, avatar=b"face")
    kept = copy.deepcopy(world.stores)  # a backup that nobody deletes
    chat.erase("ada")
    assert not world.stores.objects.held
    for stores in (world.stores, kept):
        world.stores = stores
        fresh = world.process()
        assert [message.sender for message in _all(fresh)] == ["bob"] * (len(texts) // 2)
        for refused in (
            lambda: fresh.profile("ada"),  # noqa: B023 - called at once
            lambda: fresh.avatar("ada"),  # noqa: B023
            lambda: fresh.send("ada", "all", "still here"),  # noqa: B023
            lambda: fresh.write_profile("ada", {}),  # noqa: B023
        ):
            with pytest.raises(KeyGoneError):
                refused()
        assert fresh.profile("bob") == {"name": "Bob"}
    assert {message.sender for message in fresh.inbox("eve", timedelta(days=1))} == {"bob"}


def test_a_process_that_has_the_key_forgets_it_after_the_cache_s_age(world: World) -> None:
    chat, ticks = world.process(), [0.0]
    for cache in (chat.subjects._cache, chat.subjects._roots):
        cache._clock = lambda: ticks[0]
    assert chat.profile("ada")
    kept = copy.deepcopy(world.stores)
    world.process().erase("ada")
    chat._stores = kept
    ticks[0] = CACHED.total_seconds() - 1
    assert chat.profile("ada")
    ticks[0] = CACHED.total_seconds()
    with pytest.raises(KeyGoneError):
        chat.profile("ada")


def test_after_the_period_a_copy_of_everything_has_nothing_to_read(world: World) -> None:
    _say(world, 3)
    kept = copy.deepcopy(world.stores)
    world.pass_time(int(LIFE / timedelta(hours=1)))
    world.stores = kept
    chat = world.process()
    assert _all(chat) == chat.inbox("bob", timedelta(days=9)) == []
    for row in kept.messages.rows.values():
        with pytest.raises(KeyGoneError):
            chat.messages.open(row.data)
    assert chat.profile("bob")  # its period is longer


def test_a_write_gives_profile_and_avatar_a_new_period_and_leaves_the_object(world: World) -> None:
    face = bytes(range(256)) * 600
    world.process().write_profile("ada", {}, avatar=face)
    objects, first = dict(world.stores.objects.held), copy.deepcopy(world.stores)
    period = int(timedelta(seconds=PROFILES.until_end) / timedelta(hours=1))
    for days in range(3):
        world.pass_time(period - 24)
        world.process().write_profile("ada", {"days": str(days)})
    assert world.stores.objects.held == objects
    assert world.process().avatar("ada") == face
    assert "days" in world.process().profile("ada")
    world.stores = first  # the row as it was: the avatar's key in it ended with its epoch
    with pytest.raises(KeyGoneError):
        world.process().avatar("ada")


def test_a_profile_that_is_not_written_ends(world: World) -> None:
    world.process().write_profile("ada", {}, avatar=b"face")
    world.pass_time(int(timedelta(seconds=PROFILES.until_end) / timedelta(hours=1)))
    with pytest.raises(KeyGoneError):
        world.process().avatar("ada")


def test_a_new_avatar_leaves_no_old_one(world: World) -> None:
    for face in (b"young", b"old"):
        world.process().write_profile("ada", {}, avatar=face)
        assert world.process().avatar("ada") == face
        assert len(world.stores.objects.held) == 1


@pytest.mark.parametrize("kept", [-1, 40, 0])
def test_a_partial_write_is_an_error_and_not_a_shorter_page(world: World, kept: int) -> None:
    _say(world, 3)
    row = list(world.stores.messages.rows.values())[1]
    object.__setattr__(row, "data", row.data[:kept])
    with pytest.raises(CutShortError):
        world.process().page("all", 20)


def test_a_row_in_another_s_place_is_an_error(world: World) -> None:
    _say(world, 3)
    one, other = list(world.stores.messages.rows.values())[:2]
    object.__setattr__(one, "data", other.data)
    with pytest.raises(SealingError):
        world.process().page("all", 20)


def test_keys_are_asked_for_once_in_a_process(world: World) -> None:
    _say(world, 10)
    chat = world.process()
    _all(chat)
    before = world.counts()
    _all(chat)
    chat.inbox("bob")
    after = world.counts() - before
    assert not {"keys", "key service"} & {*after}
