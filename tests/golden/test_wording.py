"""Every form of report says what its golden file says."""

import pytest

from tests.golden.wording import FOLDER, wordings


@pytest.fixture(scope="module")
def forms() -> dict[str, str]:
    return wordings()


def test_every_form_has_a_golden_file_and_no_file_is_left_over(forms: dict[str, str]) -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(forms)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_the_wording_is_the_golden_one(name: str, forms: dict[str, str]) -> None:
    assert forms[name] == (FOLDER / f"{name}.txt").read_text("utf-8"), "meant? run: make golden"
