"""Thirteen regions, and which systems may stand in each: what `preflight check STACK --region REGION` refuses, and why.

docs/declaring/regions.md has them as a table.
"""

from typing import Any, Final

from im_stack.preflight.stack_files.stack_file import stack_names
from im_stack.terms.duties.binding import inside
from im_stack.terms.texts.library import load_library
from tests.harness.root import ROOT
from tests.harness.stacks import OWN, config_of

REGIONS: Final = {
    "tencent": (
        *("ap-jakarta", "ap-singapore", "ap-seoul", "ap-tokyo"),
        *("eu-frankfurt", "na-siliconvalley", "ap-guangzhou", "sa-saopaulo"),
    ),
    "aws": ("ap-southeast-3", "ap-southeast-1", "eu-central-1", "us-west-1", "sa-east-1"),
}
SYSTEMS: Final = (*stack_names(ROOT), *OWN)
ONE_ZONE: Final = "sa-saopaulo"
LACKING: Final = {"us-west-1": "mongodb"}
AT_HOME: Final = {"kenalan": ("KN-RES-01", "indonesia"), "generic": ("GP-RES-01", "china")}
"""The texts that keep their data in one place."""


def refused(stack: str, region: str) -> tuple[str, str]:
    """Obligation and words of the one message, both empty where the system may stand in the region."""
    config = config_of(stack)
    for text, (obligation, place) in AT_HOME.items():
        away = not inside(place_of(config, region), place, load_library())
        adopted = config["im:instruments"].get(text, {})
        asked = adopted and adopted.get("answers", {}).get("china") != "lawful"
        if asked and away and region != ONE_ZONE:
            return obligation, f"{text} keeps its data in {place}"
    if region == ONE_ZONE:
        return "IM-REG-01", "has one zone, sa-saopaulo-1, and a stack needs two"
    if (service := LACKING.get(region)) in config["im:services"]:
        return "IM-REG-01", f"{region} has no {service}"
    return "", ""


def without_basis(stack: str, region: str) -> bool:
    """Whether data of residents would leave its place on no basis that the stack states (TC-XFR-01)."""
    config, library = config_of(stack), load_library()
    of = [each for each in config["im:residents"] if any(inside(each, area, library) for area in ("eea", "uk"))]
    away = not any(inside(place_of(config, region), area, library) for area in ("eea", "uk"))
    return "tencent-cloud" in config["im:instruments"] and bool(of) and away


def _said(stack: str, region: str) -> tuple[str, str]:
    if without_basis(stack, region) and not refused(stack, region)[0]:
        return "TC-XFR-01", "fails where people of the EEA are among its residents"
    return refused(stack, region)


def place_of(config: dict[str, Any], region: str) -> str:
    return load_library().regions[config["im:cloud"], region].jurisdiction


def table() -> str:
    """Regions by the texts of the systems, as rows of Markdown."""
    texts = {stack: " with ".join(sorted(config_of(stack)["im:instruments"])) for stack in SYSTEMS}
    rows = ["| region | place | texts of a system that may stand there | refused, and why |", "|---|---|---|---|"]
    for cloud, regions in REGIONS.items():
        systems = [stack for stack in SYSTEMS if config_of(stack)["im:cloud"] == cloud]
        for region in regions:
            why: dict[tuple[str, str], list[str]] = {}
            for stack in systems:
                why.setdefault(_said(stack, region), []).append(texts[stack])
            may = dict.fromkeys(why.get(("", ""), ()))
            cells = [f"{', '.join(dict.fromkeys(of))}: {says} ({id_})" for (id_, says), of in why.items() if id_]
            place = load_library().regions[cloud, region].place
            rows.append(f"| `{region}` | {place} | {', '.join(may) or 'none'} | {'; '.join(cells)} |")
    return "\n".join(rows)
