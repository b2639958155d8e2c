"""docs/architecture.md: the picture has every import, every room is described, the datum goes the way shown."""

import re
from datetime import timedelta
from xml.sax.saxutils import unescape

from tests.docs.architecture import imports, loads, picture, reduced, table
from tests.docs.pictures import ROOMS
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT


def test_every_room_says_what_it_is() -> None:
    assert "|  |" not in table(), "a room without a docstring in its __init__.py"


def test_every_import_is_an_arrow_or_a_way_of_arrows() -> None:
    arrows, found = reduced(), imports()
    below: dict[str, set[str]] = {}
    for start, end in sorted(arrows):
        below.setdefault(start, set()).add(end)

    def reached(room: str) -> set[str]:
        return {way for other in below.get(room, ()) for way in (other, *reached(other))}

    assert all(imported in reached(importer) for importer, imported in found)
    assert len(arrows) < len(found)


def test_the_picture_has_every_room_and_arrow_and_loads_nothing() -> None:
    svg = picture()
    rooms = {room for edge in imports() for room in edge}
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", svg)
    assert sorted(map(unescape, texts)) == sorted(rooms)
    assert svg.count("marker-end=") == len(reduced()) + len(loads())
    assert not re.search(r"url\(\s*[\"']?https?:|href=|<script|@import", svg)
    assert svg == ROOMS.read_text("utf-8"), "run: make readme"


def test_the_datum_of_the_example_goes_that_way() -> None:
    check = check_ours("tencent-ap-jakarta")
    (bound,) = (bound for bound, _ in check.judgement.bounds if bound.data_class == "access-logs")
    (path,) = (path for path in bound.paths if path.place == "Topic im-access" and path.what == "live data")
    assert [hop.period for hop in path.hops] == [timedelta(days=29), timedelta(days=1)]
    assert "SP-RET-01/access-logs" in {duty.id for duty in check.duties.all}
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert "`SP-RET-01/access-logs` within 30 d" in text
    assert "29 d + 1 d = 30 d" in text
