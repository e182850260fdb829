"""Sources, delays, feedback, banks and tables: what is traced, and what the reference makes of it."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from tracing import error_of, operations, rendered, typed
from xdsl.ir import Operation

import dspc
from dspc.dialects.syntax import CompactOp
from dspc.frontend.signal import Signal


def prop(op: Operation, name: str) -> Any:
    """A property's plain value."""
    value = op.properties[name]
    data = getattr(value, "data", getattr(value, "value", value))
    return getattr(data, "data", data)


# --- sources --------------------------------------------------------------------------------------


def test_a_phasor_starts_at_its_phase_and_wraps() -> None:
    assert rendered(lambda: dspc.phasor(12_000.0, phase=0.25), frames=5).tolist() == [[0.25, 0.5, 0.75, 0.0, 0.25]]
    assert rendered(lambda: dspc.phasor(step=-0.25), frames=4).tolist() == [[0.0, 0.75, 0.5, 0.25]]
    assert rendered(lambda: dspc.phasor(12_000), frames=3).tolist() == [[0.0, 0.25, 0.5]]


@pytest.mark.parametrize("step", [0.5, -0.5, 1.5, 2.5, -2.5, 100.5, 0.25, 3.0, 2.0**-32, 0.5 - 2.0**-25, -(2.0**-20)])
def test_steps_are_exact_modulo_a_cycle(step: float) -> None:
    """Also half a cycle, which an i32 of 2^-32 cycles cannot hold: nothing is lost in 10 000 samples."""
    (found,) = rendered(lambda: dspc.phasor(step=step, phase=0.25), frames=10_000)
    phases = (2**30 + np.arange(10_000) * int(step * 2**32)) % 2**32
    assert found.tolist() == ((phases >> 8) / 2.0**24).tolist()


def test_a_frequency_takes_effect_one_sample_later() -> None:
    found = rendered(lambda f: dspc.phasor(f), [12_000.0, 18_000.0, 0.0, 0.0], frames=4)
    assert found.tolist() == [[0.0, 0.25, 0.625, 0.625]]


def test_a_reset_sample_outputs_the_phase() -> None:
    found = rendered(lambda r: dspc.phasor(step=0.25, phase=0.5, reset=r > 0), [0, 0, 1, 0], frames=4)
    assert found.tolist() == [[0.5, 0.75, 0.5, 0.75]]


def test_the_phase_may_be_a_constant_signal() -> None:
    @dspc.effect
    def ramp(phase: Any = dspc.param(0.5, 0.0, 1.0)) -> Signal:
        return dspc.phasor(step=0.25, phase=phase)

    assert rendered(lambda: ramp(), frames=2).tolist() == [[0.5, 0.75]]


def keys_of_noises(program: Any) -> set[int]:
    ops = operations(program, "noise")
    return {op.operands[0].owner.number for op in ops}  # type: ignore[union-attr]


def test_every_noise_has_a_stream_of_its_own_unless_it_has_a_seed() -> None:
    assert len(keys_of_noises(lambda: dspc.noise() + dspc.noise() + dspc.noise())) == 3
    assert len(keys_of_noises(lambda: dspc.noise(7) + dspc.noise(7))) == 1
    assert keys_of_noises(lambda: dspc.noise() + dspc.noise(1)) == keys_of_noises(lambda: dspc.noise(1) + dspc.noise())


def test_noise_in_lanes_and_voices_depends_on_their_index() -> None:
    found = rendered(lambda: dspc.bank(2, lambda i: dspc.noise(3) * (2 * i - 1)).sum(), frames=4)
    assert (found != 0).all()

    @dspc.instrument(voices=2)
    def hiss(note: Any) -> Signal:
        return dspc.noise(3)

    assert [prop(op, "field") for op in operations(hiss, "note")] == ["voice"]


def test_a_controller() -> None:
    (op,) = operations(lambda: dspc.controller(1, default=0.25), "controller")
    assert (prop(op, "number"), prop(op, "default")) == (1, 0.25)
    assert str(op.results[0].type) == "!dsp.signal<f32, control>"


def test_the_environment() -> None:
    assert typed("(dspc.sample_rate + 0, dspc.frame + 0, dspc.time + 0)") == "f64 init, u32 audio, f64 audio"
    assert rendered(lambda: (dspc.frame, dspc.time * dspc.sample_rate), frames=3).tolist() == [[0, 1, 2], [0, 1, 2]]


