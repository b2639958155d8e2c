"""Temporary Pulumi project for tests that run a real program through the recorder."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.harness.world import declaration

HEADER = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.program import declared, secret
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.mysql import Mysql, MysqlArgs
from tencentcloud_iac_pulumi import vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)


def mysql(**tables):
    of = {table: Placed(plan(declared(), data_class)) for table, data_class in tables.items()}
    zones = ("ap-jakarta-1", "ap-jakarta-2")
    inside = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned).id
    args = MysqlArgs(of, keys, "ap-jakarta", zones, "dev", secret("mysql-root-password"), vpc_id=inside)
    Mysql("mysql", args, pinned)
"""


def write_project(folder: Path, program: str, header: str = HEADER, **changes: Any) -> Path:
    """Write a project into `folder`: `header`, `program`, and a stack `test` of the Jakarta declaration with
    `changes`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
    (folder / "Pulumi.test.yaml").write_text(json.dumps({"config": declaration(**changes)}))  # JSON is YAML
    (folder / "__main__.py").write_text(header + dedent(program))
    return folder
