"""docs/declaring/own-terms.md, run as it is in an empty folder."""

import os
import sys
from pathlib import Path

from tests.docs.walkthrough import run


def test_the_page_runs_in_an_empty_folder(tmp_path: Path) -> None:
    programs = Path(sys.executable).parent
    printed = run(
        "declaring/own-terms.md", tmp_path, os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "120"}
    )
    assert "nothing is wrong with terms" in printed
    assert "batam: PASS" in printed
    assert "SH-RET-01/vouchers           retention-max            within 21 d by ceiling" in printed
    assert "for SH-RET-01/vouchers" in printed
    assert "asked for by: SH-RES-01" in printed
