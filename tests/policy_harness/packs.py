"""Policy packs written for single tests."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

from im_stack.policy_harness import Pack, Stack, running

HEADER = """
import os, sys, time
from collections.abc import Mapping, Sequence
import pulumi
from pulumi_policy import *
from pulumi_policy.proxy import UnknownValueError

def resource(name, validate=None, remediate=None, **options):
    return ResourceValidationPolicy(
        name=name, description=f"about {name}", validate=validate, remediate=remediate, **options)

def stack(name, validate, **options):
    return StackValidationPolicy(name=name, description=f"about {name}", validate=validate, **options)

def serve(*policies, **options):
    options = {"enforcement_level": EnforcementLevel.MANDATORY, **options}
    PolicyPack(name="test", policies=list(policies), **options)
"""
PROBE = """
def probe(args, report):
    for expression in args.get_config().get("ask", []):
        if getattr(args, "name", "stack") == args.get_config()["of"]:
            report(repr(eval(expression, {**globals(), "args": args, "props": getattr(args, "props", None)})))

schema = PolicyConfigSchema({"ask": {"type": "array"}, "of": {"type": "string"}})
serve(resource("probe", probe, config_schema=schema), stack("stack-probe", probe, config_schema=schema))
"""
"""A pack that says what an expression is, inside a policy on one resource, or on the stack."""


def write_pack(folder: Path, body: str, header: str = HEADER) -> Path:
    """Write a pack into `folder`: `body` after some short names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (folder / "__main__.py").write_text(header + dedent(body))
    return folder


@contextmanager
def pack(folder: Path, body: str, stack: Stack | None = None, *, seconds: float = 60, **options: Any) -> Iterator[Pack]:
    """A running pack."""
    limit = timedelta(seconds=seconds)
    with running(write_pack(folder, body), stack, python=sys.executable, time_limit=limit, **options) as started:
        yield started


def ask(probe: Pack, rows: list[Any], of: str, *questions: str) -> list[str]:
    """Values of expressions in a running `PROBE` about a resource or `stack`; `unproven` where it gave up."""
    policy = "stack-probe" if of == "stack" else "probe"
    probe.configure({policy: {"ask": list(questions), "of": of}})
    said = [d for d in probe.judge(rows).diagnostics if d.policy == policy]
    return ["unproven" if d.unproven else d.message.removeprefix(f"about {policy}\n") for d in said]
