"""What goes wrong while a program is traced: Python's own errors, several at once, and traces side by side."""

from __future__ import annotations

import threading
import traceback
from typing import Any

import pytest
from tracing import error_of, rendered

import dspc
from dspc.frontend.errors import DspError, DspErrors
from dspc.frontend.signal import Signal
from dspc.frontend.trace import collecting


class Band(dspc.Params):
    frequency = dspc.param(1000.0, 20.0, 20_000.0)


@dspc.effect
def powers(x: Signal, order: Any = 2) -> Signal:
    return x**order


# --- Python's own errors --------------------------------------------------------------------------


def raised(program: Any) -> Exception:
    try:
        dspc.trace(program)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_exceptions_of_the_user_come_through_unchanged() -> None:
    mine = ValueError("not today")

    def helper() -> Signal:
        raise mine

    def program(x: Signal) -> Signal:
        return dspc.feedback(lambda y: dspc.bank(2, lambda i: helper()).sum())

    error = raised(program)
    assert error is mine and error.__context__ is None
    frames = [f.name for f in traceback.extract_tb(error.__traceback__)]
    assert frames == ["raised", "trace", "program", "<lambda>", "<lambda>", "helper"]


def test_causes_of_the_users_exceptions_stay() -> None:
    def program(x: Signal) -> Signal:
        try:
            return {}["missing"]
        except KeyError as error:
            raise RuntimeError("no such thing") from error

    assert isinstance(raised(program).__cause__, KeyError)


def test_plain_mistakes_stay_pythons() -> None:
    assert type(raised(lambda x: x * amount)) is NameError  # type: ignore[name-defined] # noqa: F821
    assert type(raised(lambda x: x * 1 / len(5))) is TypeError  # type: ignore[arg-type]
    assert type(raised(lambda x: (1).real.foo)) is AttributeError  # type: ignore[attr-defined]
    assert type(raised(lambda x: x * (1 / 0))) is ZeroDivisionError


def test_after_a_noted_error_pythons_are_not_told() -> None:
    def program(x: Signal) -> Signal:
        count = int(x)
        return [x][count]

    error = raised(program)
    assert isinstance(error, DspError) and error.code == "DSP102"


def test_interrupts_are_not_caught() -> None:
    def program(x: Signal) -> Signal:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dspc.trace(program)
    assert rendered(lambda x: x, 1.0).tolist() == [[1.0]]


def test_a_user_may_catch_an_error_but_not_hide_it() -> None:
    def program(x: Signal) -> Signal:
        try:
            return x[0]
        except DspError:
            pass
        try:
            return x / 0
        except DspError:
            return x

    assert error_of(program).code == "DSP115"


def test_recursion_ends_in_an_error_at_the_call() -> None:
    def echo(x: Signal) -> Signal:
        return x + echo(x)

    error = error_of(echo)
    assert error.code == "DSP184" and "echo(x)" in error.text()


def test_recursion_that_ends_is_unrolled() -> None:
    def halves(x: Signal, n: int) -> Signal:
        return x if n == 0 else 0.5 * halves(x, n - 1)

    assert rendered(lambda x: halves(x, 3), 8.0).tolist() == [[1.0]]


# --- traces ---------------------------------------------------------------------------------------


def test_traces_nest_without_mixing() -> None:
    inner: list[Any] = []

    def program(x: Signal) -> Signal:
        inner.append(dspc.trace(lambda y: y * 2))
        return x * 3

    outer = str(dspc.trace(program))
    assert "2.0" in str(inner[0]) and "3.0" in outer and "2.0" not in outer


def test_threads_do_not_share_a_trace() -> None:
    made: dict[int, str] = {}
    barrier = threading.Barrier(4)

    def work(number: int) -> None:
        def program(x: Signal) -> Signal:
            barrier.wait(10)
            y = x * number
            barrier.wait(10)
            return y + number

        made[number] = str(dspc.trace(program))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(text == str(dspc.trace(lambda x, n=n: x * n + n)) for n, text in made.items())


def test_errors_of_declarations_are_collected() -> None:
    with collecting() as errors:
        bad = dspc.param(2.0, 0.0, 1.0)
        mode = dspc.choice("one")

        @dspc.effect
        def program(x: Signal, gain: Any = bad, m: Any = mode) -> Signal:
            return x / 0

        Band(frequncy=3)
        Band(frequency=3)
        powers.configure(ordr=2)
        dspc.instrument(voices=0)(lambda note: note.velocity)
        dspc.effect(3)  # type: ignore[arg-type]
    assert [e.code for e in errors] == ["DSP120", "DSP121", "DSP126", "DSP120", "DSP180", "DSP182", "DSP181"]
    assert error_of(program).code == "DSP115"


def test_many_errors_are_one_exception() -> None:
    with pytest.raises(DspErrors) as caught:
        dspc.trace(lambda x: (x / 0, x & 1))
    assert [e.code for e in caught.value.errors] == ["DSP115", "DSP111"]
    assert str(caught.value).count("help:") == 2
