"""Programs that are right, each with its file: what `mutations` makes wrong ones of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from seeds_of_features import BODIES, FEATURES, PLAIN
from tree import ROOT

AGREEMENT = ("programs", "instruments", "body_programs", "memory_programs", "host_programs")
NOT_PROGRAMS = ("demo", "test_comb")


_PROGRAM = re.compile(
    r"^@dspc\.(?:effect|instrument)[^\n]*\n(?:def|class) (\w+)|^class (\w+)\(dspc\.(?:Voice|Effect)", re.MULTILINE
)


@dataclass(frozen=True)
class Seed:
    """A file's source, the name of its program, and the path that errors are to name."""

    name: str
    source: str
    program: str = "program"
    path: str = "mutant.py"


def _features() -> Iterator[Seed]:
    for group in (PLAIN, FEATURES, BODIES):
        for name, source in group.items():
            yield Seed(name, f"import numpy as np\nimport dspc\nfrom dspc import stdlib\n{source}")


def _examples() -> Iterator[Seed]:
    for path in sorted((ROOT / "examples").glob("*.py")):
        if path.stem in NOT_PROGRAMS:
            continue
        source = path.read_text(encoding="utf-8")
        name = _PROGRAM.findall(source)[-1]
        yield Seed(f"example {path.stem}", source, name[0] or name[1], str(path))


def _agreement() -> Iterator[Seed]:
    for stem in AGREEMENT:
        path = ROOT / "test" / "agree" / f"{stem}.py"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and _is_listed(node):
                yield Seed(f"{stem} {node.name}", _slice(tree, node), node.name)


def _is_listed(node: ast.FunctionDef | ast.ClassDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "program" for d in node.decorator_list)


def _slice(tree: ast.Module, program: ast.FunctionDef | ast.ClassDef) -> str:
    """The file with one of its programs, and with what that needs."""
    wanted, kept = [program.name], set[int]()
    while wanted:
        name = wanted.pop()
        for index, statement in enumerate(tree.body):
            if index not in kept and name in _made(statement):
                kept.add(index)
                wanted += [n.id for n in ast.walk(statement) if isinstance(n, ast.Name)]
    lines: list[str] = ["import dspc"]
    for index in sorted(kept):
        statement = tree.body[index]
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            statement.decorator_list = [d for d in statement.decorator_list if ast.unparse(d) != "program"]
        lines.append(ast.unparse(statement))
    return "\n".join(lines) + "\n"


def _made(statement: ast.stmt) -> list[str]:
    """The names that a statement of a module makes, or adds to."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [] if "agree" in ast.unparse(statement) else [a.asname or a.name for a in statement.names]
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):  # lead.after(space)
        function = statement.value.func
        return (
            [function.value.id] if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else []
        )
    return []


@cache
def seeds() -> tuple[Seed, ...]:
    """The language's features, the examples, and the programs that the backends agree on."""
    return (*_features(), *_examples(), *_agreement())
