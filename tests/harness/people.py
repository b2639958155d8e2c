"""A stack of this project whose messages and profiles are sealed under keys of people, too."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from im_stack.preflight.judgement.one_stack import Check
from tests.harness.recorded import ROOT, check_project


def seal_by_person(config: dict[str, Any]) -> None:
    """Change the configuration of a stack so that messages and profiles have forms with a subject, whose key ends on
    request."""
    messages, profiles = (config["im:classes"][name] for name in ("messages", "user-information"))
    messages["sealing"]["form"] = "birth-and-subject"
    profiles |= {"backups": "sealed", "sealing": {"form": "last-write-and-subject", "cache": "PT15M"}}
    for of in (messages, profiles):
        of["erasure"] = {"within": "P1D", "source": "decided here", "by": "subject-key", "takes": "PT1H"}
    if config["im:cloud"] == "aws":
        config["im:network"]["application-role"] = "im-application"


def check_declared(stack: str, change: Callable[[dict[str, Any]], None]) -> Check:
    """The check of a stack of this project with another configuration."""
    document = yaml.safe_load((ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text("utf-8"))
    change(document["config"])
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "Pulumi.yaml").write_text(f"name: test\nruntime: python\nmain: {ROOT / 'stacks'}\n", "utf-8")
        (folder / "Pulumi.test.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
        return check_project(folder)


@cache
def check_people(stack: str) -> Check:
    """The check of such a stack, once for each test process; it must not be modified."""
    return check_declared(stack, seal_by_person)
