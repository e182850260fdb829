"""Changes programs at random, as people mistake them: one seed, one wrong program."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from random import Random
from typing import Any

from mistakes import DECORATORS, FUNCTIONS, KEYWORDS, NAMES, OPERATORS, STATEMENTS, VALUES, WRAPPED

Field = tuple[ast.AST, str, int | None]
"""A node, the name of one of its fields, and the place in that, if it is a list."""


def mutant(source: str, program: str, random: Random, count: int) -> str:
    """The source with so many random changes, in what the program's file defines."""
    tree = ast.parse(source)
    for _ in range(count):
        for _attempt in range(20):
            if _changed(tree, random):
                break
    return ast.unparse(ast.fix_missing_locations(tree)).replace("PROGRAM", program)


def _changed(tree: ast.Module, random: Random) -> bool:
    kinds: list[Callable[[ast.Module, Random], bool]] = [_expression] * 12 + [_call] * 6 + [_statement] * 3
    kinds += [_operator, _operator, _attribute, _attribute, _arguments, _arguments, _decorators, _constant, _constant]
    return random.choice(kinds)(tree, random)


def _fields(tree: ast.Module, wanted: type[ast.AST]) -> list[Field]:
    found: list[Field] = []
    for top in tree.body:
        if isinstance(top, ast.Import | ast.ImportFrom):
            continue
        if isinstance(top, wanted):
            found.append((tree, "body", tree.body.index(top)))
        for node in ast.walk(top):
            for name, value in ast.iter_fields(node):
                if isinstance(value, wanted):
                    found.append((node, name, None))
                elif isinstance(value, list):
                    found += [(node, name, i) for i, v in enumerate(value) if isinstance(v, wanted)]
    return found


def _get(field: Field) -> Any:
    node, name, index = field
    value = getattr(node, name)
    return value if index is None else value[index]


def _put(field: Field, value: ast.AST) -> None:
    node, name, index = field
    if index is None:
        setattr(node, name, value)
    else:
        getattr(node, name)[index] = value


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_read(field: Field) -> bool:
    node = _get(field)
    if isinstance(node, ast.Slice | ast.Starred) or field[1] in ("annotation", "returns"):
        return False
    return not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _pick(tree: ast.Module, random: Random, wanted: type[ast.AST]) -> Field | None:
    fields = [f for f in _fields(tree, wanted) if wanted is not ast.expr or _is_read(f)]
    return random.choice(fields) if fields else None


def _expression(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.expr)
    if field is None or isinstance(field[0], ast.JoinedStr | ast.FormattedValue):
        return False
    old = _get(field)
    kind = random.randrange(10)
    if kind < 3:
        new = parsed(random.choice(VALUES))
    elif kind < 5:
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        names |= {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
        new = parsed(random.choice([*sorted(names), random.choice(NAMES)]))
    elif kind < 6:
        new = ast.Call(parsed(random.choice(FUNCTIONS)), random.choice([[old], [old, old], [], [old, parsed("2")]]), [])
    elif kind < 7:
        other = _pick(tree, random, ast.expr)
        new = copy.deepcopy(_get(other)) if other is not None else old
    else:
        text = f"({ast.unparse(ast.fix_missing_locations(old))})"
        try:
            new = parsed(random.choice(WRAPPED).format(text))
        except SyntaxError:  # such as quotes in an f-string
            return False
    _put(field, new)
    return True


def _constant(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.Constant)
    if field is None or isinstance(field[0], ast.JoinedStr | ast.FormattedValue):
        return False
    _put(field, parsed(random.choice(VALUES)))
    return True


def _call(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.Call)
    if field is None:
        return False
    call: ast.Call = _get(field)
    kind = random.randrange(11)
    if kind == 0 and call.args:
        del call.args[random.randrange(len(call.args))]
    elif kind == 1 and len(call.args) > 1:
        random.shuffle(call.args)
    elif kind == 2:
        call.args.append(parsed(random.choice(VALUES)))
    elif kind == 3 and call.keywords:
        del call.keywords[random.randrange(len(call.keywords))]
    elif kind == 4 and call.keywords:
        keyword = random.choice(call.keywords)
        keyword.arg = keyword.arg[:-1] or "q" if keyword.arg else "q"
    elif kind == 5 and call.keywords:
        random.choice(call.keywords).value = parsed(random.choice(VALUES))
    elif kind == 6:
        call.keywords.append(ast.keyword(random.choice(KEYWORDS), parsed(random.choice(VALUES))))
    elif kind == 7:
        call.func = parsed(random.choice(FUNCTIONS))
    elif kind == 8 and call.args:
        index = random.randrange(len(call.args))
        call.args[index] = ast.Starred(call.args[index], ast.Load())
    elif kind == 9 and call.args:
        call.args[random.randrange(len(call.args))] = parsed(random.choice(VALUES))
    elif kind == 10:
        _put(field, call.func)
    else:
        return False
    return True


def _statement(tree: ast.Module, random: Random) -> bool:
    bodies = [n.body for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.For | ast.If)]
    if not bodies:
        return False
    body = random.choice(bodies)
    index = random.randrange(len(body))
    kind = random.randrange(7)
    if kind == 0:
        body[index] = ast.Pass()
    elif kind == 1:
        body.insert(index, body[index])
    elif kind == 2:
        random.shuffle(body)
    else:
        names = sorted({n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name)} - {"dspc", "np"}) or ["x"]
        try:
            new = ast.parse(random.choice(STATEMENTS).format(random.choice(names)).replace("; ", "\n")).body
        except SyntaxError:
            return False
        body[index : index + (kind == 3)] = new
    return True


def _operator(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.BinOp)
    if field is None:
        return False
    operation = _get(field)
    operation.op = random.choice(OPERATORS)()
    if random.random() < 0.3:
        operation.left, operation.right = operation.right, operation.left
    return True


def _attribute(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.Attribute)
    if field is None:
        return False
    attribute: ast.Attribute = _get(field)
    others = [_get(f).attr for f in _fields(tree, ast.Attribute)]
    attribute.attr = random.choice([attribute.attr[:-1] or "q", attribute.attr + "s", random.choice(others), "nothing"])
    return True


def _arguments(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.arguments)
    if field is None:
        return False
    arguments: ast.arguments = _get(field)
    kind = random.randrange(8)
    if kind == 0 and arguments.args and len(arguments.args) > len(arguments.defaults):
        del arguments.args[0]
    elif kind == 1:
        arguments.args.insert(0, ast.arg("extra"))
    elif kind == 2 and arguments.defaults:
        del arguments.defaults[0]
    elif kind == 3 and arguments.defaults:
        arguments.defaults[random.randrange(len(arguments.defaults))] = parsed(random.choice(VALUES))
    elif kind == 4:
        arguments.vararg = ast.arg("rest")
    elif kind == 5:
        arguments.kwarg = ast.arg("options")
    elif kind == 6:
        arguments.kwonlyargs.append(ast.arg("late"))
        arguments.kw_defaults.append(parsed(random.choice(VALUES)) if random.random() < 0.5 else None)
    elif kind == 7 and len(arguments.defaults) < len(arguments.args):
        arguments.defaults.insert(0, parsed(random.choice(VALUES)))
    else:
        return False
    return True


def _decorators(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.FunctionDef)
    if field is None:
        return False
    decorators: list[ast.expr] = _get(field).decorator_list
    kind = random.randrange(3)
    if kind == 0 and decorators:
        decorators.clear()
    elif kind == 1 and decorators:
        decorators[0] = parsed(random.choice(DECORATORS))
    else:
        decorators.insert(0, parsed(random.choice(DECORATORS)))
    return True
