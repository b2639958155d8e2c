"""JSON Schemas of stack file and owner's file (for completion and checks in editors), and of the JSON report."""

import json
from typing import Any, Final

from im_stack.policies.rules import RULES
from im_stack.terms.stack.declaration import NAMESPACE, Declaration
from im_stack.terms.stack.owner import OwnerFile
from im_stack.terms.texts.library import Library, load_library, services

_NO_OWN_TERMS: Final = {"not": {"required": ["im:terms"]}}


def stack_schema() -> str:
    """The schema as JSON text: `config` with every `im:` key, other namespaces allowed. Values that come from tables
    are listed, so that an editor completes them; with `im:terms` others may be the owner's own. No key is required: the
    project's file may have it."""
    declaration = Declaration.model_json_schema(by_alias=True)
    definitions = declaration.pop("$defs")
    properties: dict[str, Any] = {f"{NAMESPACE}:{key}": value for key, value in declaration["properties"].items()}
    library = load_library()
    jurisdictions = {"enum": sorted(library.jurisdictions)}
    closed: dict[str, Any] = {
        "im:jurisdiction": jurisdictions,
        "im:residents": {"items": jurisdictions},
        "im:elsewhere": {"propertyNames": {"enum": sorted(library.classes)}},
    }
    for key, of, titles in (
        ("im:instruments", "Adopted", {each.id: each.title for each in library.instruments.values()}),
        ("im:classes", "ClassChoice", {each.id: each.name for each in library.classes.values()}),
    ):
        listed = {id_: {"allOf": [{"$ref": f"#/$defs/{of}"}], "description": title} for id_, title in titles.items()}
        others = {"$ref": f"#/$defs/{of}"}
        properties[key] = {"type": "object", "minProperties": 1, "properties": listed, "additionalProperties": others}
        closed[key] = {"propertyNames": {"enum": sorted(titles)}}
    known = [{"enum": [rule.id for rule in RULES]}, {"type": "string", "minLength": 1, "maxLength": 100}]
    rule = definitions["Waiver"]["properties"]["rule"]
    definitions["Waiver"]["properties"]["rule"] = {"anyOf": known, "description": rule["description"]}
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
                "additionalProperties": False,
                "allOf": [
                    {"if": _NO_OWN_TERMS, "then": {"properties": closed}},
                    *(_of_cloud(cloud, library) for cloud in sorted({cloud for cloud, _ in library.regions})),
                ],
            }
        },
        "$defs": definitions,
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _of_cloud(cloud: str, library: Library) -> dict[str, Any]:
    """What a stack of one cloud can choose: its regions, its services, and the logs of these."""
    logs = sorted(f"{service}/{log}" for service, own in services(cloud).items() for log in own)
    choice = {"properties": {"outside": {"propertyNames": {"enum": logs}}}}
    regions = {"enum": sorted(region for home, region in library.regions if home == cloud)}
    chosen = {
        "im:services": {"items": {"enum": sorted(services(cloud))}},
        "im:classes": {"additionalProperties": choice},
    }
    return {
        "if": {"properties": {"im:cloud": {"const": cloud}}, "required": ["im:cloud"]},
        "then": {
            "properties": chosen,
            "if": _NO_OWN_TERMS,
            "then": {"properties": {"im:region": regions}},
        },
    }


def owner_schema() -> str:
    """The schema of the owner's file, as JSON text."""
    schema = OwnerFile.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "What no plan shows of the stacks, and who answers for it"
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def report_schema() -> str:
    """The schema of what `preflight check --format json` prints, as JSON text."""
    from im_stack.preflight.reports.as_json import json_schema

    schema = json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "What preflight check reports"
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"
