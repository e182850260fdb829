"""Places: which expression of the user an operation or an error belongs to, and where the caret stands."""

from __future__ import annotations

import functools
import linecache
from pathlib import Path
from typing import Any

import pytest
from tracing import error_of, operations

import dspc
from dspc import stdlib
from dspc.dialects.syntax import location_of
from dspc.frontend.places import Place, is_ours, is_users, place_of_function, place_of_return
from dspc.frontend.signal import Signal

HERE = __file__


def loaded(source: str, folder: Path) -> Any:
    """The `program` of a file `voice.py`."""
    path = folder / "voice.py"
    path.write_text(source, encoding="utf-8")
    linecache.checkcache(str(path))
    namespace: dict[str, Any] = {"dspc": dspc, "stdlib": stdlib}
    exec(compile(source, str(path), "exec"), namespace)
    return namespace["program"]


def spots(program: Any, *names: str) -> list[tuple[int, int]]:
    """Line and column of the operations of these names."""
    ops = [op for op in operations(program) if op.name.removeprefix("dsp.") in names]
    found = [location_of(op) for op in ops]
    assert all(at is not None for at in found)
    return [at[1:] for at in found if at is not None]


def test_an_operation_is_where_its_expression_is(tmp_path: Path) -> None:
    program = loaded(
        "def program(x):\n    y = x * 2 + dspc.tanh(x)\n    return dspc.select(\n        y > 0,\n        y, -y)\n",
        tmp_path,
    )
    assert spots(program, "mul", "add", "tanh") == [(2, 9), (2, 17), (2, 9)]
    assert spots(program, "lt", "neg", "select") == [(4, 9), (5, 12), (3, 12)]


def test_columns_count_characters(tmp_path: Path) -> None:
    program = loaded("def program(größe):\n    ä = 'ß日' and größe * 2; return ä + größe\n", tmp_path)
    assert spots(program, "mul", "add") == [(2, 18), (2, 36)]


def test_library_functions_belong_to_their_callers_line(tmp_path: Path) -> None:
    program = loaded(
        "def program(x):\n    y = 2 * x\n    return stdlib.one_pole(y, 100.0) + stdlib.sine(5.0)\n", tmp_path
    )
    inside = [op for op in operations(program) if op.parent_op() is not None and op.parent_op().name == "dsp.scope"]  # type: ignore[union-attr]
    assert {location_of(op)[1:] for op in inside} == {(3, 12), (3, 40)}  # type: ignore[index]


def test_bodies_yields_and_results(tmp_path: Path) -> None:
    program = loaded(
        "def program(x):\n"
        "    def loop(y):\n"
        "        return x - y\n"
        "    return dspc.feedback(loop) + dspc.bank(3, lambda i: x * i).sum()\n",
        tmp_path,
    )
    assert spots(program, "sub") == [(3, 16)]
    assert spots(program, "feedback") == [(4, 12)]
    assert spots(program, "bank", "reduce", "yield") == [(4, 12), (4, 34), (4, 34), (4, 34)]


def test_what_no_line_asks_for_is_where_the_function_begins(tmp_path: Path) -> None:
    source = "@dspc.effect\ndef program(x,\n    gain=dspc.param(0.5, 0.0, 1.0),\n):\n    return x * gain\n"
    program = loaded(source, tmp_path)
    assert spots(program, "sanitize", "output", "program") == [(2, 1)] * 4
    assert spots(program, "param") == [(3, 10)]


def test_notes_are_where_they_are_first_read(tmp_path: Path) -> None:
    source = "@dspc.instrument(voices=2)\ndef program(note):\n    a = 1\n    return note.velocity * note.velocity\n"
    program = loaded(source, tmp_path)
    assert spots(program, "note") == [(4, 12)]
    assert spots(program, "voices", "voice_end") == [(2, 1), (2, 1)]


def test_frames_of_numpy_and_of_pythons_library_are_passed_by(tmp_path: Path) -> None:
    program = loaded(
        "import functools, numpy as np\n"
        "def program(x):\n"
        "    y = np.clip(x, -1, 1)\n"
        "    return functools.reduce(lambda a, b: a * b, [x, y])\n",
        tmp_path,
    )
    assert set(spots(program, "min", "max")) == {(3, 9)}
    assert spots(program, "mul") == [(4, 42)]


