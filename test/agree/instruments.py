"""Instruments, and the examples: more of what the backends must agree on."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import agree.body_programs  # noqa: F401 (adds its programs)
import agree.host_programs  # noqa: F401 (adds its programs)
import agree.lane_programs  # noqa: F401 (adds its programs)
import agree.library_programs_dynamics  # noqa: F401  adds its programs
import agree.library_programs_envelopes  # noqa: F401  adds its programs
import agree.library_programs_filters  # noqa: F401  adds its programs
import agree.library_programs_oscillators  # noqa: F401 (adds its programs)
import agree.library_programs_physical  # noqa: F401  adds its programs
import agree.library_programs_space  # noqa: F401  adds its programs
import agree.library_programs_spectral  # noqa: F401  adds its programs
import agree.memory_programs  # noqa: F401  adds its programs
import agree.pack_programs  # noqa: F401 (adds its programs)
import agree.sample_programs  # noqa: F401 (adds its programs)
from agree.programs import PROGRAMS, program

import dspc
from dspc import stdlib

EXAMPLES = Path(__file__).parents[2] / "examples"


@program
@dspc.instrument(voices=16)
def poly(note, tone=dspc.param(0.5, 0.0, 1.0)):
    body = stdlib.sine(note.frequency) * note.velocity + 0.1 * tone * stdlib.saw(note.frequency)
    return body * stdlib.adsr(note.gate, 0.002, 0.01, 0.6, 0.01)


@program
@dspc.instrument(voices=6)
def fields(note):
    pulse = dspc.select(note.trigger, 1.0, 0.0)
    values = note.key + note.release_velocity + note.pressure + note.timbre + note.random + note.bend
    return pulse, values + dspc.f32(note.voice), note.velocity * dspc.noise(), dspc.f32(note.gate)


@program
@dspc.instrument(voices=16)
def plucks(note, damping=dspc.param(0.5, 0.0, 1.0)):
    burst = dspc.noise() * dspc.select(note.trigger, 1.0, 0.0)
    string = dspc.feedback(lambda y: burst + 0.99 * dspc.delay(y, dspc.sample_rate / note.frequency, max=2000))
    age = dspc.feedback(lambda n: dspc.select(note.trigger, 0, n + 1), 0)
    note.finish(age > 900)
    return string * (1 - 0.5 * damping)


@program
@dspc.instrument(voices=1)
def mono(note, cutoff=dspc.param(500.0, 50.0, 5000.0, smooth=0.0)):
    return stdlib.ladder(stdlib.saw(note.frequency), cutoff, 0.5) * dspc.controller(1, default=0.5)


@program
@dspc.instrument(voices=9)
def voice_banks(note, spread=dspc.param(0.01, 0.0, 0.1)):
    stack = dspc.bank(11, lambda i: stdlib.sine(note.frequency * (1 + spread * i)) + 0.1 * dspc.noise())
    few = dspc.bank(3, lambda i: stdlib.saw(note.frequency * (i + 1)))
    return stack.mean() * dspc.f32(note.gate), few.max() * note.velocity


def _space(left, right, mix=dspc.param(0.3, 0.0, 1.0)):
    wet = dspc.feedback(lambda y: left + right + 0.5 * dspc.delay(y, 333))
    return left + mix * wet, right - mix * wet


@program
@dspc.instrument(voices=4)
def with_after(note):
    return stdlib.sine(note.frequency) * dspc.f32(note.gate), note.velocity


with_after.after(_space)


@program
class GraphVoice(dspc.Voice):
    """A node class used twice, in whose nodes the note comes in; a loop around a delay, an after, note.finish."""

    class Part(dspc.Node):
        depth, out = dspc.inlet(0.3), dspc.outlet()
        osc, env, again, late = dspc.Saw(), dspc.ADSR(release=0.01), dspc.Feedback(), dspc.node(dspc.delay)(samples=40)

        def graph(self):
            loop = self.osc * self.env + self.late * self.depth
            self.connect(loop >> self.again >> self.late, loop >> self.out)

    voices = 5
    one, two = Part(), Part(depth=0.6)
    cutoff = dspc.param(900.0, 50.0, 5000.0, smooth=0.0)
    filter = dspc.Ladder(resonance=0.3)

    def graph(self):
        self.connect(self.one >> self.filter, self.two * self.note.velocity >> self.filter)
        self.connect(self.cutoff >> self.filter.cutoff, self.filter >> self.output, self.two >> self.output[1])
        self.connect((self.note.pressure > 0.9) >> self.note.finish)

    def after(self, left, right, mix=dspc.param(0.3, 0.0, 1.0)):
        return _space(left, right, mix)


@program
@dspc.instrument(voices=1, glide=dspc.param(0.004, 0.0, 0.02), legato=True)
def slides(note):
    return stdlib.saw(note.frequency) * stdlib.adsr(note.gate, 0.001, 0.004, 0.5, 0.002), note.frequency


@program
@dspc.instrument(voices=5, glide="slide", steal="quietest")
def swarm(note, slide=dspc.param(0.006, 0.0, 0.02, smooth=0.0)):
    body = dspc.bank(3, lambda i: stdlib.sine(note.frequency * (i + 1))).mean()
    return body * note.velocity * stdlib.adsr(note.gate, 0.0005, 0.003, 0.1, 0.005)


@program
@dspc.instrument(voices=7, steal="none")
def vibrato(note, rate=dspc.param(40.0, 1.0, 200.0)):
    wave, drift = dspc.shared(lambda: (dspc.sin_turns(dspc.phasor(rate)), stdlib.one_pole(dspc.noise(), rate)))
    lanes = dspc.bank(2, lambda i: dspc.shared(lambda: dspc.controller(1, default=0.5)) + i).sum()
    return stdlib.sine(note.frequency * (1 + 0.01 * wave)) * note.velocity + 0.01 * drift * lanes * note.gate


def load_example(name: str, attribute: str) -> Any:
    """The program `attribute` of examples/NAME.py."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, attribute)


for _name, _attribute in (
    ("supersaw", "lead"), ("echo", "echo"), ("ping_pong", "ping_pong"), ("biquad", "peaking"), ("duo", "Duo"),
    ("spectral_gate", "spectral_gate"),
    ("karplus_strong", "pluck"), ("freeverb", "freeverb"), ("fm", "fm"), ("supersaw_voice", "supersaw_voice"),
    ("equaliser", "equaliser"), ("fdn", "fdn"), ("ladder_loop", "ladder_loop"), ("band_loops", "band_loops"),
    ("comb", "resonator"), ("compressor", "comp"), ("drum_machine", "drums"), ("lush", "lush"),
    ("wavetables", "wavetables"), ("granular", "granular"),
):  # fmt: skip
    PROGRAMS[f"example_{_name}"] = load_example(_name, _attribute)
