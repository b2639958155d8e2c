"""Stack files that are no stack files: an `InputError` that can be printed, or a declaration; nothing else."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import duties_of
from im_stack.preflight.judgement.program_seen import RULE
from im_stack.preflight.stack_files.stack_file import PLACEHOLDER, StackFile, read_stack
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import Declaration, parse_declaration
from tests.harness.programs import NOT_STORED
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import declaration

BOMB = "config:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
FILES = [
    # name, text, words of the message
    ("aliases that multiply", BOMB, "more than 50,000 values"),
    ("an alias of itself", "config:\n  im:classes: &a {x: *a}\n", "more than 40 levels"),
    ("a list in itself", "config:\n  im:classes: &a [*a]\n", "more than 40 levels"),
    ("brackets", "config:\n  im:classes: " + "[" * 20_000, "more than 40 brackets are open"),
    ("dashes", "- " * 20_000, "this is not YAML (RecursionError)"),
    ("ten megabytes", "config:\n" + "  im:x: y\n" * 1_000_000, "larger than 256 kB"),
    ("NUL", "config:\n  im:cloud: \0", "this is not YAML"),
    ("no such day", "config:\n  im:region: 2020-99-99\n", "im:cloud: is missing"),
    ("bytes", "config:\n  im:region: !!binary aGk=\n", "im:region: a bytes is no plain value"),
    ("a set", "config:\n  im:region: !!set {a, b}\n", "im:region: a set is no plain value"),
    ("a tag of ours", "config:\n  im:region: !ours x\n", "this is not YAML"),
    ("code", "config:\n  im:region: !!python/object/apply:os.system [id]\n", "this is not YAML"),
    ("a list for a configuration", "config: [1]\n", "config: holds no keys"),
    ("a number for a key", "config: {1: x}\n", "the key 1 is no text"),
    ("a list for a key", "config:\n  ? [a]\n  : x\n", "is no text"),
    ("half a character", 'config:\n  im:cloud: "\\ud800"\n', "half a character"),
    ("a key of the terminal's", 'config:\n  im:cloud: tencent\n  "im:\\e[2J": 1\n', "im:\\x1b[2J"),
    ("a huge number", "config:\n  im:region: " + "1" * 5000, "this is not YAML (ValueError)"),
    ("merged keys", "config:\n  <<: {im:nonsense: b}\n", "im:nonsense: is no key"),
    ("deep text", "config:\n  im:classes: '" + "[" * 25_000 + "'", "more than 40 brackets are open"),
    ("a whole secret", "config: {im:classes: {secure: x}}", "im:classes: is missing"),
]


@pytest.mark.parametrize(("text", "words"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_stack_file(tmp_path: Path, text: str, words: str) -> None:
    said = _said(tmp_path, text.encode())
    assert words in said
    assert said.isprintable() or "\n" in said


def test_what_is_no_file(tmp_path: Path) -> None:
    stack = tmp_path / "Pulumi.test.yaml"
    (tmp_path / "Pulumi.yaml").write_text("name: test\n")
    stack.mkdir()
    assert "this is no file" in _refused(tmp_path)
    stack.rmdir()
    os.mkfifo(stack)
    assert "this is no file" in _refused(tmp_path)
    for target, words in (("/dev/zero", "no file"), (stack.name, "cannot be read"), ("nowhere", "is not there")):
        stack.unlink()
        stack.symlink_to(target)
        assert words in _refused(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: test\n")
    (tmp_path / "Pulumi.test.yaml").touch(0)
    assert "cannot be read" in _refused(tmp_path)


@pytest.mark.parametrize("name", ["\0", "x" * 5000, "../../x", "\ud800", "*"])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: test\n")
    with pytest.raises(InputError, match=r"no stack|Pulumi\.xxx"):
        read_stack(tmp_path, name)


@pytest.mark.parametrize(
    ("text", "words"), [("name: 1", "name: is no text"), ("main: x", "name: is missing"), ("name: x\nmain: []", "main")]
)
def test_a_project_file(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    assert words in _refused(tmp_path)


TEXT = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["P7D", "im-module", "secure", "*", "&a", "[[", "{"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | TEXT
KEYS = (
    st.sampled_from(sorted(Declaration.model_json_schema()["properties"])).map(lambda key: f"im:{key}") | TEXT | SCALARS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | st.integers(), inner, max_size=4),
    max_leaves=20,
)
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(st.dictionaries(KEYS, VALUES, max_size=6), st.booleans())
def test_any_keys(tmp_path: Path, chosen: dict[Any, Any], on_top: bool) -> None:
    """Any YAML below `config`, on its own and over a good declaration."""
    config = {**(declaration() if on_top else {}), **chosen}
    _said(tmp_path, yaml.safe_dump({"config": config}, allow_unicode=True).encode("utf-8", "replace"))


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(st.text(st.sampled_from("imclas:{}[]&*!|>-? \n\"'#%@,01~<\\\t\x85"), max_size=200) | st.text(max_size=80))
def test_any_text(tmp_path: Path, text: str) -> None:
    _said(tmp_path, f"config:\n  im:cloud: {text}".encode("utf-8", "replace"))
    _said(tmp_path, text.encode("utf-8", "replace"))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text().map(lambda key: f"im:{key}") | KEYS.map(str), VALUES | st.text(), max_size=6))
def test_any_configuration(chosen: dict[str, Any]) -> None:
    """What reaches the pack from an engine."""
    try:
        assert parse_declaration(chosen)
    except InputError as error:
        str(error).encode()


def _said(folder: Path, raw: bytes) -> str:
    (folder / "Pulumi.yaml").write_text("name: test\n")
    (folder / "Pulumi.test.yaml").write_bytes(raw)
    try:
        stack = read_stack(folder, "test")
        duties_of(stack)
    except InputError as error:
        text = "\n".join(map(str, error.problems))
        text.encode()
        return text
    assert all(isinstance(value, str) for value in stack.config.values())
    return ""


def _refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_stack(folder, "test")
    return str(caught.value)


PROJECT = "name: test\nconfig:\n"
MERGED = [
    # name, configuration of the project, of the stack, merged
    ("a plain value of the project's own", "  from: a", "", {"test:from": "a"}),
    ("with a default", "  from: {type: string, default: a}", "", {"test:from": "a"}),
    ("with a value", "  from: {value: a}", "", {"test:from": "a"}),
    ("of another namespace", "  aws:region: r", "", {"aws:region": "r"}),
    ("a value of another namespace", "  aws:region: {value: r}", "", {"aws:region": "r"}),
    ("the stack decides", "  from: {default: a}", "  test:from: b", {"test:from": "b"}),
    ("the stack decides, without a namespace", "  from: a", "  from: b", {"test:from": "b"}),
    ("a number and a truth", "  n: 5\n  b: {default: true}", "", {"test:n": "5", "test:b": "true"}),
    ("an object", "  o: {default: {a: [1, x]}}", "", {"test:o": '{"a": [1, "x"]}'}),
    ("a secret inside an object", "", "  o: {a: {secure: v1}, b: 2}", {"test:o": f'{{"a": "{PLACEHOLDER}", "b": 2}}'}),
    ("a secret of the project", "  s: {value: x, secret: true}", "", {"test:s": PLACEHOLDER}),
    ("of the declaration", "  im:region: {value: ap-jakarta}", "", {"im:region": "ap-jakarta"}),
]


def _written(folder: Path, project: str, stack: str) -> StackFile:
    (folder / "Pulumi.yaml").write_text(PROJECT + project)
    (folder / "Pulumi.test.yaml").write_text(f"config:\n{stack}")
    return read_stack(folder, "test")


@pytest.mark.parametrize(("project", "stack", "config"), [row[1:] for row in MERGED], ids=[row[0] for row in MERGED])
def test_configuration_is_merged_as_the_engine_does(
    tmp_path: Path, project: str, stack: str, config: dict[str, str]
) -> None:
    assert _written(tmp_path, project, stack).config == config


@pytest.mark.parametrize(
    ("project", "stack", "key", "words"),
    [
        ("  from: {type: string}", "", "test:from", "is missing: the project declares it without a default"),
        ("  from: {type: text}", "", "test:from", "type is none of string"),
        ("  from: {value: a, default: b}", "", "test:from", "has a value and a default"),
        ("  from: {values: a}", "", "test:from", "'values' is no key"),
        ("  aws:region: {default: r}", "", "aws:region", "a default is for keys of the project itself"),
        ("  n: {type: integer, default: x}", "", "test:n", "is no integer"),
        ("  n: {type: integer}", "  n: x", "test:n", "is no integer"),
        ("  b: {type: boolean}", "  b: [1]", "test:b", "is no boolean"),
        ("", "  from: a\n  test:from: b", "test:from", "stands there twice"),
    ],
)
def test_configuration_that_the_engine_refuses(tmp_path: Path, project: str, stack: str, key: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        _written(tmp_path, project, stack)
    assert (caught.value.problems[0].key, words in caught.value.problems[0].what) == (key, True)


LOCATED = [
    # name, configuration of the project, of the stack, what is said, where
    ("a key of the project", "  im:regionn: x", "", "im:regionn: is no key", "Pulumi.yaml:3"),
    ("a value of the project", "  im:region:\n    value: x-1", "", "has no region 'x-1'", "Pulumi.yaml:3"),
    (
        "inside a value of the project",
        "  im:alarm:\n    value:\n      recipient: b\n      sources: b",
        "",
        "im:alarm.sources",
        "Pulumi.yaml:6",
    ),
    ("a key of the stack instead", "  im:region: ap-jakarta", "  im:region: x-1", "region 'x-1'", "Pulumi.test.yaml:2"),
    (
        "inside a key of the stack instead",
        "  im:alarm: {value: {sources: b}}",
        "  im:alarm:\n    recipient: b\n    sourcess: b",
        "im:alarm.sourcess",
        "Pulumi.test.yaml:4",
    ),
    ("a merged key", "", "  <<: {im:nonsense: 1}", "im:nonsense", "Pulumi.test.yaml:2"),
    ("of a merged block", "", "  im:zones: &z\n    nth: 1\n  im:x: {<<: *z}", "im:zones.nth", "Pulumi.test.yaml:3"),
    ("a type of the project", "  n: {type: integer, default: x}", "", "test:n: is no integer", "Pulumi.yaml:3"),
    ("a value of another type", "  n: {type: integer}", "  b: 1\n  n: x", "test:n: is no", "Pulumi.test.yaml:3"),
    ("a key twice", "", "  from: a\n  test:from: b", "test:from: stands there twice", "Pulumi.test.yaml:3"),
    ("no plain value", "", "  im:a: 1\n  im:b: !!set {a}", "im:b: a set", "Pulumi.test.yaml:3"),
    ("what is missing", "", "  im:a: 1", "im:cloud: is missing", "Pulumi.test.yaml"),
]


@pytest.mark.parametrize(("project", "stack", "words", "place"), [r[1:] for r in LOCATED], ids=[r[0] for r in LOCATED])
def test_a_fault_has_the_line_of_its_key(tmp_path: Path, project: str, stack: str, words: str, place: str) -> None:
    given_by = {word.rstrip(":") for text in (project, stack) for word in text.split() if word.startswith("im:")}
    rest = {} if "im:cloud" in words else {k: v for k, v in declaration().items() if k not in given_by}
    more = "".join(f"\n  {key}: {json.dumps(value)}" for key, value in rest.items())
    with pytest.raises(InputError) as caught:
        duties_of(_written(tmp_path, project, f"{stack}{more}"))
    said = {str(problem).removeprefix(f"{tmp_path}/").partition(": ") for problem in caught.value.problems}
    assert place in {where for where, _, what in said if words in what}, caught.value


def test_values_from_elsewhere_are_unproven(tmp_path: Path) -> None:
    project = write_project(tmp_path, "", header="", classes=NOT_STORED)
    file = tmp_path / "Pulumi.test.yaml"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"environment": ["shop/prod"]}))
    found = [v for v in check_project(project, "test").judgement.verdicts if v.rule == RULE]
    assert [(v.outcome, v.waivable, v.name) for v in found] == [(Outcome.UNPROVEN, False, "Pulumi.test.yaml:1")]


def test_a_variable_that_the_declaration_answers_is_a_declared_hop(tmp_path: Path) -> None:
    program = "import os\nassert os.environ['FROM'] == '10.0.0.0/8'\nassert os.environ.get('TO') is None\n"
    answers = {"FROM": "10.0.0.0/8", "TO": None}
    project = write_project(tmp_path, program, header="", classes=NOT_STORED, environment=answers)
    judgement = check_project(project, "test").judgement
    assert [v for v in judgement.verdicts if v.rule == RULE] == []
    assert {p.must for p in judgement.declared_hops} == {
        "deploy with FROM=10.0.0.0/8",
        "deploy without TO in the environment",
    }
