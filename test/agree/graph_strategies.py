"""Random graph classes: nodes that are declared and wired, with loops, nodes in nodes, parameters and an `after`."""

from __future__ import annotations

from agree.writer import Writer

SOURCES = (
    "dspc.Saw(frequency=330.0)", "dspc.Sine(frequency=90.0, phase=0.25)", "dspc.Square(frequency=1234.5)",
    "dspc.Pulse(frequency=200.0, width=0.3)", "dspc.node(dspc.noise)()", "dspc.node(dspc.phasor)(frequency=50.0)",
)  # fmt: skip
VOICED = ("dspc.Saw()", "dspc.Sine()", "dspc.ADSR(attack=0.001, decay=0.002, release=0.002)", "dspc.Square()", "Pair()")
"""In a voice, whose frequency and gate come from the note."""
THROUGH: dict[str, tuple[str, ...]] = {
    "dspc.OnePole(cutoff=900.0)": ("cutoff",), "dspc.LowPass(cutoff=500.0, q=2.0)": ("cutoff", "q"),
    "dspc.Ladder(cutoff=700.0, resonance=0.3)": ("cutoff",), "dspc.LowPass24(cutoff=2000.0)": ("resonance",),
    "dspc.Amplifier()": ("gain",), "dspc.SoftClip()": (), "dspc.TanhDrive(drive=2.0)": ("drive",),
    "dspc.Pan(position=0.3)": ("position",), "dspc.GainDb(db=-6.0)": ("db",), "dspc.HardClip(limit=0.5)": (),
    "dspc.node(dspc.delay)(samples=7)": (), "dspc.node(bend)(amount=0.5)": ("amount",),
}  # fmt: skip
"""Nodes that a signal goes through, and their further inlets."""
HEAD = (
    "def bend(x, amount=0.25):",
    "    return x + amount * dspc.feedback(lambda y: 0.5 * y + x)",
    "",
    "",
    "class Pair(dspc.Node):",
    "    frequency, spread, out = dspc.inlet(220.0), dspc.inlet(1.003), dspc.outlet()",
    "    one, two, again = dspc.Saw(), dspc.Sine(), dspc.Feedback()",
    "",
    "    def graph(self):",
    "        self.connect(self.frequency >> self.one, self.frequency * self.spread >> self.two)",
    "        self.connect(self.one + self.two - self.again * 0.5 >> self.again, self.again >> self.out)",
    "",
    "",
)


class GraphMaker(Writer):
    """Writes a graph class that is an effect or a voice."""

    channels: int | None = None

    def graph(self) -> None:
        self.lines += HEAD
        voice = self.chance(0.5)
        self.line(f"class program(dspc.{'Voice' if voice else 'Effect'}):")
        self.margin = 1
        if voice:
            self.line(f"voices = {self.rng.choice((1, 3, 9))}")
        ports = self.declared(voice)
        self.lines.append("")
        self.line("def graph(self):")
        self.margin = 2
        self.wired(ports, voice)
        if voice and self.chance(0.3):
            self.line("self.connect((self.note.pressure > 0.8) >> self.note.finish)")
        self.margin = 1
        if voice and self.chance(0.4):
            self.lines.append("")
            self.line("def after(self, left, right, mix=dspc.param(0.3, 0.0, 1.0)):")
            self.line("    return left + mix * dspc.delay(right, 9), right * mix")

    def declared(self, voice: bool) -> list[str]:
        """Attributes; the ports from which signals come."""
        ports = ["self.note.velocity", "self.note.frequency * 0.001"] if voice else ["self.input[0]", "self.input[1]"]
        for _ in range(self.rng.randint(1, 3)):
            name = self.fresh("source")
            self.line(f"{name} = {self.rng.choice(VOICED if voice else (*SOURCES, 'Pair()'))}")
            ports.append(f"self.{name}")
        self.line("level, mode = dspc.param(0.5, 0.0, 1.0, smooth=0.0), dspc.choice('low', 'high')")
        self.line("loops = [dspc.Feedback(), dspc.Feedback(initial=0.5)]")
        return [*ports, "self.level", "(self.mode == 'high')", "self.loops[0]", "self.loops[1]"]

    def wired(self, ports: list[str], voice: bool) -> None:
        for _ in range(self.rng.randint(1, 5)):
            node, (text, inlets) = self.fresh("node"), self.rng.choice(tuple(THROUGH.items()))
            self.line(f"{node} = {text}")
            self.line(f"self.connect({self.mixed(ports)} >> {node})")
            for inlet in inlets:
                if self.chance(0.4):
                    self.line(f"self.connect({self.mixed(ports)} >> {node}.{inlet})")
            ports += [node, f"{node}[1]" if "Pan" in text else node]
        for loop in range(2):
            self.line(f"self.connect({self.mixed(ports)} * 0.3 >> self.loops[{loop}])")
        for channel in range(2):
            self.line(f"self.connect({self.mixed(ports)} >> self.output[{channel}])")

    def mixed(self, ports: list[str]) -> str:
        """A port, rather one of the last, or two that are combined, in brackets."""
        one, two = self.rng.choice(ports[-5:]), self.rng.choice(ports)
        how = self.rng.choice(("{0}", "{0}", "({0} + {1})", "({0} * {1})", "({0} - {1} * 0.5)", "({0} / 3)",
                               "(({0} > {1}) * 0.5)", "(-{0})"))  # fmt: skip
        return how.format(one, two)
