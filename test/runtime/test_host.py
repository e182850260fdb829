"""`dspc.Engine` as people use it, rightly and wrongly."""

from __future__ import annotations

import sys
import threading
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from toy_programs import HERE, LAYOUTS, PythonToy, ToyLibrary

from dspc.backends.engine import Engine, HostError
from dspc.backends.hosted import Channels, Core, HostedProgram
from dspc.frontend.errors import DspError
from dspc.frontend.events import Bend, Controller, Expression, NoteOff, NoteOn, Param, Pressure, Transport


@pytest.fixture
def engine(toy: ToyLibrary) -> Engine:
    return toy.engine()


@pytest.mark.parametrize("convert", [
    np.asarray, list, lambda x: x.astype(np.float64), lambda x: x[None], lambda x: np.repeat(x, 3)[::3],
    lambda x: x.astype(np.float16), lambda x: np.asfortranarray(x[None]),
])  # fmt: skip
def test_any_array_will_do(toy: ToyLibrary, convert: Any) -> None:
    x = np.arange(100, dtype=np.float32) / 64
    y = toy.engine("effect").process(convert(x))
    assert y.shape == (2, 100) and y.dtype == np.float32
    np.testing.assert_array_equal(y[0], x)
    np.testing.assert_array_equal(y[1], np.concatenate([np.zeros(48), x[:52]]).astype(np.float32))


def test_silent_input_and_no_frames(engine: Engine) -> None:
    assert engine.process(frames=0).shape == (2, 0)
    assert not engine.process(frames=16).any()
    assert engine.process(np.zeros((1, 0))).shape == (2, 0)


def test_out_is_written(toy: ToyLibrary) -> None:
    engine = toy.engine("effect")
    out = np.full((2, 8), 9, np.float32)
    assert engine.process(np.ones(8), out=out) is out and (out[0] == 1).all()


def test_one_output_is_one_dimensional() -> None:
    def run(core: Core, inputs: Channels, outputs: Channels, frames: int) -> None:
        outputs[0][:] = 2 * inputs[0]

    layout = type(LAYOUTS["effect"])("double", 1, 1)
    engine = Engine(HostedProgram(layout, lambda rate: [], lambda core: None, run).load("hosted"))
    x = np.arange(8, dtype=np.float32)
    np.testing.assert_array_equal(engine.process(x), 2 * x)
    out = np.empty(8, np.float32)
    assert engine.process(x, out=out) is out


def test_in_place(toy: ToyLibrary) -> None:
    x = np.ones((1, 32), np.float32)
    out = np.zeros((2, 32), np.float32)
    out[:1] = x
    toy.engine("effect").process(out[:1], out=out)
    assert (out[0] == 1).all()


def test_parameters(engine: Engine) -> None:
    parameters = engine.parameters
    assert list(parameters) == ["gain", "filter.mode", "hold", "cutoff"]
    mode, hold, cutoff = parameters["filter.mode"], parameters["hold"], parameters["cutoff"]
    assert mode.labels == ("low", "band", "high") and mode.group == "filter" and mode.value == 1.0
    assert hold.momentary and hold.automatable and not hold.hidden and not hold.bypass
    assert (cutoff.unit, cutoff.scale, cutoff.min, cutoff.step) == ("Hz", "log", 20.0, 0.5)
    engine.set("gain", 0.5)
    assert engine.parameters["gain"].value == 0.5 and parameters["gain"].value == 1.0
    with pytest.raises(TypeError):
        parameters["gain"] = mode  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        mode.value = 2.0  # type: ignore[misc]


def test_set_before_the_first_frame_is_exact(toy: ToyLibrary) -> None:
    engine = toy.engine("effect")
    engine.set("gain", 0.5)
    assert (engine.process(np.ones(4))[0] == 0.5).all()


def test_names_and_repr(engine: Engine) -> None:
    assert engine.backend == "toy" and engine.report == "by hand" and engine.sample_rate == 48_000
    assert repr(engine) == "<dspc.Engine 'toy', toy, 48000 Hz, 1 in, 2 out>"


