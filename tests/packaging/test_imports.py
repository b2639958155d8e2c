"""Import contracts of pyproject.toml: the tree keeps them, and each broken one is reported by its name."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.harness.root import ROOT

_LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
_CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
NAMES = [contract["name"] for contract in _CONTRACTS]

FLOW = "From terms to facts to policies to preflight; components and policies never meet"
AWS = "Only the folders aws/ know AWS"
TENCENT = "Only the folders tencent/ know Tencent Cloud"
FACTS = "Rooms of facts: a reader uses knowledge and mechanism, never the reverse"
TERMS = "Rooms of terms: duties follow from a stack's declaration and the texts, never the reverse"
POLICIES = "Policies: the pack on the judgement, the judgement on rules, rules on the ledger"
RULES = "A rule never imports another rule"
PREFLIGHT = "Rooms of preflight: from the command line back to the stack file"
ENGINE = "Terms, facts, judgement and the deployed function know no engine"

WRONG = [
    ("components/plan/budget.py", "im_stack.policies.bounds.ledger", FLOW),
    ("policies/rules/floor.py", "im_stack.components.plan.budget", FLOW),
    ("im_stack/terms/duties/resolve.py", "im_stack.facts.model", FLOW),
    ("im_stack/facts/mechanism/graph.py", "im_stack.policies.rule", FLOW),
    ("policies/judge.py", "im_stack.preflight.cli", FLOW),
    ("im_stack/policy_harness/check.py", "im_stack.terms.period", FLOW),
    ("components/backend.py", "pulumi_aws", AWS),
    ("components/tencent/cos.py", "pulumi_aws", AWS),
    ("im_stack/facts/tencent/stores/cos.py", "im_stack.facts.aws.stores.s3", AWS),
    ("im_stack/preflight/provider/zones.py", "tencentcloud_iac_pulumi", TENCENT),
    ("components/aws/s3.py", "im_stack.components.tencent.cos", TENCENT),
    ("policies/bounds/ledger.py", "im_stack.facts.tencent", TENCENT),
    ("im_stack/facts/knowledge/cron.py", "im_stack.facts.tencent.compute.scf", FACTS),
    ("im_stack/facts/model.py", "im_stack.facts.mechanism.graph", FACTS),
    ("im_stack/facts/mechanism/graph.py", "im_stack.facts.knowledge.cron", FACTS),
    ("im_stack/terms/texts/library.py", "im_stack.terms.stack.declaration", TERMS),
    ("policies/bounds/ledger.py", "im_stack.policies.judge", POLICIES),
    ("policies/rules/floor.py", "im_stack.policies.rules.ceiling", RULES),
    ("im_stack/preflight/sdk/resource_types.py", "im_stack.preflight.recording.record", PREFLIGHT),
    ("im_stack/preflight/judgement/one_stack.py", "im_stack.preflight.reports.text", PREFLIGHT),
    ("im_stack/facts/mechanism/collect.py", "pulumi", ENGINE),
    ("im_stack/facts/aws/stores/s3.py", "pulumi_aws", ENGINE),
    ("im_stack/purge/run.py", "pulumi_policy", ENGINE),
]


def _lint(root: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", _LINT, "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Output for a copy of the tree with all wrong imports and a new room, spaces and line breaks made one space."""
    root = tmp_path_factory.mktemp("tree")
    for folder in ("im_stack", "components", "policies"):
        shutil.copytree(ROOT / folder, root / folder, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for file, module, _ in WRONG:
        with (root / file).open("a", encoding="utf-8") as source:
            source.write(f"\nimport {module}\n")
    (root / "im_stack" / "preflight" / "attic").mkdir()
    (root / "im_stack" / "preflight" / "attic" / "__init__.py").touch()
    done = _lint(root)
    assert done.returncode == 1, done.stderr
    return " ".join(done.stdout.partition("Broken contracts")[2].split())


def _section(broken: str, contract: str) -> str:
    """The part of the output about one contract."""
    names = sorted((at, name) for name in NAMES if (at := broken.find(f"{name} ---")) >= 0)
    ends = [at for at, _ in names[1:]] + [len(broken)]
    return next((broken[at:end] for (at, name), end in zip(names, ends, strict=True) if name == contract), "")


def test_the_tree_keeps_every_contract() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert f"{len(NAMES)} kept, 0 broken" in done.stdout


def test_there_are_no_exceptions_and_no_contract_without_a_wrong_import() -> None:
    assert not [option for contract in _CONTRACTS for option in contract if "ignore" in option or "indirect" in option]
    assert set(NAMES) == {name for _, _, name in WRONG}


@pytest.mark.parametrize(("file", "module", "contract"), WRONG, ids=[f"{file} {module}" for file, module, _ in WRONG])
def test_a_wrong_import_is_reported_by_the_name_of_its_contract(
    broken: str, file: str, module: str, contract: str
) -> None:
    importer = f"im_stack.{file.removeprefix('im_stack/').removesuffix('.py').replace('/', '.')}"
    assert f"- {importer} -> {module} (l." in _section(broken, contract)


def test_a_new_room_needs_a_place_among_the_layers(broken: str) -> None:
    assert "im_stack.preflight.attic" in _section(broken, PREFLIGHT)
