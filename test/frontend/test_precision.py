"""precision="f64": the same language with f64 for every f32; and f64 signals beside f32 ones."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from test_semantics import CONVERSIONS, FUNCTIONS, OPERATORS, PROMOTIONS
from tracing import body_of, operations, rendered, typed

import dspc
from dspc import stdlib
from dspc.dialects.types import element_of
from dspc.frontend.errors import DspError
from dspc.frontend.feedback import adapting_feedback
from dspc.frontend.signal import Signal

EXPRESSIONS = PROMOTIONS | OPERATORS | FUNCTIONS | CONVERSIONS


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_f32_becomes_an_f64(expression: str) -> None:
    assert typed(expression, "f64") == EXPRESSIONS[expression].replace("f32", "f64")


SOURCES = {
    "dspc.phasor(a)": "f64 audio", "dspc.phasor(440)": "f64 audio", "dspc.noise()": "f64 audio",
    "dspc.controller(1)": "f64 control", "c": "f64 control", "ci": "i32 control", "dspc.time": "f64 audio",
    "dspc.frame": "u32 audio", "dspc.delay(a, 3)": "f64 audio", "dspc.delay(a, c, max=9)": "f64 audio",
    "dspc.delay(i, a, max=9)": "f64 audio", "dspc.delay(i, 3)": "i32 audio", "dspc.table([0.5, 1.0])(a)": "f64 audio",
    "dspc.table([1, 2])(a)": "i32 audio", "dspc.bank(3, lambda i: a * i).mean()": "f64 audio",
    "dspc.feedback(lambda y: a)": "f64 audio", "dspc.note().random": "f64 audio", "dspc.note(a).key": "f64 audio",
    "stdlib.adsr(b)": "f64 audio", "stdlib.saw(a)": "f64 audio", "stdlib.lowpass(a, c)": "f64 audio",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), SOURCES.items())
def test_sources_and_library(expression: str, wanted: str) -> None:
    assert typed(expression.replace("stdlib", "dspc.stdlib"), "f64") == wanted


def test_no_f32_is_left_but_what_the_engine_writes() -> None:
    """A note's cells and controllers stay f32 in the engine's memory."""

    @dspc.instrument(voices=3)
    def voice(note: Any, cutoff: Any = dspc.param(900.0, 20.0, 9000.0)) -> Any:
        tone = stdlib.ladder(stdlib.saw(note.frequency), cutoff * dspc.controller(1), note.pressure)
        return tone * stdlib.adsr(note.gate) * (1 + dspc.noise()), dspc.delay(tone, 3.5) * note.random

    made = [op for op in operations(voice, precision="f64") if any("f32" in str(r.type) for r in op.results)]
    assert {op.name for op in made} == {"dsp.note", "dsp.controller"}
    assert all(use.operation.name == "dsp.convert" for op in made for use in op.results[0].uses)


def test_channels_and_flags() -> None:
    program = body_of(dspc.trace(lambda x: x, "f64"))
    assert program.flags is not None and program.flags.data == 8
    assert element_of(program.body.block.args[0].type) == "f64"
    plain = body_of(dspc.trace(lambda x: x))
    assert plain.flags is not None and plain.flags.data == 0 and element_of(plain.body.block.args[0].type) == "f32"


# --- values ---------------------------------------------------------------------------------------

DIGITS = 0.1234567890123456789


def in_f64(program: Any, *channels: Any, frames: int = 1) -> list[Any]:
    return rendered(program, *channels, frames=frames, precision="f64").tolist()


def test_constants_are_never_rounded() -> None:
    assert in_f64(lambda x: (x * DIGITS, x + DIGITS, dspc.f32(DIGITS)), 1.0) == [[DIGITS], [1.0 + DIGITS], [DIGITS]]
    assert in_f64(lambda x: x * (dspc.sample_rate / 3), 1.0) == [[16_000.0]]
    assert in_f64(lambda x: x / (dspc.sample_rate / 7), 1.0) == [[1 / (48_000 / 7)]]


def test_inputs_outputs_and_limits() -> None:
    """Inputs are cut at 1e6, as in f32; outputs are kept up to the largest f64."""
    x = [DIGITS, 1e6, 1.1e6, np.nan, np.inf, 1e-310]
    assert in_f64(lambda x: x, x, frames=6) == [[DIGITS, 1e6, 0, 0, 0, 1e-310]]
    assert in_f64(lambda x: x * 1e300, [1e6, 1e9, 0.5], frames=3) == [[1e306, 0, 0.5e300]]
    assert in_f64(lambda x: x * 1e306 * 1e6, 1.0) == [[0.0]]
    assert rendered(lambda x: x * 1e38 * 10, 1.0).tolist() == [[0.0]]


def test_parameters_are_f64() -> None:
    def program(x: Signal, gain: Any = dspc.param(DIGITS, 0.0, 1.0), steps: Any = dspc.param(3, 0, 9, step=1)) -> Any:
        return x * gain, x * steps

    for backend in ("reference", "bytecode"):
        engine = dspc.compile(program, backend, precision="f64")
        assert engine.process([1.0]).tolist() == [[DIGITS], [3.0]]
        engine.reset()
        engine.set("gain", 1 / 3)
        assert engine.process([1.0]).tolist() == [[1 / 3], [3.0]]


def test_tables_have_all_digits() -> None:
    table = dspc.table([DIGITS, 1 / 3])
    assert in_f64(lambda x: (table(x), table(dspc.i32(x))), [0.0, 0.5, 1.0], frames=3) == [
        [DIGITS, DIGITS + (1 / 3 - DIGITS) * 0.5, 1 / 3], [DIGITS, DIGITS, 1 / 3]]  # fmt: skip
    assert rendered(lambda x: table(x), 0.0).tolist() == [[float(np.float32(DIGITS))]]


def test_delays_and_their_fractions() -> None:
    x = [1 / 3, 0.0, 0.0]
    assert in_f64(lambda x: dspc.delay(x, 1), x, frames=3) == [[0.0, 1 / 3, 0.0]]
    assert in_f64(lambda x: dspc.delay(x, DIGITS), x, frames=3) == [[1 / 3 - DIGITS / 3, DIGITS * (1 / 3), 0.0]]


def test_states_keep_their_digits() -> None:
    def count(precision: str) -> float:
        return rendered(lambda: dspc.feedback(lambda y: y + 0.1), frames=1000, precision=precision)[0, -1]

    total = 0.0
    for _ in range(1000):
        total += 0.1
    assert count("f64") == total and count("f32") != np.float32(total)


def test_noise_is_the_same_in_either_precision() -> None:
    make: Any = lambda: (dspc.noise(), dspc.noise(7))  # noqa: E731
    found = rendered(make, frames=100, precision="f64")
    np.testing.assert_array_equal(found, rendered(make, frames=100))


@pytest.mark.parametrize("y", [3, -3, 1, -1, 0])
@pytest.mark.parametrize("x", [7, -7, 2, -2, 0])
def test_integer_division_floors_and_by_0_gives_0(x: int, y: int) -> None:
    found = in_f64(lambda a, b: (dspc.i32(a) // dspc.i32(b), dspc.i32(a) % dspc.i32(b)), x, y)
    assert found == ([[x // y], [x % y]] if y else [[0], [0]])


@pytest.mark.parametrize("y", [3.1, -3.1, 0.7])
@pytest.mark.parametrize("x", [7.5, -7.5, -0.25, 0.0])
def test_float_division_floors(x: float, y: float) -> None:
    quotient = np.floor(x / y)
    assert in_f64(lambda a, b: (a // b, a % b), x, y) == [[quotient], [x - quotient * y]]


def test_conversions_saturate_and_integers_wrap() -> None:
    largest, smallest = 2**31 - 1, -(2**31)
    found = in_f64(lambda x: (dspc.i32(1e10 * x), dspc.i32(-1e10 * x), dspc.u32(-x), dspc.u32(1e10 * x),
                              dspc.i32(x / (x - x) * 0.0), dspc.i32(-2.7 * x), dspc.i32(2147483646.9 * x),
                              dspc.i32(largest * x) + 1, dspc.u32(x) - 2), 1.0)  # fmt: skip
    assert [row[0] for row in found] == [largest, smallest, 0, 2**32 - 1, 0, -2, 2**31 - 2, smallest, 2**32 - 1]


def test_a_phasor_resets_to_any_phase() -> None:
    """Also to those whose u64 is more than half of all."""
    found = in_f64(lambda x: (dspc.phasor(step=0.25, phase=0.9, reset=x > 0), dspc.phasor(step=-0.25)),
                   [0, 0, 0, 1, 0], frames=5)  # fmt: skip
    start = round(0.9 * 2**64) % 2**64
    phases = [(start + n * 2**62) % 2**64 for n in (0, 1, 2, 0, 1)]
    assert found == [[(p >> 11) / 2**53 for p in phases], [0.0, 0.75, 0.5, 0.25, 0.0]]


# --- f64 signals in an f32 program ------------------------------------------------------------------

WIDE = {
    "one_pole": lambda x: stdlib.one_pole(x, 500.0),
    "lowpass": lambda x: stdlib.lowpass(x, 500.0, 2.0),
    "ladder": lambda x: stdlib.ladder(x, 500.0, 0.5),
    "biquad": lambda x: stdlib.biquad(x, 0.1, 0.2, 0.1, -1.2, 0.5),
    "moved": lambda x: stdlib.one_pole(x, 500.0 + 100.0 * x),
    "adsr": lambda x: stdlib.adsr(x > 0, 0.001, 0.01, 0.5 + 0.1 * x),
    "soft_clip": stdlib.soft_clip, "pan": lambda x: stdlib.pan(x, 0.3)[0], "gain": lambda x: stdlib.gain_db(x, -3.0),
}  # fmt: skip


@pytest.mark.parametrize("name", WIDE)
def test_the_library_takes_f64(name: str) -> None:
    """And computes in it: f64 out, the samples of the program in f64."""
    found: list[str] = []

    def program(x: Signal) -> Signal:
        made = WIDE[name](dspc.f64(x))
        found.append(made.element)
        return made

    x = np.random.default_rng(5).uniform(-1, 1, 200).astype(np.float32)
    narrow = rendered(program, x, frames=200)
    assert found == ["f64"]
    wanted = rendered(program, x, frames=200, precision="f64")
    np.testing.assert_array_equal(narrow, wanted.astype(np.float32))
    assert wanted.any()


def operands(name: str) -> list[str]:
    """The arguments that a library function must be given."""
    return [p.name for p in inspect.signature(getattr(stdlib, name)).parameters.values() if p.default is p.empty]


@pytest.mark.parametrize("name", [n for n in stdlib.__all__ if {*operands(n)} <= {"x", "gate", "frequency", "a", "b"}])
@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_all_of_the_library_takes_f64(name: str, precision: str) -> None:
    def program(x: Signal) -> Any:
        given = {n: x > 0 if n == "gate" else dspc.f64(x) for n in operands(name)}
        return getattr(stdlib, name)(**given)

    dspc.trace(program, precision).verify()


def test_a_library_loop_is_called_again_for_f64_alone() -> None:
    calls: list[str] = []

    def loop(*states: Any) -> tuple[Any, ...]:
        calls.append(" ".join(s.element for s in states))
        fast, slow = states
        return fast + 0.5 * (source[0] - fast), slow + 0.5 * (fast - slow)

    source: list[Any] = []
    for make, wanted in ((dspc.f32, ["f32 f32"]), (dspc.f64, ["f32 f32", "f64 f32", "f64 f64"])):
        calls.clear()

        def program(x: Signal, make: Any = make) -> Any:
            source[:] = [make(x)]
            return adapting_feedback(loop, (0.0, 0.0))

        (op,) = operations(program, "feedback")
        assert calls == wanted
        assert " ".join(element_of(a.type) for a in op.regions[0].block.args) == wanted[-1]
        calls.clear()
        dspc.trace(program, "f64")
        assert calls == ["f64 f64"]


def test_coefficients_alone_may_be_f64() -> None:
    assert typed("dspc.stdlib.biquad(a, 0.1, 0.2, 0.1, 0.1 * d, 0.5)") == "f64 audio"
    assert typed("dspc.stdlib.one_pole(a, 100 * d)") == typed("dspc.stdlib.lowpass(a, c, d)") == "f64 audio"
    assert typed("dspc.stdlib.ladder(a, c, d)") == typed("dspc.stdlib.adsr(b, d)") == "f64 audio"
    assert typed("dspc.stdlib.biquad(a, 0.1, k, s, c, 0.5)") == "f32 audio"


def test_an_initial_f64_makes_an_f64_state() -> None:
    def program(x: Signal) -> Signal:
        return dspc.feedback(lambda y: dspc.f64(x) + 0.5 * y, dspc.f64(0.25))

    (op,) = operations(program, "feedback")
    assert [element_of(a.type) for a in op.regions[0].block.args] == ["f64"]
    narrow: Any = lambda x: dspc.feedback(lambda y: x + 0.5 * y, dspc.f32(0.25))  # noqa: E731
    (op,) = operations(narrow, "feedback")
    assert [element_of(a.type) for a in op.regions[0].block.args] == ["f32"]


@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("initial", [0, False, np.uint32(0)])
def test_nothing_goes_downward(initial: Any, precision: str) -> None:
    with pytest.raises(DspError) as caught:
        dspc.trace(lambda x: dspc.feedback(lambda y: x + y, initial), precision)
    assert caught.value.code == "DSP111" and f"its next value is {precision}" in caught.value.message


# --- errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["f16", "F64", 64, None, np.float64])
def test_other_precisions(precision: Any) -> None:
    for ask in (dspc.trace, lambda f, p: dspc.compile(f, "bytecode", precision=p),
                lambda f, p: dspc.render(f, [0.0], backend="bytecode", precision=p)):  # fmt: skip
        with pytest.raises(DspError) as caught:
            ask(lambda x: x, precision)
        assert caught.value.code == "DSP240" and caught.value.hint == 'use "f32" or "f64"'
        assert caught.value.place is not None and caught.value.place.file == __file__
