"""Size classes of the services of a cloud: `components/<cloud>/sizes.yaml`."""

from pathlib import Path
from typing import Any

from im_stack.terms.files.yaml_file import load


def size(cloud: str, service: str, class_: str) -> dict[str, Any]:
    """The instance arguments of a service in a size class (dev, small, large)."""
    table = load(Path(__file__).parents[1] / cloud / "sizes.yaml", dict[str, dict[str, dict[str, Any]]])
    return dict(table[service][class_])
