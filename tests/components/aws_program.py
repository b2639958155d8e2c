"""Programs for tests of AWS components: a provider, keys and a network, then the test's own lines."""

from pathlib import Path
from typing import Any

from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import HOMES

_HEADER = """
import pulumi
import pulumi_aws as aws
from im_stack.components.aws.account import Account
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.network import Network, NetworkArgs
from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.program import declared, secret

provider = aws.Provider("home", region="ap-southeast-3", allowed_account_ids=["123456789012"])
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
account, zones = Account("123456789012", "ap-southeast-3"), ("ap-southeast-3a", "ap-southeast-3b")
keys = Keys("keys", account, pinned)
network = Network("net", NetworkArgs("10.20.0.0/16", zones, account), pinned)
"""


def check_aws(folder: Path, program: str, classes: dict[str, Any]) -> Check:
    """The check of a program on AWS whose stack declares `classes`."""
    return check_project(write_project(folder, program, _HEADER, classes=classes, **HOMES["aws"]), "test")


def registration(check: Check, name: str = "", type_: str = "") -> Registration:
    """The one registration of a resource with this name, and with this text in its type."""
    (made,) = (
        r for r in check.recording["registrations"] if r["custom"] and name in ("", r["name"]) and type_ in r["type"]
    )
    return made
