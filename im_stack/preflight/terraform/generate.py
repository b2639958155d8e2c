"""Generator of `facts/<cloud>/terraform.yaml`: Terraform's types and arguments where they do not follow from the rules.

    python -m im_stack.preflight.terraform.generate tencent SCHEMA.json bridge-metadata.json --write
    python -m im_stack.preflight.terraform.generate aws cdktf_cdktf_provider_aws-21.22.1-py3-none-any.whl --write

What an argument is here, the installed SDK says; what it is there, files given on the command line: what
`terraform providers schema -json` prints where a provider is installed, the metadata that a bridge keeps (in the
repository of pulumi-tencentcloud, below provider/cmd), or the prebuilt AWS provider for CDKTF (on PyPI), which is made
from the provider's own schema. None of these is needed to run anything else.
"""

import argparse
import io
import json
import re
import tarfile
import typing
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import yaml
from pulumi._types import input_type_py_to_pulumi_names
from pydantic import Field

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of, clouds, package_of, provider_of
from im_stack.facts.mechanism.tables import forbidden_settings, inert
from im_stack.preflight.sdk.resource_types import Argument, arguments, registry
from im_stack.preflight.terraform.names import camel, snake
from im_stack.preflight.terraform.table import Row, default_type
from im_stack.terms.files.yaml_file import Row as TableRow
from im_stack.terms.files.yaml_file import load

_FACTS: Final = Path(__file__).parents[2] / "facts"
_DOCS: Final = re.compile(r"/docs/resources/[\w.]+#(\w+) ")
_HEAD: Final = """\
# Types and arguments whose name or shape in Terraform does not follow from the rules of preflight/terraform/table.py.
# Generated, not to be edited:
#     python -m im_stack.preflight.terraform.generate {cloud} FILE --write
# `called`: Terraform's name of the type. Of an argument: `name` is Terraform's name of it, `single` says that it is a
# list of at most one member in Terraform and that member in Pulumi, `block` that it is a configuration block in
# Terraform, which no provider fills in. `others` follow the rules and stand in no other table.
"""


class ByHand(TableRow):
    """What no rule here finds of a cloud: see the file."""

    services: tuple[str, ...] = ()
    called: dict[str, str] = Field({})
    renamed: dict[str, dict[str, str]] = Field({})


def _by_hand(cloud: str) -> ByHand:
    file = _FACTS / cloud / "terraform_by_hand.yaml"
    return load(file, ByHand) if file.exists() else ByHand()


@dataclass
class Node:
    """An argument as Terraform has it: `many` if it is a list, `block` if written so, `fields` if it holds blocks."""

    many: bool = False
    block: bool = False
    fields: dict[str, "Node"] = field(default_factory=dict)

    @property
    def settable(self) -> set[str]:
        """The arguments that Pulumi may have, as it calls what is no list."""
        return {camel(name) for name in self.fields if name not in _NOBODYS}


_NOBODYS: Final = {"id", "tags_all", "timeouts"}


def from_bridge(document: Mapping[str, Any]) -> dict[str, str]:
    """The metadata of a bridge: the type of Terraform that a type token stands for."""
    return {row["current"]: name for name, row in document["auto-aliasing"]["resources"].items()}


def from_schema(document: Mapping[str, Any]) -> dict[str, Node]:
    """Types of a provider, from `terraform providers schema -json`."""
    types: dict[str, Node] = {}
    for provider in document["provider_schemas"].values():
        types |= {name: _of_block(row["block"]) for name, row in provider.get("resource_schemas", {}).items()}
    return types


def _of_block(block: Mapping[str, Any]) -> Node:
    fields = {
        name: _of_type(row.get("type"), row.get("nested_type"))
        for name, row in block.get("attributes", {}).items()
        if row.get("required") or row.get("optional")
    }
    for name, row in block.get("block_types", {}).items():
        inner = _of_block(row["block"])
        fields[name] = Node(row["nesting_mode"] in ("list", "set"), True, inner.fields)
    return Node(fields=fields)


def _of_type(type_: Any, nested: Mapping[str, Any] | None) -> Node:
    if nested:
        many = nested["nesting_mode"] in ("list", "set")
        return Node(many, False, _of_block({"attributes": nested["attributes"]}).fields)
    kind, inner = type_ if isinstance(type_, list) else (type_, {})
    if kind in ("list", "set"):
        return Node(many=True, block=False, fields=_of_type(inner, None).fields)
    if kind == "object":
        return Node(fields={name: _of_type(part, None) for name, part in inner.items()})
    return Node()


