"""Parameters of MySQL that add no copy of data and log no statement, from the table `mysql_parameters.yaml`."""

from functools import cache
from pathlib import Path

from im_stack.terms.yaml_file import load


@cache
def quiet_parameters() -> frozenset[str]:
    """Names of the parameters that need no other judgement on any cloud."""
    return frozenset(load(Path(__file__).with_name("mysql_parameters.yaml"), tuple[str, ...]))
