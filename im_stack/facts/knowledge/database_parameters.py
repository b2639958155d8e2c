"""Parameters of databases that add no copy of data and log no statement, from the table `database_parameters.yaml`."""

from functools import cache
from pathlib import Path

from im_stack.terms.yaml_file import load


@cache
def quiet_parameters(engine: str) -> frozenset[str]:
    """Names of the parameters of an engine (`mysql`, `mongodb`) that need no other judgement on any cloud."""
    return frozenset(load(Path(__file__).with_name("database_parameters.yaml"), dict[str, tuple[str, ...]])[engine])
