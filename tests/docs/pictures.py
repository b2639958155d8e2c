"""Pictures of the documentation: the demo's terminal, the data map of the Jakarta stack in a browser, the code's rooms.

`python -m tests.docs.pictures` (`make readme`) writes them; the data map only where there is a Chromium.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from tests.docs.architecture import picture
from tests.harness.root import ROOT

TERMINAL: Final = ROOT / "docs" / "images" / "demo.svg"
ROOMS: Final = ROOT / "docs" / "images" / "rooms.svg"
MAP: Final = ROOT / "docs" / "images" / "data-map.png"
_COMMAND: Final = ("check", "demo", "--project", "examples/innocent", "--compact")
_WIDTH: Final = 100
_SIZE: Final = {"width": 1200, "height": 900}
_WIDE: Final = 780
_EDGE: Final = 16


def terminal() -> str:
    """What the demo prints in a terminal, with the command, as SVG that loads nothing."""
    environment = {**os.environ, "COLUMNS": str(_WIDTH), "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "im_stack.preflight", *_COMMAND]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    console = Console(file=io.StringIO(), record=True, width=_WIDTH, force_terminal=True)
    console.print(Text(f"$ preflight {' '.join(_COMMAND)}\n", "bold"))
    console.print(Text.from_ansi(done.stdout))
    svg = console.export_svg(title="make demo", unique_id="demo")
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def data_map(to: Path) -> bool:
    """Write the flows of the data map as PNG; False where there is no browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return False
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "map.html"
        command = [sys.executable, "-m", "im_stack.preflight", "check", "tencent-ap-jakarta", "--save", str(page_file)]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=_SIZE, color_scheme="light")
        page.goto(page_file.as_uri())
        title = page.locator("h3", has_text="Flows").bounding_box()
        drawing = page.locator(".drawing svg").first.bounding_box()
        assert title
        assert drawing
        height = drawing["y"] + drawing["height"] - title["y"]
        clip = {"x": title["x"] - _EDGE, "y": title["y"] - _EDGE, "width": _WIDE, "height": height + 2 * _EDGE}
        page.screenshot(path=str(to), full_page=True, clip=clip)
        browser.close()
    return True


if __name__ == "__main__":
    TERMINAL.write_text(terminal(), "utf-8")
    ROOMS.write_text(picture(), "utf-8")
    if not data_map(MAP):
        print("there is no chromium: docs/images/data-map.png stays as it is", file=sys.stderr)