def test_the_environment_is_imported_before_any_trace() -> None:
    from dspc import frame, sample_rate, time

    assert repr(sample_rate) == "<dspc.sample_rate, a signal f64 at init rate>"
    assert (sample_rate.rate, frame.element, time.element) == ("init", "u32", "f64")
    assert rendered(lambda: sample_rate / 2).tolist() == [[24_000.0]]
    assert rendered(lambda: np.minimum(frame, 1), frames=3).tolist() == [[0, 1, 1]]
    assert len(operations(lambda x: x * sample_rate + sample_rate, "sample_rate")) == 2


# --- delays ---------------------------------------------------------------------------------------


def line(program: Any) -> dict[str, Any]:
    """The delay line of a program: its properties, the types of the signal and of the length."""
    (op,) = operations(program, "delay")
    assert isinstance(op, CompactOp)
    names = {"max_samples": "longest", "max_seconds": "seconds", "min_samples": "least", "interpolation": "mode"}
    types = [str(o.type).removeprefix("!dsp.signal<").split(",")[0] for o in op.operands]
    return {short: prop(op, name) for name, short in names.items()} | dict(zip(("x", "at"), types, strict=True))


LINES: dict[str, dict[str, Any]] = {
    "delay(x, 100)": {"longest": 100, "seconds": 0.0, "least": 100, "mode": "none", "x": "f32", "at": "i32"},
    "delay(x, 2.5)": {"longest": 3, "least": 2, "mode": "linear", "at": "f64"},
    "delay(x, 2.5, interpolation='none')": {"longest": 3, "least": 2, "mode": "none"},
    "delay(x, 3, interpolation='linear')": {"longest": 3, "least": 3, "mode": "linear", "at": "f32"},
    "delay(x, 0.5 * dspc.sample_rate)": {"longest": 0, "seconds": 0.5, "least": 4000, "mode": "linear"},
    "delay(x, dspc.i32(0.5 * dspc.sample_rate))": {"seconds": 0.5, "least": 3999, "mode": "none", "at": "i32"},
    "delay(x, dspc.round(0.5 * dspc.sample_rate))": {"longest": 1, "seconds": 0.5, "mode": "linear"},
    "delay(x, (dspc.sample_rate - 100) / 4)": {"longest": 0, "seconds": 0.25, "least": 1975},
    "delay(x, 10 + 2 * dspc.sample_rate / 1000)": {"longest": 10, "seconds": 0.002, "least": 26},
    "delay(x, -(-100))": {"longest": 100, "least": 100},
    "delay(x, c, max=50)": {"longest": 50, "least": 0, "mode": "linear", "at": "f32"},
    "delay(x, c, max=50, interpolation='lagrange5')": {"longest": 50, "least": 0, "mode": "lagrange5", "at": "f32"},
    "delay(dspc.i32(x), 2.5, interpolation='thiran')": {"x": "f32", "mode": "thiran", "at": "f64"},
    "delay(x, ci, max=50)": {"longest": 50, "least": 0, "mode": "none", "at": "i32"},
    "delay(x, cd, max=50.5)": {"longest": 51, "mode": "linear", "at": "f64"},
    "delay(x, c, max=2 * dspc.sample_rate)": {"longest": 0, "seconds": 2.0, "least": 0},
    "delay(x, c, min=16, max=50)": {"longest": 50, "least": 16},
    "delay(x, c, min=dspc.sample_rate / 1000, max=dspc.sample_rate)": {"least": 8, "seconds": 1.0},
    "delay(x, 100, max=50)": {"longest": 50, "least": 50},
    "delay(x, 100, max=50 + dspc.sample_rate)": {"longest": 50, "seconds": 1.0, "least": 100},
    "delay(dspc.i32(x), 3)": {"x": "i32", "mode": "none"},
    "delay(dspc.i32(x), 2.5)": {"x": "f32", "mode": "linear"},
    "delay(x > 0, 3)": {"x": "i1", "mode": "none"},
    "delay(dspc.frame, 3)": {"x": "ui32"},
    "delay(dspc.f64(x), 2.5)": {"x": "f64", "mode": "linear"},
    "delay(dspc.sample_rate, 3)": {"x": "f32"},
    "delay(3, 1)": {"x": "i32"},
    "delay(x, np.int64(3))": {"longest": 3, "at": "i32"},
}  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), LINES.items())
def test_delay_lines(expression: str, wanted: dict[str, Any]) -> None:
    def program(x: Any, c: Any = dspc.param(0.5, 0.0, 1.0), ci: Any = dspc.param(1, 0, 9, step=1)) -> Any:
        names = {"x": x, "c": c, "ci": ci, "cd": dspc.f64(c), "delay": dspc.delay, "dspc": dspc, "np": np}
        return dspc.f32(eval(expression, names))

    found = line(program)
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("x", ["a", "i", "b", "k", "s", "d", "c"])
def test_a_delay_of_0_is_the_signal(x: str) -> None:
    assert typed(f"dspc.delay({x}, 0)") == typed(x)
    assert not operations(lambda x: dspc.delay(x, 0), "delay")


