"""Program of `preflight zones`: zones of each product in the region `IM_ZONES_REGION`, as JSON in `IM_ZONES_ANSWER`."""

import json
import os
from pathlib import Path

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import availability

PRODUCTS = {"mysql": "cdb", "mongodb": "mongodb", "redis": "redis", "ckafka": "ckafka"}


def ask() -> None:
    """Write the zones by service, each with name and numeric id. Runs in a preview, with an account's credentials."""
    region, answer = os.environ["IM_ZONES_REGION"], Path(os.environ["IM_ZONES_ANSWER"])
    asking = pulumi.InvokeOptions(provider=tencentcloud.Provider("zones", region=region))
    found = {
        service: availability.get_zones_by_product_output(product=product, opts=asking).zones
        for service, product in PRODUCTS.items()
    }

    def write(zones: dict[str, list[availability.outputs.GetZonesByProductZoneResult]]) -> None:
        rows_of = {service: [{"id": str(z.id), "name": z.name} for z in rows] for service, rows in zones.items()}
        answer.write_text(json.dumps(rows_of), encoding="utf-8")

    pulumi.Output.all(**found).apply(write)
