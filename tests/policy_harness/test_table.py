"""Invalid tables: all problems at once with file, line and key, and without values."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from im_stack.policy_harness import TableError, read_table, resources

CANARY = "canary-77aa"
BUCKET = "{name: photos, type: 'aws:s3/bucket:Bucket'}"


def _refused(folder: Path, text: str) -> str:
    file = folder / "table.yaml"
    file.write_text(dedent(text))
    with pytest.raises(TableError) as caught:
        read_table(file)
    return str(caught.value).replace(str(folder), "")


TABLES = [
    ("", "/table.yaml: the file is empty"),
    ("[1, 2", "/table.yaml:1: this is not YAML"),
    ("- a\n- b\n", "/table.yaml:1: "),
    ("cases: []\n", "/table.yaml:1: cases: is empty"),
    ("resources: []\n", "/table.yaml:1: cases: is missing"),
    ("cases:\n  - name: a\n    expect: {}\n", "/table.yaml:3: cases.0.expect: is empty: a case that expects nothing"),
    ("cases:\n  - name: a\n", "/table.yaml:2: cases.0.expect: is missing"),
    ("cases:\n  - name: a\n    expect:\n      p: []\n", "/table.yaml:4: cases.0.expect.p: is empty"),
    ("cases:\n  - name: a\n    expect: {p: passes}\n", "/table.yaml:3: cases.0.expect.p"),
    ("cases:\n  - name: a\n    expect: {p: passes}\n", "is no outcome, one of fail, unproven, pass, not applicable"),
    (
        "cases:\n  - name: a\n    expect: {p: {outcome: fail, level: high}}\n",
        "is no enforcement level, one of advisory",
    ),
    ("cases:\n  - name: a\n    expect: {p: {outcome: fail, on: x}}\n", "the key 'on' is no text: quote it"),
    ("cases:\n  - name: a\n    expect: {p: {outcome: fail, urn: x}}\n", "cases.0.expect.p.0.urn: is no key here"),
    ("cases:\n  - name: a\n    expects: {p: pass}\n", "/table.yaml:3: cases.0.expects: is no key here"),
    ("cases:\n  - name: a\n    name: b\n    expect: {p: pass}\n", "/table.yaml:3: cases.0.name: is there twice"),
    ("cases:\n  - name: 1\n    expect: {p: pass}\n", "/table.yaml:2: cases.0.name"),
    ("cases: [{name: a, expect: {p: pass}}, {name: a, expect: {p: pass}}]", "there is another case 'a'"),
    ("cases: &a [*a]\n", "nested too deep, or holds itself"),
    ("x: &a {y: *a}\n", "nested too deep, or holds itself"),
    ("cases: [{name: a, expect: {p: {outcome: fail, resource: photos}}}]", "there is no resource 'photos'"),
    (
        "stack: {config: {region: x}}\ncases: [{name: a, expect: {p: pass}}]",
        "/table.yaml:1: stack.config.region: has no",
    ),
    (
        "stack: {config: {'a:b': {c: {$secret: 1}}}}\ncases: [{name: a, expect: {p: pass}}]",
        "as a whole {$secret: value}",
    ),
    ("stack: {tags: {a: 1}}\ncases: [{name: a, expect: {p: pass}}]", "/table.yaml:1: stack.tags.a"),
]


@pytest.mark.parametrize(("text", "says"), TABLES)
def test_a_table(tmp_path: Path, text: str, says: str) -> None:
    assert says in _refused(tmp_path, text)


ROWS = [
    ("{name: a}", "type: is missing"),
    ("{name: a, type: bucket}", "is no resource type: package:module/type:Type"),
    ("{name: a, type: 'x:y:Z', property: {}}", "property: is no key here"),
    ("{name: photos, type: 'x:y:Z'}, {name: photos, type: 'x:y:Z'}", "there is another resource 'photos'"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$ref: c}}}", "properties.b.$ref: there is no resource 'c'"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$ref: [c]}}}", "there is no resource ['c']"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$refs: c}}}", "is a list of resources"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$rf: c}}}", "properties.b.$rf: is no notation, one of $ref"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$ref: photos, c: 1}}}", "$ref stands alone"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$known: photos}}}", "$known stands with `is` and nothing else"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$unknown: text}}}", "is true or one of string, boolean, number"),
    ("{name: a, type: 'x:y:Z', properties: {b: {$asset: {file: x}}}}", "has one of path, text, uri"),
    ("{name: a, type: 'x:y:Z', properties: {b: .inf}}", "is no number that the wire carries"),
    ("{name: a, type: 'x:y:Z', properties: {b: 2026-11-23}}", "is a date, which no resource has: quote it"),
    ("{name: a, type: 'x:y:Z', properties: {b: 2026-13-45}}", "cannot be read as timestamp"),
    ("{name: a, type: 'x:y:Z', properties: {b: !!python/name:os.system x}}", "cannot be read as os.system"),
    ("{name: a, type: 'x:y:Z', properties: {1: 2}}", "the key '1' is no text: quote it"),
    ("{name: a, type: 'x:y:Z', options: {parent: photo}}", "there is no resource 'photo'; is it 'photos'?"),
    ("{name: a, type: 'x:y:Z', options: {parent: a}}", "options.parent: 'a' is its own parent"),
    ("{name: a, type: 'x:y:Z', options: {provider: photos}}", "'photos' is no pulumi:providers:x"),
    ("{name: a, type: 'x:y:Z', component: true, options: {provider: photos}}", "no provider makes a component"),
    ("{name: a, type: 'x:y:Z', default: true}", "is for a provider without a parent"),
    ("{name: a, type: 'x:y:Z', options: {dependsOn: [b]}}", "options.dependsOn: there is no resource 'b'"),
    ("{name: a, type: 'x:y:Z', options: {customTimeouts: {create: soon}}}", "is no time: a number of seconds, or 90s"),
]


@pytest.mark.parametrize(("rows", "says"), ROWS)
def test_a_row(tmp_path: Path, rows: str, says: str) -> None:
    text = f"""\
    stack: {{name: dev}}
    cases:
      - name: a
        resources:
          - {BUCKET}
          - {rows.replace("}, {", "}" + chr(10) + "          - {")}
        expect: {{p: pass}}
    """
    said = _refused(tmp_path, text)
    assert says in said
    assert said.startswith(("/table.yaml:5", "/table.yaml:6", "/table.yaml:7")), said


def test_all_problems_at_once(tmp_path: Path) -> None:
    said = _refused(tmp_path, "cases: [{name: a, expects: 1}, {name: b, expect: {p: passes}}]")
    assert len(said.splitlines()) == 3


def test_nothing_is_unknown_in_an_update(tmp_path: Path) -> None:
    text = f"""\
    stack: {{dryRun: false}}
    resources: [{BUCKET}]
    cases:
      - name: a
        resources: [{{name: a, type: 'x:y:Z', properties: {{b: {{$ref: photos}}}}}}]
        expect: {{p: pass}}
    """
    assert "nothing is unknown in an update: write {$known: resource, is: value}" in _refused(tmp_path, text)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="not UTF-8"):
        read_table(tmp_path / "bytes.yaml")
    (tmp_path / "control.yaml").write_text("a: \x07")
    with pytest.raises(TableError, match="characters that YAML does not allow"):
        read_table(tmp_path / "control.yaml")


@pytest.mark.parametrize(
    "row",
    [
        {"name": "a", "type": CANARY},
        {"name": "a", "type": "x:y:Z", "properties": CANARY},
        {"name": "a", "type": "x:y:Z", "properties": {"a": {"$asset": {"$secret": CANARY}}}},
        {"name": "a", "type": "x:y:Z", "properties": {"a": {"$secret": CANARY, "b": 1}}},
        {"name": "a", "type": "x:y:Z", "options": {"customTimeouts": {"create": CANARY}}},
    ],
)
def test_no_value_is_said(row: dict[str, Any]) -> None:
    with pytest.raises(TableError) as caught:
        resources([row])
    assert CANARY not in str(caught.value)


def test_what_a_resource_is_made_with_is_in_no_repr() -> None:
    made = resources(
        [{"name": "a", "type": "x:y:Z", "properties": {"a": {"$secret": CANARY}}, "outputs": {"b": CANARY}}]
    )
    assert CANARY not in repr(made)


def test_a_row_of_a_case_takes_the_place_of_the_table_s(tmp_path: Path) -> None:
    file = tmp_path / "table.yaml"
    file.write_text(
        dedent("""\
        stack: {name: dev, config: {a:x: 1, a:y: true}}
        policyConfig: {all: mandatory}
        resources:
          - {name: first, type: 'x:y:Z', properties: {n: 1}}
          - {name: second, type: 'x:y:Z', properties: {n: 2}}
        cases:
          - name: one
            stack: {project: other, config: {a:x: [1], a:z: {$secret: t}}}
            resources:
              - {name: third, type: 'x:y:Z'}
              - {name: first, type: 'x:y:Z', properties: {n: 9}}
            policyConfig: {}
            expect: {p: {outcome: fail, resource: $stack}}
          - name: two
            expect: {p: [pass, {outcome: pass, resource: second}]}
        """)
    )
    one, two = read_table(file).cases
    assert [(r.name, r.inputs.get("n")) for r in one.resources] == [("first", 9.0), ("second", 2.0), ("third", None)]
    assert [r.name for r in two.resources] == ["first", "second"]
    assert (one.stack.project, one.stack.name, one.stack.secrets) == ("other", "dev", ("a:z",))
    assert one.stack.config == {"a:x": "[1]", "a:y": "true", "a:z": "t"}
    assert two.stack.config == {"a:x": "1", "a:y": "true"}
    assert (one.policy_config, two.policy_config) == ({}, {"all": "mandatory"})
    assert one.expected[0].urn == one.stack.root == "urn:pulumi:dev::other::pulumi:pulumi:Stack::other-dev"
    assert [(e.urn is None, e.line) for e in two.expected] == [(True, 15), (False, 15)]