def test_delays_start_from_0_and_are_clamped() -> None:
    x = np.arange(1.0, 7.0)
    assert rendered(lambda x: dspc.delay(x, 2), x, frames=6).tolist() == [[0, 0, 1, 2, 3, 4]]
    assert rendered(lambda x: dspc.delay(x, 1.5), x, frames=6).tolist() == [[0, 0.5, 1.5, 2.5, 3.5, 4.5]]
    assert rendered(lambda x: dspc.delay(x, 2.9, interpolation="none"), x, frames=6).tolist() == [[0, 0, 1, 2, 3, 4]]
    assert rendered(lambda x: dspc.delay(x, 9, max=1), x, frames=6).tolist() == [[0, 1, 2, 3, 4, 5]]
    assert rendered(lambda x: dspc.delay(x, x - 9, max=3), x, frames=6).tolist() == [[1, 2, 3, 4, 5, 6]]
    least = rendered(lambda x: dspc.delay(x, 1, min=dspc.sample_rate / 16_000, max=9), x, frames=6)
    assert least.tolist() == [[0, 0, 0, 1, 2, 3]]


def test_in_a_loop_a_total_of_n_is_n_minus_1() -> None:
    found = rendered(lambda x: dspc.feedback(lambda y: x + 0.5 * dspc.delay(y, 2)), [1, 0, 0, 0, 0, 0, 0], frames=7)
    assert found.tolist() == [[1, 0, 0, 0.5, 0, 0, 0.25]]


# --- feedback -------------------------------------------------------------------------------------


def states(program: Any) -> list[str]:
    (op,) = operations(program, "feedback")
    return [str(a.type).removeprefix("!dsp.signal<").split(",")[0] for a in op.regions[0].block.args]


def test_initial_gives_number_and_types() -> None:
    assert states(lambda x: dspc.feedback(lambda y: x)) == ["f32"]
    assert states(lambda x: dspc.feedback(lambda y: y + 1, 0)) == ["i32"]
    assert states(lambda x: dspc.feedback(lambda y: ~y, False)) == ["i1"]
    assert states(lambda x: dspc.feedback(lambda y: y * 3, np.uint32(1))) == ["ui32"]
    assert states(lambda x: dspc.feedback(lambda y: y + 1, np.int64(1))) == ["i32"]
    assert states(lambda x: dspc.feedback(lambda y: y * 0.5, np.float64(1))) == ["f32"]
    assert states(lambda x: dspc.feedback(lambda a, b: (a, b))[0]) == ["f32", "f32"]
    assert states(lambda x: dspc.feedback(lambda a, b: (a + 1, b), (0, 0.0))[0]) == ["i32", "f32"]
    assert states(lambda x: dspc.feedback(lambda a, b: (a + 1, b), [0, True])[0]) == ["i32", "i1"]
    assert states(lambda x: dspc.feedback(lambda a: a, (0.0,))) == ["f32"]
    assert states(lambda x: dspc.feedback(lambda *s: s, (0.0, 1.0, 2.0))[0]) == ["f32"] * 3
    assert states(lambda x: dspc.feedback(lambda a, gain=0.5: gain * a)) == ["f32"]
    assert states(lambda x: dspc.feedback(lambda a, *, gain=0.5: gain * a)) == ["f32"]
    assert states(lambda x: dspc.feedback(lambda y: y + 1, dspc.u32(5))) == ["ui32"]
    assert states(lambda x: dspc.feedback(dspc.tanh)) == ["f32"]


