"""Records: what each form opens, what ends it, and the error of each thing that is wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from im_sealing import (
    AlteredError,
    ClockError,
    CutShortError,
    Form,
    KeyGoneError,
    Opened,
    SealedClass,
    Sealer,
    SealingError,
    SwappedError,
    TokenError,
    VersionError,
    partition,
)
from im_sealing.envelope import OVERHEAD
from tests.sealing.world import CACHED, DAY, HOUR, World, of

FORMS = list(Form)
LIFE = 6 * DAY
EPOCH = datetime(2026, 11, 23, 5, tzinfo=UTC)


def _one(world: World, form: Form, name: str = "messages") -> tuple[Sealer, str | None]:
    """A sealer, and the subject of its records: ada, who has a key, or none."""
    sealed = of(form, name)
    sealer = world.sealer(sealed)
    if not form.has_subject:
        return sealer, None
    world.subjects().create(sealed, "ada")
    world.subjects().create(sealed, "bob")
    return sealer, "ada"


@pytest.mark.parametrize("content", [b"", b"hello", bytes(100_000)])
@pytest.mark.parametrize("form", FORMS)
def test_a_record_opens_to_what_was_sealed(world: World, form: Form, content: bytes) -> None:
    sealer, subject = _one(world, form)
    record = sealer.seal(content, subject)
    opened = sealer.open(record.data, record.id, subject)
    assert opened.content == content
    assert (opened.id, opened.epoch) == (record.id, record.epoch)
    assert record.epoch == (EPOCH if form.has_epoch else None)
    assert len(record.data) == len(content) + OVERHEAD[form]


@pytest.mark.parametrize("form", FORMS)
def test_two_seals_of_one_content_share_nothing_but_the_epoch_and_what_the_form_declares(
    world: World, form: Form
) -> None:
    sealer, subject = _one(world, form)
    first, second = sealer.seal(b"the same", subject), sealer.seal(b"the same", subject)
    assert first.id != second.id
    clear = 37 + (16 if form is Form.SUBJECT else 0)
    salt = slice(clear, clear + 16)  # of this process's wrap key
    assert first.data[salt] == second.data[salt]
    assert not [at for at in range(clear + 16, len(first.data) - 8) if first.data[at : at + 8] in second.data]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_content_person_or_class_stands_in_clear(world: World, form: Form) -> None:
    sealer, subject = _one(world, form)
    data = sealer.seal(b"the content itself", subject).data
    names = [bytes.fromhex(name.rpartition("/")[2]) for name in world.people.objects if name.startswith("subjects/")]
    assert len(names) == (2 if form.has_subject else 0)
    assert not [word for word in (b"content", b"ada", b"messages", *names) if word in data]


@pytest.mark.parametrize("form", [Form.BIRTH, Form.BIRTH_AND_SUBJECT, Form.LAST_WRITE_AND_SUBJECT])
def test_a_record_ends_at_the_second_in_which_its_epochs_key_is_due(world: World, form: Form) -> None:
    sealer, subject = _one(world, form)
    record = sealer.seal(b"x", subject)
    end = EPOCH.timestamp() + (HOUR + LIFE).total_seconds()
    world.seconds = end - 1
    assert sealer.open(record.data).content == b"x"
    world.seconds = end  # the function has not run yet: the object is still there
    with pytest.raises(KeyGoneError, match="has ended"):
        sealer.open(record.data)


def test_a_deleted_epoch_ends_its_records_once_the_cache_is_too_old(world: World) -> None:
    ticks = [0.0]
    sealer, _ = _one(world, Form.BIRTH)
    sealer._epochs._cache._clock = lambda: ticks[0]  # type: ignore[union-attr]
    record = sealer.seal(b"x")
    world.ring.objects.clear()
    ticks[0] = CACHED.total_seconds() - 1
    assert sealer.open(record.data).content == b"x"
    ticks[0] += 1
    with pytest.raises(KeyGoneError, match="deleted, or never created"):
        sealer.open(record.data)


@pytest.mark.parametrize("form", [form for form in FORMS if form.has_subject])
def test_a_record_ends_with_its_persons_key_and_the_others_records_stay(world: World, form: Form) -> None:
    sealer, _ = _one(world, form)
    hers, his = sealer.seal(b"hers", "ada"), sealer.seal(b"his", "bob")
    end = world.subjects()
    end.end(sealer.of, "ada")
    fresh = world.sealer(sealer.of)  # another process, with nothing cached
    with pytest.raises(KeyGoneError, match="person's key"):
        fresh.open(hers.data, subject="ada")
    with pytest.raises(KeyGoneError, match="person's key"):
        fresh.seal(b"a late write", "ada")
    assert fresh.open(his.data, subject="bob").content == b"his"


@pytest.mark.parametrize("form", [form for form in FORMS if form.has_subject])
def test_a_new_key_of_an_erased_person_opens_nothing_old(world: World, form: Form) -> None:
    sealer, _ = _one(world, form)
    old = sealer.seal(b"old", "ada")
    subjects = world.subjects()
    subjects.end(sealer.of, "ada")
    subjects.create(sealer.of, "ada")
    with pytest.raises(SealingError):
        world.sealer(sealer.of).open(old.data, subject="ada")


@pytest.mark.parametrize(
    ("form", "kept"),
    [(Form.BIRTH, True), (Form.BIRTH_AND_SUBJECT, True), (Form.LAST_WRITE_AND_SUBJECT, False), (Form.SUBJECT, True)],
)
def test_an_edit_keeps_id_and_person_and_the_epoch_of_birth(world: World, form: Form, kept: bool) -> None:
    sealer, subject = _one(world, form)
    first = sealer.seal(b"first", subject)
    world.pass_time(3 * HOUR, sealer.of)
    second = sealer.seal(b"second", replaces=sealer.open(first.data, subject=subject))
    assert sealer.open(second.data, first.id, subject).content == b"second"
    assert (second.epoch == first.epoch) is kept
    if form.has_subject:
        with pytest.raises(SwappedError, match="another person's"):
            sealer.seal(b"third", "bob", replaces=sealer.open(second.data, subject=subject))


def test_an_edit_after_the_end_of_the_epoch_of_birth_is_refused(world: World) -> None:
    sealer, _ = _one(world, Form.BIRTH)
    opened = sealer.open(sealer.seal(b"first").data)
    world.pass_time(LIFE + HOUR, sealer.of)
    with pytest.raises(KeyGoneError):
        sealer.seal(b"second", replaces=opened)


def test_a_rewrap_moves_the_end_and_leaves_content_and_data_key(world: World) -> None:
    sealer, _ = _one(world, Form.LAST_WRITE_AND_SUBJECT)
    first = sealer.seal(b"profile", "ada", own=True)
    world.pass_time(5 * DAY, sealer.of)
    second = sealer.rewrap(first.data, first.id)
    assert second.epoch == EPOCH + 5 * DAY
    assert second.data[-23:] == first.data[-23:]
    world.pass_time(5 * DAY, sealer.of)
    assert sealer.open(second.data, first.id, "ada").content == b"profile"
    with pytest.raises(KeyGoneError):
        sealer.open(first.data)
    with pytest.raises(ValueError, match="only LAST_WRITE_AND_SUBJECT"):
        _one(world, Form.BIRTH)[0].rewrap(first.data)


def test_an_altered_record_gets_no_new_epoch(world: World) -> None:
    sealer, _ = _one(world, Form.LAST_WRITE_AND_SUBJECT)
    data = bytearray(sealer.seal(b"profile", "ada").data)
    data[-1] ^= 1
    with pytest.raises(AlteredError):
        sealer.rewrap(bytes(data))


@pytest.mark.parametrize("form", [form for form in FORMS if form.has_subject])
def test_the_own_record_is_found_by_the_users_id(world: World, form: Form) -> None:
    sealer, _ = _one(world, form)
    record = sealer.seal(b"profile", "ada", own=True)
    fresh = world.sealer(sealer.of)
    assert fresh.own_id("ada") == record.id
    assert fresh.own_id("bob") != record.id


@pytest.mark.parametrize("form", FORMS)
def test_a_swapped_record_is_refused_by_its_id_person_or_form(world: World, form: Form) -> None:
    sealer, subject = _one(world, form)
    one, other = sealer.seal(b"one", subject), sealer.seal(b"other", subject)
    with pytest.raises(SwappedError, match="another record's"):
        sealer.open(other.data, one.id, subject)
    if form.has_subject:
        with pytest.raises(SwappedError, match="another person's"):
            sealer.open(one.data, one.id, "bob")
    for another in FORMS:
        if another is not form:
            with pytest.raises(SwappedError, match="form"):
                _one(world, another)[0].open(one.data, subject=subject)


@pytest.mark.parametrize("form", FORMS)
def test_a_record_of_another_class_is_refused(world: World, form: Form) -> None:
    sealer, subject = _one(world, form)
    stranger, _ = _one(world, form, "user-information")
    with pytest.raises((AlteredError, KeyGoneError, SwappedError)):
        stranger.open(sealer.seal(b"x", subject).data, subject=subject)


@pytest.mark.parametrize("form", FORMS)
def test_parts_of_two_records_make_none(world: World, form: Form) -> None:
    sealer, subject = _one(world, form)
    one, other = sealer.seal(b"one", subject).data, sealer.seal(b"two", subject).data
    for at in range(1, len(one)):
        for spliced in (one[:at] + other[at:], other[:at] + one[at:]):
            if spliced not in (one, other):
                with pytest.raises(AlteredError):
                    sealer.open(spliced, subject=subject)


@pytest.mark.parametrize("form", FORMS)
def test_every_cut_is_named_and_every_other_bit_is_noticed(world: World, form: Form) -> None:
    sealer, subject = _one(world, form)
    data = sealer.seal(b"hello", subject).data
    for end in range(len(data)):
        with pytest.raises(CutShortError):
            sealer.open(data[:end], subject=subject)
    with pytest.raises(AlteredError, match="followed by 1"):
        sealer.open(data + b"\0", subject=subject)
    for at in range(len(data)):
        for bit in (1, 128):
            changed = bytearray(data)
            changed[at] ^= bit
            with pytest.raises(SealingError):
                sealer.open(bytes(changed), subject=subject)


def test_other_versions_are_named(world: World) -> None:
    sealer, _ = _one(world, Form.BIRTH)
    data = sealer.seal(b"x").data
    for first, message in [(b"IMS\x02", "version 2"), (b"SMI\x01", "no envelope"), (b"{}", "no envelope")]:
        with pytest.raises(VersionError, match=message):
            sealer.open(first + data[4:])
    with pytest.raises(VersionError, match="unknown form 9"):
        sealer.open(data[:4] + b"\x09" + data[5:])


@pytest.mark.parametrize("behind", [DAY.total_seconds(), 301, -301, -DAY.total_seconds()])
@pytest.mark.parametrize("form", FORMS)
def test_with_a_wrong_clock_nothing_is_sealed(world: World, form: Form, behind: float) -> None:
    sealer, subject = _one(world, form)
    world.behind = behind
    with pytest.raises(ClockError, match="key store"):
        sealer.seal(b"x", subject)


def test_a_clock_that_is_ahead_is_not_taken_for_an_end(world: World) -> None:
    sealer, _ = _one(world, Form.BIRTH)
    record = sealer.seal(b"x")
    world.behind = -2 * LIFE.total_seconds()
    with pytest.raises(ClockError, match="key store"):
        sealer.open(record.data)
    world.behind = 0
    assert sealer.open(record.data).content == b"x"
    world.pass_time(2 * LIFE, sealer.of)
    world.ring.calls.clear()
    for _ in range(3):
        with pytest.raises(KeyGoneError, match="has ended"):
            sealer.open(record.data)
    assert world.ring.calls == {"get": 1}


def test_an_epoch_that_has_not_begun_is_a_wrong_clock(world: World) -> None:
    sealer, _ = _one(world, Form.BIRTH)
    world.seconds += 3600
    record = sealer.seal(b"x")
    world.seconds -= 3600
    with pytest.raises(ClockError, match="has not begun"):
        sealer.open(record.data)


# ---- lookup


def test_tokens_are_equal_for_one_value_in_one_epoch_only(world: World) -> None:
    sealer, _ = _one(world, Form.BIRTH)
    next_one = EPOCH + HOUR
    world.seconds += 3600
    tokens = [
        sealer.token("conversation", "a", EPOCH),
        sealer.token("conversation", "b", EPOCH),
        sealer.token("sender", "a", EPOCH),
        sealer.token("conversation", "a", next_one),
        sealer.token("conversatio", "na", EPOCH),
    ]
    assert len(set(tokens)) == 5
    assert tokens[0] == world.sealer(sealer.of).token("conversation", "a", EPOCH)
    assert [token[:8] for token in tokens[:2]] == [int(EPOCH.timestamp()).to_bytes(8, "big")] * 2


def test_a_token_of_another_epoch_or_value_is_named(world: World) -> None:
    sealer, _ = _one(world, Form.BIRTH)
    opened = sealer.open(sealer.seal(b"x").data)
    world.seconds += 3600
    sealer.check_token(sealer.token("conversation", "a", EPOCH), "conversation", "a", opened)
    for token, message in [
        (sealer.token("conversation", "a", EPOCH + HOUR), r"another epoch .* \+3600 s"),
        (sealer.token("conversation", "b", EPOCH), "another value"),
        (b"", "0 bytes"),
    ]:
        with pytest.raises(TokenError, match=message):
            sealer.check_token(token, "conversation", "a", opened)


def test_the_way_back_doubles_its_steps_and_leaves_out_what_has_ended(world: World) -> None:
    sealer, _ = _one(world, Form.BIRTH)
    world.pass_time(10 * HOUR, sealer.of)  # 11 epochs have begun since there is a keyring
    batches = list(sealer.backwards("conversation", "a"))
    assert [len(batch) for batch in batches] == [1, 2, 4, 4]
    found = [int.from_bytes(token[:8], "big") for batch in batches for token in batch]
    assert found == [int((EPOCH + hours * HOUR).timestamp()) for hours in range(10, -1, -1)]
    before = [token for batch in sealer.backwards("conversation", "a", EPOCH + 2 * HOUR) for token in batch]
    assert before == [sealer.token("conversation", "a", EPOCH + hours * HOUR) for hours in (1, 0)]
    world.pass_time(LIFE, sealer.of)
    assert sum(len(batch) for batch in sealer.backwards("conversation", "a")) == 145


def test_an_epoch_is_alive_until_the_second_in_which_its_key_is_due() -> None:
    sealed, start = of(Form.BIRTH), int(EPOCH.timestamp())
    due = start + sealed.until_end
    assert [start in sealed.alive(now) for now in (start, due - 1, due)] == [True, True, False]


def test_a_conversation_has_one_partition() -> None:
    numbers = {partition(f"conversation {number}", 8) for number in range(100)}
    assert numbers == set(range(8))
    assert partition("a", 8) == partition("a", 8)


# ---- wrong arguments


def test_a_content_that_is_too_large_for_one_record_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("im_sealing.sealer.MOST", 4)
    sealer, _ = _one(world, Form.BIRTH)
    assert sealer.seal(b"1234")
    with pytest.raises(ValueError, match="as media"):
        sealer.seal(b"12345")


@pytest.mark.parametrize(
    ("name", "form", "epoch", "life", "message"),
    [
        ("Messages", Form.BIRTH, HOUR, DAY, "a name has letters"),
        ("messages", Form.BIRTH, None, DAY, "needs `epoch`"),
        ("messages", Form.BIRTH, HOUR, None, "needs `life`"),
        ("messages", Form.SUBJECT, HOUR, None, "no `epoch`"),
        ("messages", Form.BIRTH, timedelta(0), DAY, "whole seconds"),
        ("messages", Form.BIRTH, HOUR, timedelta(milliseconds=1500), "whole seconds"),
        ("messages", Form.BIRTH, HOUR, 400 * HOUR, "401 epochs would be alive"),
    ],
)
def test_a_class_that_cannot_be_is_refused(
    name: str, form: Form, epoch: timedelta | None, life: timedelta | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        SealedClass(name, form, epoch, life)


def test_four_hundred_epochs_may_be_alive() -> None:
    assert SealedClass("messages", Form.BIRTH, HOUR, 399 * HOUR).most_alive == 400


def test_keys_and_subjects_are_asked_for_where_the_form_needs_them(world: World) -> None:
    with pytest.raises(ValueError, match="epochs"):
        Sealer(of(Form.BIRTH))
    with pytest.raises(ValueError, match="subjects"):
        Sealer(of(Form.BIRTH), world.epochs(), world.subjects())
    sealer, _ = _one(world, Form.BIRTH_AND_SUBJECT)
    with pytest.raises(ValueError, match="needs a subject"):
        sealer.seal(b"x")
    plain, _ = _one(world, Form.BIRTH)
    with pytest.raises(ValueError, match="no subject"):
        plain.seal(b"x", "ada")
    with pytest.raises(ValueError, match="no subject"):
        plain.open(plain.seal(b"x").data, subject="ada")
    with pytest.raises(ValueError, match="no subject"):
        plain.own_id("ada")
    alone, _ = _one(world, Form.SUBJECT)
    with pytest.raises(ValueError, match="name the subject"):
        alone.open(alone.seal(b"x", "ada").data)
    with pytest.raises(ValueError, match="without epochs"):
        alone.token("conversation", "a", None)  # type: ignore[arg-type]
    assert isinstance(alone.open(alone.seal(b"x", "ada").data, subject="ada"), Opened)
