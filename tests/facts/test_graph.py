"""Links: property dependency by type, then an equal identity, then nothing. Ambiguous and dangling say why."""

from collections.abc import Mapping
from typing import Any

import pytest

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import SECRET, Resource, Unknown

KEY, BUCKET, POLICY = "tencentcloud:Kms/key:Key", "tencentcloud:Cos/bucket:Bucket", "t:Policy"
UNKNOWN = Unknown("bucket")


def resource(
    name: str,
    type_: str = BUCKET,
    inputs: Mapping[str, Any] | None = None,
    id_: str | None = None,
    parent: str | None = None,
    outputs: Mapping[str, Any] | None = None,
    **links: tuple[str, ...],
) -> Resource:
    """A resource of which all is told: what is not known is said not to be."""
    told = {"id": id_ or Unknown("id"), "bucket": Unknown("bucket")} | (outputs or {})
    return Resource(name, type_, name, inputs or {}, id=id_, parent=parent, links=links, outputs=told)


A = resource("a", inputs={"bucket": "name-a"}, id_="id-a")
B = resource("b", inputs={"bucket": "name-b"})
NAMELESS = resource("n", inputs={"bucket": Unknown("bucket")})
SILENT = Resource("s", BUCKET, "s", {"bucket": Unknown("bucket")})  # of which nothing is told
OTHER = resource("o", KEY, inputs={"bucket": "name-o"}, id_="id-o")

FOUND = [
    ("a dependency, not known", UNKNOWN, ("a",), "a"),
    ("a secret that depends on it", SECRET, ("a",), "a"),
    ("a dependency of another type is no candidate", UNKNOWN, ("o", "a"), "a"),
    ("the same dependency twice", UNKNOWN, ("a", "a"), "a"),
    ("a dependency outside the stack is no candidate", UNKNOWN, ("gone", "a"), "a"),
    ("its id", "id-a", (), "a"),
    ("its name", "name-b", (), "b"),
    ("a dependency and its name", "name-a", ("a",), "a"),
    ("a dependency and its id", "id-a", ("a",), "a"),
    ("a dependency of which nothing is told", "id-s", ("s",), "s"),
]


@pytest.mark.parametrize(("value", "links", "target"), [pytest.param(*row[1:], id=row[0]) for row in FOUND])
def test_links(value: Any, links: tuple[str, ...], target: str) -> None:
    p = resource("p", POLICY, {"bucket": value}, bucket=links)
    found, doubts = Graph([A, B, NAMELESS, SILENT, OTHER, p]).links(p, "bucket", {BUCKET})
    assert [each.name for each in found] == [target]
    assert not doubts


LOST = [
    ("nothing", None, (), "is not set"),
    ("not set, whatever it depends on", None, ("a",), "is not set"),
    ("not known", UNKNOWN, (), "not known before deployment"),
    ("not known, by another type", UNKNOWN, ("o",), "not known before deployment"),
    ("not known, from outside", UNKNOWN, ("gone",), "not known before deployment"),
    ("a secret", SECRET, (), "no name"),
    ("a number", 7, (), "no name"),
    ("two dependencies", UNKNOWN, ("a", "b"), "several resources (a, b)"),
    ("two dependencies and a name", "name-a", ("a", "b"), "several resources"),
    ("a name that matches nothing", "name-c", (), "no resource of this stack"),
    ("a name of another type", "name-o", (), "no resource of this stack"),
    ("an id of another type", "id-o", (), "no resource of this stack"),
    ("a name built from another's", "name-b-x", ("b",), "built from b, and is not it"),
    ("neither its name nor an id it has", "id-b", ("b",), "built from b, and is not it"),
    ("a text before there is an id or a name", "id-n", ("n",), "built from n, and is not it"),
    ("a dependency of which nothing is told, and another's name", "name-b", ("s",), "built from s, and is not it"),
    ("an id that is another's", "id-x", ("a",), "built from a, and is not it"),
    ("empty", "", (), "no resource of this stack"),
]