def test_next_values_promote_upwards() -> None:
    assert states(lambda x: dspc.feedback(lambda y: dspc.i32(y), 0.0)) == ["f32"]
    assert states(lambda x: dspc.feedback(lambda y: x > 0, 0)) == ["i32"]
    assert states(lambda x: dspc.feedback(lambda y: dspc.sample_rate, 0.0)) == ["f32"]
    assert states(lambda x: dspc.feedback(lambda y: 1, 0.0)) == ["f32"]
    for wrong in (lambda y: 0.5, lambda y: dspc.f32(y), lambda y: dspc.frame):
        assert error_of(lambda x, wrong=wrong: dspc.feedback(wrong, 0)).code == "DSP111"  # type: ignore[misc]


def test_the_result_has_the_structure_of_what_the_function_returns() -> None:
    Pair = namedtuple("Pair", "next out")  # noqa: PYI024
    shapes: list[Any] = []

    def program(x: Signal) -> Signal:
        shapes.append(dspc.feedback(lambda y: x))
        shapes.append(dspc.feedback(lambda y: (x,)))
        shapes.append(dspc.feedback(lambda y: [x, 2 * x]))
        shapes.append(dspc.feedback(lambda y: Pair(x, y)))
        shapes.append(dspc.feedback(lambda y: (x, {"low": y, "rest": (y, 1.0)})))
        return x

    dspc.trace(program)
    one, single, pair, named, nested = shapes
    assert isinstance(one, Signal) and isinstance(single, tuple) and len(single) == 1
    assert isinstance(pair, list) and len(pair) == 2
    assert isinstance(named, Pair) and isinstance(named.out, Signal)
    assert set(nested[1]) == {"low", "rest"} and isinstance(nested[1]["rest"][1], Signal)
    assert nested[1]["rest"][1].rate == "audio" and nested[1]["rest"][1].element == "f32"


def test_the_function_runs_once() -> None:
    calls: list[int] = []
    dspc.trace(lambda x: dspc.feedback(lambda y: calls.append(1) or 0.5 * y + x))
    assert calls == [1]


def test_feedbacks_nest_and_capture() -> None:
    def program(x: Signal) -> Signal:
        def outer(y: Signal) -> Signal:
            inner = dspc.feedback(lambda z: 0.5 * z + x + y)
            return 0.5 * y + inner

        return dspc.feedback(outer)

    y = z = 0.0
    wanted: list[float] = []
    for x in (1.0, 0.0, 0.0, 0.0):
        z = 0.5 * z + x + y
        y = 0.5 * y + z
        wanted.append(y)
    assert rendered(program, [1, 0, 0, 0], frames=4).tolist() == [wanted]


# --- banks ----------------------------------------------------------------------------------------


def test_banks_of_counts_numbers_rows_and_signals() -> None:
    def lanes_of(x: Signal) -> list[Signal]:
        return [
            dspc.bank(3, lambda i: x * i).sum(),
            dspc.bank([1.0, 2.5], lambda k: x * k).sum(),
            dspc.bank(range(3), lambda k: x * k).sum(),
            dspc.bank((k for k in (1, 2)), lambda k: x * k).sum(),
            dspc.bank([True, False, True], lambda on: dspc.select(on, x, 0.0)).sum(),
            dspc.bank([(1.0, 2), (3.0, 4)], lambda row: x * row[0] * row[1]).sum(),
            dspc.bank(np.array([[1.0, 2.0], [3.0, 4.0]]), lambda row: x * row[0] * row[1]).sum(),
            dspc.bank(zip([1, 2], [(3, 4), (5, 6)], strict=True), lambda row: x * row[0] * row[1][1]).sum(),
            dspc.bank([x, 2 * x, 3.0], lambda s: s * s).sum(),
            dspc.bank([(x, 1), (-x, 2)], lambda row: row[0] * row[1]).sum(),
            dspc.f32(dspc.bank([1, 4_000_000_000], lambda k: k >> 24).max()),
        ]

    found = rendered(lanes_of, 2.0)[:, 0].tolist()
    assert found == [6.0, 7.0, 6.0, 6.0, 4.0, 28.0, 28.0, 32.0, 29.0, -2.0, 238.0]


def test_reductions_lanes_and_len() -> None:
    def program(x: Signal) -> list[Any]:
        bank = dspc.bank(4, lambda i: x + dspc.lanes([3, 1, 4, 1]))
        assert len(bank) == 4 and repr(bank) == "<bank of 4 lanes>"
        return [bank.sum(), bank.mean(), bank.product(), bank.min(), bank.max()]

    assert rendered(program, 1.0)[:, 0].tolist() == [13.0, 3.25, 80.0, 2.0, 5.0]


