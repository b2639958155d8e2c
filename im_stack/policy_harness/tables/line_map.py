"""YAML file as plain values with the line of every key. Stricter than YAML: no duplicate keys, keys are text."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from im_stack.policy_harness.errors import Problem, TableError

Key = tuple[str | int, ...]
_DEPTH: Final = 60
_NODES: Final = 200_000


class LineMap:
    """Lines of a file by path."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Key, int] = {}

    def problem(self, key: Key, what: str) -> Problem:
        """A fault at a path, with the line of its longest existing part."""
        ends = range(len(key), -1, -1)
        line = next((self.lines[key[:end]] for end in ends if key[:end] in self.lines), None)
        return Problem(self.file, line, ".".join(map(str, key)), what)


def read_with_lines(path: Path) -> tuple[Any, LineMap]:
    """Document of a file, and its lines. Raises `TableError`."""
    line_map = LineMap(str(path))
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except OSError as error:
        raise TableError([line_map.problem((), f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise TableError([line_map.problem((), "is not UTF-8 text")]) from None
    except yaml.reader.ReaderError:
        raise TableError([line_map.problem((), "holds characters that YAML does not allow")]) from None
    except (yaml.MarkedYAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = f"this is not YAML: {getattr(error, 'problem', 'it is nested too deep')}"
        raise TableError([Problem(line_map.file, mark.line + 1 if mark else None, "", what)]) from None
    if node is None:
        raise TableError([line_map.problem((), "the file is empty")])
    _Reader(loader, line_map).place(node, (), 0)
    return loader.construct_document(node), line_map


class _Reader:
    """Converts YAML nodes to values. Aliases count each time they are used."""

    def __init__(self, loader: yaml.SafeLoader, line_map: LineMap) -> None:
        self._loader = loader
        self._lines = line_map
        self._seen = 0

    def place(self, node: yaml.Node, key: Key, depth: int) -> None:
        self._lines.lines.setdefault(key, node.start_mark.line + 1)
        self._seen += 1
        if depth > _DEPTH or self._seen > _NODES:
            self._refuse(key, "is nested too deep, or holds itself" if depth > _DEPTH else "is too large")
        if isinstance(node, yaml.MappingNode):
            self._mapping(node, key, depth)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.place(item, (*key, index), depth + 1)
        elif isinstance(node, yaml.ScalarNode):
            self._scalar(node, key)

    def _mapping(self, node: yaml.MappingNode, key: Key, depth: int) -> None:
        names: set[str] = set()
        for name, item in node.value:
            if name.tag == "tag:yaml.org,2002:merge":
                self.place(item, key, depth + 1)
                continue
            if name.tag != "tag:yaml.org,2002:str":
                self._refuse(key, f"the key {name.value!r} is no text: quote it", name.start_mark.line + 1)
            if name.value in names:
                self._refuse((*key, name.value), "is there twice", name.start_mark.line + 1)
            names.add(name.value)
            self._lines.lines[(*key, name.value)] = name.start_mark.line + 1
            self.place(item, (*key, name.value), depth + 1)

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> None:
        try:
            value = self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self._refuse(key, f"cannot be read as {node.tag.rsplit(':', 1)[-1]}")
        if isinstance(value, date | bytes):
            self._refuse(key, f"is a {type(value).__name__}, which no resource has: quote it")
        if isinstance(value, float) and not abs(value) < float("inf"):
            self._refuse(key, "is no number that the wire carries")

    def _refuse(self, key: Key, what: str, line: int | None = None) -> None:
        found = self._lines.problem(key, what)
        raise TableError([Problem(found.file, line or found.line, found.key, what)])