def from_cdktf(path: Path) -> dict[str, Node]:
    """The prebuilt provider of CDKTF: every argument with its own name, which its documentation links to."""
    types = _assembly(path)["types"]
    by_name = {name.split(".", 1)[1]: row for name, row in types.items()}

    def fields(row: Mapping[str, Any], depth: int) -> dict[str, Node]:
        found = {}
        for member in row.get("properties", ()) if depth < 8 else ():
            docs = member.get("docs", {})
            named = _DOCS.search(docs.get("remarks", "") + docs.get("summary", ""))
            if named:
                found[named[1]] = _node(member["type"], docs.get("summary", "").endswith(" block."), depth)
        return found

    def _node(type_: Mapping[str, Any], block: bool, depth: int) -> Node:
        parts = [
            part for part in type_.get("union", {}).get("types", [type_]) if part.get("fqn") != "cdktf.IResolvable"
        ]
        part = parts[0] if parts else {}
        collection = part.get("collection", {})
        many = collection.get("kind") == "array"
        inner = collection.get("elementtype", {}) if many else part
        name = inner.get("fqn", "").split(".", 1)[-1]
        below = fields(by_name[name], depth + 1) if name in by_name else {}
        return Node(many, block, below)

    trees = {}
    for name, row in by_name.items():
        stem = name.rsplit(".", 1)[-1]
        if stem.endswith("Config") and "cdktf.TerraformMetaArguments" in row.get("interfaces", ()):
            named = re.search(r"/docs/resources/(\w+)#", json.dumps(row))
            if named:
                trees[f"aws_{named[1]}"] = Node(fields=fields(row, 0))
    return trees


def _assembly(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as wheel:
        (inner,) = (name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(wheel.read(inner))) as package:
            file = package.extractfile("package/.jsii")
            assert file is not None
            text = file.read()
    assembly: dict[str, Any] = json.loads(text)
    if assembly.get("schema") == "jsii/file-redirect":
        raise SystemExit("the assembly is kept in another file of the package: " + str(assembly.get("filename")))
    return assembly


@dataclass
class Found:
    """One type's arguments in Terraform: the name of each, which are lists there and no lists in Pulumi, and which are
    blocks; `lost` are those that Terraform does not have. Paths are Pulumi's."""

    names: dict[str, str] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)


