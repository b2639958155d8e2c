"""Mutants of the code: every node of a function that a mutation operator can replace, and the compiled replacement.

No file is written. The changed module is compiled and its code given to the loaded functions, so that a mutant costs
what the cases that run through it cost. Operators replace conditions, comparisons, booleans, sums, returns and yields.
Not changed is what only steers when a fault is reported (`alone`, `irreversible`) or how it is put into words, and what
runs only when a module is imported.

A mutant that is equivalent to the code is explained beside it, by operator; the comment is about its own line, or about
the next one where it has a line to itself:

    # equivalent(return, operand): why no table row can tell them apart
"""

import ast
import gc
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from io import StringIO
from tokenize import COMMENT, generate_tokens
from types import CodeType, FunctionType

from tests.harness.root import ROOT

_SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_NEGATED = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)  # to swap these is to negate the condition
_OTHER = {"any": "all", "all": "any", "min": "max", "max": "min"}
_WHEN = {"alone", "irreversible"}
_WORDS = {"fix", "how", "label", "why", "what", "where", "source", "message", "evidence", "grade", "state"}
_IMPORTING = """
import json, sys
from importlib import import_module
seen = set()
sys.settrace(lambda frame, *_: seen.add((frame.f_code.co_filename, frame.f_code.co_firstlineno)))
for file in sys.argv[1:]:
    import_module(file.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
sys.settrace(None)
print(json.dumps(sorted(seen)))
"""
_PRAGMA = re.compile(r"# equivalent\(([a-z, ]+)\): (.+)")
Place = tuple[str, int]
"""A function by its qualified name and first line."""


@dataclass(frozen=True)
class Mutant:
    """One change by one operator: `line` is where the changed node starts, `lines` where its statement stands, `at` the
    number of the node in the module and of the change among its changes."""

    file: str
    function: Place
    line: int
    operator: str
    lines: range
    was: str
    becomes: str
    at: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function[0]}: {self.operator}: {self.was} → {self.becomes}"


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"))


def mutants(file: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text."""
    for number, (node, statement, function) in enumerate(_nodes(_tree(file))):
        if function is None:
            continue
        for which, (operator, change) in enumerate(_changes(node)):
            changed = change(deepcopy(node))
            line = getattr(node, "lineno", 0) or node.target.lineno  # type: ignore[attr-defined]  # of a comprehension
            lines = range(statement.lineno, (getattr(node, "end_lineno", 0) or statement.lineno) + 1)
            yield Mutant(file, function, line, operator, lines, _text(node), _text(changed), (number, which))


def equivalents(file: str) -> Iterator[tuple[int, str, str]]:
    """The explained mutants of a file: line, operator, reason."""
    text = (ROOT / file).read_text("utf-8")
    lines = text.splitlines()
    for token in generate_tokens(StringIO(text).readline):
        if token.type == COMMENT and (match := _PRAGMA.fullmatch(token.string)):
            line = token.start[0]
            while lines[line - 1].lstrip().startswith("#"):
                line += 1
            yield from ((line, operator.strip(), match[2]) for operator in match[1].split(","))


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 110 else text[:109] + "…"


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.stmt, Place | None]]:
    """Every node with the statement it is in and the outermost function it is in."""
    of_module: set[int] = set()  # what a definition has evaluated once, when its module is loaded

    def walk(
        node: ast.AST, statement: ast.stmt, function: Place | None, path: str
    ) -> Iterator[tuple[ast.AST, ast.stmt, Place | None]]:
        if isinstance(node, ast.stmt):
            statement = node
        if id(node) in of_module:
            function = None
        yield node, statement, function
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            path = f"{path}{node.name}."
        if isinstance(node, ast.FunctionDef) and function is None:
            of_module.update(map(id, (*node.args.defaults, *node.args.kw_defaults, *node.decorator_list)))
            first = node.decorator_list[0] if node.decorator_list else node
            function = path[:-1], first.lineno
        for child in ast.iter_child_nodes(node):
            yield from walk(child, statement, function, path)

    for statement in tree.body:
        yield from walk(statement, statement, None, "")


def _changes(node: ast.AST) -> list[tuple[str, Callable[[ast.AST], ast.AST]]]:
    """The changes of a node: the operator's name, and what takes a copy of the node and returns its replacement."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if _worth_negating(test):
            return [("negate", _negate)]
        case ast.comprehension(ifs=[_, *_]):
            return [("filter", _unfiltered)]
        case ast.BoolOp():
            operands = (("operand", _without_operand(index)) for index in range(len(node.values)))
            return [("connective", _swap_operator), *operands]
        case ast.Compare():
            return [("comparison", _swap_comparison)]
        case ast.Constant(value=bool()):
            return [("constant", lambda copy: ast.Constant(not copy.value))]  # type: ignore[attr-defined]
        case ast.UnaryOp(op=ast.Not()):
            return [("not", lambda copy: copy.operand)]  # type: ignore[attr-defined]
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return [("sum", _swap_sum)]
        case ast.Name(id=name) if name in _OTHER:
            return [("builtin", lambda copy: ast.Name(_OTHER[copy.id], copy.ctx))]  # type: ignore[attr-defined]
        case ast.Return(value=None) | ast.Continue():
            return [("pass", lambda _: ast.Pass())]
        case ast.Return(value=value) if not _is_nothing(value):
            return [("return", lambda _: ast.Return(ast.Constant(None)))]
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            return [("yield", lambda _: ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load()))))]
    return []


