"""Pytest hooks and checks shared by all tests: markers set by fixture, and a heap that is scanned for garbage once."""

import gc
from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from im_stack.preflight.judgement.one_stack import Check

_SERVERS = {"bucket_server", "standin"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test that uses a server fixture that server's marker."""
    for item in items:
        if _SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server)


def pytest_collection_finish() -> None:
    """Freeze the collected tests and tables: they stay in memory until the process ends."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session")
def jakarta() -> "Check":
    """The check of the first stack of the project; it must not be modified."""
    from tests.harness.recorded import check_ours

    return check_ours("tencent-ap-jakarta")


@pytest.fixture(scope="session")
def demo() -> "Check":
    """The check of an example that fails; it must not be modified."""
    from tests.harness.recorded import check_project
    from tests.harness.root import ROOT

    return check_project(ROOT / "examples/innocent", "demo", today=date(2026, 11, 23))
