"""The keys of sealed classes in the contract are those that the library asks for in the class's form."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from im_sealing import Form, SealedClass
from im_stack.components.composition import rings
from im_stack.components.plan.budget import plan
from im_stack.terms.period import parse_period
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.world import declaration

MADE: Any = {
    part: SimpleNamespace(bucket=SimpleNamespace(bucket=f"im-{part}-1250000000")) for part in ("keyring", "people")
}


@pytest.mark.parametrize("form", Form)
def test_a_form_has_the_keys_that_the_library_needs(form: Form) -> None:
    name = form.name.lower().replace("_", "-")
    clock = "last-write" if form is Form.LAST_WRITE_AND_SUBJECT else "birth"
    chosen = {"period": "P7D", "clock": clock, "backups": "sealed", "sealing": {"form": name}}
    of = plan(parse_declaration(declaration(classes={"messages": chosen})), "messages")
    ring = rings([of], MADE)["messages"]
    assert (ring.form, ring.cache) == (name, "PT15M")
    assert (ring.epochs is not None, ring.people is not None) == (form.has_epoch, form.has_subject)
    if ring.epochs:
        assert (ring.epochs.bucket, ring.epochs.prefix) == ("im-keyring-1250000000", "epochs/messages/")
        sealed = SealedClass("messages", form, parse_period(ring.epochs.epoch), parse_period(ring.epochs.life))
        assert timedelta(seconds=sealed.until_end) < timedelta(days=7)
    if ring.people:
        assert (ring.people.bucket, ring.people.prefix) == ("im-people-1250000000", "subjects/messages/")
