"""Clouds: the readers of each cloud, and which of them is for a resource type.

In: a type token (`tencentcloud:Cos/bucket:Bucket`). Out: its `Cloud`, its reader, the arguments that are judged and
those that are credentials. A token of a provider that has no readers here gives None or nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages

from im_stack.facts.mechanism.tables import PACKAGES, forbidden_settings, inert, names
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Fact

PROVIDER = "pulumi:providers:"
_CLOUDS = {package: cloud for cloud, package in PACKAGES.items()}
_SDKS = {"tencentcloud": "tencentcloud_iac_pulumi", "aws": "pulumi_aws"}


@dataclass(frozen=True)
class Link:
    """An argument that names a resource of one of `types`."""

    argument: str
    types: frozenset[str]


@dataclass(frozen=True)
class Reader:
    """Turns one resource type into facts. `arguments` is every argument it may look at: these are judged.

    Of `credentials`, which are among them, it sees whether they are secret, and never the value. `setting_of` names
    the instance that it is a setting of, if it is one: the service keeps nothing of it once that instance is deleted.
    """

    arguments: frozenset[str]
    read: Callable[[View], Iterable[Fact]]
    credentials: frozenset[str] = frozenset()
    setting_of: Link | None = None


@dataclass(frozen=True)
class Cloud:
    """`every` reads what each resource of the cloud may have, whatever its type, beside the reader of its type;
    `region_in` is the region that a text names (a region, a zone, an identity with a region), or None."""

    name: str
    readers: Mapping[str, Reader]
    region_in: Callable[[str], str | None]
    every: Reader | None = None

    def knows(self, type_: str) -> bool:
        return type_ in self.readers or type_ in forbidden_settings(self.name) or type_ in inert(self.name)

    def types(self) -> frozenset[str]:
        """Every type that it knows."""
        return frozenset({*self.readers, *forbidden_settings(self.name), *inert(self.name)})

    def judged(self, type_: str) -> frozenset[str]:
        """The arguments of a type that anything here looks at."""
        rows = forbidden_settings(self.name).get(type_, ())
        named = {row.argument.split(".")[0].removesuffix("[]") for row in rows if row.argument}
        if type_ in names(self.name):
            named.add(names(self.name)[type_].argument)
        readers = [self.readers.get(type_), None if type_.startswith(PROVIDER) else self.every]
        return frozenset(named).union(*(reader.arguments for reader in readers if reader))


def readers_of(package: str, folders: Iterable[str]) -> dict[str, Reader]:
    """The `READERS` of every module of a cloud's package and its rooms. Raises ValueError for a type with two."""
    found: dict[str, Reader] = {}
    for module in sorted(each.name for each in walk_packages(folders, f"{package}.")):
        for type_, reader in getattr(import_module(module), "READERS", {}).items():
            if type_ in found:
                raise ValueError(f"{module}: {type_} has a reader already")
            found[type_] = reader
    return found


@cache
def _load(package: str) -> Cloud:
    cloud: Cloud = import_module(f"im_stack.facts.{_CLOUDS[package]}").CLOUD
    return cloud


def cloud_of(type_: str) -> Cloud | None:
    """The cloud of a type token (`tencentcloud:Cos/bucket:Bucket`); None for anything else."""
    package = provider_of(type_)
    return _load(package) if package in _CLOUDS and find_spec(f"im_stack.facts.{_CLOUDS[package]}") else None


def provider_of(type_: str) -> str:
    """The provider package of a type token, or of the token of a provider itself."""
    return type_.removeprefix(PROVIDER).split(":", 1)[0]


def name_of(type_: str) -> str:
    """The name here of a type token's cloud; nothing for a cloud that is not known here."""
    return _CLOUDS.get(provider_of(type_), "")


def clouds() -> tuple[Cloud, ...]:
    """Every cloud that has readers here."""
    return tuple(_load(package) for package, name in _CLOUDS.items() if find_spec(f"im_stack.facts.{name}"))


def package_of(cloud: str) -> str:
    """The provider package of a cloud: the first word of its types."""
    return PACKAGES[cloud]


def sdk_of(package: str) -> str:
    """The Python package that is a provider's SDK; nothing for a provider that is not known here."""
    return _SDKS.get(package, "")


def sdks() -> Iterable[str]:
    """The SDKs of every provider that is known here."""
    return _SDKS.values()


@cache
def judged_arguments(type_: str) -> frozenset[str]:
    """Every argument of a type that may be kept and looked at; all others are dropped at the boundary."""
    cloud = cloud_of(type_)
    judged = cloud.judged(type_) if cloud else frozenset()
    return judged | {"region"} if type_.startswith(PROVIDER) else judged


@cache
def credential_arguments(type_: str) -> frozenset[str]:
    """The arguments of a type whose value is a credential: it is dropped at the boundary, secret or not."""
    cloud = cloud_of(type_)
    reader = cloud.readers.get(type_) if cloud else None
    return reader.credentials if reader else frozenset()
