"""Csound, in f64, through its library. Where its own opcodes are another algorithm, no ratio is taken."""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path

from bench.contenders import Contender, InC, build
from bench.measure import span
from bench.programs import CENTS, CHANNELS, FM_STEPS, GATE_SHIFT, RATE, SECTIONS, VOICES

SOURCE = Path(__file__).with_suffix(".c")
HOUR = 3600
"""Notes that are held instead would tie to each other."""
OWN_ALGORITHM = ("supersaw", "freeverb", "poly")

VOICE = """
instr Voice
  aphase phasor sr / 65536, {shift}
  know downsamp aphase
  kgate = (know < 0.5 ? 1 : 0)
  aenv follow2 a(kgate), 0.01, 0.1
  amix = ({saws}) / 7
  alow zdf_2pole amix, 200 + 6000 * aenv, 2
  outall 0.5 * tanh(2 * alow * aenv) * p5
endin
"""


def _voice() -> str:
    saws = " + ".join(f"vco2(1, p4 * {2 ** (c / 1200)!r})" for c in CENTS)
    return VOICE.format(saws=saws, shift="p6 / 65536")


def _poly() -> str:
    starts = [f"schedule(\"Voice\", 0, {HOUR}, {55 * 2 ** (v / 4)!r}, 0.25, {GATE_SHIFT * v})" for v in range(VOICES)]
    return _voice() + "\n".join(starts)


def _biquad() -> str:
    sections = [f"ay biquad ay, {b0!r}, {b1!r}, {b2!r}, 1, {a1!r}, {a2!r}" for b0, b1, b2, a1, a2 in SECTIONS]
    return _always("ay inch 1\n" + "\n".join(sections) + "\noutch 1, ay")


def _fm() -> str:
    phases = [f"ap{i + 1} phasor {step * RATE!r}" for i, step in enumerate(FM_STEPS)]
    loop = """opcode Feedback, a, a
  setksmps 1
  ap xin
  km init 0
  kp downsamp ap
  km = sin(2 * $M_PI * kp + 0.3 * km)
  am upsamp km
  xout am
endop
"""
    chain = """am4 Feedback ap4
am3 = sin(2 * $M_PI * ap3 + 2 * am4)
am2 = sin(2 * $M_PI * ap2 + 1.5 * am3)
outch 1, 0.5 * sin(2 * $M_PI * ap1 + am2)"""
    return loop + _always("\n".join((*phases, chain)))


def _always(body: str) -> str:
    """An instrument that plays from the start on."""
    return f"instr 1\n{body}\nendin\nschedule(1, 0, -1)\n"


ORCHESTRAS = {
    "gain": lambda: _always("ax inch 1\noutch 1, 0.5 * ax"),
    "biquad": _biquad,
    "supersaw": lambda: _voice() + f'schedule("Voice", 0, {HOUR}, 110, 1, 0)',
    "freeverb": lambda: _always("al inch 1\nar inch 2\naa, ab freeverb al, ar, 0.5, 0.5\nouts aa, ab"),
    "fm": _fm,
    "poly": _poly,
}


def missing() -> str | None:
    return None if ctypes.util.find_library("csound64") else "no library csound64"


def orchestra(name: str, block: int) -> str:
    inputs, outputs = CHANNELS[name]
    channels = f"nchnls = {outputs}\n" + (f"nchnls_i = {inputs}\n" if inputs else "")
    return f"sr = {RATE:g}\nksmps = {block}\n{channels}0dbfs = 1\n{ORCHESTRAS[name]()}\n"


def make(name: str, folder: Path, clock: ctypes.CDLL) -> dict[str, Contender]:
    library = folder / "csound.so"
    if not library.exists():
        build(("cc", "-O2"), SOURCE, library, f"-l:{ctypes.util.find_library('csound64')}")
    found = ctypes.CDLL(str(library))
    found.csound_new.restype = ctypes.c_void_p
    address = ctypes.cast(found.csound_run, ctypes.c_void_p).value
    assert address is not None

    def new(block: int) -> int:
        made = found.csound_new(orchestra(name, block).encode(), *CHANNELS[name])
        if not made:
            raise RuntimeError(f"Csound does not compile {name}")
        return made

    own = name in OWN_ALGORITHM
    contender = InC(*CHANNELS[name], address, new, clock, found, own_algorithm=own)
    with span() as taken:
        contender.state(64)
    contender.seconds = taken.cpu
    return {"Csound": contender}
