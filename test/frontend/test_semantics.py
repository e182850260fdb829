"""Types, promotion and rates: what docs say of signals, checked on the IR that is traced."""

from __future__ import annotations

import numpy as np
import pytest
from tracing import code_of, operations, rendered, typed

import dspc
from dspc.frontend.signal import Signal

# --- promotion ------------------------------------------------------------------------------------

PROMOTIONS = {
    # bool -> i32, u32 -> f32 -> f64
    "b + b": "i32 audio", "b + i": "i32 audio", "b + u": "u32 audio", "b + a": "f32 audio", "b + d": "f64 audio",
    "i + i": "i32 audio", "i + a": "f32 audio", "i + d": "f64 audio", "u * a": "f32 audio", "u + d": "f64 audio",
    "a + d": "f64 audio", "a + a": "f32 audio", "d + d": "f64 audio",
    # Python's numbers are weak
    "a + 1": "f32 audio", "a + 1.5": "f32 audio", "a + True": "f32 audio", "d * 2.5": "f64 audio",
    "i + 1": "i32 audio", "u + 1": "u32 audio", "i + True": "i32 audio", "i * 0.5": "f32 audio", "b + 1": "i32 audio",
    "b + True": "i32 audio", "b * 0.5": "f32 audio", "2 - i": "i32 audio", "0.5 - i": "f32 audio",
    # and so are numpy's scalars, and arrays without dimensions
    "a + np.float64(0.1)": "f32 audio", "a + np.float32(0.1)": "f32 audio", "np.float64(0.1) * a": "f32 audio",
    "i + np.int64(3)": "i32 audio", "u + np.int32(3)": "u32 audio", "np.int64(3) * u": "u32 audio",
    "i & np.bool_(True)": "i32 audio", "a * np.array(2.0)": "f32 audio", "np.array(2.0) * a": "f32 audio",
    "b & np.bool_(True)": "bool audio", "i * np.float32(0.5)": "f32 audio",
    # the highest rate wins
    "a + c": "f32 audio", "c + c": "f32 control", "c + s": "f32 control", "c + k": "f32 control", "s + k": "f64 init",
    "k + k": "f64 const", "ci + 1": "i32 control", "ci + i": "i32 audio", "si + ci": "i32 control",
    # floats of const and init rate are f64, rounded where they meet control and audio
    "k + 1": "f64 const", "s * 2": "f64 init", "ki / 2": "f64 const", "ki * 0.5": "f64 const", "si / 7": "f64 init",
    "a * s": "f32 audio", "a * k": "f32 audio", "c * s": "f32 control", "d * s": "f64 audio", "d * k": "f64 audio",
    "i * k": "f32 audio", "ci * s": "f32 control", "b * k": "f32 audio", "cd * k": "f64 control", "cd * a": "f64 audio",
    "kb + 1": "i32 const", "kb + 0.5": "f64 const", "sb * 0.5": "f64 init", "a * dspc.f64(k)": "f32 audio",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), PROMOTIONS.items())
def test_promotion(expression: str, wanted: str) -> None:
    assert typed(expression) == wanted


@pytest.mark.parametrize(
    "expression", ["i + u", "u * i", "i & u", "dspc.min(i, u)", "dspc.select(b, i, u)", "i == u", "ku + i", "ki - u"]
)
def test_i32_and_u32_do_not_mix(expression: str) -> None:
    assert code_of(expression) == "DSP111"


