"""Selection of tests for the files that differ from `main` (`make test-fast`).

In: paths from git. Out: pytest paths, each with a `-k` expression or none. A reader selects the tables and disabled
facts of its own types, a rule its own tables, any other file the tests of its folder. Tests marked `engine`, `server`
or `mutants` are never selected.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_CASES, _DISABLED = "tests/policies/test_cases.py", "tests/mutation"
_SLOW = "not engine and not server and not mutants"
_OF_FOLDER = {
    "terms": ["tests/terms"],
    "facts": ["tests/facts", _CASES, "tests/stacks/test_jakarta.py"],
    "policies": [
        _CASES,
        "tests/policies/test_ledger.py",
        "tests/policies/test_judge.py",
        "tests/stacks/test_jakarta.py",
    ],
    "policy_harness": ["tests/policy_harness/test_check.py", "tests/policy_harness/test_arguments.py"],
    "components": ["tests/components", "tests/stacks/test_every_stack.py"],
    "purge": ["tests/purge"],
    "sealing": ["tests/sealing", "tests/purge/test_application.py"],
    "stacks": ["tests/stacks/test_every_stack.py"],
    "preflight": ["tests/preflight/judgement/test_check.py", "tests/preflight/test_schema_check.py"],
    **{page: ["tests/docs"] for page in ("docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")},
    **{file: ["tests/packaging"] for file in ("Makefile", "pyproject.toml", "setup.py", "LICENSE")},
}
"""What a file needs that is neither a reader nor a rule, beside the tests of its own name; in `preflight` instead."""


def changed() -> list[str]:
    """Files that differ from the merge base with `main`, tracked or not."""
    base = _git("merge-base", "HEAD", "main") or ["HEAD"]
    return sorted({*_git("diff", "--name-only", base[0]), *_git("ls-files", "--others", "--exclude-standard")})


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def needed(files: Iterable[str]) -> list[tuple[str, str]]:
    """Pytest paths, each with the `-k` expression that selects from it; an empty expression selects all of it."""
    found = dict.fromkeys(pair for file in files for pair in _needed(Path(file)))
    whole = {path for path, words in found if not words}
    return [(path, words) for path, words in found if not words or path not in whole]


def _needed(file: Path) -> Iterator[tuple[str, str]]:
    top, name = file.parts[file.parts[0] == "im_stack"], file.stem
    if top == "tests":
        yield from _of_test(file)
    elif top == "facts" and file.suffix == ".py" and (types := _types(file)):
        words = " or ".join(types)
        yield _CASES, " or ".join(_stems(types))
        yield f"{_DISABLED}/test_readers.py", words
        yield "tests/facts", ""
    elif file.parent == Path("policies/rules"):
        rule = name.replace("_", "-")
        yield _CASES, rule
        yield "tests/policies/test_judge.py", ""
    else:
        own = [str(path.relative_to(ROOT)) for path in ROOT.glob(f"tests/**/test_{name}.py") if top in path.parts]
        if top == "preflight" and (ROOT / "tests" / file.parent.name).is_dir():
            own.append(f"tests/{file.parent.name}")
        yield from ((path, "") for path in own)
        if top != "preflight" or not own:
            yield from ((path, "") for path in _OF_FOLDER.get(top, ()))


def _of_test(file: Path) -> Iterator[tuple[str, str]]:
    if file.parent.name == "cases":
        yield _CASES, file.stem
    elif file.name.startswith("test_") and (ROOT / file).exists():
        yield str(file), ""


def _types(file: Path) -> list[str]:
    """Resource types whose reader is defined in this module."""
    module = ".".join(file.with_suffix("").parts)
    return sorted(getattr(import_module(module), "READERS", ())) if (ROOT / file).exists() else []


def _stems(types: Iterable[str]) -> list[str]:
    """Names of the tables that contain a resource of one of these types."""
    from tests.harness.tables import cases

    wanted = set(types)
    return sorted({case.stem for case in cases() if wanted & case.types})


def main() -> int:
    """Run the selected tests in one pytest run, where a `-k` expression holds only for the file it belongs to."""
    pairs = needed(changed())
    if not pairs:
        print("no test is about what differs from main")
        return 0
    words = [f"({Path(path).stem} and ({chosen}))" if chosen else Path(path).stem for path, chosen in pairs]
    return int(pytest.main([*dict.fromkeys(path for path, _ in pairs), "-m", _SLOW, "-k", " or ".join(words)]))


if __name__ == "__main__":
    sys.exit(main())
