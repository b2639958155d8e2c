"""Reading the register: only what is asked for, once, and with errors that say where."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest

from im_stack.terms.files import yaml_file
from im_stack.terms.problem import InputError
from im_stack.terms.texts import library
from im_stack.terms.texts.library import available, load_library

SOURCE = Path(library.__file__).parent
Edit = Callable[[str, str, str], None]


def forget() -> None:
    for cached in (library.available, library._library, yaml_file._load):
        cached.cache_clear()


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """Replace text in a copy of the register."""
    copytree(SOURCE, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(library, "_HERE", tmp_path)
    forget()

    def replace(file: str, old: str, new: str) -> None:
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    yield replace
    forget()


def test_only_the_instruments_asked_for_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    read: list[str] = []
    original = Path.read_bytes

    def note(path: Path) -> bytes:
        read.append(path.name)
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", note)
    some = load_library(["kenalan", "im-module", "kenalan"])
    assert sorted(some.instruments) == ["im-module", "kenalan"]
    assert {o[:2] for o in some.obligations} == {"IM", "KN"}
    load_library(("im-module",))
    assert load_library({"im-module", "kenalan"}) is some
    shared = ["assumptions.yaml", "conflicts.yaml", "jurisdictions.yaml", "regions.yaml"]
    assert sorted(read) == sorted([*shared, "im-module.yaml", "kenalan.yaml"])


def test_without_a_choice_every_instrument_is_read() -> None:
    assert tuple(load_library().instruments) == available()


def test_nothing_read_can_be_changed() -> None:
    register = load_library(["im-module"])
    with pytest.raises(TypeError):
        register.classes["messages"] = register.classes["user-information"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "instruments/im-module.yaml",
            "default: P7D",
            "default: 7",
            "im-module.yaml:@: obligations IM-RET-02 bound default",
        ),
        (
            "instruments/im-module.yaml",
            "default: P7D",
            "defualt: P7D",
            "im-module.yaml:@: obligations IM-RET-02 bound defualt",
        ),
        ("instruments/im-module.yaml", "id: IM-RET-01", "id: im-ret-1", "im-module.yaml:@: obligations im-ret-1 id"),
        (
            "instruments/im-module.yaml",
            "id: IM-RET-02",
            "id: IM-RET-01",
            "instruments im-module: IM-RET-01 is there twice",
        ),
        ("instruments/im-module.yaml", "id: messages", "id: user-information", "user-information is there twice"),
        ("instruments/im-module.yaml", "id: im-module", "id: other", "im-module.yaml: holds the instrument 'other'"),
        ("instruments/im-module.yaml", "id: im-module", "id: [", "im-module.yaml:5: is no YAML: did not find"),
        ("conflicts.yaml", "decided_by: rule", "decided_by: me", "conflicts.yaml:@: C-01 decided_by"),
        ("conflicts.yaml", "id: C-02", "id: C-01", "conflicts.yaml: C-01 is there twice"),
        (
            "jurisdictions.yaml",
            "name: Indonesia",
            "nam: Indonesia",
            "jurisdictions.yaml:@: indonesia nam",
        ),
        ("regions.yaml", "cloud: tencent", "cloud: nimbus", "regions.yaml:@: ap-guangzhou cloud"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_row(
    edit: Edit, tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    edit(file, old, new)
    lines = (tmp_path / file).read_text("utf-8").splitlines()
    message = message.replace("@", str(next(at for at, line in enumerate(lines, 1) if new in line)))
    with pytest.raises(InputError) as error:
        load_library(["im-module"])
    assert message in str(error.value)


def test_a_file_that_holds_no_rows_is_refused(edit: Edit, tmp_path: Path) -> None:
    edit("regions.yaml", "", "")
    (tmp_path / "regions.yaml").write_text("ap-jakarta: Jakarta\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"regions\.yaml:1: must be a list"):
        load_library(["im-module"])


def test_an_unknown_instrument_is_named_with_those_on_file() -> None:
    with pytest.raises(InputError, match="'dpsa' is no instrument on file; there are generic, im-module, kenalan"):
        load_library(["dpsa"])
