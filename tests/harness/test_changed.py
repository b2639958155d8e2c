"""Selection of tests by `make test-fast` for each kind of file."""

import pytest

from tests import changed

TABLES = "tests/policies/test_cases.py"
NEEDED = [
    ("policies/rules/home_region.py", {TABLES: "home-region"}),
    ("im_stack/facts/mechanism/graph.py", {TABLES: "", "tests/facts/test_graph.py": ""}),
    ("im_stack/preflight/sdk/schema_check.py", {"tests/preflight/test_schema_check.py": ""}),
    ("im_stack/preflight/reports/data_map/bars.py", {"tests/data_map": ""}),
    ("tests/cases/ceiling.rds.yaml", {TABLES: "ceiling.rds"}),
    ("tests/facts/test_view.py", {"tests/facts/test_view.py": ""}),
    ("README.md", {"tests/docs": ""}),
    ("docs/checking/terraform.md", {"tests/docs": ""}),
    ("Makefile", {"tests/packaging": ""}),
    (".ci/run", {}),
]


@pytest.mark.parametrize(("file", "tests"), NEEDED, ids=[file for file, _ in NEEDED])
def test_a_file_needs_these(file: str, tests: dict[str, str]) -> None:
    assert tests.items() <= dict(changed.needed([file])).items()


def test_a_reader_needs_its_own_types_and_tables() -> None:
    found = dict(changed.needed(["im_stack/facts/aws/stores/rds.py"]))
    assert "aws:rds/instance:Instance" in found["tests/mutation/test_readers.py"].split(" or ")
    assert {"ceiling.rds", "no-public-door.rds"} <= set(found[TABLES].split(" or "))
    assert "ceiling.mysql" not in found[TABLES]


def test_what_is_needed_whole_is_not_chosen_from() -> None:
    assert dict(changed.needed(["policies/rules/home_region.py", "im_stack/facts/mechanism/graph.py"]))[TABLES] == ""


@pytest.mark.parametrize("path", sorted({path for paths in changed._OF_FOLDER.values() for path in paths}))
def test_what_a_folder_needs_is_there(path: str) -> None:
    assert (changed.ROOT / path).exists()
