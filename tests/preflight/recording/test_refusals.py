"""What the engine refuses about a registration, one reason at a time."""

from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import alias_pb2, resource_pb2

from im_stack.preflight.recording.monitor.refusals import refusals, unseen

HERE = "urn:pulumi:s::p::t:i:C::here"
GONE = "urn:pulumi:s::p::t:i:C::gone"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_ASSET, _ARCHIVE = "c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"


def _refused(request: dict[str, Any], options: dict[str, Any] | None = None, inputs: Any = None) -> list[str]:
    made = resource_pb2.RegisterResourceRequest(**{"type": "a:b:C", "name": "x", "custom": True, **request})
    left = resource_pb2.TransformResourceOptions(**(options or {}))
    return list(refusals(made, left, inputs or {}, {HERE}))


def _links(*urns: str) -> dict[str, Any]:
    return {"k": resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=urns)}


def _spec(parent: str) -> Any:
    return alias_pb2.Alias(spec=alias_pb2.Alias.Spec(parentUrn=parent))


TAKEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"parent": HERE, "dependencies": [HERE], "propertyDependencies": _links(HERE)}, {}),
    ({}, {"depends_on": [HERE], "deleted_with": HERE, "replace_with": [HERE]}),
    ({}, {"aliases": [alias_pb2.Alias(urn=GONE), _spec(GONE), _spec("")]}),
    ({"type": "anything", "custom": False}, {}),
    ({"type": "a:b/c:D"}, {}),
    *[({}, {"version": version}) for version in ("0.2.3", "1.0.0-alpha.1+x")],
    *[
        ({}, {"custom_timeouts": resource_pb2.RegisterResourceRequest.CustomTimeouts(create=text)})
        for text in ("1h30m", "90s", "0", "1.5h", "100ms", "-1m")
    ],
]


@pytest.mark.parametrize(("request_", "options"), TAKEN)
def test_what_is_taken(request_: dict[str, Any], options: dict[str, Any]) -> None:
    assert _refused(request_, options) == []


REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"parent": GONE}, {}, "its parent gone is not in the stack"),
    ({"dependencies": [GONE]}, {}, "it depends on gone"),
    ({"propertyDependencies": _links(GONE)}, {}, "it depends on gone"),
    ({"dependencies": ["nonsense"]}, {}, "it depends on 'nonsense'"),
    ({}, {"depends_on": [GONE]}, "it depends on gone"),
    ({}, {"deleted_with": GONE}, "it depends on gone"),
    ({}, {"replace_with": [GONE]}, "it depends on gone"),
    ({}, {"aliases": [alias_pb2.Alias(urn="old")]}, "its alias 'old' is no URN"),
    ({}, {"aliases": [_spec("old")]}, "its alias 'old' is no URN"),
    ({"type": "bucket"}, {}, "is no type of a provider"),
    ({"type": "a:b"}, {}, "is no type of a provider"),
    *[({}, {"version": version}, "is no version") for version in ("newest", "1.2", "v1.2.3", "01.2.3")],
    *[
        ({}, {"custom_timeouts": resource_pb2.RegisterResourceRequest.CustomTimeouts(**{what: text})}, f"its {what}")
        for what, text in (("create", "soon"), ("update", "5"), ("delete", "5 m"), ("read", "1d"))
    ],
]


@pytest.mark.parametrize(("request_", "options", "why"), REFUSED)
def test_what_is_refused(request_: dict[str, Any], options: dict[str, Any], why: str) -> None:
    (found,) = _refused(request_, options)
    assert why in found


def test_a_file_must_be_there(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    assert _refused({}, {}, {"a": {_SIGNATURE: _ASSET, "path": str(there)}}) == []
    assert _refused({}, {}, {"a": {_SIGNATURE: _ASSET, "text": "x"}}) == []
    assert _refused({}, {}, {"a": {"path": "/no/such"}}) == []
    inner = {_SIGNATURE: _ARCHIVE, "assets": {"f": {_SIGNATURE: _ASSET, "path": "/no/such"}}}
    assert _refused({}, {}, {"a": [inner]}) == ["the file /no/such is not there"]


def test_what_a_preview_does_and_a_recorder_cannot() -> None:
    bound = resource_pb2.RegisterResourceRequest.ResourceHooksBinding(before_create=["look"], after_delete=["other"])
    options = resource_pb2.TransformResourceOptions(hooks=bound)
    assert list(unseen(options, {"look", "other"})) == ["its hook 'look' runs in a preview, and may fail there"]
    assert list(unseen(options, set())) == []
    setattr(options, "import", "id-1")
    assert "it is imported" in next(unseen(options, set()))
