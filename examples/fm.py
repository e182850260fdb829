"""Four-operator FM: sines that modulate each other's phases, in one of four algorithms.

    dspc render examples/fm.py --midi examples/midi/prelude.mid -o fm.wav
"""

import math

import dspc
from dspc.stdlib import adsr


class Operator(dspc.Params):
    """`level` is how loud a carrier is, and how far, in radians, a modulator moves the next one's phase."""

    ratio = dspc.param(1.0, 0.125, 16.0)
    level = dspc.param(1.0, 0.0, 8.0)
    attack = dspc.param(0.002, 0.0, 5.0, unit="s")
    decay = dspc.param(1.0, 0.01, 10.0, unit="s", scale="log")
    sustain = dspc.param(0.3, 0.0, 1.0)
    release = dspc.param(0.3, 0.01, 10.0, unit="s", scale="log")


OPERATORS = [Operator(), Operator(level=1.2, decay=0.6), Operator(ratio=3.0, level=0.6), Operator(ratio=7.0, level=0.4)]


@dspc.instrument(voices=16)
def fm(
    note,
    algorithm=dspc.choice("stack", "pairs", "fan", "organ", default="pairs"),
    operators=OPERATORS,
    feedback=dspc.param(0.5, 0.0, 2.0, unit="rad"),
    level=dspc.param(0.3, 0.0, 1.0),
):
    def operator(settings):
        envelope = adsr(note.gate, settings.attack, settings.decay, settings.sustain, settings.release)
        phase = dspc.phasor(note.frequency * settings.ratio)
        return lambda modulation=0.0: settings.level * envelope * dspc.sin(2 * math.pi * phase + modulation)

    a, b, c, d = map(operator, operators)
    last = dspc.feedback(lambda previous: d(feedback * previous))
    voice = dspc.switch(
        algorithm,
        {
            "stack": lambda: a(b(c(last))),
            "pairs": lambda: a(b()) + c(last),
            "fan": lambda: a(b() + c() + last),
            "organ": lambda: a() + b() + c() + last,
        },
    )
    return level * note.velocity * voice
