"""What every component has in common: protection, and changes to one instance in a row."""

from pathlib import Path

import pytest

from im_stack.components.backend import ImBackend
from im_stack.preflight.recording.recording import Registration
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import declaration

_PROGRAM = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import mysql
from im_stack.components.service import Service, after
from im_stack.terms.stack.wire import Declares

pinned = pulumi.ResourceOptions(providers=[tencentcloud.Provider("home", region="ap-jakarta")])


class Part(Service):
    def __init__(self, name, opts):
        super().__init__("im:test:Part", name, Declares(), opts=opts)
        self.db = mysql.Instance(name, instance_name=name, mem_size=4000, volume_size=50, opts=self.child())
        mysql.Ssl(f"{name}-first", instance_id=self.db.id, status="ON", opts=self.setting(self.db))
        mysql.Ssl(f"{name}-second", instance_id=self.db.id, status="ON", opts=self.change(self.db))
        mysql.Ssl(f"{name}-third", instance_id=self.db.id, status="ON", opts=self.setting(self.db))
        mysql.Instance(f"{name}-free", instance_name="x", mem_size=4000, volume_size=50,
                       opts=self.child(protect=False, depends_on=[self.settled(self.db)]))


class Outer(Service):
    def __init__(self, name, opts):
        super().__init__("im:test:Outer", name, Declares(), opts=opts)
        Part(f"{name}-inner", self.child())


one = Part("one", pinned)
Part("two", after(pinned, one))
Outer("loose", pulumi.ResourceOptions.merge(pinned, pulumi.ResourceOptions(protect=False)))
"""


def test_protection_and_order(tmp_path: Path) -> None:
    check = check_project(write_project(tmp_path, _PROGRAM, ""), "test")
    made: dict[str, Registration] = {r["name"]: r for r in check.recording["registrations"]}
    graph = check.judgement.facts.graph

    def before(name: str) -> set[str]:
        return {graph.by_urn[urn].name for urn in graph.before(made[name]["urn"])}

    kept = {name for name, r in made.items() if r["protect"]}
    assert kept == {f"{part}{what}" for part in ("one", "two") for what in ("", "-first", "-second", "-third")}
    assert {"one-first", "one-second"} <= before("one-third")
    assert "one-third" in before("one-free")
    assert "one-second" not in before("one-first")
    assert {"one-third", "one-free"} <= before("two-first")  # a component stands for all that is inside
    with_it = {name for name, r in made.items() if r.get("deleted_with")}
    assert with_it == {f"{part}-{which}" for part in ("one", "two", "loose-inner") for which in ("first", "third")}
    assert {made[name].get("deleted_with") for name in ("one-first", "one-third")} == {
        r["urn"] for r in check.recording["registrations"] if r["name"] == "one" and r["custom"]
    }


def test_a_backend_s_name_begins_names_in_the_account() -> None:
    with pytest.raises(InputError, match="cannot be called 'Chat Backend!'"):
        ImBackend("Chat Backend!", parse_declaration(declaration()), str)
