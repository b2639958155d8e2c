"""The data map in a browser: it loads nothing else, and fits a phone, a tablet, a desktop and paper."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.data_map.stacks import page

BROWSER: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PAGES: Final = {"demo": ("demo",), "jakarta": ("jakarta",), "all": ("demo", "broken", "hostile", "jakarta")}
WIDTHS: Final = (360, 390, 768, 1280)
OPEN_ALL: Final = "document.querySelectorAll('details').forEach(fold => fold.open = true)"
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on PATH"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium has no sandbox for root
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=BROWSER, args=sandbox)
        yield running
        running.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for name, names in PAGES.items():
        written[name] = folder / f"{name}.html"
        written[name].write_text(page(*names), "utf-8")
    return written


@contextmanager
def _opened(browser: Any, file: Path, **options: Any) -> Iterator[Any]:
    """The page, watched: any request but for itself, any message, dialog or error is a failure."""
    context = browser.new_context(**options)
    tab, heard = context.new_page(), []
    for event in ("console", "pageerror", "dialog", "popup", "requestfailed"):
        tab.on(event, lambda said, event=event: heard.append((event, str(said))))
    tab.on("request", lambda request: heard.append(("request", request.url)))
    tab.goto(file.as_uri())
    yield tab
    context.close()
    assert heard == [("request", file.as_uri())]


@pytest.mark.parametrize(("name", "scheme"), [("demo", "light"), ("demo", "dark"), ("all", "light"), ("all", "dark")])
def test_it_fits_every_width_and_asks_for_nothing(
    browser: Any, files: dict[str, Path], tmp_path: Path, name: str, scheme: str
) -> None:
    for width in WIDTHS:
        size = {"width": width, "height": 900}
        with _opened(browser, files[name], viewport=size, color_scheme=scheme) as tab:
            assert tab.title().startswith("Data map: ")
            for state in ("folded", "open"):
                if state == "open":
                    tab.evaluate(OPEN_ALL)
                assert tab.evaluate("document.documentElement.scrollWidth") <= width, state
            shot = tmp_path / f"{name}-{width}-{scheme}.png"
            tab.screenshot(path=shot, full_page=name != "all")
            assert shot.stat().st_size > 10_000
            behind = tab.evaluate("getComputedStyle(document.body).backgroundColor")
            assert behind == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(17, 22, 28)")


def test_its_policy_is_in_force_and_lets_the_style_through(browser: Any, files: dict[str, Path]) -> None:
    context = browser.new_context()
    tab, refused = context.new_page(), []
    tab.on("console", lambda said: refused.append(said.text))
    tab.goto(files["all"].as_uri())
    tab.evaluate(
        """() => { const script = document.createElement('script'); script.textContent = "document.title = 'ran'";
        document.body.append(script); const image = new Image(); image.src = 'http://127.0.0.1:9/x'; }"""
    )
    assert tab.title() == "Data map: demo, broken, test, tencent-ap-jakarta"
    assert len([text for text in refused if "Content Security Policy" in text]) == 2
    context.close()


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [("demo", "light", 1280), ("demo", "dark", 1280), ("all", "light", 1280), ("all", "light", 390)],
)
def test_it_is_accessible(browser: Any, files: dict[str, Path], name: str, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    size = {"width": width, "height": 900}
    with _opened(
        browser, files[name], color_scheme=scheme, viewport=size, bypass_csp=True
    ) as tab:  # the checker is a script
        tab.evaluate(OPEN_ALL)
        found = axe.run(tab).response["violations"]
        assert [(row["id"], row["nodes"][0]["html"]) for row in found] == []


def test_a_keyboard_reaches_what_scrolls(browser: Any, files: dict[str, Path]) -> None:
    with _opened(browser, files["jakarta"], viewport={"width": 360, "height": 900}) as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        out_of_reach = """[...document.querySelectorAll('main *')].filter(element =>
            element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX === 'auto'
            && element.tabIndex !== 0).length"""
        assert tab.evaluate(out_of_reach) == 0


def test_a_phone_shows_tables_as_cards_without_cuts(browser: Any, files: dict[str, Path]) -> None:
    with _opened(browser, files["all"], viewport={"width": 390, "height": 844}) as tab:
        tab.evaluate(OPEN_ALL)
        cut = """[...document.querySelectorAll('table, table *')].filter(element =>
            element.getClientRects().length && getComputedStyle(element).clipPath === 'none'
            && !element.closest('thead') && element.getBoundingClientRect().right > innerWidth)"""
        assert tab.evaluate(f"{cut}.map(element => element.outerHTML.slice(0, 80))") == []
        unnamed = """[...document.querySelectorAll('tbody td, tbody th')].filter(cell => cell.getClientRects().length
            && ['none', '""', 'normal'].includes(getComputedStyle(cell, '::before').content)).length"""
        assert tab.evaluate(unnamed) == 0
        snapshot = tab.locator("body").aria_snapshot()
        assert 'table "What flows from where to where"' in snapshot
        assert 'rowheader "chat-log"' in snapshot or 'rowheader "To the holding chat-log"' in snapshot


def test_on_paper_everything_is_there(browser: Any, files: dict[str, Path]) -> None:
    with _opened(browser, files["demo"], color_scheme="dark") as tab:
        tab.emulate_media(media="print")
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        folded = tab.locator(".paths").first
        assert folded.evaluate("element => element.checkVisibility({contentVisibilityAuto: true})")
        assert tab.pdf(format="A4").startswith(b"%PDF")


def test_what_a_screen_reader_is_told(browser: Any, files: dict[str, Path]) -> None:
    with _opened(browser, files["demo"]) as tab:
        snapshot = tab.locator("body").aria_snapshot()
        assert 'heading "Data map" [level=1]' in snapshot
        assert 'img "messages: when the last copy ends Not before 1 h, at the latest unbounded' in snapshot
        assert 'table "What flows from where to where"' in snapshot
        assert 'rowheader "chat-log"' in snapshot
