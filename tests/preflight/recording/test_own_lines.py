"""Whose line it is: the program's, an installed library's, or this project's own; each is the same text anywhere."""

import sysconfig

import pytest

from im_stack.preflight.recording.monitor.own_lines import is_own, place
from tests.harness.root import ROOT

STANDARD = sysconfig.get_path("stdlib")

LINES = [
    # file, root, own, where
    ("/repo/__main__.py", "/repo", True, "__main__.py:7"),
    ("/repo/stores/buckets.py", "/repo/", True, "stores/buckets.py:7"),
    ("/shared/buckets.py", "/repo", True, "../shared/buckets.py:7"),
    (
        "/repo/.venv/lib/python3.11/site-packages/im_stack/components/tencent/cos.py",
        "/repo",
        False,
        "im_stack/components/tencent/cos.py:7",
    ),
    ("/venv/lib/python3.12/site-packages/pulumi_awsx/ec2.py", "/repo", False, "pulumi_awsx/ec2.py:7"),
    ("/usr/lib/python3/dist-packages/stores.py", "/repo", False, "stores.py:7"),
    (f"{ROOT}/components/tencent/cos.py", "/repo", False, "im_stack/components/tencent/cos.py:7"),
    (f"{ROOT}/components/tencent/cos.py", str(ROOT), False, "components/tencent/cos.py:7"),
    (f"{ROOT}/stacks/__main__.py", str(ROOT), True, "stacks/__main__.py:7"),
    (f"{STANDARD}/runpy.py", STANDARD, False, "runpy.py:7"),
]


@pytest.mark.parametrize(("file", "root", "own", "where"), LINES, ids=[line[0] for line in LINES])
def test_a_line(file: str, root: str, own: bool, where: str) -> None:
    assert is_own(file) is own
    assert place(file, 7, root) == where


@pytest.mark.parametrize("file", ["<frozen runpy>", "<string>"])
def test_what_is_no_file_is_not_the_programs(file: str) -> None:
    assert not is_own(file)
