"""Programs as graphs and as functions, and their IR in a form that can be compared."""

from __future__ import annotations

from typing import Any

from tracing import body_of

import dspc
from dspc import stdlib
from dspc.driver.compile import make_context
from dspc.driver.pipelines import parse


def canonical(program: Any) -> str:
    """The program's IR once calls are inlined, without what only names something."""
    module = dspc.trace(program)
    for one in parse("inline,canonicalize"):
        one.apply(make_context(), module)
    for op in module.walk():
        for region in op.regions:
            for block in region.blocks:
                for argument in block.args:
                    argument.name_hint = None
        for result in op.results:
            result.name_hint = None
    body_of(module).properties["sym_name"] = body_of(dspc.trace(lambda: 0.0)).properties["sym_name"]
    return str(module)


# --- the same program, written twice --------------------------------------------------------------


class LeadGraph(dspc.Voice):
    osc1, osc2 = dspc.Saw(), dspc.Square()
    mixer, filter, amp, env = dspc.Mixer(2), dspc.LowPass24(), dspc.Amplifier(), dspc.ADSR()
    cutoff = dspc.param(1200.0, 20.0, 20_000.0, unit="Hz", scale="log")

    def graph(self) -> None:
        self.connect(self.osc1 >> self.mixer[0], self.osc2 >> self.mixer[1],
                     self.mixer >> self.filter >> self.amp >> self.output,
                     self.env >> self.amp.gain, self.cutoff >> self.filter.cutoff)  # fmt: skip


@dspc.instrument(voices=16)
def lead(note: Any, cutoff: Any = dspc.param(1200.0, 20.0, 20_000.0, unit="Hz", scale="log")) -> Any:
    mixed = stdlib.mixer(stdlib.saw(note.frequency), stdlib.square(note.frequency))
    return stdlib.amplifier(stdlib.lowpass24(mixed, cutoff), stdlib.adsr(note.gate))


class EchoGraph(dspc.Effect):
    again, late = dspc.Feedback(), dspc.node(dspc.delay)(samples=999)
    amount, tone = dspc.param(0.5, 0.0, 0.9), dspc.param(2000.0, 100.0, 9000.0)
    damp = dspc.OnePole()

    def graph(self) -> None:
        self.again >> self.late >> self.damp
        self.tone >> self.damp.cutoff
        loop = self.input + self.damp * self.amount
        loop >> self.again
        loop >> self.output


def echo(x: Any, amount: Any = dspc.param(0.5, 0.0, 0.9), tone: Any = dspc.param(2000.0, 100.0, 9000.0)) -> Any:
    return dspc.feedback(lambda y: x + stdlib.one_pole(dspc.delay(y, samples=999), tone) * amount)


class CrossGraph(dspc.Effect):
    backs, filters = [dspc.Feedback(), dspc.Feedback()], {"l": dspc.OnePole(cutoff=900.0), "r": dspc.LowPass()}

    def graph(self) -> None:
        left, right = self.filters["l"], self.filters["r"]
        self.connect(self.backs[1] * 0.5 >> left, self.input[0] >> left, 300.0 >> right.cutoff,
                     self.backs[0] * 0.25 >> right, self.input[1] >> right,
                     left >> self.backs[0], right >> self.backs[1],
                     left - right >> self.output[0],
                     self.input[0] >> self.output[1], right >> self.output[1])  # fmt: skip


def cross(left: Any, right: Any) -> Any:
    def loop(a: Any, b: Any) -> Any:
        return stdlib.one_pole(b * 0.5 + left, 900.0), stdlib.lowpass(a * 0.25 + right, 300.0)

    one, two = dspc.feedback(loop, (0.0, 0.0))
    return one - two, left + two


class Pair(dspc.Node):
    """Two saws, `spread` apart."""

    frequency, spread, out = dspc.inlet(), dspc.inlet(1.01), dspc.outlet()
    osc1, osc2 = dspc.Saw(), dspc.Saw()

    def graph(self) -> None:
        self.connect(self.frequency >> self.osc1.frequency, self.frequency * self.spread >> self.osc2.frequency,
                     (self.osc1 + self.osc2) * 0.5 >> self.out)  # fmt: skip


class ChoirGraph(dspc.Voice):
    voices = 4
    narrow, wide = Pair(), Pair(spread=1.5)
    mode, level = dspc.choice("low", "high"), dspc.param(0.5, 0.0, 1.0)

    def graph(self) -> None:
        high = (self.mode == "high") * self.wide
        self.connect((self.narrow + high) * self.note.velocity * self.level >> self.output[0])
        self.connect(-self.narrow >> self.output[1])
        self.connect((self.narrow > 0.9) >> self.note.finish)


def pair(frequency: Any, spread: Any = 1.01) -> Any:
    return (stdlib.saw(frequency) + stdlib.saw(frequency * spread)) * 0.5


@dspc.instrument(voices=4)
def choir(note: Any, mode: Any = dspc.choice("low", "high"), level: Any = dspc.param(0.5, 0.0, 1.0)) -> Any:
    narrow = pair(note.frequency)
    high = (mode == "high") * pair(note.frequency, 1.5)
    left, right = (narrow + high) * note.velocity * level, -narrow
    note.finish(narrow > 0.9)
    return left, right
