"""What all tests of a process share: a heap that the garbage collector does not walk through again and again."""

import gc

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is answered by a server is marked by the server that it asks for."""
    for item in items:
        if "bucket_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)


def pytest_collection_finish() -> None:
    """Thirteen thousand tests and their tables stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
