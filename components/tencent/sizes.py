"""Size classes of the services: `sizes.yaml`."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@cache
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    with Path(__file__).with_name("sizes.yaml").open(encoding="utf-8") as file:
        table: dict[str, dict[str, dict[str, Any]]] = YAML(typ="safe").load(file)
    return table


def size(service: str, class_: str) -> dict[str, Any]:
    """The instance arguments of a service in a size class (dev, small, large)."""
    return dict(_table()[service][class_])
