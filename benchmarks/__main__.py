"""Benchmarks of the whole check: beside a preview, with one cloud installed, with reports, of all stacks, of `judge` at
three sizes, of the inner loop, and of sealing. `python -m benchmarks` prints them; `inner-loop`, `sealing`, `all`
and `judge` (the sizes) after it are one of them alone, and `against FOLDER` compares with another checkout.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.inner_loop import inner_loop
from benchmarks.measure import ROOT, ROUNDS, measured
from im_stack.preflight.stack_files.stack_file import stack_names

STACK = "tencent-ap-jakarta"
STACKS = (STACK, "aws-ap-southeast-3")
SIZES = (100, 1_000, 10_000)
EACH = 0.3
"""Milliseconds of CPU for one resource, at most, at the greatest size."""
CHECK = [sys.executable, "-m", "im_stack.preflight", "check"]


def whole_check(console: Console) -> None:
    """`preflight check` and `pulumi preview --policy-pack` alternately, so that both run under the same load."""
    preview = shutil.which("pulumi") and shutil.which("pulumi-resource-tencentcloud")
    ours: list[float] = []
    theirs: list[float] = []
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
            measured(["pulumi", "stack", "init", STACK, "--non-interactive"], project, environment)
        for _ in range(ROUNDS):
            ours.append(measured([*CHECK, STACK], ROOT, environment).wall)
            if preview:
                theirs.append(measured(engine, project, environment).wall)
    title = "the whole check of the Jakarta stack"
    _compared(console, title, {"preflight check": ours, "pulumi preview --policy-pack policies": theirs})


def one_cloud(console: Console) -> None:
    """A check with both clouds installed, and without the packages of the other cloud."""
    both: list[float] = []
    single: list[float] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        alone = Path(folder) / "alone"
        shutil.copytree(ROOT, alone, ignore=shutil.ignore_patterns(".*", "aws", "Pulumi.aws-*", "tests", "__pycache__"))
        (alone / ".venv").symlink_to(sys.prefix)
        for _ in range(2 * ROUNDS):
            for root, found in ((ROOT, both), (alone, single)):
                found.append(measured([*CHECK, STACK], root, os.environ | {"PYTHONPATH": str(root)}).wall)
    rows = {f"preflight check {STACK}": both, "the same, without AWS on the disk": single}
    _compared(console, "one cloud of two", rows, most=1.05)


def reports(console: Console) -> None:
    """A check with the reports of a pull request saved, and without."""
    plain: list[float] = []
    saving: list[float] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        files = [f"{folder}/report.{suffix}" for suffix in ("json", "sarif", "xml", "md", "html")]
        saves = [word for file in files for word in ("--save", file)]
        for _ in range(2 * ROUNDS):
            plain.append(measured([*CHECK, STACK], ROOT).wall)
            saving.append(measured([*CHECK, STACK, *saves], ROOT).wall)
    rows = {"with JSON, SARIF, JUnit, Markdown and HTML saved": saving, f"preflight check {STACK}": plain}
    _compared(console, "reports of a pull request", rows, most=1.10)


def every_stack(console: Console) -> None:
    """`preflight check --all` of the committed stacks, and in turn each by itself: CPU of both, and the wall time of
    the first, which two cores share (on a machine that does nothing else)."""
    together: list[float] = []
    apart: list[float] = []
    wall: list[float] = []
    for _ in range(ROUNDS):
        cost = measured([*CHECK, "--all"], ROOT)
        together.append(cost.cpu)
        wall.append(cost.wall)
        apart.append(sum(measured([*CHECK, name], ROOT).cpu for name in stack_names(ROOT)))
    _compared(console, "CPU of all stacks", {"preflight check --all": together, "one by one": apart}, most=0.70)
    _compared(console, "two cores", {"preflight check --all, wall": wall, "CPU": together}, most=0.65)


def _compared(console: Console, title: str, rows: Mapping[str, list[float]], most: float | None = None) -> None:
    """Print median and extremes of each row, and the ratio of the first median to the second."""
    table = Table(title, "median", "fastest", "slowest", box=None)
    for name, found in rows.items():
        times = [f"{of(found):.2f} s" for of in (statistics.median, min, max)] if found else ["not measured", "", ""]
        table.add_row(name, *times)
    first, second = rows.values()
    if first and second:
        limit = f", at most {most:.2f}" if most else ""
        table.add_row(f"ratio of the medians{limit}", f"{statistics.median(first) / statistics.median(second):.2f}")
    console.print(table)


def _copied(project: Path) -> Path:
    """A copy of the project, because the engine writes to stack files."""
    shutil.copytree(ROOT / "stacks", project / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", project)
    (project / ".venv").symlink_to(sys.prefix)
    return project


def judgement(stack: str, size: int) -> None:
    """Seconds of CPU of the best of five judgements of `size` resources like a stack's, and peak memory in MB, in a
    process of its own."""
    from benchmarks.scale import resources
    from im_stack.policies.judge import judge
    from im_stack.preflight.judgement.one_stack import check_stack

    checked = check_stack(ROOT, stack)
    made = resources(checked.recording["registrations"], size)
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        judge(made, checked.duties, today=date.today())
        best = min(best, time.process_time() - started)
    print(len(made), best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def sizes(console: Console) -> None:
    """Judgement at every size on each cloud, with the cost of one resource."""
    for stack in STACKS:
        table = Table(f"judge, {stack}", "resources", "CPU", f"per resource, at most {EACH} ms", "against the smallest")
        table.box = None
        table.add_column("peak memory")
        first = 0.0
        for size in SIZES:
            command = [sys.executable, "-m", "benchmarks", stack, str(size)]
            output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            count, seconds, memory = (float(part) for part in output.split())
            each = seconds / count
            first = first or each
            cells = f"{count:,.0f}", f"{seconds:.3f} s", f"{each * 1000:.3f} ms", f"{each / first:.2f}"
            table.add_row("", *cells, f"{memory:.0f} MB")
        console.print(table)


def against(console: Console, other: Path) -> None:
    """CPU of a check of each stack, in turn with the same check by another checkout, which has its own `.venv`."""
    for stack in STACKS:
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(ROUNDS):
            for root, found in ((ROOT, ours), (other, theirs)):
                found.append(measured([str(root / ".venv/bin/preflight"), "check", stack], root).cpu)
        _compared(console, f"CPU of a check of {stack}", {"here": ours, str(other): theirs}, most=1.10)


def sealing() -> None:
    """The library for applications, in a process that has it and the chat on its path."""
    path = os.pathsep.join(str(ROOT / folder) for folder in ("sealing", "examples"))
    command = [sys.executable, "-m", "benchmarks.sealing"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, check=True)


def main(arguments: list[str]) -> None:
    console = Console(width=120)
    if arguments == ["inner-loop"]:
        inner_loop(console)
    elif arguments == ["sealing"]:
        sealing()
    elif arguments[:1] == ["against"]:
        against(console, Path(arguments[1]).resolve())
    elif arguments == ["judge"]:
        sizes(console)
    elif arguments == ["all"]:
        every_stack(console)
    elif arguments:
        judgement(arguments[0], int(arguments[1]))
    else:
        for benchmark in (whole_check, one_cloud, reports, every_stack, sizes, inner_loop):
            benchmark(console)
        sealing()


if __name__ == "__main__":
    main(sys.argv[1:])