def match(
    known: Mapping[str, Argument],
    tree: Node,
    path: str = "",
    row: Found | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Found:
    """Find every argument of an SDK among those of Terraform. `renamed` says where to look for some of them."""
    row = row or Found()
    calls = dict(renamed or {})
    for name in tree.fields:
        for candidate in _candidates(name, many=tree.fields[name].many):
            if candidate in known:
                calls.setdefault(candidate, name)
                break
    for name, argument in known.items():
        place = f"{path}{name}"
        there = calls.get(name)
        if there is None:
            row.lost.append(place)
            continue
        row.names[place] = there
        _compare(argument, tree.fields.get(there, Node()), place, row)
    return row


def _compare(argument: Argument, node: Node, place: str, row: Found) -> None:
    kind = argument.shape.kind
    if kind != "list" and (node.many or node.block):
        row.single.add(place)
    elif kind == "block":
        raise SystemExit(f"{place} is an object in Terraform, which no row can say yet")
    if node.block and node.fields:
        row.blocks.add(place)
    if argument.shape.members:
        match(argument.shape.members, node, f"{place}.", row)


def _candidates(name: str, *, many: bool) -> Iterator[str]:
    """Names that the bridge may give an argument: lists are in the plural, some of one member, too."""
    plain = camel(name)
    if not many:
        yield plain
    if plain.endswith("y"):
        yield f"{plain[:-1]}ies"
    yield f"{plain}s"
    yield f"{plain}es"
    yield re.sub(r"ix$", "ices", plain)
    yield re.sub(r"is$", "es", plain)
    yield plain


def rows(cloud: str, trees: Mapping[str, Node], called: Mapping[str, str]) -> dict[str, Any]:
    """The table of a cloud: exceptions by type, and the types that have none. `called` is Terraform's name of types,
    where it is known."""
    found: dict[str, Any] = {}
    others = []
    of_cloud = cloud_of(f"{package_of(cloud)}:")
    assert of_cloud is not None
    by_hand = _by_hand(cloud)
    for token in _wanted(cloud, package_of(cloud), by_hand.services):
        known = arguments(token)
        name = called.get(token) or by_hand.called.get(token) or _best(token, known, trees)
        if name in trees:
            row = match(known, trees[name], renamed=by_hand.renamed.get(token))
            row.blocks -= _computed(token)
        elif token in by_hand.called and name != "-":
            single = {path for path, argument in known.items() if argument.shape.kind == "block"}
            row = Found(single=single, blocks=single)  # newer than what the files say
        else:
            print(f"not found: {token}")
            continue
        if row.lost:
            print(f"not found: {token} {', '.join(row.lost)}")
        exceptions = exceptions_of(token, name, row)
        if exceptions:
            found[token] = exceptions
        elif not of_cloud.knows(token):
            others.append(token)
    return {"types": found} | ({"others": others} if others else {})


def exceptions_of(token: str, called: str, found: Found) -> dict[str, Any]:
    """Row of a type: only what does not follow from the rules."""
    rule, arguments_ = Row(token, called), dict[str, dict[str, Any]]()
    for path in sorted({*found.names, *found.single, *found.blocks}):
        name = found.names.get(path, rule.default_name(path))
        said = {
            "name": name if name != rule.default_name(path) else None,
            "single": path in found.single and not rule.is_single(path),
            "block": path in found.blocks and rule.is_judged(path),
        }
        if any(said.values()):
            arguments_[path] = {key: value for key, value in said.items() if value}
    row = {"called": called} if called != default_type(token) else {}
    return row | ({"arguments": arguments_} if arguments_ else {})


def _wanted(cloud: str, package: str, services: tuple[str, ...]) -> list[str]:
    of_cloud = cloud_of(f"{package}:")
    assert of_cloud is not None
    known = set(of_cloud.readers) | set(forbidden_settings(cloud)) | inert(cloud)
    of_services = {token for token in registry(package) if token.split(":")[1].split("/")[0] in services}
    return sorted(token for token in known | of_services if not token.startswith(PROVIDER) and arguments(token))


def _best(token: str, known: Mapping[str, Argument], trees: Mapping[str, Node]) -> str:
    """The type of Terraform that has a type's arguments and the end of its name; its service decides between equals."""
    package, place, name = token.split(":")
    service, word = place.split("/")[0].lower(), snake(name[0].lower() + name[1:])
    ends = {word, re.sub("_config$", "_configuration", word), re.sub("_?v2$", "", word)}
    found = []
    for there, tree in trees.items():
        if any(there.endswith(f"_{end}") for end in ends):
            shared = len(known) - sum("." not in path for path in match(known, tree).lost)
            share = shared / max(1, len(known) + len(tree.settable) - shared)
            exact = any(there in (f"{package}_{end}", f"{package}_{service}_{end}") for end in ends)
            of_service = there.removeprefix(f"{package}_").startswith(service)
            found.append(((round(share, 1), exact, of_service, -len(there)), there))
    key, there = max(found, default=((0.0,), ""))
    return there if key[0] >= 0.6 else ""


def _computed(token: str) -> frozenset[str]:
    """The arguments that the provider fills in: in the SDK the type of their property has no None."""
    place, name = registry(provider_of(token))[token]
    module = import_module(place)
    made, args = getattr(module, name), getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    found = set()
    for python_name, wire_name in input_type_py_to_pulumi_names(args).items():
        getter = getattr(getattr(made, python_name, None), "fget", None)
        given = typing.get_args(getter.__annotations__.get("return")) if getter else ()
        if given and type(None) not in typing.get_args(given[0]):
            found.add(wire_name)
    return frozenset(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cloud", choices=sorted(cloud.name for cloud in clouds()))
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--source", required=True, help="what the files are, with their versions")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    trees: dict[str, Node] = {}
    called: dict[str, str] = {}
    for path in chosen.files:
        if path.suffix == ".whl":
            trees |= from_cdktf(path)
            continue
        document = json.loads(path.read_text(encoding="utf-8"))
        if "provider_schemas" in document:
            trees |= from_schema(document)
        else:
            called |= from_bridge(document)
    types = rows(chosen.cloud, trees, called)
    text = table_text(chosen.cloud, {"source": chosen.source} | types)
    if chosen.write:
        (_FACTS / chosen.cloud / "terraform.yaml").write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(types['types'])} types")


def table_text(cloud: str, table: Mapping[str, Any]) -> str:
    """The table as its file has it: the lines of an argument are one."""
    text = yaml.safe_dump(dict(table), sort_keys=False, width=120, default_flow_style=None)
    return _HEAD.format(cloud=cloud) + text


if __name__ == "__main__":
    main()