def test_ids_are_of_the_notes(engine: Engine) -> None:
    a, b = engine.note_on(60), engine.note_on(60, 0.5)
    assert a != b
    engine.note_off(a)
    engine.process(frames=200)
    assert engine.ended_notes() == [a] and engine.active_voices == 1
    engine.note_off(a)


def test_transport_is_kept(engine: Engine) -> None:
    engine.set_transport(tempo=90.0, playing=True)
    engine.set_transport(tempo=91.0)
    assert dict(engine.transport) == {
        "tempo": 91.0, "playing": 1.0, "position": 0.0, "bar": 0.0, "numerator": 4.0, "denominator": 4.0,
    }  # fmt: skip


def test_several_threads(toy: ToyLibrary) -> None:
    engine = toy.engine()
    stop = threading.Event()

    def fiddle() -> None:
        while not stop.is_set():
            engine.note_off(engine.note_on(60))
            engine.set("gain", 0.5)

    thread = threading.Thread(target=fiddle)
    thread.start()
    for _ in range(200):
        engine.process(frames=64)
    stop.set()
    thread.join()
    assert engine.get("gain") == 0.5


def wrong(code: str, text: str, hint: str, action: Any) -> None:
    with pytest.raises(HostError) as caught:
        action()
    error = caught.value
    assert (error.code, error.message, error.hint) == (code, text, hint)
    assert isinstance(error, DspError) and isinstance(error, ValueError)
    assert error.place and error.place.file.startswith(str(HERE)), "the line to blame is not one of dspc's"


def test_unknown_parameter(engine: Engine) -> None:
    wrong("DSP301", "there is no parameter 'gian'", "did you mean 'gain'?", lambda: engine.set("gian", 1.0))
    known = "the parameters are gain, filter.mode, hold, cutoff"
    wrong("DSP301", "there is no parameter 'xyz'", known, lambda: engine.get("xyz"))
    wrong("DSP301", "there is no parameter 'xyz'", known,
          lambda: engine.process(frames=8, events=[Param(0, "xyz", 1.0)]))  # fmt: skip


def test_wrong_channels(engine: Engine) -> None:
    one = "x is [frames]: take one channel, x[0], or their mean, x.mean(0)"
    turned = "x is [channels, frames]: transpose it, x.T"
    for shape, hint in (((2, 8), one), ((), one), ((8, 1), turned)):
        text = f"'toy' has 1 input channel, but x is {list(shape)}"
        wrong("DSP302", text, hint, lambda shape=shape: engine.process(np.zeros(shape)))
    text, hint = (
        "out is float64 [2, 8], not contiguous float32 [2, 8]",
        "np.empty((2, 8), np.float32) makes one",
    )
    wrong("DSP302", text, hint, lambda: engine.process(frames=8, out=np.zeros((2, 8))))


def test_frames(engine: Engine) -> None:
    wrong("DSP303", "x has 8 frames, but frames is 9", "leave frames out: x says how many",
          lambda: engine.process(np.zeros(8), frames=9))  # fmt: skip
    wrong("DSP303", "process needs x or frames", "for example process(frames=512)", lambda: engine.process())
    text, hint = "frames is a whole number in 0..4294967295, not -1", "give the number of frames to compute"
    wrong("DSP303", text, hint, lambda: engine.process(frames=-1))


