"""What is another elsewhere or at another time, and secrets read without their mark: noted where it happens."""

import json
from pathlib import Path

import pytest

from im_stack.preflight.stack_files.stack_file import read_stack
from tests.harness.project import write_project
from tests.harness.recorded import recorder

NOTED = {
    "the time": ("import time", "time.time()", "time.time"),
    "the time by its own name": ("from time import time_ns", "time_ns()", "time.time_ns"),
    "the day": ("import datetime", "datetime.date.today()", "date.today"),
    "the day by its own name": ("from datetime import date", "date.today()", "date.today"),
    "the hour": ("from datetime import datetime, timezone", "datetime.now(timezone.utc)", "datetime.now"),
    "chance": ("import random", "random.random()", "random.random"),
    "chance of secrets": ("import secrets", "secrets.token_hex(4)", "secrets.token_hex"),
    "an id": ("import uuid", "uuid.uuid4()", "uuid.uuid4"),
    "bytes": ("import os", "os.urandom(4)", "os.urandom"),
    "the machine": ("import socket", "socket.gethostname()", "socket.gethostname"),
    "whoever runs it": ("import getpass", "getpass.getuser()", "getpass.getuser"),
    "how much is in the environment": ("import os", "len(os.environ)", "every variable"),
    "what is in the environment": ("import os", "repr(os.environ)", "every variable"),
    "a secret without its mark": ("import pulumi", "pulumi.Config().get('word')", "get_secret"),
    "a needed secret without its mark": ("import pulumi", "pulumi.Config().require('word')", "require_secret"),
}
SILENT = {
    "a span of time": ("from datetime import datetime, timedelta", "datetime(2026, 1, 1) + timedelta(days=7)"),
    "a day in a text": ("from datetime import date", "isinstance(date.fromisoformat('2026-01-01'), date)"),
    "a day of its own kind": ("from datetime import date, datetime", "assert type(date(2026, 1, 1)) in date.__mro__"),
    "a generator with a seed": ("import random", "random.Random(1).random()"),
    "an id of a name": ("import uuid", "uuid.uuid5(uuid.NAMESPACE_DNS, 'x')"),
    "a secret with its mark": ("import pulumi", "pulumi.Config().get_secret('word')"),
    "what is no secret": ("import pulumi", "pulumi.Config().get('plain')"),
}


def _seen(folder: Path, *lines: str) -> list[list[str]]:
    write_project(folder, "\n".join(lines), header="")
    config = {"test:word": {"secure": "v1:x"}, "test:plain": "x"}
    file = folder / "Pulumi.test.yaml"
    file.write_text(json.dumps({"config": json.loads(file.read_text())["config"] | config}))
    return recorder().record(read_stack(folder, "test")).get("not_seen", [])


@pytest.mark.parametrize(("first", "second", "word"), NOTED.values(), ids=NOTED)
def test_noted(tmp_path: Path, first: str, second: str, word: str) -> None:
    ((what, where),) = _seen(tmp_path, first, second)
    assert word in what
    assert where == "__main__.py:2"


@pytest.mark.parametrize(("first", "second"), SILENT.values(), ids=SILENT)
def test_not_noted(tmp_path: Path, first: str, second: str) -> None:
    assert _seen(tmp_path, first, second) == []
