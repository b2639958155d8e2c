"""Pytest hooks shared by all tests: markers set by fixture, and a heap that the garbage collector scans only once."""

import gc

import pytest

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