OPERATORS = {
    # / gives a float; // and % do not
    "i / i": "f32 audio", "i / 2": "f32 audio", "u / 2": "f32 audio", "b / b": "f32 audio", "ki / ki": "f64 const",
    "1 / a": "f32 audio", "1 / i": "f32 audio", "i // i": "i32 audio", "i % 3": "i32 audio", "u // 3": "u32 audio",
    "u % 7": "u32 audio", "b // 1": "i32 audio", "a // 0.5": "f32 audio", "a % 1": "f32 audio", "i % 0.5": "f32 audio",
    "7 // i": "i32 audio", "7 % i": "i32 audio", "1.5 % a": "f32 audio", "divmod(i, 3)": "i32 audio, i32 audio",
    "divmod(7, u)": "u32 audio, u32 audio",
    # powers
    "a ** 2": "f32 audio", "a ** -1": "f32 audio", "a ** 0": "f32 const", "i ** 3": "i32 audio", "i ** -1": "f32 audio",
    "u ** 2": "u32 audio", "a ** 0.5": "f32 audio", "2 ** a": "f32 audio", "2.0 ** i": "f32 audio",
    "a ** i": "f32 audio",
    "a ** np.int64(2)": "f32 audio", "b ** 2": "i32 audio", "k ** 2": "f64 const", "d ** 2.5": "f64 audio",
    "pow(a, 2)": "f32 audio", "dspc.pow(a, 2)": "f32 audio", "np.power(a, 2)": "f32 audio",
    # signs
    "-a": "f32 audio", "-i": "i32 audio", "-u": "u32 audio", "-b": "i32 audio", "+b": "i32 audio", "+a": "f32 audio",
    "abs(a)": "f32 audio", "abs(i)": "i32 audio", "abs(u)": "u32 audio", "abs(b)": "i32 audio", "abs(k)": "f64 const",
    # bits
    "~b": "bool audio", "~i": "i32 audio", "~u": "u32 audio", "b & b": "bool audio", "b | b": "bool audio",
    "b ^ True": "bool audio", "True & b": "bool audio", "i & 255": "i32 audio", "255 & i": "i32 audio",
    "i | b": "i32 audio", "b & 1": "i32 audio", "u ^ 0xFFFFFFFF": "u32 audio", "i << 3": "i32 audio",
    "u >> 8": "u32 audio", "u >> i": "u32 audio", "i << u": "i32 audio", "1 << i": "i32 audio", "1 << u": "u32 audio",
    "256 >> i": "i32 audio", "b << 1": "i32 audio", "i << b": "i32 audio", "i << 40": "i32 audio",
    "u >> -1": "u32 audio",
    # comparisons
    "a > 0": "bool audio", "a == b": "bool audio", "b == b": "bool audio", "b != True": "bool audio",
    "0 < a": "bool audio",
    "i >= 3.5": "bool audio", "c <= a": "bool audio", "k == 0.5": "bool const", "ci != 3": "bool control",
    "u < 100": "bool audio", "b < b": "bool audio", "d > a": "bool audio",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), OPERATORS.items())
def test_operators(expression: str, wanted: str) -> None:
    assert typed(expression) == wanted


@pytest.mark.parametrize("expression", ["~a", "a & 1", "a | b", "k ^ 1", "a << 1", "i << 1.5", "1 << a", "i >> a"])
def test_bits_of_floats(expression: str) -> None:
    assert code_of(expression) == "DSP111"


FUNCTIONS = {
    "dspc.sin(a)": "f32 audio", "dspc.sin(i)": "f32 audio", "dspc.sin(0.5)": "f64 const", "dspc.sin(3)": "f64 const",
    "dspc.sin(s)": "f64 init", "dspc.tan(c)": "f32 control", "dspc.exp2(d)": "f64 audio", "dspc.log(b)": "f32 audio",
    "dspc.atan2(a, 2)": "f32 audio", "dspc.atan2(i, i)": "f32 audio", "dspc.atan2(1, 2)": "f64 const",
    "dspc.fmod(a, 2)": "f32 audio", "dspc.fmod(i, 3)": "i32 audio", "dspc.fmod(u, 3)": "u32 audio",
    "dspc.sqrt(a)": "f32 audio", "dspc.sqrt(i)": "f32 audio", "dspc.sqrt(2)": "f64 const",
    "dspc.floor(a)": "f32 audio", "dspc.floor(i)": "i32 audio", "dspc.ceil(d)": "f64 audio",
    "dspc.ceil(u)": "u32 audio",
    "dspc.round(a)": "f32 audio", "dspc.round(b)": "i32 audio", "dspc.trunc(a)": "f32 audio",
    "dspc.trunc(i)": "i32 audio",
    "round(a)": "f32 audio", "math.floor(a)": "f32 audio", "math.ceil(i)": "i32 audio", "math.trunc(a)": "f32 audio",
    "dspc.sign(a)": "f32 audio", "dspc.sign(i)": "i32 audio", "dspc.sign(u)": "u32 audio", "dspc.sign(b)": "i32 audio",
    "dspc.min(a, 1)": "f32 audio", "dspc.min(i, 1)": "i32 audio", "dspc.max(i, 0.5)": "f32 audio",
    "dspc.min(1, 2.5)": "f64 const", "dspc.max(a, b, c, 2)": "f32 audio", "dspc.max(b, b)": "i32 audio",
    "dspc.clamp(a, -1, 1)": "f32 audio", "dspc.clamp(i, 0, 9)": "i32 audio", "dspc.clamp(2, 0, 1)": "i32 const",
    "dspc.clamp(k, 0, s)": "f64 init", "dspc.clamp(k, c, 1)": "f32 control",
    "dspc.abs(-3)": "i32 const", "dspc.abs(-3.5)": "f64 const", "dspc.pow(2, 0.5)": "f64 const",
    "dspc.select(b, a, 0)": "f32 audio", "dspc.select(b, 1, 0)": "i32 audio", "dspc.select(b, 1.0, 0)": "f32 audio",
    "dspc.select(cb, 1.0, 0.0)": "f32 control", "dspc.select(sb, 1.0, 0.0)": "f64 init",
    "dspc.select(kb, 2.0, 1)": "f64 const", "dspc.select(True, a, 1)": "f32 audio",
    "dspc.select(b, b, True)": "bool audio",
    "dspc.select(b, k, s)": "f32 audio", "dspc.select(b, i, k)": "f32 audio", "dspc.select(cb, a, d)": "f64 audio",
    "dspc.select(b, i, True)": "i32 audio", "sum([a, a, a])": "f32 audio", "sum([i, i])": "i32 audio",
    "dspc.sin_turns(c)": "f32 control", "dspc.cos_turns(i)": "f32 audio",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), FUNCTIONS.items())