@pytest.mark.parametrize(("value", "links", "why"), [pytest.param(*row[1:], id=row[0]) for row in LOST])
def test_no_link_says_why(value: Any, links: tuple[str, ...], why: str) -> None:
    inputs = {} if value is None else {"bucket": value}
    p = resource("p", POLICY, inputs, bucket=links)
    found, doubts = Graph([A, B, NAMELESS, SILENT, OTHER, p]).links(p, "bucket", {BUCKET})
    assert not found
    assert why in doubts


def test_a_name_that_two_have_is_ambiguous() -> None:
    twin, p = resource("twin", inputs={"bucket": "name-b"}), resource("p", POLICY, {"bucket": "name-b"})
    found, doubts = Graph([B, twin, p]).links(p, "bucket", {BUCKET})
    assert not found
    assert "several resources" in doubts


def test_a_link_may_have_one_of_several_types() -> None:
    p = resource("p", POLICY, {"bucket": "id-o"})
    found, _ = Graph([A, OTHER, p]).links(p, "bucket", {BUCKET, KEY})
    assert [each.name for each in found] == ["o"]


MEMBERS = [
    ("all known", ("name-b", "id-a"), (), ["b", "a"], ""),
    ("one is a stranger's", ("name-b", "id-x"), ("b",), ["b"], "no resource of this stack"),
    ("none known", (UNKNOWN, UNKNOWN), ("a", "b"), ["a", "b"], ""),
    ("some known", ("name-b", UNKNOWN), ("a", "b"), ["b", "a"], ""),
    (
        "some known, and nothing behind the others",
        ("name-b", UNKNOWN),
        ("b",),
        ["b"],
        "depends on no resource it may name",
    ),
    ("less behind than there are", (UNKNOWN, UNKNOWN), ("a", "o"), [], "names 2 not known before deployment"),
    ("more behind than there are", (UNKNOWN,), ("a", "b"), [], "is built from several resources"),
    ("nothing", (), ("a",), [], "is not set"),
    ("not known as a whole", UNKNOWN, ("a",), [], "not known before deployment"),
]


@pytest.mark.parametrize(("values", "links", "names", "why"), [pytest.param(*row[1:], id=row[0]) for row in MEMBERS])
def test_members_of_a_list(values: Any, links: tuple[str, ...], names: list[str], why: str) -> None:
    found, said = Graph([A, B, OTHER]).links(resource("p", POLICY, bucket=links), "bucket", {BUCKET}, values)
    assert [each.name for each in found] == names
    assert why in said if why else said == ""


def test_everything_that_points_at_a_resource() -> None:
    rows = [
        resource("one", POLICY, {"bucket": UNKNOWN}, bucket=("a",)),
        resource("two", POLICY, {"bucket": "name-a"}),
        resource("three", POLICY, {"bucket": "name-b"}),
        resource("both", POLICY, {"bucket": UNKNOWN}, bucket=("a", "b")),
        resource("other", KEY, {"bucket": UNKNOWN}, bucket=("a",)),
    ]
    graph = Graph([A, B, *rows])
    assert [r.name for r in graph.pointing_at(A, POLICY, "bucket")] == ["one", "two"]


def test_the_order_is_fixed_and_types_are_kept_apart() -> None:
    graph = Graph([OTHER, B, A])
    assert list(graph.by_urn) == ["a", "b", "o"]
    assert [r.name for r in graph.of_type(KEY, BUCKET)] == ["o", "a", "b"]
    assert [r.name for r in graph.linked(resource("p", POLICY, x=("o", "b", "gone", "b")), "x", {BUCKET})] == ["b"]
    assert graph.of_type("t:None") == []


def test_below_is_every_depth_and_nothing_else() -> None:
    rows = [
        resource("top"),
        resource("mid", parent="top"),
        resource("low", parent="mid"),
        resource("beside"),
        resource("orphan", parent="gone"),
    ]
    graph = Graph(rows)
    assert [r.name for r in graph.below("top")] == ["mid", "low"]
    assert [r.name for r in graph.below("mid")] == ["low"]
    assert list(graph.below("beside")) == []
