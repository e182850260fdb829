"""Programs: their parameters, constants, channels, notes, their use in one another, and Python's own errors."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from tracing import body_of, error_of, operations, rendered

import dspc
from dspc.dialects import dsp
from dspc.frontend.errors import DspError
from dspc.frontend.notes import FIELDS
from dspc.frontend.signal import Signal


def parameters(program: Any) -> dict[str, dict[str, Any]]:
    """The parameters of a program as hosts see them, by id."""
    found: dict[str, dict[str, Any]] = {}
    for op in operations(program, "param"):
        assert isinstance(op, dsp.ParamOp)
        info = {k: getattr(v, "data", None) or getattr(v, "value", v) for k, v in op.info.data.items()}
        found[op.id] = {k: getattr(v, "data", v) for k, v in info.items()}
        found[op.id] |= {"smooth": op.smooth.value.data, "type": str(op.result.type)}
    return found


# --- parameters -----------------------------------------------------------------------------------


def test_a_parameter_as_declared() -> None:
    def program(x: Signal, cut_off: Any = dspc.param(800.0, 20, 2e4, unit="Hz", scale="log", group="Filter")) -> Signal:
        return x * cut_off

    (found,) = parameters(program).values()
    assert {k: found[k] for k in ("id", "name", "unit", "scale", "group", "default", "min", "max")} == {
        "id": "cut_off", "name": "cut off", "unit": "Hz", "scale": "log", "group": "Filter", "default": 800.0,
        "min": 20.0, "max": 20_000.0}  # fmt: skip
    assert (found["smooth"], found["type"]) == (0.02, "!dsp.signal<f32, control>")


@pytest.mark.parametrize(
    ("spec", "type_", "smooth", "flags"),
    [
        (dspc.param(0.5, 0.0, 1.0), "f32", 0.02, 1),
        (dspc.param(1, 0, 9), "f32", 0.02, 1),
        (dspc.param(1, 0, 9, step=1), "i32", 0.0, 1),
        (dspc.param(np.int64(1), 0, 9, step=np.int64(2)), "i32", 0.0, 1),
        (dspc.param(1.0, 0, 9, step=1), "f32", 0.0, 1),
        (dspc.param(1, 0, 9, step=0.5), "f32", 0.0, 1),
        (dspc.param(1.0, 0, 9, smooth=0), "f32", 0.0, 1),
        (dspc.param(np.float32(0.5), 0, 1, smooth=0.5, automatable=False, hidden=True), "f32", 0.5, 2),
        (dspc.param(0, 0, 1, step=1, bypass=True), "i32", 0.0, 5),
        (dspc.button(), "i1", 0.0, 9),
        (dspc.choice("a", "b"), "i32", 0.0, 1),
    ],
)  # fmt: skip
def test_types_smoothing_and_flags(spec: Any, type_: str, smooth: float, flags: int) -> None:
    def program(x: Signal, p: Any = spec) -> Signal:
        return x

    (found,) = parameters(program).values()
    assert (found["type"], found["smooth"], int(str(found["flags"]))) == (
        f"!dsp.signal<{type_}, control>",
        smooth,
        flags,
    )


def test_choices_compare_and_count() -> None:
    def program(x: Signal, mode: Any = dspc.choice("saw", "sine", "off", default="sine")) -> list[Signal]:
        assert mode.labels == ("saw", "sine", "off") and repr(mode) == "<choice mode: saw, sine, off>"
        assert (mode == "saw").element == "bool" and mode.index.element == "i32"
        return [mode == "sine", mode != "sine", ~(mode == "off"), mode.index, (mode == "saw") | (mode == "sine")]

    assert rendered(program, 1.0)[:, 0].tolist() == [1, 0, 1, 1, 1]
    assert parameters(program)["mode"]["labels"] == "saw\nsine\noff\n"
    assert parameters(program)["mode"]["default"] == 1.0


def test_a_button_is_a_bool() -> None:
    assert rendered(lambda x, hit=dspc.button(): dspc.select(hit, x, -x), 1.0).tolist() == [[-1.0]]


def test_ids_and_names() -> None:
    def program(
        x: Signal, a: Any = dspc.param(0.5, 0, 1, id="filter.gain"), größe: Any = dspc.param(0.5, 0, 1, name="Size")
    ) -> Signal:
        return x

    assert {id: p["name"] for id, p in parameters(program).items()} == {"filter.gain": "filter gain", "größe": "Size"}


def test_one_declaration_serves_two_arguments() -> None:
    gain = dspc.param(0.5, 0.0, 1.0)

    def program(x: Signal, low: Any = gain, high: Any = gain) -> Signal:
        return x * low * high

    assert list(parameters(program)) == ["low", "high"]


class Band(dspc.Params):
    frequency = dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")
    kind = dspc.choice("peak", "shelf")

    def doubled(self) -> Any:
        return self.frequency * 2


class Wide(Band):
    width = dspc.param(1.0, 0.1, 4.0)
    inner = Band(frequency=50.0)


def test_groups_lists_and_dicts_of_parameters() -> None:
    def program(
        x: Signal,
        bands: Any = [Band(frequency=f) for f in (100.0, 400)],  # noqa: B006, B008
        wide: Any = Wide(kind="shelf"),  # noqa: B008
        more: Any = {"low": dspc.param(0.5, 0.0, 1.0), "other": 3},  # noqa: B006
        pair: Any = (dspc.button(), dspc.param(0.5, 0.0, 1.0, id="second")),
        plain: Any = [1, 2],  # noqa: B006
    ) -> Any:
        assert more["other"] == 3 and plain == [1, 2]
        assert isinstance(bands[0], Band) and isinstance(bands[0].frequency, Signal)
        return bands[1].doubled() + x * wide.inner.frequency, wide.kind == "shelf"

    found = parameters(program)
    assert {id: p["default"] for id, p in found.items()} == {
        "bands.0.frequency": 100.0, "bands.0.kind": 0.0, "bands.1.frequency": 400.0, "bands.1.kind": 0.0,
        "wide.frequency": 1000.0, "wide.kind": 1.0, "wide.width": 1.0, "wide.inner.frequency": 50.0,
        "wide.inner.kind": 0.0, "more.low": 0.5, "pair.0": 0.0, "pair.second": 0.5}  # fmt: skip
    assert (found["bands.1.kind"]["group"], found["bands.1.kind"]["name"]) == ("bands 1", "bands 1 kind")
    assert rendered(program, 1.0)[:, 0].tolist() == [850.0, 1.0]
    assert isinstance(Band().frequency, dspc.frontend.params.ParamSpec)  # the class is as it was


# --- build constants ------------------------------------------------------------------------------


@dspc.effect
def powers(x: Signal, order: Any = 2, gain: Any = dspc.param(2.0, 0.0, 4.0), curve: Any = None) -> Signal:
    y = x
    for _ in range(order - 1):
        y = y * x
    return y * gain if curve is None else curve(y)


def test_configure_sets_build_constants() -> None:
    assert rendered(powers, 3.0).tolist() == [[18.0]]
    assert rendered(powers.configure(order=3), 3.0).tolist() == [[54.0]]
    assert rendered(powers.configure(order=3).configure(curve=dspc.tanh), 9.0).tolist() == [[1.0]]
    assert rendered(powers, 3.0).tolist() == [[18.0]]
    with pytest.raises(DspError, match="DSP180"):
        powers.configure(gain=3.0)


def test_configure_keeps_what_runs_after() -> None:
    @dspc.instrument(voices=2)
    def lead(note: Any, shift: Any = 1) -> Signal:
        return note.velocity * shift

    @lead.after
    def space(x: Signal, mix: Any = dspc.param(0.5, 0.0, 1.0)) -> Signal:
        return x * mix

    assert list(parameters(lead.configure(shift=2))) == ["after.mix"]


# --- channels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "inputs", "outputs"),
    [
        (lambda: 0.5, 0, 1),
        (lambda x: x, 1, 1),
        (lambda left, right: (right, left), 2, 2),
        (lambda x: [x, x, 1], 1, 3),
        (lambda x, gain=0.5: x * gain, 1, 1),
        (functools.partial(lambda gain, x: x * gain, 0.5), 1, 1),
        (dspc.tanh, 1, 1),
        (dspc.atan2, 2, 1),
    ],
)
def test_arguments_are_inputs_and_results_are_outputs(program: Any, inputs: int, outputs: int) -> None:
    made = body_of(dspc.trace(program)).body.block
    assert made.last_op is not None
    assert (len(made.args), len(made.last_op.operands)) == (inputs, outputs)


def test_methods_and_decorated_functions_are_programs() -> None:
    class Gain:
        amount = 0.25

        def run(self, x: Signal, *, more: Any = 2) -> Signal:
            return x * self.amount * more

    assert rendered(Gain().run, 2.0).tolist() == [[1.0]]
    assert rendered(dspc.effect(Gain().run), 2.0).tolist() == [[1.0]]


def test_outputs_convert_by_themselves() -> None:
    found = rendered(lambda x: (x > 0, dspc.i32(x), dspc.f64(x), dspc.frame, True, 3, dspc.sample_rate), 2.5)
    assert found[:, 0].tolist() == [1, 2, 2.5, 0, 1, 3, 48_000]


def test_positional_only_and_keyword_only_arguments() -> None:
    def program(x: Signal, order: Any = 2, /, *, gain: Any = dspc.param(0.5, 0.0, 1.0)) -> Signal:
        return x * order * gain

    assert rendered(program, 3.0).tolist() == [[3.0]]


# --- programs in programs -------------------------------------------------------------------------


@dspc.effect
def tone(
    x: Signal,
    gain: Any = dspc.param(1, 0, 4),
    steps: Any = dspc.param(3, 0, 9, step=1),
    mode: Any = dspc.choice("dry", "wet", default="wet"),
    hold: Any = dspc.button(),
    bands: Any = (Band(), Band(frequency=50.0)),  # noqa: B008
    order: Any = 2,
) -> Signal:
    seen.append((gain, steps, mode.index, hold, bands[1].frequency))
    return dspc.select(mode == "wet", x * gain * steps * order, x) + hold


seen: list[Any] = []


def test_parameters_that_are_not_given_are_constants() -> None:
    seen.clear()
    assert rendered(lambda x: tone(x), 1.0).tolist() == [[6.0]]
    assert [(v.element, v.rate) for v in seen[0]] == [
        ("f64", "const"), ("i32", "const"), ("i32", "const"), ("bool", "const"), ("f64", "const")]  # fmt: skip
    assert not parameters(lambda x: tone(x))


def test_parameters_may_be_given() -> None:
    assert rendered(lambda x: tone(x, 0.5, mode="dry"), 1.0).tolist() == [[1.0]]
    assert rendered(lambda x: tone(x, gain=x, steps=dspc.i32(x), order=1), 2.0).tolist() == [[8.0]]
    assert rendered(lambda x: tone(x, mode=0), 1.0).tolist() == [[1.0]]
    assert rendered(lambda x: tone(x, mode=dspc.i32(x)), 1.0).tolist() == [[6.0]]
    assert rendered(lambda x: tone(x, bands=[Band(), Band()]), 1.0).tolist() == [[6.0]]
    assert rendered(lambda x: tone.configure(order=3)(x), 1.0).tolist() == [[9.0]]


def test_a_choice_is_handed_on() -> None:
    def outer(x: Signal, mode: Any = dspc.choice("dry", "wet")) -> Signal:
        return tone(x, mode=mode)

    assert rendered(outer, 1.0).tolist() == [[1.0]]
    assert error_of(lambda x, mode=dspc.choice("on", "off"): tone(x, mode=mode)).code == "DSP122"


def test_each_call_has_its_own_state() -> None:
    @dspc.effect
    def count() -> Signal:
        return dspc.feedback(lambda n: n + 1)

    assert rendered(lambda: (count(), count() + count()), frames=2).tolist() == [[1, 2], [2, 4]]


def test_an_instrument_in_a_program_is_one_voice() -> None:
    @dspc.instrument(voices=8)
    def lead(note: Any, cutoff: Any = dspc.param(800.0, 20.0, 20_000.0)) -> Any:
        note.finish(note.velocity > 2)
        return note.frequency, note.key, note.gate, note.velocity, note.trigger, note.voice, cutoff

    def program(g: Signal) -> Any:
        return lead(dspc.note(frequency=440.0, gate=g > 0, velocity=0.5), cutoff=100.0)

    found = rendered(program, [1, 1, 0, 1], frames=4)
    assert found.tolist() == [[440] * 4, [69] * 4, [1, 1, 0, 1], [0.5] * 4, [1, 0, 0, 1], [0] * 4, [100] * 4]


def test_random_is_drawn_at_the_trigger() -> None:
    found = rendered(lambda g: dspc.note(gate=g > 0).random, [1, 1, 0, 1, 1], frames=5)[0].tolist()
    assert found[0] == found[1] == found[2] != found[3] == found[4]
    assert all(0 <= r < 1 for r in found)


# --- instruments ----------------------------------------------------------------------------------


def test_the_properties_of_a_note() -> None:
    types: dict[str, str] = {}

    @dspc.instrument(voices=2)
    def lead(note: Any) -> Signal:
        for name in FIELDS:
            value = getattr(note, name)
            types[name] = f"{value.element} {value.rate}"
            assert getattr(note, name) is value
        assert not hasattr(note, "pitch")
        return note.velocity

    dspc.trace(lead).verify()
    assert " ".join(sorted(FIELDS)) == (
        "bend frequency gate key pressure random release_velocity timbre trigger velocity voice"
    )
    assert types == dict.fromkeys(types, "f32 control") | {
        "gate": "bool control", "trigger": "bool audio", "voice": "i32 control"}  # fmt: skip


def test_a_note_is_read_in_the_bodies_of_its_voice() -> None:
    @dspc.instrument(voices=2)
    def lead(note: Any) -> Signal:
        def loop(y: Signal) -> Signal:
            return y + dspc.bank(3, lambda i: note.frequency * i).sum()

        return dspc.feedback(loop) + note.frequency

    ops = operations(lead, "note")
    assert [op.parent_op().name for op in ops] == ["dsp.voices", "dsp.voices"]  # type: ignore[union-attr]


def test_finish() -> None:
    @dspc.instrument(voices=2)
    def lead(note: Any) -> Signal:
        note.finish(note.velocity < 0.1)
        note.finish(note.pressure > 0.9)
        return note.velocity

    (end,) = operations(lead, "voice_end")
    assert len(end.operands) == 2 and end.operands[1].owner.name == "dsp.or"  # type: ignore[union-attr]


def test_voices_spares_and_flags() -> None:
    def shape(program: Any) -> tuple[int, int, int]:
        (voices,) = operations(program, "voices")
        made = body_of(dspc.trace(program))
        assert isinstance(voices, dsp.VoicesOp) and made.voices is not None and made.flags is not None
        return made.voices.data, voices.count.data, made.flags.data

    def lead(note: Any) -> Signal:
        return note.velocity

    assert shape(dspc.instrument(lead)) == (16, 20, 1)
    assert shape(dspc.instrument(voices=8)(lead)) == (8, 12, 1)
    assert shape(dspc.instrument(voices=1)(lead)) == (1, 1, 5)
    assert shape(dspc.instrument(voices=1, legato=True)(lead)) == (1, 1, 7)


def test_after_runs_once_on_the_mix() -> None:
    @dspc.instrument(voices=4)
    def lead(note: Any, level: Any = dspc.param(0.5, 0.0, 1.0)) -> Any:
        return note.velocity * level, note.pressure

    @lead.after
    def space(left: Signal, right: Signal, level: Any = dspc.param(0.5, 0.0, 1.0, smooth=0.1)) -> Any:
        return left * level, right, left

    assert list(parameters(lead)) == ["level", "after.level"]
    assert parameters(lead)["after.level"]["name"] == "level"
    made = body_of(dspc.trace(lead)).body.block.last_op
    assert made is not None and len(made.operands) == 3
    assert callable(space) and not isinstance(space, dspc.Program)
