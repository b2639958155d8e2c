"""Size classes of the services of a cloud: `components/<cloud>/sizes.yaml`."""

from functools import cache
from pathlib import Path
from typing import Any

from im_stack.terms.yaml_file import read_yaml


@cache
def _table(cloud: str) -> dict[str, dict[str, dict[str, Any]]]:
    table: dict[str, dict[str, dict[str, Any]]] = read_yaml(Path(__file__).parent / cloud / "sizes.yaml")
    return table


def size(cloud: str, service: str, class_: str) -> dict[str, Any]:
    """The instance arguments of a service in a size class (dev, small, large)."""
    return dict(_table(cloud)[service][class_])
