"""The tables `im_stack/facts/<cloud>/terraform.yaml`: a type and its arguments here, and what Terraform calls them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of, provider_of
from im_stack.preflight.terraform.names import camel, snake
from im_stack.terms.yaml_file import read_yaml

_FACTS: Final = Path(__file__).parents[2] / "facts"
SOURCES: Final = {"tencentcloud": "tencentcloudstack/tencentcloud", "aws": "hashicorp/aws"}
"""By provider package: where Terraform finds the provider."""


@dataclass(frozen=True)
class Row:
    """One type. Paths are dotted and as Pulumi has them; lists take no part in them.

    `names`: what an argument is called there. `single`: what is a list there, and its only member here. `objects`:
    what is one block there, too. `blocks`: what is written as blocks there, which no provider fills by itself. Any
    other block that stands alone is a map, whose keys are nobody's to rename.
    """

    token: str
    terraform: str
    names: Mapping[str, str] = field(default_factory=dict)
    single: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()

    def there(self, path: str) -> str:
        """What the last part of a path is called there."""
        return self.names.get(path) or snake(path.rsplit(".", 1)[-1])

    def here(self, below: str, name: str) -> str:
        """The path here of what is called `name` there, inside the block at `below`."""
        return _renamed(self).get((below, name)) or f"{below}{camel(name)}"


@cache
def _renamed_of(names: tuple[tuple[str, str], ...]) -> Mapping[tuple[str, str], str]:
    return {(path[: path.rfind(".") + 1], name): path for path, name in names}


def _renamed(row: Row) -> Mapping[tuple[str, str], str]:
    return _renamed_of(tuple(row.names.items())) if row.names else {}


@cache
def _table(package: str) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
    """The rows of a provider by type here, and by type there."""
    cloud = cloud_of(f"{package}:")
    types: Mapping[str, Mapping[str, Any]] = read_yaml(_FACTS / cloud.name / "terraform.yaml")["types"] if cloud else {}
    rows = {token: _row(token, row) for token, row in types.items()}
    return rows, {row.terraform: row for token, row in rows.items() if not types[token].get("alias")}


def _row(token: str, row: Mapping[str, Any]) -> Row:
    single, objects, blocks = (frozenset(row.get(key, ())) for key in ("single", "objects", "blocks"))
    return Row(token, row["terraform"], row.get("names", {}), single, objects, blocks)


def row_of(token: str) -> Row:
    """The row of a type here; where no table has one, by the rule that most types keep."""
    package = provider_of(token)
    if token.startswith(PROVIDER):
        return Row(token, package)
    known = _table(package)[0].get(token) if package in SOURCES else None
    if known:
        return known
    parts = token.split(":")
    service = parts[1].split("/")[0].lower() if len(parts) == 3 else ""
    return Row(token, "_".join(part for part in (package, service, snake(parts[-1])) if part))


def row_called(terraform: str, package: str) -> Row:
    """The row of a type there. What no table has gets a type of its own, of which nothing is known here."""
    known = _table(package)[1].get(terraform) if package in SOURCES else None
    return known or Row(f"{package}:terraform:{terraform}", terraform)


def package_called(provider: str) -> str:
    """The provider package of what Terraform calls `provider`: its address, or the last word of one."""
    return provider.rsplit("/", 1)[-1]