def test_a_bank_of_tuples_is_a_tuple_of_banks() -> None:
    def program(x: Signal) -> Signal:
        low, high = dspc.bank(3, lambda i: (x * i, x + i))
        group = dspc.bank(3, lambda i: {"only": x * i})
        return low.sum() + high.sum() + group["only"].max()

    assert rendered(program, 1.0).tolist() == [[3.0 + 6.0 + 2.0]]


def test_a_bank_is_traced_once_and_stays_rolled() -> None:
    calls: list[int] = []
    ops = operations(lambda x: dspc.bank(50, lambda i: calls.append(1) or x * i).sum(), "mul")
    assert calls == [1] and len(ops) == 1


def test_lanes_have_delays_and_states_of_their_own() -> None:
    found = rendered(lambda x: dspc.bank(3, lambda i: dspc.delay(x, i, max=4)).sum(), [1, 0, 0, 0], frames=4)
    assert found.tolist() == [[1, 1, 1, 0]]


def test_floats_of_const_rate_stay_f64_in_banks() -> None:
    assert typed("dspc.bank(4, lambda i: 1.0 / (i + 1)).sum()") == "f64 const"
    assert typed("dspc.bank([1.0, 2.0], lambda k: k * dspc.sample_rate).max()") == "f64 init"
    assert typed("dspc.bank(4, lambda i: i).sum()") == "i32 const"
    assert typed("dspc.bank(4, lambda i: a > i).sum()") == "i32 audio"
    assert rendered(lambda x: x * dspc.bank(3, lambda i: 1.0 / (i + 1)).sum(), 6.0).tolist() == [[11.0]]


# --- tables ---------------------------------------------------------------------------------------


def test_tables_are_read_at_positions() -> None:
    table = dspc.table([1.0, 2.0, 4.0])
    x = [-1.0, -0.5, 0.5, 2.0, 2.5, 3.0]
    assert len(table) == 3 and repr(table) == "<table of 3 samples, f32>"
    assert rendered(lambda x: table(x), x, frames=6).tolist() == [[1, 1, 1.5, 4, 4, 4]]
    assert rendered(lambda x: table(x, boundary="zero"), x, frames=6).tolist() == [[0, 0.5, 1.5, 4, 2, 0]]
    assert rendered(lambda x: table(x, boundary="wrap"), x, frames=6).tolist() == [[4, 2.5, 1.5, 4, 2.5, 1]]
    assert rendered(lambda x: table(x, interpolation="none"), x, frames=6).tolist() == [[1, 1, 1, 4, 4, 4]]
    assert rendered(lambda x: table(dspc.i32(x)), x, frames=6).tolist() == [[1, 1, 1, 4, 4, 4]]
    assert rendered(lambda x: table(x / (x - x)), [-1.0, 1.0], frames=2).tolist() == [[1, 4]]


def test_tables_keep_their_types() -> None:
    whole = dspc.table([3, -1, 4])
    assert repr(whole) == "<table of 3 samples, i32>"
    assert rendered(lambda x: whole(x) // 2, [0.5, 1.5], frames=2).tolist() == [[1, -1]]
    assert [repr(dspc.table(a)) for a in (np.arange(3, dtype=np.uint8), [True, False], np.float32([1]))] == [
        "<table of 3 samples, i32>", "<table of 2 samples, i32>", "<table of 1 samples, f32>"]  # fmt: skip


def test_positions_may_be_of_any_type_and_rate() -> None:
    table = dspc.table([0.0, 1.0, 2.0])
    rates: list[str] = []

    def program(x: Signal, c: Any = dspc.param(0.5, 0.0, 1.0)) -> Signal:
        read = [table(x), table(c), table(0.5), table(1), table(dspc.f64(x)), table(dspc.frame), table(x > 0)]
        rates.extend(f"{r.element} {r.rate}" for r in read)
        return x

    dspc.trace(program)
    assert rates == ["f32 audio", "f32 control", "f32 const", "f32 const", "f32 audio", "f32 audio", "f32 audio"]


def test_equal_tables_are_one() -> None:
    def program(x: Signal) -> Signal:
        return dspc.table([0.0, 1.0])(x) + dspc.table([0.0, 1.0])(x) + dspc.table([0, 1])(x)

    assert len(operations(program, "table")) == 2
