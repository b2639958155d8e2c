"""Published examples of policies: each request of each is decided as the cloud's own document says."""

import pytest

from tests.facts.access.examples import Example, examples


@pytest.mark.parametrize("example", examples(), ids=str)
def test_a_request_is_decided_as_its_document_says(example: Example) -> None:
    assert not example.red()
