"""Reading the project's own YAML tables, with libyaml where it is: they are on the path of every check."""

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The document of a file. Raises `yaml.YAMLError` where it does not parse."""
    return yaml.load(path.read_bytes(), Loader=_LOADER)
