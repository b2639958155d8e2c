"""What a form costs, as reports say it: bytes of a record, keys read and unwrapped by a process that has none."""

import pytest

from im_sealing import Form
from im_stack.terms.texts.library import forms
from tests.sealing.world import World, of


def test_the_table_has_every_form_of_the_library() -> None:
    assert list(forms()) == [form.name.lower().replace("_", "-") for form in Form]


@pytest.mark.parametrize("form", Form)
def test_a_form_costs_what_its_row_says(world: World, form: Form) -> None:
    row, sealed = forms()[form.name.lower().replace("_", "-")], of(form)
    person = "ada" if form.has_subject else None
    sealer = world.sealer(sealed)
    if person:
        world.subjects().create(sealed, person)
    record = sealer.seal(bytes(1000), person)
    assert (len(record.data) - 1000, form.has_subject) == (row.bytes, row.erased)
    fresh, stores = world.sealer(sealed), (world.ring, world.people)
    for each in (*stores, world.service):
        each.calls.clear()
    for _ in range(2):  # the second time nothing more
        fresh.open(record.data, subject=person)
        assert sum(store.calls["get"] for store in stores) == row.keys
        assert world.service.calls["unwrap"] == row.calls