def test_which_files_are_the_users() -> None:
    assert is_users(HERE) and not is_ours(HERE)
    assert is_users("<ipython-input-3-0a1b>") and is_users("/tmp/ipykernel_7/1.py")
    assert not is_users(functools.__file__) and not is_users("<frozen importlib._bootstrap>")
    assert is_ours(dspc.frontend.signal.__file__) and not is_users(dspc.__file__)


# --- carets ---------------------------------------------------------------------------------------


def excerpt(source: str, folder: Path) -> str:
    place = error_of(loaded(source, folder)).place
    assert place is not None
    return place.excerpt()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("return x / 0", "    return x / 0\n           ^^^^^"),
        ("return 'ä' and x / 0", "    return 'ä' and x / 0\n                   ^^^^^"),
        ("return '日本' and x / 0", "    return '日本' and x / 0\n                      ^^^^^"),
        ("return 'e\u0301' and x / 0", "    return 'e\u0301' and x / 0\n                   ^^^^^"),
        ("return\tx\t/ 0", "    return\tx\t/ 0\n          \t^^^^^"),
        ("größe = x; return größe / 0", "    größe = x; return größe / 0\n                      ^^^^^^^^^"),
        ("return (x /\n        0)", "    return (x /\n            ^^^"),
        ("return (  # why\n        x\n        / 0)", "    x\n    ^"),
        ("return [x / 0 for _ in '1'][0]", "    return [x / 0 for _ in '1'][0]\n            ^^^^^"),
    ],
)
def test_the_caret_stands_under_the_expression(line: str, wanted: str, tmp_path: Path) -> None:
    assert excerpt(f"def program(x):\n    {line}\n", tmp_path) == wanted
    assert excerpt(f"def program(x):\n\t{line}\n", tmp_path) == wanted


def test_without_source_the_place_is_told_all_the_same() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def program(x):\n    return 1 + x / 0\n", "<cell 7>", "exec"), namespace)
    assert error_of(namespace["program"]).text() == (
        "<cell 7>:2:16: DSP115: division by the constant 0\n    help: divide by something that is not 0"
    )


def test_a_place_may_know_less() -> None:
    assert str(Place("voice.py", 3)) == "voice.py:3"
    assert str(Place("voice.py", 3, 5)) == "voice.py:3:5"
    assert Place("no such file", 3).excerpt() == ""
    assert Place(HERE, 1).excerpt().startswith('    """Places: which')
    assert Place(HERE, 1).excerpt().endswith("\n    ^")
    assert Place(HERE, 10**6).excerpt() == ""


# --- functions ------------------------------------------------------------------------------------


def decorated(f: Any) -> Any:
    @functools.wraps(f)
    def call(*args: Any) -> Any:
        return f(*args)

    return call


@decorated
@decorated
def returns_twice(x: Signal, low: bool = True) -> Any:
    if low:
        return x
    return None


def test_a_function_begins_at_its_def() -> None:
    place = place_of_function(returns_twice)
    assert place is not None and place.excerpt().split("\n")[0].startswith("    def returns_twice(x")
    assert place.excerpt().split("\n")[1] == "    " + "^" * len("def returns_twice")
    lambda_place = place_of_function(lambda x: x)
    assert lambda_place is not None and lambda_place.excerpt().split("\n")[1].strip() == "^^^^^^"
    assert place_of_function(len) is None
    assert place_of_function(functools.partial(returns_twice, low=False)) == place


def test_a_return_is_a_place_if_it_is_the_only_one() -> None:
    assert place_of_return(returns_twice) == place_of_function(returns_twice)

    def once(x: Signal) -> Signal:
        return x * 2

    place = place_of_return(once)
    assert place is not None and place.excerpt() == "    return x * 2\n    ^^^^^^^^^^^^"
    one = place_of_return(lambda x: [x, x])
    assert one is not None and one.excerpt().split("\n")[1].count("^") == len("[x, x]")
