"""Stack under the IM module and the generic policy, whose sentence on China is read as the law says."""

from typing import Any, Final

ANSWERS: Final = {
    "issuer": "Example Ltd.",
    "contact": "privacy@example.com",
    "precedence": "the service publishes no guideline of its own",
    "china": "lawful",
}
_SOURCE: Final = "decided for this test"


def adopt(config: dict[str, Any]) -> None:
    """Change the configuration of a stack of Kenalan so that it adopts the generic policy instead, with its classes."""
    texts, classes = config["im:instruments"], config["im:classes"]
    del texts["kenalan"], config["im:elsewhere"]
    texts["generic"] = {"role": "controller", "source": _SOURCE, "answers": ANSWERS}
    aged = {"store": True, "period": "P30D", "backups": "counted"}
    erasure = {"within": "P30D", "source": _SOURCE}
    classes["gp-log"] = aged | {"clock": "birth", "erasure": erasure}
    classes["gp-location"] = aged | {
        "clock": "last-write",
        "erasure": erasure | {"no-write-after-request": "the application"},
    }
    config["im:sub-processors"][0]["classes"] = [*classes]
