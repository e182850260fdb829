"""Graph classes: voices, parameters, programs and nodes in one another, and the classes of the library."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from graph_pairs import EchoGraph, LeadGraph, Pair, canonical, echo, lead, pair
from tracing import body_of, error_of, operations, rendered

import dspc
from dspc import stdlib
from dspc.frontend.errors import DspError, all_errors
from dspc.frontend.graph_nodes import class_name
from dspc.frontend.program import is_program
from dspc.stdlib.nodes import NODES

# --- voices ---------------------------------------------------------------------------------------


def test_unconnected_inlets_take_the_notes_at_every_depth() -> None:
    class Inner(dspc.Node):
        out, osc, env = dspc.outlet(), dspc.Saw(), dspc.ADSR()

        def graph(self) -> None:
            self.connect(self.osc * self.env >> self.out)

    class Outer(dspc.Node):
        out, inner, fixed = dspc.outlet(), Inner(), dspc.Sine(frequency=220.0)

        def graph(self) -> None:
            self.connect(self.inner + self.fixed >> self.out)

    class Deep(dspc.Voice):
        voices = 1
        outer = Outer()

        def graph(self) -> None:
            self.connect(self.outer >> self.output)

    @dspc.instrument(voices=1)
    def deep(note: Any) -> Any:
        return stdlib.saw(note.frequency) * stdlib.adsr(note.gate) + stdlib.sine(220.0)

    assert canonical(Deep) == canonical(deep)


def test_the_trigger_and_defaults_of_frequency() -> None:
    def burst(trigger: Any, frequency: Any = 100.0) -> Any:
        return dspc.select(trigger, frequency, 0.0)

    Burst = dspc.node(burst)

    class Clicks(dspc.Voice):
        burst, fixed = Burst(), Burst(frequency=5.0)

        def graph(self) -> None:
            self.connect(self.burst >> self.output, self.fixed >> self.output[1])

    def clicks(note: Any) -> Any:
        return dspc.select(note.trigger, note.frequency, 0.0), dspc.select(note.trigger, 5.0, 0.0)

    assert canonical(Clicks) == canonical(dspc.instrument(clicks))


def test_options_and_after() -> None:
    class Space(dspc.Effect):
        mix, wide = dspc.param(0.5, 0.0, 1.0), dspc.choice("no", "yes")

        def graph(self) -> None:
            self.connect(self.input[0] * self.mix >> self.output[0], self.input[1] >> self.output[1])

    class Lead(dspc.Voice):
        voices, legato, after = 1, True, Space
        osc = dspc.Saw()

        def graph(self) -> None:
            self.connect(self.osc >> self.output[0], self.osc >> self.output[1])

    class Method(Lead):
        share = 0.25

        def after(self, left: Any, right: Any, mix: Any = dspc.param(0.5, 0.0, 1.0)) -> Any:
            return left * mix, right * self.share

    body = body_of(dspc.trace(Lead))
    assert (body.properties["voices"].data, body.properties["flags"].data) == (1, 7)
    assert [op.id for op in operations(Lead, "param")] == ["after.mix", "after.wide"]
    assert [op.id for op in operations(Method, "param")] == ["after.mix"]


def test_an_instrument_sounds() -> None:
    on = [dspc.events.NoteOn(0, 60, 1.0)]
    graph = dspc.render(LeadGraph, events=on, seconds=0.05, params={"cutoff": 3000.0})
    np.testing.assert_array_equal(graph, dspc.render(lead, events=on, seconds=0.05, params={"cutoff": 3000.0}))
    assert np.abs(graph).max() > 0.1


# --- parameters -----------------------------------------------------------------------------------


class Band(dspc.Params):
    frequency, gain = dspc.param(1000.0, 20.0, 20_000.0), dspc.param(0.5, 0.0, 2.0)


class Bands(dspc.Effect):
    bands = [Band(frequency=f) for f in (100.0, 1000.0)]
    named = {"low": Band(), "on": dspc.button()}
    mode = dspc.choice("a", "b", default="b")

    def graph(self) -> None:
        for band in [*self.bands, self.named["low"]]:
            filter = dspc.OnePole()
            self.connect(self.input >> filter, band.frequency >> filter.cutoff, filter * band.gain >> self.output)
        self.connect(self.mode.index * (self.mode != "a") * self.named["on"] >> self.output[1])


def test_groups_choices_and_buttons() -> None:
    ids = [op.id for op in operations(Bands, "param")]
    assert ids == ["bands.0.frequency", "bands.0.gain", "bands.1.frequency", "bands.1.gain", "named.low.frequency",
                   "named.low.gain", "named.on", "mode"]  # fmt: skip
    engine = dspc.compile(Bands, backend="reference")
    engine.set("mode", "b")
    engine.set("named.on", 1)
    assert engine.process(np.ones((1, 1), np.float32))[1].tolist() == [1.0]


def test_other_defaults_and_parameters_of_an_instance() -> None:
    class Quiet(dspc.Effect):
        gain = dspc.param(0.5, 0.0, 1.0)

        def graph(self) -> None:
            self.connect(self.input * self.gain >> self.output)

    class More(dspc.Effect):
        def __init__(self, count: int):
            self.gains = [dspc.param(0.5, 0.0, 1.0) for _ in range(count)]

        def graph(self) -> None:
            for gain in self.gains:
                self.connect(self.input * gain >> self.output)

    assert rendered(Quiet(gain=0.25), 1.0).tolist() == [[0.25]]
    assert rendered(Quiet, 1.0).tolist() == [[0.5]]
    assert [op.id for op in operations(More(3), "param")] == ["gains.0", "gains.1", "gains.2"]


# --- graphs in functions, effects in graphs ---------------------------------------------------------


def test_a_program_in_a_trace() -> None:
    @dspc.effect
    def wrapped(x: Any) -> Any:
        note = dspc.note(frequency=440.0, gate=x > 0)
        return LeadGraph(note, cutoff=800.0), LeadGraph()(note), EchoGraph(x, amount=0.25), EchoGraph(amount=0.25)(x)

    @dspc.effect
    def unwrapped(x: Any) -> Any:
        note = dspc.note(frequency=440.0, gate=x > 0)
        part = dspc.effect(echo)
        return lead(note, cutoff=800.0), lead(note), part(x, amount=0.25), part(x, amount=0.25)

    assert canonical(wrapped) == canonical(unwrapped)


def test_effects_and_programs_as_nodes() -> None:
    class Two(dspc.Effect):
        one, two = EchoGraph(amount=0.25), dspc.node(dspc.effect(echo))(amount=0.75)

        def graph(self) -> None:
            self.connect(self.input >> self.one >> self.two >> self.output, 500.0 >> self.one.tone)

    def two(x: Any) -> Any:
        part = dspc.effect(echo)
        return part(part(x, amount=0.25, tone=500.0), amount=0.75)

    assert rendered(Two, [1.0] * 9, frames=9).tolist() == rendered(two, [1.0] * 9, frames=9).tolist()


def test_node_classes_in_a_trace() -> None:
    def program(x: Any) -> Any:
        osc = dspc.Pulse(width=0.25)
        return osc(x), osc(100.0, 0.5), dspc.Mixer(2)(x, 1.0), Pair(spread=2.0)(x)

    def plain(x: Any) -> Any:
        return stdlib.pulse(x, 0.25), stdlib.pulse(100.0, 0.5), stdlib.mixer(x, 1.0), pair(x, 2.0)

    assert canonical(program) == canonical(plain)


def test_nodes_in_bodies() -> None:
    def program(x: Any) -> Any:
        smooth = dspc.OnePole(cutoff=100.0)
        return dspc.bank(3, lambda i: Pair()(100.0 * (i + 1)) + smooth(x)).sum(), dspc.feedback(lambda y: smooth(x + y))

    def plain(x: Any) -> Any:
        pairs = dspc.bank(3, lambda i: pair(100.0 * (i + 1)) + stdlib.one_pole(x, 100.0)).sum()
        return pairs, dspc.feedback(lambda y: stdlib.one_pole(x + y, 100.0))

    assert canonical(program) == canonical(plain)


def test_an_instance_is_wired_once_and_traced_often() -> None:
    effect = EchoGraph()
    assert str(dspc.trace(effect)) == str(dspc.trace(effect))


def test_a_generator_and_declared_inputs() -> None:
    class Hum(dspc.Effect):
        osc = dspc.Sine(frequency=50.0)

        def graph(self) -> None:
            self.connect(self.osc >> self.output)

    class Left(dspc.Effect):
        inputs = 2

        def graph(self) -> None:
            self.connect(self.input[0] >> self.output)

    assert rendered(Hum, frames=4).shape == (1, 4)
    assert rendered(Left, 1.0, 2.0).tolist() == [[1.0]]


def test_arrays_buses_and_parameters_of_functions() -> None:
    def ducked(x: Any, key: Any = dspc.input(1, sidechain=True), amount: Any = dspc.param(0.5, 0.0, 1.0)) -> Any:
        return x * (1 - amount * key[0])

    Stack, Total, Duck = dspc.node(lambda a, b: dspc.stack([a, b])), dspc.node(lambda v: v.sum()), dspc.node(ducked)

    class Mixed(dspc.Effect):
        stack, total, duck, alone = Stack(), Total(), Duck(amount=0.25), Duck()

        def graph(self) -> None:
            x, y = self.input[0], self.input[1]
            self.connect(x >> self.stack, y >> self.stack.b, self.stack * 2.0 >> self.total >> self.output[0])
            self.connect(x >> self.duck >> self.output[1], y >> self.duck.key, x >> self.alone >> self.output[2])

    assert rendered(Mixed, 1.0, 2.0)[:, 0].tolist() == [6.0, 0.5, 1.0]


def test_what_the_decorator_of_an_effect_takes() -> None:
    class Held(dspc.Effect):
        tail = 2.0
        gain = dspc.param(0.5, 0.0, 1.0)

        def graph(self) -> None:
            self.connect(self.input * self.gain >> self.output)

    engine = dspc.compile(Held, backend="reference", channels=2)
    assert (engine.tail, engine.inputs, engine.outputs, list(engine.parameters)) == (2.0, 2, 2, ["gain"])
    assert engine.process(np.ones((2, 1), np.float32)).tolist() == [[0.5], [0.5]]


# --- classes --------------------------------------------------------------------------------------


def test_every_function_of_the_library_has_its_node_class() -> None:
    assert len(NODES) == len(stdlib.__all__)
    assert {"Saw", "OnePole", "LowPass24", "SoftClip", "ADSR", "Amplifier", "Mixer", "DbToGain"} <= set(NODES)
    assert dspc.Saw is NODES["Saw"] and dspc.Saw.__doc__ and "polyBLEP" in dspc.Saw.__doc__
    assert repr(dspc.Saw()) == "<node Saw>" and repr(LeadGraph().osc1) == "<node osc1: Saw>"
    assert set(NODES) <= set(dir(dspc))
    assert str(inspect.signature(dspc.Saw)) == "(*, frequency=None, phase=0.0, reset=False, sync=None)"
    assert str(inspect.signature(dspc.Mixer)) == "(count, /)"


@pytest.mark.parametrize(("function", "name"), [
    ("one_pole", "OnePole"), ("adsr", "ADSR"), ("lowpass24", "LowPass24"), ("crossover_lr4", "CrossoverLR4"),
    ("zita_rev1", "ZitaRev1"), ("high_shelf", "HighShelf"), ("highpass", "HighPass"), ("dc_block", "DCBlock"),
])  # fmt: skip
def test_names_of_node_classes(function: str, name: str) -> None:
    assert class_name(function) == name


def test_classes_are_inherited() -> None:
    class Base(dspc.Voice):
        osc = dspc.Saw()
        level = dspc.param(0.5, 0.0, 1.0)

        def graph(self) -> None:
            self.connect(self.osc * self.level >> self.output)

    class Soft(Base):
        osc = dspc.Sine()

    assert [op.label.data for op in operations(Soft, "scope")] == ["sine"]
    assert (is_program(Base), is_program(Soft), is_program(dspc.Voice), is_program(Pair)) == (False, True, False, False)


def test_what_a_user_raises_in_graph_is_the_users() -> None:
    class Wrong(dspc.Effect):
        def graph(self) -> None:
            raise AttributeError("mine")

    with pytest.raises(AttributeError, match="mine"):
        dspc.trace(Wrong)


def test_errors_of_a_node_are_at_the_line_where_it_is_used() -> None:
    def wrong(x: Any) -> Any:
        return dspc.phasor()

    class Uses(dspc.Effect):
        part = dspc.node(wrong)()

        def graph(self) -> None:
            self.connect(self.input >> self.part >> self.output)

    error = error_of(Uses)
    assert error.code == "DSP130" and error.place is not None
    assert error.place.line == wrong.__code__.co_firstlineno + 1


def test_errors_in_a_loop_are_all_told() -> None:
    class Uses(dspc.Effect):
        one, two, again = dspc.LowPass(), dspc.OnePole(), dspc.Feedback()

        def graph(self) -> None:
            self.connect(self.again >> self.one >> self.two >> self.again, self.two >> self.output)

    with pytest.raises(DspError) as raised:
        dspc.trace(Uses)
    messages = [error.message for error in all_errors(raised.value)]
    assert messages == ["cutoff of one is not connected", "cutoff of two is not connected"]
