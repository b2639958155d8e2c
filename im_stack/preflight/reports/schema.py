"""JSON Schemas of a stack file (for completion and checks in editors) and of the JSON report."""

import json
from typing import Any

from im_stack.terms.declaration import NAMESPACE, Declaration


def stack_schema() -> str:
    """The schema as JSON text: `config` with every `im:` key, other namespaces allowed."""
    declaration = Declaration.model_json_schema(by_alias=True)
    definitions = declaration.pop("$defs")
    properties: dict[str, Any] = {f"{NAMESPACE}:{key}": value for key, value in declaration["properties"].items()}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of the instant-messaging backend",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "properties": properties,
                "patternProperties": {f"^(?!{NAMESPACE}:)": {}},
                "required": [f"{NAMESPACE}:{key}" for key in declaration["required"]],
                "additionalProperties": False,
            }
        },
        "$defs": definitions,
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def report_schema() -> str:
    """The schema of what `preflight check --format json` prints, as JSON text."""
    from im_stack.preflight.reports.as_json import json_schema

    schema = json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "What preflight check reports"
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"
