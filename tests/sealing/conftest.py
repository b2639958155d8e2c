"""Fixture of the sealing tests."""

import pytest

from tests.sealing.world import World


@pytest.fixture
def world() -> World:
    return World()