@pytest.mark.parametrize("event, code, text", [
    (NoteOn(9, 60, 0.5), "DSP304", "the frame of NoteOn is a whole number in 0..8, not 9"),
    (NoteOn(-1, 60, 0.5), "DSP304", "the frame of NoteOn is a whole number in 0..8, not -1"),
    (NoteOn(0, 128, 0.5), "DSP305", "a key is a whole number in 0..127, not 128"),
    (NoteOn(0, 60.5, 0.5), "DSP305", "a key is a whole number in 0..127, not 60.5"),  # type: ignore[arg-type]
    (NoteOn(0, 60, 100), "DSP305", "a velocity is in 0..1, not 100"),
    (NoteOff(0, 60, float("nan")), "DSP306", "a velocity is NaN"),
    (NoteOff(0, 60, 0.0, -2), "DSP305", "a note's id is a whole number in -1..2147483647, not -2"),
    (NoteOn(0, 60, 0.5, 1, 16), "DSP305", "a channel is a whole number in 0..15, not 16"),
    (Param(0, "gain", float("nan")), "DSP306", "the value of 'gain' is NaN"),
    (Param(0, "gain", "loud"), "DSP306", "'loud' is not a value of 'gain'"),
    (Param(0, "filter.mode", "notch"), "DSP306", "'notch' is not a value of 'filter.mode'"),
    (Param(0, "gain", None), "DSP306", "the value of 'gain' is a number, not None"),  # type: ignore[arg-type]
    (Bend(0, float("nan")), "DSP306", "a bend is NaN"),
    (Pressure(0, 2.0), "DSP306", "a pressure is in 0..1, not 2"),
    (Transport(0, tempo=0.5), "DSP306", "the transport's tempo is in 1..10000, not 0.5"),
    (Transport(0, position=1e13), "DSP306", "the transport's position is in -1e+12..1e+12, not 1e+13"),
    (Transport(0, bar=float("nan")), "DSP306", "the transport's bar is NaN"),
    (Transport(0, denominator=0), "DSP306", "the transport's denominator is a whole number in 1..1024, not 0"),
    (Transport(0, numerator=2.5), "DSP306", "the transport's numerator is a whole number in 1..1024, not 2.5"),
    (Controller(0, 200, 0.5), "DSP306", "a controller's number is a whole number in 0..127, not 200"),
    (Controller(0, 1, 64), "DSP306", "controller 1 is in 0..1, not 64"),
    (Expression(0, -1, "bend", 0.0), "DSP305", "a note's id is a whole number in 0..2147483647, not -1"),
    (Expression(0, 1, "gain", 0.0), "DSP306", "'gain' is no expression"),  # type: ignore[arg-type]
    (Transport(0, tempo=float("nan")), "DSP306", "the transport's tempo is NaN"),
    ("note", "DSP306", "'note' is not an event"),
])  # fmt: skip
def test_wrong_events(engine: Engine, event: Any, code: str, text: str) -> None:
    with pytest.raises(HostError) as caught:
        engine.process(frames=8, events=[event])
    assert (caught.value.code, caught.value.message) == (code, text) and caught.value.hint
    assert engine.process(frames=1).shape == (2, 1), "nothing was computed, nothing is broken"


def test_wrong_audio(engine: Engine) -> None:
    text, hint = "x is not an array of real numbers", "give float32 samples"
    for x in (np.zeros(8, complex), ["a"], object()):
        wrong("DSP306", text, hint, lambda x=x: engine.process(x))


def test_wrong_sample_rate(toy: ToyLibrary) -> None:
    wrong("DSP308", "the sample rate is in 1,000..1,000,000 Hz, not 44.1", "48_000 is usual",
          lambda: toy.engine(sample_rate=44.1))  # fmt: skip


def test_errors_of_a_core_in_python_come_out() -> None:
    broken = PythonToy("effect")
    broken.sizes = lambda sample_rate: []  # type: ignore[method-assign]
    hosted = HostedProgram(broken.layout, broken.sizes, broken.init, broken.run)
    wrong("DSP309", "0 lengths for 1 delay lines", "sizes gives one length a line",
          lambda: Engine(hosted.load("hosted")))  # fmt: skip

    def run(core: Core, inputs: Channels, outputs: Channels, frames: int) -> None:
        raise ZeroDivisionError("in the core")

    toy = PythonToy("effect")
    engine = Engine(HostedProgram(toy.layout, toy.sizes, toy.init, run).load("hosted"))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="in the core"):
            engine.process(frames=4)


def test_without_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dspc.runtime._runtime", None)
    hint = "install a C compiler (gcc or clang) and install dspc again"
    wrong("DSP300", "dspc was installed without its runtime", hint, lambda: PythonToy("effect"))
