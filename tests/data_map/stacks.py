"""The stacks that the tests draw: one that passes, the demo, one whose names are hostile, one that cannot be judged."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.report import reports_of
from im_stack.terms.problem import InputError, Problem
from tests.harness.programs import CLASSES, WAIVERS
from tests.harness.project import write_project
from tests.harness.recorded import check_ours, check_project
from tests.harness.root import ROOT

CANARY: Final = "Canary-7c41aa"
MARKUP: Final = "<script>document.title='ran'</script><img src=http://x.example onerror=alert(1)>\"' style=x {{7*7}}"
TURNED: Final = "\u202egnp.\u2066soto\u0007hp"
LONG: Final = "W" * 10_000
HOSTILE: Final = (MARKUP, TURNED, LONG)
BROKEN: Final = InputError(Problem(MARKUP, LONG, TURNED, file="Pulumi.x.yaml", line=3))


@cache
def demo() -> Check:
    return check_project(ROOT / "examples" / "innocent", "demo")


@cache
def jakarta() -> Check:
    return check_ours("tencent-ap-jakarta")


@cache
def hostile() -> Check:
    """A waiver, a secret in the configuration, and stores, tables and sweeps whose names are meant to do harm."""
    program = f"""
from tencentcloud_iac_pulumi import cos, lighthouse
mysql(**{{{MARKUP!r}: "messages", {TURNED!r}: "messages", {LONG!r}: "user-information"}})
for number, name in enumerate({HOSTILE!r}):
    cos.Bucket(name, bucket=f"b-{{number}}-1250000000", opts=pulumi.ResourceOptions(provider=provider))
lighthouse.KeyPair("pair", key_name="pair", opts=pulumi.ResourceOptions(provider=provider))
"""
    waiver = WAIVERS["waived"][0] | {"reason": MARKUP, "owner": MARKUP, "evidence": "https://x.example/?<b>&quot;"}
    project = write_project(Path(mkdtemp(prefix="hostile-")), program, waivers=[waiver], classes=CLASSES)
    file = project / "Pulumi.test.yaml"
    config = json.loads(file.read_text())["config"] | {"im-secrets:mysql-root-password": CANARY}
    file.write_text(json.dumps({"config": config}))
    return check_project(project, "test")


@cache
def page(*names: str) -> str:
    """One page of these stacks; `broken` could not be judged."""
    of: dict[str, Callable[[], Checked]] = {"demo": demo, "jakarta": jakarta, "hostile": hostile}
    of["broken"] = lambda: BROKEN
    return render(Format.HTML, reports_of((name, of[name]()) for name in names), every=True)