def _is_nothing(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _worth_negating(test: ast.expr) -> bool:
    swapped = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], _NEGATED)
    return not swapped and not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not))


def _negate(copy: ast.AST) -> ast.AST:
    copy.test = ast.UnaryOp(ast.Not(), copy.test)  # type: ignore[attr-defined]
    return copy


def _unfiltered(copy: ast.AST) -> ast.AST:
    copy.ifs = []  # type: ignore[attr-defined]
    return copy


def _swap_operator(copy: ast.AST) -> ast.AST:
    copy.op = ast.Or() if isinstance(copy.op, ast.And) else ast.And()  # type: ignore[attr-defined]
    return copy


def _without_operand(index: int) -> Callable[[ast.AST], ast.AST]:
    def change(copy: ast.AST) -> ast.AST:
        del copy.values[index]  # type: ignore[attr-defined]
        return copy if len(copy.values) > 1 else copy.values[0]  # type: ignore[attr-defined]

    return change


def _swap_comparison(copy: ast.AST) -> ast.AST:
    copy.ops[0] = _SWAPPED[type(copy.ops[0])]()  # type: ignore[attr-defined]
    return copy


def _swap_sum(copy: ast.AST) -> ast.AST:
    copy.op = ast.Sub() if isinstance(copy.op, ast.Add) else ast.Add()  # type: ignore[attr-defined]
    return copy


class _Replace(ast.NodeTransformer):
    """Replaces one node of a tree by another."""

    def __init__(self, target: ast.AST, by: ast.AST) -> None:
        self.target, self.by = target, by

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.target:
            return ast.copy_location(self.by, node)
        return super().visit(node)  # type: ignore[no-any-return]


def codes(mutant: Mutant) -> dict[Place, CodeType]:
    """The code of the mutant's function, and of every function inside it, with the change made."""
    tree = deepcopy(_tree(mutant.file))
    number, which = mutant.at
    node = next(node for index, (node, _, _) in enumerate(_nodes(tree)) if index == number)
    changed = _changes(node)[which][1](deepcopy(node))
    whole = _Replace(node, changed).visit(tree)
    assert isinstance(whole, ast.Module)
    module = compile(ast.fix_missing_locations(whole), str(ROOT / mutant.file), "exec")
    return {
        place: code
        for place, code in _all_codes(module)
        if place == mutant.function or place[0].startswith(f"{mutant.function[0]}.<locals>.")
    }


def _all_codes(code: CodeType) -> Iterator[tuple[Place, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield (inner.co_qualname, inner.co_firstlineno), inner
            yield from _all_codes(inner)


def functions(files: list[str]) -> dict[str, dict[Place, list[FunctionType]]]:
    """Every loaded function of some files, closures too."""
    paths = {str(ROOT / file): file for file in files}
    found: dict[str, dict[Place, list[FunctionType]]] = {file: {} for file in files}
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename in paths:
            place = thing.__code__.co_qualname, thing.__code__.co_firstlineno
            found[paths[thing.__code__.co_filename]].setdefault(place, []).append(thing)
    return found


def run_at_import(files: list[str]) -> set[tuple[str, int]]:
    """File and first line of every function that runs while the files are imported: no case can run it changed."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTING, *files], cwd=ROOT, capture_output=True, check=True, text=True
    )
    paths = {str(ROOT / file): file for file in files}
    return {(paths[path], line) for path, line in json.loads(done.stdout) if path in paths}


def left_alone(file: str) -> set[int]:
    """The numbers of nodes that steer only when a fault is reported, or pick its words."""
    alone: set[int] = set()
    nodes = [node for node, _, _ in _nodes(_tree(file))]
    places = {id(node): number for number, node in enumerate(nodes)}
    for node in nodes:
        skipped: list[ast.AST] = []
        if isinstance(node, ast.Call):
            skipped += [word.value for word in node.keywords if word.arg in _WHEN]
            if isinstance(node.func, ast.Name) and node.func.id == "Unresolved":
                skipped += node.args[1:]
        if isinstance(node, ast.Dict):
            skipped += [key for key in node.keys if isinstance(key, ast.Constant)]
        if isinstance(node, ast.FormattedValue):
            skipped.append(node)
        if isinstance(node, ast.Assign):
            names = {name.id for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)}
            skipped += [node.value] if names <= _WORDS else []
        for part in skipped:
            alone |= {places[id(inner)] for inner in ast.walk(part) if id(inner) in places}
    return alone
