"""Which construct of Python asks for a signal's truth value, and what stands for it."""

from __future__ import annotations

import ast
import linecache
from keyword import iskeyword

from dspc.frontend.places import Place

_SELECT = "choose with dspc.select(condition, a, b)"
_ALL = "choose with dspc.select(condition, a, b), combine conditions with & | ~, use dspc.min and dspc.max"

_REMEDIES = {
    "if": _SELECT,
    "while": f"a loop over time is dspc.feedback; {_SELECT}",
    "and": f"write (a) & (b); {_SELECT}",
    "or": f"write (a) | (b); {_SELECT}",
    "not": f"write ~a; {_SELECT}",
    "a chained comparison": "write (a < x) & (x < b)",
    "in": f"compare with == and combine with |; {_SELECT}",
    "the built-in min()": "use dspc.min",
    "the built-in max()": "use dspc.max",
    "bool()": f"convert with dspc.bool(x); {_SELECT}",
    "any()": f"combine conditions with |; {_SELECT}",
    "all()": f"combine conditions with &; {_SELECT}",
}


def asked_at(place: Place | None) -> tuple[str, str]:
    """What asks for a truth value there, and the remedy."""
    line = linecache.getline(place.file, place.line) if place is not None else ""
    construct = _construct(line, place) if place is not None else "a condition"
    shown = f"`{construct}`" if iskeyword(construct) else construct
    remedy = _REMEDIES.get(construct, _ALL)
    if construct in ("if", "while") and not {"and", "or", "not"}.isdisjoint(_words(line)):
        remedy += ", combine conditions with & | ~"
    return shown, remedy


def _construct(line: str, place: Place) -> str:
    try:
        node = ast.parse(line[place.column - 1 : place.end_column - 1].strip(), mode="eval").body
    except (SyntaxError, ValueError):
        node = None
    return _of_expression(node) or _of_statement(line)


def _of_expression(node: ast.expr | None) -> str:
    match node:
        case ast.BoolOp(op=ast.And()):
            return "and"
        case ast.BoolOp(op=ast.Or()):
            return "or"
        case ast.UnaryOp(op=ast.Not()):
            return "not"
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return "in"
        case ast.Compare(ops=[_, _, *_]):
            return "a chained comparison"
        case ast.Call(func=ast.Name(id="min" | "max" as name)):
            return f"the built-in {name}()"
        case ast.Call(func=ast.Name(id=name)):
            return f"{name}()"
        case _:
            return ""


def _of_statement(line: str) -> str:
    words = _words(line)
    first = words[0] if words else ""
    if first in ("while", "assert"):
        return first
    return "if" if "if" in words or first == "elif" else "a condition"


def _words(line: str) -> list[str]:
    return line.replace("(", " ").split()
