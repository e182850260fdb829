"""Strings: courses of two, plucked or bowed, on a wooden body in a room; the wheel is their vibrato.

    dspc render examples/strings.py --midi examples/midi/prelude.mid -o strings.wav
"""

import dspc
from dspc.stdlib import adsr, cents, dattorro, karplus_strong, modal, pan, saw, sine

BODY = [
    # Hz, seconds, gain: the air in the box, its top and its back, and how they go on
    (102.0, 0.40, 1.0), (193.0, 0.30, 0.9), (235.0, 0.25, 0.6), (302.0, 0.20, 0.5), (391.0, 0.18, 0.6),
    (477.0, 0.15, 0.4), (569.0, 0.12, 0.4), (688.0, 0.10, 0.3), (823.0, 0.08, 0.3), (1012.0, 0.06, 0.2),
]  # fmt: skip
GRIP = 4.2
"""How loud bowed strings are, beside plucked ones."""


@dspc.instrument(voices=16)
def strings(
    note,
    played=dspc.choice("plucked", "bowed"),
    decay=dspc.param(4.0, 0.2, 20.0, unit="s", scale="log"),
    mute=dspc.param(0.25, 0.02, 2.0, unit="s", scale="log"),
    damping=dspc.param(2200.0, 300.0, 12_000.0, unit="Hz", scale="log"),
    position=dspc.param(0.14, 0.02, 0.5),
    detune=dspc.param(2.5, 0.0, 15.0, unit="cents"),
    vibrato=dspc.param(25.0, 0.0, 100.0, unit="cents"),
    level=dspc.param(0.4, 0.0, 1.0),
):
    sway = dspc.shared(lambda: sine(5.3) * dspc.controller(1))
    hertz = note.frequency * cents(vibrato * sway)
    long = decay * (220.0 / hertz) ** 0.5  # short strings lose their energy sooner
    ring = dspc.select(note.gate, long, mute)

    def plucked(tuned):
        return karplus_strong(note.trigger, tuned, ring, damping, position, note.velocity, stiffness=2e-5)

    def bowed(tuned):
        # A bow sticks and slips once a period: a saw, with some rosin.
        stroke = adsr(note.gate, attack=0.12, decay=0.3, sustain=0.8, release=0.15) * note.velocity
        force = (saw(tuned) + 0.3 * dspc.noise()) * stroke
        return karplus_strong(force * GRIP / (long * tuned), tuned, ring, damping, position)

    def course(string):
        place = (note.key - 60) / 60
        low, high = string(hertz * cents(-detune)), string(hertz * cents(detune))
        return [a + b for a, b in zip(pan(low, place - 0.5), pan(high, place + 0.5), strict=True)]

    left, right = dspc.switch(played, {"plucked": lambda: course(plucked), "bowed": lambda: course(bowed)})
    return level * left, level * right


@strings.after
def room(
    left,
    right,
    body=dspc.param(0.5, 0.0, 1.0),
    size=dspc.param(1.0, 0.5, 2.0, scale="log"),
    decay=dspc.param(1.8, 0.1, 10.0, unit="s", scale="log"),
    mix=dspc.param(0.2, 0.0, 1.0),
):
    """The body rings with the strings: smaller ones are higher. All of it stands in a room."""
    modes, seconds, gains = zip(*BODY, strict=True)
    wood = modal(left + right, 1.0 / size, modes, seconds, gains)
    return dattorro(left + body * wood, right + body * wood, decay, mix=mix)
