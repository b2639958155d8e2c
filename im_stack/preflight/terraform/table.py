"""Names and shapes of resource types in Terraform: the tables `facts/<cloud>/terraform.yaml`, and a rule for the rest.

In: a type token of Pulumi, or a type name of Terraform with its provider's package. Out: a `Row`, which translates
argument paths. A judged argument is translated by the table alone, so that it means the same where no SDK is installed
(as in Checkov's environment). Any other argument has the shape that the SDK gives it, and the name that follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of, provider_of
from im_stack.facts.values.decode import kept_arguments
from im_stack.preflight.terraform.names import camel, singular, snake
from im_stack.terms.files.yaml_file import read_yaml

if TYPE_CHECKING:
    from im_stack.preflight.sdk.resource_types import Argument

_FACTS: Final = Path(__file__).parents[2] / "facts"
SOURCES: Final = {"tencentcloud": "tencentcloudstack/tencentcloud", "aws": "hashicorp/aws"}
"""By provider package: the provider's address in Terraform's registry."""


@dataclass(frozen=True)
class Row:
    """One resource type. Paths are dotted, of Pulumi's names, without indices.

    `names`: Terraform's name of an argument where the rule gives another. Of judged arguments only: `single` are lists
    of at most one member in Terraform and that member in Pulumi, `blocks` are configuration blocks in Terraform, which
    no provider fills in.
    """

    token: str
    terraform: str
    names: Mapping[str, str] = field(default_factory=dict)
    single: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()

    def terraform_name(self, path: str) -> str:
        """Terraform's name of the argument at a path."""
        return self.names.get(path) or self.default_name(path)

    def default_name(self, path: str) -> str:
        """Terraform's name of an argument by the rule alone."""
        name, argument = snake(path.rsplit(".", 1)[-1]), self._unjudged(path)
        return singular(name) if argument and argument.shape.kind == "list" and argument.shape.members else name

    def pulumi_path(self, below: str, name: str) -> str:
        """The path of what Terraform calls `name` inside the block `below` (a path that ends in a dot, or nothing)."""
        if below not in self._paths:
            inside = (f"{below}{key}" for key in self.members(below))
            named = [path for path in self.names if path[: path.rfind(".") + 1] == below]
            unjudged = [path for path in inside if not self.is_judged(path)]
            judged = () if below else sorted(self._judged)
            self._paths[below] = {self.terraform_name(path): path for path in (*unjudged, *judged, *named)}
        return self._paths[below].get(name) or f"{below}{camel(name)}"

    @cached_property
    def _paths(self) -> dict[str, dict[str, str]]:
        """Paths by block and Terraform's name, filled on demand."""
        return {}

    def is_single(self, path: str) -> bool:
        """Whether the argument is a list of at most one member in Terraform and that member in Pulumi."""
        argument = self._unjudged(path)
        return path in self.single or (argument is not None and argument.shape.kind == "block")

    def is_judged(self, path: str) -> bool:
        return path.partition(".")[0] in self._judged

    @cached_property
    def _judged(self) -> frozenset[str]:
        return kept_arguments(self.token, True)

    def members(self, below: str) -> "Mapping[str, Argument]":
        """The arguments inside a block as the SDK has them; nothing where no SDK is installed."""
        inside = _sdk_arguments(self.token)
        for part in below.split(".")[:-1]:
            inside = inside[part].shape.members if part in inside else {}
        return inside

    def _unjudged(self, path: str) -> "Argument | None":
        below = path[: path.rfind(".") + 1]
        return None if self.is_judged(path) else self.members(below).get(path[len(below) :])


@cache
def _sdk_arguments(token: str) -> "Mapping[str, Argument]":
    if find_spec("pulumi") is None:
        return {}
    from im_stack.preflight.sdk.resource_types import arguments

    return arguments(token)


@cache
def _rows(package: str) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
    """The rows of a provider by Pulumi's type and by Terraform's."""
    cloud = cloud_of(f"{package}:")
    if cloud is None:
        return {}, {}
    table = read_yaml(_FACTS / cloud.name / "terraform.yaml")
    tokens = sorted({*table["types"], *table.get("others", ()), *cloud.types()}, key=_plainest)
    rows = {token: _row(token, table["types"].get(token, {})) for token in tokens if not token.startswith(PROVIDER)}
    return rows, {row.terraform: row for row in reversed(rows.values())}


def _plainest(token: str) -> tuple[bool, bool, int, str]:
    """Several types of Pulumi may be one of Terraform's: the first in this order stands for it."""
    return token.endswith("V2"), ":alb/" in token, len(token), token


def _row(token: str, row: Mapping[str, Any]) -> Row:
    given: Mapping[str, Mapping[str, Any]] = row.get("arguments", {})
    return Row(
        token,
        row.get("called") or default_type(token),
        {path: found["name"] for path, found in given.items() if "name" in found},
        *(frozenset(path for path, found in given.items() if found.get(key)) for key in ("single", "block")),
    )


def default_type(token: str) -> str:
    """Terraform's name of a type by the rule that most types keep: package, service, name."""
    package, *parts = token.split(":")
    service = parts[0].split("/")[0].lower() if len(parts) == 2 else ""
    return "_".join(part for part in (package, service, snake(parts[-1])) if part)


def row_of(token: str) -> Row:
    """The row of a type of Pulumi: one of the table, or one by the rules alone."""
    package = provider_of(token)
    if token.startswith(PROVIDER):
        return Row(token, package)
    known = _rows(package)[0].get(token) if package in SOURCES else None
    return known or Row(token, default_type(token))


def row_called(terraform: str, package: str) -> Row:
    """The row of a type of Terraform. A type that no table has gets a token of its own, which no reader has."""
    known = _rows(package)[1].get(terraform) if package in SOURCES else None
    return known or Row(f"{package}:terraform:{terraform}", terraform)


def package_called(provider: str) -> str:
    """The provider package of a provider's address in Terraform: its last part, of whatever registry. Another one of
    the same name keeps its namespace, so that it is no provider that is known here."""
    *_, namespace, name = ["", "", *provider.split("/")]
    source = f"{namespace}/{name}"
    return source if namespace and name in SOURCES and source != SOURCES[name] else name
