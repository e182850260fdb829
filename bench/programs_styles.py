"""The workloads once more, written in other ways: whoever writes a program should not have to know which is fast.

The first of each is the one in programs.py.
"""

from __future__ import annotations

from typing import Any

import dspc
from bench import programs as p

BlepSaw = dspc.node(p.blep_saw)
Voice = dspc.node(p.voice)
Comb = dspc.node(p.comb)
Allpass = dspc.node(p.allpass)


# --- seven saws ---------------------------------------------------------------------------------------


@dspc.effect
def supersaw_bank():
    return p.voice(dspc.bank(p.SAW_STEPS, p.blep_saw).sum() / 7, 0)


class SupersawGraph(dspc.Effect):
    saws = [BlepSaw(step=step) for step in p.SAW_STEPS]
    voice = Voice(shift=0)

    def graph(self):
        for saw in self.saws:
            self.connect(saw * (1 / 7) >> self.voice.saws)
        self.connect(self.voice >> self.output)


# --- sixteen voices -----------------------------------------------------------------------------------

ROWS = [(*steps, p.GATE_SHIFT * v) for v, steps in enumerate(p.POLY_STEPS)]


@dspc.effect
def poly_loop():
    voices = [p.voice(sum(p.blep_saw(step) for step in steps) / 7, shift) for *steps, shift in ROWS]
    return 0.25 * sum(voices)


@dspc.effect
def poly_banks():
    def one(row):
        *steps, shift = row
        return p.voice(dspc.bank(list(steps), p.blep_saw).sum() / 7, dspc.u32(shift))

    return 0.25 * dspc.bank(ROWS, one).sum()


class SupersawVoice(dspc.Node):
    out = dspc.outlet()

    def __init__(self, steps, shift):
        self.saws = [BlepSaw(step=step) for step in steps]
        self.voice = Voice(shift=shift)

    def graph(self):
        for saw in self.saws:
            self.connect(saw * (1 / 7) >> self.voice.saws)
        self.connect(self.voice >> self.out)


class PolyGraph(dspc.Effect):
    played = [SupersawVoice(steps, shift) for *steps, shift in ROWS]

    def graph(self):
        for voice in self.played:
            self.connect(voice * 0.25 >> self.output)


# --- eight sections -----------------------------------------------------------------------------------


@dspc.effect
def biquads_primitive(x):
    return dspc.biquads(x, [(b0, b1, b2, 1.0, a1, a2) for b0, b1, b2, a1, a2 in p.SECTIONS])


@dspc.effect
def biquads_one_loop(x):
    """All states in one feedback, as a loop over samples in C has them."""

    def loop(*states):
        y, after = x, []
        for k, (b0, b1, b2, a1, a2) in enumerate(p.SECTIONS):
            s1, s2 = states[2 * k : 2 * k + 2]
            out = b0 * y + s1
            after += [b1 * y - a1 * out + s2, b2 * y - a2 * out]
            y = out
        return (*after, y)

    return dspc.feedback(loop, (0.0,) * 16)[16]


class BiquadsGraph(dspc.Effect):
    sections = [dspc.Biquad(b0=b0, b1=b1, b2=b2, a1=a1, a2=a2) for b0, b1, b2, a1, a2 in p.SECTIONS]

    def graph(self):
        way = self.input[0]
        for section in self.sections:
            way = way >> section
        self.connect(way >> self.output)


# --- a reverb -----------------------------------------------------------------------------------------


@dspc.effect
def freeverb_banks(left, right):
    def side(spread):
        x = 0.015 * (left + right)
        wet = dspc.bank([length + spread for length in p.COMBS], lambda length: p.comb(x, length)).sum()
        for length in p.ALLPASSES:
            wet = p.allpass(wet, length + spread)
        return wet

    return side(0), side(p.SPREAD)


class FreeverbGraph(dspc.Effect):
    inputs = 2

    def graph(self):
        for side, spread in enumerate((0, p.SPREAD)):
            combs = [Comb(length=length + spread) for length in p.COMBS]
            first, *others = [Allpass(length=length + spread) for length in p.ALLPASSES]
            for comb in combs:
                self.connect((self.input[0] + self.input[1]) * 0.015 >> comb >> first)
            way = first
            for allpass in others:
                way = way >> allpass
            self.connect(way >> self.output[side])


STYLES: dict[str, dict[str, Any]] = {
    "supersaw": {"loop": p.supersaw, "bank": supersaw_bank, "graph": SupersawGraph},
    "poly": {"bank of voices": p.poly, "loop": poly_loop, "banks in a bank": poly_banks, "graph": PolyGraph},
    "biquads": {"loop": p.biquads, "dspc.biquads": biquads_primitive, "one feedback": biquads_one_loop,
                "graph": BiquadsGraph},
    "freeverb": {"loop": p.freeverb, "banks of combs": freeverb_banks, "graph": FreeverbGraph},
}  # fmt: skip
