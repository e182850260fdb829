"""Every operation is read and printed in a lit test, and every complaint of a verifier is heard in one."""

from __future__ import annotations

import ast
import re

import pytest
from tree import ROOT

from dspc.dialects import dsp, rt

HERE = ROOT / "test" / "dialects"
ROUND_TRIPS = "".join(path.read_text() for path in HERE.glob("*.mlir") if not path.name.endswith("_errors.mlir"))
ERRORS = "".join(path.read_text() for path in HERE.glob("*_errors.mlir"))
OPERATIONS = [op.name for dialect in (dsp.Dsp, rt.Rt) for op in dialect.operations]


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_read_and_printed(name: str) -> None:
    for kind in ("", "// CHECK.*"):
        assert re.search(rf"^{kind}.*\b{re.escape(name)}\b", ROUND_TRIPS, re.MULTILINE), name


def complaints() -> list[tuple[str, str]]:
    """(place, pattern) of the text of every VerifyException that a dialect raises in a verifier."""
    found: list[tuple[str, str]] = []
    for path in sorted((ROOT / "dialects").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and "verify" in function.name:
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "VerifyException":
                        found.append((f"{path.name}:{node.lineno}", pattern(node.args[0])))
    return found


def pattern(text: ast.expr) -> str:
    """What a message looks like: the parts of an f-string that are filled in match anything."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".*" for p in parts)


@pytest.mark.parametrize("place,text", complaints())
def test_verifier_complains(place: str, text: str) -> None:
    assert re.search(f"// CHECK.*{text}", ERRORS), f"{place} is not tested: {text}"