def test_functions(expression: str, wanted: str) -> None:
    assert typed(expression) == wanted


CONVERSIONS = {
    "dspc.f32(i)": "f32 audio", "dspc.f32(d)": "f32 audio", "dspc.f32(b)": "f32 audio", "dspc.f32(3)": "f64 const",
    "dspc.f32(k)": "f64 const", "dspc.f32(s)": "f64 init", "dspc.f32(si)": "f64 init", "dspc.f32(cd)": "f32 control",
    "dspc.f64(a)": "f64 audio", "dspc.f64(u)": "f64 audio", "dspc.f64(2)": "f64 const", "dspc.f64(c)": "f64 control",
    "dspc.i32(a)": "i32 audio", "dspc.i32(u)": "i32 audio", "dspc.i32(b)": "i32 audio", "dspc.i32(2.7)": "i32 const",
    "dspc.i32(s)": "i32 init", "dspc.u32(a)": "u32 audio", "dspc.u32(i)": "u32 audio", "dspc.u32(b)": "u32 audio",
    "dspc.u32(4_000_000_000)": "u32 const", "dspc.i32(0xDEADBEEF)": "i32 const", "dspc.u32(-1)": "u32 const",
    "dspc.bool(a)": "bool audio", "dspc.bool(i)": "bool audio", "dspc.bool(d)": "bool audio",
    "dspc.bool(0)": "bool const",
    "dspc.bool(s)": "bool init", "dspc.u32(np.int64(3))": "u32 const",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), CONVERSIONS.items())
def test_conversions(expression: str, wanted: str) -> None:
    assert typed(expression) == wanted


def test_numpys_functions_are_ours() -> None:
    pairs = {
        "np.sin(a)": "dspc.sin(a)", "np.arctan2(a, c)": "dspc.atan2(a, c)", "np.maximum(a, 0)": "dspc.max(a, 0)",
        "np.abs(i)": "abs(i)", "np.rint(a)": "dspc.round(a)", "np.where(b, a, 0)": "dspc.select(b, a, 0)",
        "np.clip(a, -1, 1)": "dspc.clamp(a, -1, 1)", "np.add(a, 1)": "a + 1", "np.greater(a, 0)": "a > 0",
        "np.left_shift(i, 2)": "i << 2", "np.round(a)": "dspc.round(a)", "np.negative(a)": "-a", "np.invert(b)": "~b",
        "np.remainder(a, 2)": "a % 2", "np.true_divide(1, a)": "1 / a", "np.float64(2) ** a": "2.0 ** a",
    }  # fmt: skip
    for theirs, ours in pairs.items():
        assert _text(theirs) == _text(ours), theirs


