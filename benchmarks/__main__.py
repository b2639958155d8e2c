"""Benchmarks of the whole check: beside a preview, with one cloud installed, with reports, of ten stacks, and of
`judge` at three sizes. `python -m benchmarks` prints them.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
STACK = "tencent-ap-jakarta"
SIZES = (100, 1_000, 10_000)
ROUNDS = 5


def whole_check(console: Console) -> None:
    """`preflight check` and `pulumi preview --policy-pack` alternately, so that both run under the same load."""
    check = [sys.executable, "-m", "im_stack.preflight", "check", STACK]
    preview = shutil.which("pulumi") and shutil.which("pulumi-resource-tencentcloud")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        environment = os.environ | {
            "PULUMI_BACKEND_URL": f"file://{folder}",
            "PULUMI_HOME": folder,
            "PULUMI_CONFIG_PASSPHRASE": "benchmark",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "TENCENTCLOUD_SECRET_ID": "x",
            "TENCENTCLOUD_SECRET_KEY": "y",
        }
        project = _copied(Path(folder) / "project")
        pack = str(ROOT / "policies")
        engine = ["pulumi", "preview", "--stack", STACK, "--policy-pack", pack, "--non-interactive"]
        if preview:
            _run(["pulumi", "stack", "init", STACK, "--non-interactive"], environment, project)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(_run(check, environment, ROOT))
            if preview:
                theirs.append(_run(engine, environment, project))
    table = Table("the whole check of the Jakarta stack", "median", "slowest", box=None)
    table.add_row("preflight check", f"{statistics.median(ours):.2f} s", f"{max(ours):.2f} s")
    if theirs:
        table.add_row(
            "pulumi preview --policy-pack policies", f"{statistics.median(theirs):.2f} s", f"{max(theirs):.2f} s"
        )
        table.add_row("ratio of the medians", f"{statistics.median(ours) / statistics.median(theirs):.2f}", "")
    else:
        table.add_row("pulumi preview", "not measured: no CLI with the plugin on the PATH", "")
    console.print(table)


def one_cloud(console: Console) -> None:
    """A check with both clouds installed, and without the packages of the other cloud."""
    check = [sys.executable, "-m", "im_stack.preflight", "check", STACK]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        alone = Path(folder) / "alone"
        shutil.copytree(ROOT, alone, ignore=shutil.ignore_patterns(".*", "aws", "Pulumi.aws-*", "tests", "__pycache__"))
        (alone / ".venv").symlink_to(sys.prefix)
        both: list[float] = []
        single: list[float] = []
        for _ in range(2 * ROUNDS):
            for root, found in ((ROOT, both), (alone, single)):
                found.append(_run(check, os.environ | {"PYTHONPATH": str(root)}, root))
    table = Table("one cloud of two", "median", "fastest", box=None)
    for name, found in ((f"preflight check {STACK}", both), ("the same, without AWS on the disk", single)):
        table.add_row(name, f"{statistics.median(found):.2f} s", f"{min(found):.2f} s")
    table.add_row("ratio, at most 1.05", f"{statistics.median(both) / statistics.median(single):.2f}", "")
    console.print(table)


def reports(console: Console) -> None:
    """A check with the reports of a pull request saved, and without."""
    check = [sys.executable, "-m", "im_stack.preflight", "check", STACK]
    plain: list[float] = []
    saving: list[float] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        saves = [
            word
            for suffix in ("json", "sarif", "xml", "md", "html")
            for word in ("--save", f"{folder}/report.{suffix}")
        ]
        for _ in range(2 * ROUNDS):
            plain.append(_run(check, dict(os.environ), ROOT))
            saving.append(_run([*check, *saves], dict(os.environ), ROOT))
    table = Table("reports of a pull request", "median", "fastest", box=None)
    for name, found in (
        (f"preflight check {STACK}", plain),
        ("with JSON, SARIF, JUnit, Markdown and HTML saved", saving),
    ):
        table.add_row(name, f"{statistics.median(found):.2f} s", f"{min(found):.2f} s")
    table.add_row("ratio, at most 1.10", f"{statistics.median(saving) / statistics.median(plain):.2f}", "")
    console.print(table)


def ten_stacks(console: Console) -> None:
    """`preflight check --all` of ten copies of the stack, and ten single runs one after the other."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        project = _copied(Path(folder) / "project")
        for file in (project / "stacks").glob("Pulumi.*.yaml"):
            file.unlink()
        original = ROOT / "stacks" / f"Pulumi.{STACK}.yaml"
        names = [f"{STACK}-{number}" for number in range(10)]
        for name in names:
            shutil.copy(original, project / "stacks" / f"Pulumi.{name}.yaml")
        check = [sys.executable, "-m", "im_stack.preflight", "check"]
        together, apart = [], []
        for _ in range(3):
            together.append(_run([*check, "--all", "--project", str(project)], dict(os.environ), ROOT))
            alone = (_run([*check, name, "--project", str(project)], dict(os.environ), ROOT) for name in names)
            apart.append(sum(alone))
    table = Table("ten stacks", "median of 3", box=None)
    table.add_row("preflight check --all", f"{statistics.median(together):.2f} s")
    table.add_row("ten single runs", f"{statistics.median(apart):.2f} s")
    table.add_row("ratio of the medians", f"{statistics.median(together) / statistics.median(apart):.2f}")
    console.print(table)


def _copied(project: Path) -> Path:
    """A copy of the project, because the engine writes to stack files."""
    shutil.copytree(ROOT / "stacks", project / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", project)
    (project / ".venv").symlink_to(sys.prefix)
    return project


def _run(command: list[str], environment: dict[str, str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def judgement(size: int) -> None:
    """Seconds of the best of five judgements of `size` resources, and peak memory in MB, in a process of its own."""
    from benchmarks.scale import resources
    from im_stack.policies.judge import judge
    from im_stack.preflight.judgement.one_stack import check_stack

    checked = check_stack(ROOT, STACK)
    made = resources(checked.recording["registrations"], size)
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        judge(made, checked.duties, today=date.today())
        best = min(best, time.perf_counter() - started)
    print(len(made), best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def sizes(console: Console) -> None:
    """Judgement at every size, with the cost of one resource."""
    table = Table("judge", "resources", "time", "per resource", "against the smallest", "peak memory", box=None)
    first = 0.0
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks", str(size)]
        output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        count, seconds, memory = (float(part) for part in output.split())
        each = seconds / count
        first = first or each
        table.add_row(
            "", f"{count:,.0f}", f"{seconds:.3f} s", f"{each * 1000:.3f} ms", f"{each / first:.2f}", f"{memory:.0f} MB"
        )
    console.print(table)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        judgement(int(sys.argv[1]))
    else:
        out = Console(width=120)
        whole_check(out)
        one_cloud(out)
        reports(out)
        ten_stacks(out)
        sizes(out)
