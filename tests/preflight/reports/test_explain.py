"""`preflight explain ID`: every id of the tables of every cloud has something behind it."""

import pytest

from im_stack.facts.mechanism.cloud import clouds
from im_stack.facts.mechanism.tables import limits
from im_stack.preflight.reports import explain as module
from im_stack.preflight.reports.explain import explain
from im_stack.terms.problem import InputError
from im_stack.terms.texts.library import load_library

_LIMITS = [(cloud.name, id_) for cloud in clouds() for id_ in limits(cloud.name)]
_TYPES = [type_ for cloud in clouds() for type_ in sorted(cloud.types())]


def test_every_cloud_is_asked() -> None:
    assert {cloud.name for cloud in clouds()} == {"tencent", "aws"}


@pytest.mark.parametrize(("cloud", "id_"), _LIMITS)
def test_a_limit_of_a_cloud_is_shown(cloud: str, id_: str) -> None:
    lines = list(explain(id_))
    assert f"source: {limits(cloud)[id_].source}, as of {limits(cloud)[id_].as_of}" in lines


def test_a_limit_of_two_clouds_is_shown_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    own = limits("aws")["s3-expiration"]
    other = own.model_copy(update={"note": "the other cloud's", "source": "the other source"})
    tables = {"aws": {"s3-expiration": own}, "tencent": {"s3-expiration": other}}
    monkeypatch.setattr(module, "limits", tables.__getitem__)
    lines = list(explain("s3-expiration"))
    assert [line for line in lines if line.startswith("on ")] == ["on tencent", "on aws"]
    assert lines[lines.index("on tencent") + 1] == "s3-expiration: the other cloud's"
    assert lines[lines.index("on aws") + 1] == f"s3-expiration: {own.note}"


@pytest.mark.parametrize("type_", _TYPES)
def test_a_type_of_any_cloud_is_shown(type_: str) -> None:
    assert next(explain(type_)).startswith(f"{type_}: ")


def test_what_is_said_of_a_type_is_of_its_own_cloud() -> None:
    lines = list(explain("aws:kms/key:Key"))
    assert lines[0] == "aws:kms/key:Key: read"
    assert "  isEnabled (absent: true)" in lines
    assert any(line.startswith("  multiRegion: absent or false - ") for line in lines)


@pytest.mark.parametrize("id_", sorted(load_library().obligations))
def test_an_obligation_is_shown(id_: str) -> None:
    assert next(explain(id_)).startswith(f"{id_}: ")


def test_a_type_nearly_right_is_named_right() -> None:
    with pytest.raises(InputError) as raised:
        list(explain("aws:s3/buket:Bucket"))
    assert "perhaps aws:s3/bucket:Bucket" in str(raised.value)


@pytest.mark.parametrize("name", ["latest end", "Latest-End", "latest_end", "LATEST END", "latest ends"])
def test_a_word_is_found_however_it_is_spelt(name: str) -> None:
    assert next(explain(name)).startswith("latest end: ")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("sweap", "sweep"),
        ("Holdinks", "holding"),
        ("im-ret-03", "IM-RET-03"),
        ("last end", "latest end"),
        ("slak", "slack"),
    ],
)
def test_a_word_that_is_not_there_names_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(InputError) as raised:
        list(explain(name))
    assert f"nothing here is called {name!r}" in str(raised.value)
    assert nearest in str(raised.value).partition("perhaps ")[2]


def test_a_name_like_nothing_says_where_words_are() -> None:
    with pytest.raises(InputError, match=r"docs/glossary\.md"):
        list(explain("xyzzyq"))


def test_a_rule_with_the_name_of_a_word_is_explained_as_both() -> None:
    lines = list(explain("ceiling"))
    assert lines[0].startswith("ceiling: the reading of a legal period as a maximum")
    assert "ceiling: No copy outlives its period" in lines


def test_a_class_says_what_it_holds() -> None:
    assert list(explain("messages"))[:2] == [
        "messages: Chat messages; high sensitivity",
        "elements: message text, photos, audio, video",
    ]