def _text(expression: str) -> str:
    from tracing import _evaluating

    return str(dspc.trace(_evaluating(f"dspc.f32({expression})")))


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("y", [3.0, -3.0, 0.75, -0.75])
@pytest.mark.parametrize("x", [7.5, -7.5, 2.25, -0.25, 0.0])
def test_float_division_floors(x: float, y: float) -> None:
    found = rendered(lambda a, b: (a // b, a % b, dspc.fmod(a, b)), x, y)
    assert found[:, 0].tolist() == [x // y, x % y, float(np.fmod(x, y))]


@pytest.mark.parametrize("y", [3, -3, 1, -1, 0])
@pytest.mark.parametrize("x", [7, -7, 2, -2, 0])
def test_integer_division_floors_and_by_0_gives_0(x: int, y: int) -> None:
    found = rendered(lambda a, b: (dspc.i32(a) // dspc.i32(b), dspc.i32(a) % dspc.i32(b),
                                   dspc.fmod(dspc.i32(a), dspc.i32(b))), x, y)  # fmt: skip
    wanted = [x // y, x % y, int(np.fmod(x, y))] if y else [0, 0, 0]
    assert found[:, 0].tolist() == wanted


def test_shifts_take_the_count_modulo_32() -> None:
    found = rendered(
        lambda a: (dspc.i32(a) << 33, dspc.i32(a) << -31, dspc.i32(a) << dspc.i32(a + 30), 1 << dspc.i32(a)), 3.0
    )
    assert found[:, 0].tolist() == [6.0, 6.0, 6.0, 8.0]


def test_rounding_and_signs() -> None:
    found = rendered(lambda x: (round(x), dspc.floor(x), dspc.ceil(x), dspc.trunc(x), dspc.sign(x)),
                     [0.5, 1.5, 2.5, -0.5, -1.5], frames=5)  # fmt: skip
    assert found.tolist() == [
        [0, 2, 2, 0, -2],
        [0, 1, 2, -1, -2],
        [1, 2, 3, 0, -1],
        [0, 1, 2, 0, -1],
        [1, 1, 1, -1, -1],
    ]


def test_signs_of_integers() -> None:
    found = rendered(
        lambda x: (dspc.sign(dspc.i32(x)), abs(dspc.i32(x)), dspc.sign(dspc.u32(abs(x)))), [5, -5, 0], frames=3
    )
    assert found.tolist() == [[1, -1, 0], [5, 5, 0], [1, 1, 0]]


def test_bools_count_as_0_and_1() -> None:
    found = rendered(lambda x: ((x > 0) + (x > 1) + True, (x > 0) * 0.5, -(x > 0), sum([x > 0, x > 1])), 2.0)
    assert found[:, 0].tolist() == [3.0, 0.5, -1.0, 2.0]


def test_conversions_saturate_and_wrap() -> None:
    found = rendered(lambda x: (dspc.i32(1e10 * x) // 2**24, dspc.f32(dspc.u32(-x)), dspc.i32(2.7 * x),
                                dspc.i32(-2.7 * x),
                                dspc.f32(dspc.u32(dspc.i32(-x)) >> 24)), 1.0)  # fmt: skip
    assert found[:, 0].tolist() == [127.0, 0.0, 2.0, -2.0, 255.0]


def test_a_power_with_an_integer_multiplies() -> None:
    assert len(operations(lambda x: x**7, "mul")) == 4
    assert not operations(lambda x: x**7, "pow")
    assert len(operations(lambda x: x**-2, "div")) == 1
    assert operations(lambda x: x**2.0, "pow")


def test_a_constant_meets_audio_with_one_rounding() -> None:
    (constant,) = (op for op in operations(lambda x: x * (dspc.f64(1.0) / 3 + 0.1), "convert"))
    assert str(constant.results[0].type) == "!dsp.signal<f32, const>"
    assert {str(op.results[0].type) for op in operations(lambda x: x * (dspc.f64(1.0) / 3 + 0.1), "div")} == {
        "!dsp.signal<f64, const>"
    }


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "code"),
    {
        "i + 3_000_000_000": "DSP114", "u + -1": "DSP114", "u * 2**32": "DSP114", "a * 1e300": "DSP114",
        "a + 10**400": "DSP114",
        "a * float('nan')": "DSP113", "a * np.float32('nan')": "DSP113", "dspc.select(b, np.nan, 0)": "DSP113",
        "dspc.i32(2**33)": "DSP114", "a / 0": "DSP115", "a // 0.0": "DSP115", "a % np.float64(0)": "DSP115",
        "i // 0": "DSP115",
        "1 / np.int64(0) * a if False else a / False": "DSP115", "a + 1j": "DSP110", "a + '1'": "DSP110",
        "a + None": "DSP110",
        "None + a": "DSP110", "a == None": "DSP110", "[a] + a": "DSP110", "a + (a, a)": "DSP110",
        "a + np.array([1.0])": "DSP110",
        "np.array([1.0]) * a": "DSP110", "a * dspc.noise": "DSP110", "a * mode": "DSP122", "mode < 1": "DSP122",
        "a + math": "DSP110", "a * np.array([1])": "DSP110",
    }.items(),
)  # fmt: skip
def test_what_is_no_operand(expression: str, code: str) -> None:
    assert code_of(expression) == code


def test_infinity_is_a_number() -> None:
    assert typed("dspc.min(a, float('inf'))") == "f32 audio"


def test_a_signal_knows_its_type_but_no_value() -> None:
    seen: list[str] = []

    def program(x: Signal) -> Signal:
        seen.extend([repr(x), f"{x}", f"{x:>8.3f}", str(dspc.sample_rate), x.element, x.rate])
        assert not hasattr(x, "value") and not callable(x) and x is not None
        return x

    dspc.trace(program)
    text = "<signal f32 at audio rate>"
    assert seen == [text, text, text, "<dspc.sample_rate, a signal f64 at init rate>", "f32", "audio"]


def test_signals_are_keys_by_identity() -> None:
    def program(x: Signal) -> Signal:
        y = x + 1
        names = {x: "x", y: "y"}
        assert names[x] == "x" and names[y] == "y"
        return y

    dspc.trace(program)
