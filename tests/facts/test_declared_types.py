"""Types that a program must declare: each argument is harmless, judged, or one that may only name what a row says."""

import pytest

from im_stack.facts.mechanism.cloud import judged_arguments
from im_stack.facts.mechanism.references import rows_of
from im_stack.facts.mechanism.tables import declared_types
from im_stack.preflight.sdk.resource_types import arguments
from im_stack.terms.texts.library import services

TYPES = [(cloud, type_) for cloud in ("aws", "tencent") for type_ in declared_types(cloud)]


@pytest.mark.parametrize(("cloud", "type_"), TYPES)
def test_every_argument_is_accounted_for(cloud: str, type_: str) -> None:
    listed = set(declared_types(cloud)[type_].arguments)
    every = set(arguments(type_))
    assert listed <= every, "the SDK has no such argument"
    named = {argument for row in rows_of(type_) for argument in row.arguments}
    assert every - listed - judged_arguments(type_) - named == set()
    assert {name for name in listed & judged_arguments(type_) if name != "region"} == set(), "it is judged"


@pytest.mark.parametrize(("cloud", "type_"), TYPES)
def test_its_loss_can_be_accepted(cloud: str, type_: str) -> None:
    assert declared_types(cloud)[type_].service in services(cloud), "im:accepted-losses must know it"
