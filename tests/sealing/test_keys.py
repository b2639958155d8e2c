"""Keys of epochs and people: how often store and service are asked, and what is wrong with a key's object."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from im_sealing import AlteredError, CutShortError, Form, KeyGoneError, UnavailableError, VersionError
from tests.sealing.world import HOUR, World, of

FORM = of(Form.BIRTH_AND_SUBJECT)
USERS = [f"user {number}" for number in range(40)]


def _people(world: World) -> list[str]:
    return [name for name in world.people.objects if name.startswith("subjects/")]


def test_the_service_is_asked_once_for_a_class_and_once_for_an_epoch(world: World) -> None:
    sealer = world.sealer(FORM)
    subjects = world.subjects()
    for user in USERS:
        subjects.create(FORM, user)
    world.service.calls.clear()
    world.people.calls.clear()
    records = [sealer.seal(b"x", user) for user in USERS for _ in range(3)]
    assert world.service.calls == {"unwrap": 2}  # the class's key and the epoch's
    assert world.people.calls == {"get": 1 + len(USERS)}
    fresh = world.sealer(FORM)
    world.service.calls.clear()
    assert {fresh.open(record.data).content for record in records} == {b"x"}
    assert world.service.calls == {"unwrap": 2}


def test_what_is_asked_after_the_cache_s_age_is_asked_again(world: World) -> None:
    sealer = world.sealer(FORM, timedelta(0))
    world.subjects().create(FORM, "ada")
    world.service.calls.clear()
    for _ in range(3):
        sealer.seal(b"x", "ada")
    assert world.service.calls["unwrap"] >= 6


def test_a_person_s_key_is_made_once(world: World) -> None:
    world.sealer(FORM)
    first = world.subjects().create(FORM, "ada")
    assert world.subjects().create(FORM, "ada").id == first.id
    subjects = world.subjects()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: subjects.create(FORM, "bob").id, range(16)))
    assert len(set(made)) == 1
    assert len(_people(world)) == 2


def test_names_of_people_differ_between_classes_and_say_nothing(world: World) -> None:
    other = of(Form.BIRTH_AND_SUBJECT, "user-information")
    for each in (FORM, other):
        world.sealer(each)
        world.subjects().create(each, "ada")
    names = {name.rpartition("/")[2] for name in _people(world)}
    assert len(names) == 2
    assert all(len(bytes.fromhex(name)) == 32 for name in names)


def test_erasing_asks_for_no_list_and_leaves_the_others(world: World) -> None:
    world.sealer(FORM)
    subjects = world.subjects()
    for user in USERS:
        subjects.create(FORM, user)
    assert subjects.of(FORM, USERS[0])
    world.people.calls.clear()
    subjects.end(FORM, USERS[0])
    subjects.end(FORM, USERS[0])  # again is no failure
    assert world.people.calls == {"delete": 2}
    assert len(_people(world)) == len(USERS) - 1
    with pytest.raises(KeyGoneError):
        subjects.of(FORM, USERS[0])


def test_without_the_class_s_key_there_is_no_person_s(world: World) -> None:
    with pytest.raises(KeyGoneError, match="create_class"):
        world.subjects().create(FORM, "ada")


def test_a_wrong_object_of_a_person_s_key_is_named(world: World) -> None:
    world.sealer(FORM)
    world.subjects().create(FORM, "ada")
    world.subjects().create(FORM, "bob")
    ada, bob = _people(world)
    whole, others = world.people.objects[ada], world.people.objects[bob]
    for body, expected in (
        (whole[:-1], CutShortError),
        (b"", CutShortError),
        (b"IMK\x02" + whole[4:], VersionError),
        (whole + b"\0", AlteredError),
        (whole[:-1] + bytes([whole[-1] ^ 1]), AlteredError),
        (others, AlteredError),  # a whole key in another's place
    ):
        world.people.objects[ada] = body
        with pytest.raises(expected):
            world.subjects().of(FORM, "ada")


def test_a_data_key_of_another_size_is_refused(world: World) -> None:
    sealer = world.sealer(of(Form.BIRTH))
    world.service.unwrap = lambda _, context: bytes(16)  # type: ignore[method-assign]  # noqa: ARG005
    with pytest.raises(AlteredError, match="a key of 16 bytes"):
        sealer.seal(b"x")


def test_a_failure_is_not_remembered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sealer = world.sealer(of(Form.BIRTH))

    def fail(_: str) -> tuple[bytes | None, float]:
        raise UnavailableError("key store", "SlowDown")

    with monkeypatch.context() as patch:
        patch.setattr(world.ring, "get", fail)
        with pytest.raises(UnavailableError, match="key store: SlowDown"):
            sealer.seal(b"x")
    assert sealer.open(sealer.seal(b"x").data).content == b"x"


def test_a_wrap_key_is_replaced_after_its_uses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("im_sealing.aead._USES", 3)
    monkeypatch.setattr("im_sealing.aead._KNOWN", 2)
    sealer = world.sealer(of(Form.BIRTH))
    records = [sealer.seal(b"x").data for _ in range(10)]
    assert len({record[37:53] for record in records}) == 4  # salts
    assert len({record[53:65] for record in records}) == 10  # nonces
    assert {sealer.open(record).content for record in records} == {b"x"}


def test_many_threads_seal_and_open_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("im_sealing.aead._USES", 7)
    sealer = world.sealer(FORM)
    for user in USERS:
        world.subjects().create(FORM, user)

    def once(number: int) -> bool:
        user = USERS[number % len(USERS)]
        return sealer.open(sealer.seal(b"%d" % number, user).data, subject=user).content == b"%d" % number

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(once, range(2_000)))


def test_a_keyring_keeps_no_key_in_the_store_of_people(world: World) -> None:
    world.sealer(FORM)
    world.subjects().create(FORM, "ada")
    world.pass_time(200 * HOUR, FORM)  # longer than any epoch's key
    assert len(_people(world)) == 1
    assert world.subjects().of(FORM, "ada")


def test_a_past_epoch_without_a_key_is_asked_for_once_and_the_current_one_again(world: World) -> None:
    sealer = world.sealer(of(Form.BIRTH))
    for _ in range(3):
        assert len(list(sealer.backwards("conversation", "a"))) == 1
    assert world.ring.calls["get"] == 145
    late = world.sealer(of(Form.BIRTH))
    kept = world.ring.objects
    world.ring.objects = {}
    with pytest.raises(KeyGoneError):
        late.seal(b"x")
    world.ring.objects = kept  # the function made it after all
    assert late.open(late.seal(b"x").data).content == b"x"
