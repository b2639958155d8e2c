"""Cloud of the stand-in in one SQLite file: resources, received requests, and the orders of a test.

Every call opens the file again: the plugin that writes it can be killed at any time, several plugins share it, and a
test reads and changes it meanwhile.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from im_stack.facts.mechanism.identities import forms

_TABLES = """
CREATE TABLE made (type TEXT, id TEXT, name TEXT, instance TEXT, own TEXT, inputs TEXT, outputs TEXT, full INTEGER,
                   PRIMARY KEY (type, id));
CREATE TABLE asked (number INTEGER PRIMARY KEY, verb TEXT, type TEXT, name TEXT, begun REAL, ended REAL, answer TEXT);
CREATE TABLE ordered (number INTEGER PRIMARY KEY, verb TEXT, what TEXT, does TEXT, nth INTEGER, seconds REAL,
                      says TEXT);
CREATE TABLE busy (instance TEXT PRIMARY KEY, until REAL);
CREATE TABLE settings (key TEXT PRIMARY KEY, value REAL);
"""
_MADE = "SELECT type, id, name, instance, own, inputs, outputs, full FROM made"


_LONGEST = 5.0
"""Seconds after which a change is over whose plugin has died."""


class Refused(Exception):
    """A refusal by the cloud; the text is its error message."""


@dataclass(frozen=True)
class Made:
    """A resource in the cloud. `instance` is the id that a change to it locks, `own` its unique name."""

    type: str
    id: str
    name: str
    instance: str
    own: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    full: bool = False

    @property
    def label(self) -> str:
        return f"{self.type.rsplit(':', 1)[-1]} {self.name}"

    @property
    def identities(self) -> set[str]:
        """Texts by which a setting of this resource refers to it."""
        return {self.id, *(str(self.outputs[key]) for key in forms(self.type) if self.outputs.get(key))}

    @property
    def used_as(self) -> set[str]:
        """Texts by which others refer to this resource and to no other: without its own inputs and its instance, and
        empty for a setting of a whole region.
        """
        if {part.kind for part in forms(self.type)["id"]} == {"place"}:
            return set()
        given = {str(self.inputs[key]) for key in forms(self.type) if key in self.inputs}
        return ({self.id} | (self.identities - given)) - {self.instance}


@dataclass(frozen=True)
class Asked:
    """A received request with its time and result: `answer` is None where the plugin died during it."""

    verb: str
    type: str
    name: str
    begun: float
    ended: float | None
    answer: str | None


@dataclass(frozen=True)
class Order:
    """An instruction of a test for the nth request with this verb and `what`: a name or type, as a shell pattern.

    `does` is `refuse` (with the message `says`), `wait` (`seconds`, then as usual), `die` (the plugin exits before the
    change), `lose` (the plugin exits after the change, without an answer). For `Check` and `CheckConfig` it is `refuse`
    (an argument), `fail` (the call), or `fill` (add the inputs in `says`, as JSON).
    """

    verb: str
    what: str
    does: str
    nth: int = 1
    seconds: float = 0
    says: str = "InternalError: refused by an order of the test"


class Cloud:
    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            connection = sqlite3.connect(file)
            connection.executescript(_TABLES)
            connection.close()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file in one exclusive transaction; an exception leaves it unchanged."""
        connection = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()

    # What a test looks at, and does.

    def made(self) -> list[Made]:
        """All resources in the order of their creation."""
        with self._open() as file:
            return [_made(row) for row in file.execute(f"{_MADE} ORDER BY rowid")]

    def named(self, name: str) -> Made:
        """The only resource with this name in the program."""
        (made,) = (made for made in self.made() if made.name == name)
        return made

    def asked(self) -> list[Asked]:
        """All requests in the order of their arrival."""
        with self._open() as file:
            rows = file.execute("SELECT verb, type, name, begun, ended, answer FROM asked ORDER BY number")
            return [Asked(*row) for row in rows]

    def order(self, *orders: Order) -> None:
        with self._open() as file:
            rows = [(o.verb, o.what, o.does, o.nth, o.seconds, o.says) for o in orders]
            columns = "(verb, what, does, nth, seconds, says)"
            file.executemany(f"INSERT INTO ordered {columns} VALUES (?, ?, ?, ?, ?, ?)", rows)

    def busy_for(self, seconds: float) -> None:
        """From now on a change to an instance that allows one at a time lasts this long and excludes others."""
        with self._open() as file:
            file.execute("INSERT OR REPLACE INTO settings VALUES ('busy', ?)", (seconds,))

    def drift(self, name: str, outputs: Mapping[str, Any]) -> None:
        """Change a resource outside the engine, as a user of the console would."""
        made = self.named(name)
        self.change(made.type, made.id, {**made.inputs, **outputs}, {**made.outputs, **outputs})

    def fill(self, name: str, *, full: bool = True) -> None:
        """Put an object into a store or empty it; a full store is deleted only together with its content."""
        with self._open() as file:
            file.execute("UPDATE made SET full = ? WHERE type LIKE '%:Bucket' AND name = ?", (full, name))

    def lose(self, name: str) -> None:
        """Delete a resource outside the engine."""
        with self._open() as file:
            file.execute("DELETE FROM made WHERE name = ?", (name,))

    # What the plugin asks.

    @contextmanager
    def request(self, verb: str, type_: str, name: str) -> Iterator[Order | None]:
        """Log a request and its answer, and yield the order for it, if any."""
        with self._open() as file:
            columns = "(verb, type, name, begun)"
            row = (verb, type_, name, time.time())
            number = file.execute(f"INSERT INTO asked {columns} VALUES (?, ?, ?, ?)", row).lastrowid
            order = _due(file, verb, type_, name)
        answer = "done"
        try:
            yield order
        except Refused as refused:
            answer = str(refused)
            raise
        finally:
            with self._open() as file:
                file.execute("UPDATE asked SET ended = ?, answer = ? WHERE number = ?", (time.time(), answer, number))

    def wanted(self, verb: str, type_: str, name: str) -> Order | None:
        """The order for a request that changes nothing and is not logged."""
        with self._open() as file:
            return _due(file, verb, type_, name)

    @contextmanager
    def changing(self, instance: str, *, afterwards: bool = False) -> Iterator[None]:
        """A change to an instance, refused while another runs if the cloud is `busy_for` some time. `afterwards`: the
        answer comes before the change is over. Without an instance nothing is locked.
        """
        with self._open() as file:
            row = file.execute("SELECT value FROM settings WHERE key = 'busy'").fetchone()
            seconds = row[0] if row and instance else 0
            if seconds:
                busy = file.execute("SELECT until FROM busy WHERE instance = ?", (instance,)).fetchone()
                if busy and busy[0] > time.time():
                    raise Refused(f"OperationDenied.InstanceTaskRunning: a change to {instance} runs already")
                file.execute("INSERT OR REPLACE INTO busy VALUES (?, ?)", (instance, time.time() + _LONGEST))
        yield
        if seconds:
            if not afterwards:
                time.sleep(seconds)
            with self._open() as file:
                until = time.time() + (seconds if afterwards else 0)
                file.execute("UPDATE busy SET until = ? WHERE instance = ?", (until, instance))

    def times_made(self, type_: str, name: str) -> int:
        """How often a resource has been created, since a recreated one gets another id."""
        with self._open() as file:
            query = "SELECT count(*) FROM asked WHERE verb = 'Create' AND type = ? AND name = ?"
            return int(file.execute(query, (type_, name)).fetchone()[0])

    def types_of(self, id_: str) -> set[str]:
        """Types of the resources with this id: an instance and its settings."""
        with self._open() as file:
            return {row[0] for row in file.execute("SELECT type FROM made WHERE id = ?", (id_,))}

    def find(self, type_: str, id_: str) -> Made | None:
        with self._open() as file:
            row = file.execute(f"{_MADE} WHERE type = ? AND id = ?", (type_, id_)).fetchone()
        return _made(row) if row else None

    def make(self, made: Made) -> None:
        """Add a resource. Raises `Refused` where its id or unique name is taken."""
        with self._open() as file:
            if file.execute("SELECT 1 FROM made WHERE type = ? AND id = ?", (made.type, made.id)).fetchone():
                raise Refused(f"AlreadyExists: {made.label} has the id {made.id}, which there is already")
            own = file.execute("SELECT 1 FROM made WHERE type = ? AND own = ?", (made.type, made.own)).fetchone()
            if made.own and own:
                raise Refused(f"NameInUse: {made.label} has the name {made.own}, which there is already")
            row = (made.type, made.id, made.name, made.instance, made.own, _text(made.inputs), _text(made.outputs), 0)
            file.execute("INSERT INTO made VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def change(self, type_: str, id_: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
        with self._open() as file:
            row = (_text(inputs), _text(outputs), type_, id_)
            if not file.execute("UPDATE made SET inputs = ?, outputs = ? WHERE type = ? AND id = ?", row).rowcount:
                raise Refused(f"NotFound: there is no {type_} {id_}")

    def unmake(self, type_: str, id_: str, *, with_contents: bool) -> None:
        """Delete a resource with its settings. Raises `Refused` while it is full or another resource refers to it.

        Deleting what does not exist succeeds.
        """
        with self._open() as file:
            everything = [_made(row) for row in file.execute(_MADE)]
            found = [made for made in everything if (made.type, made.id) == (type_, id_)]
            if not found:
                return
            made = found[0]
            if made.full and not with_contents:
                raise Refused(f"NotEmpty: {made.label} still holds something")
            own = made.identities if made.instance not in made.identities else set()
            settings = [other for other in everything if other.instance in own]
            for other in everything:
                if other is not made and other not in settings and _mentions(other.inputs, made.used_as):
                    raise Refused(f"ResourceInUse: {made.label} is used by {other.label}")
            rows = [(gone.type, gone.id) for gone in [made, *settings]]
            file.executemany("DELETE FROM made WHERE type = ? AND id = ?", rows)


def _mentions(value: Any, names: set[str]) -> bool:
    """Whether a text in a value is one of the names; the resource's own `name` does not count."""
    if isinstance(value, dict):
        return any(_mentions(item, names) for key, item in value.items() if key != "name")
    if isinstance(value, list):
        return any(_mentions(item, names) for item in value)
    return isinstance(value, str) and value in names


def _due(file: sqlite3.Connection, verb: str, type_: str, name: str) -> Order | None:
    """The order for this request. Each matching order counts it; the first that is due is returned and removed."""
    due = None
    query = "SELECT number, verb, what, does, nth, seconds, says FROM ordered ORDER BY number"
    for number, *row in file.execute(query).fetchall():
        order = Order(*row)
        if order.verb != verb or not (fnmatchcase(name, order.what) or fnmatchcase(type_, order.what)):
            continue
        if order.nth > 1:
            file.execute("UPDATE ordered SET nth = nth - 1 WHERE number = ?", (number,))
        elif due is None:
            due = order
            file.execute("DELETE FROM ordered WHERE number = ?", (number,))
    return due


def _made(row: Any) -> Made:
    type_, id_, name, instance, own, inputs, outputs, full = row
    return Made(type_, id_, name, instance, own, json.loads(inputs), json.loads(outputs), bool(full))


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)
