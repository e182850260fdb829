"""Physical models: strings and tubes made of delays, bodies made of modes. Frequencies are in Hz and may move."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dspc.frontend import trace as tr
from dspc.frontend.library import (
    Operand,
    Signal,
    abs,
    as_signal,
    atan,
    bank,
    clamp,
    control,
    delay,
    exp2,
    max,
    min,
    noise,
    pow,
    sample_rate,
    scope,
    select,
    sinh,
    sqrt,
)
from dspc.frontend.library import feedback as loop_of
from dspc.frontend.literals import describe, is_number
from dspc.frontend.signal import known
from dspc.stdlib.filters import one_pole
from dspc.stdlib.functions import number_within, one_of, ranged, warped
from dspc.stdlib.lines import smooth
from dspc.stdlib.materials import modes_of
from dspc.stdlib.reverbs import SIXTY_DB

SHORTEST = 0.005
"""Seconds of decay; less is taken as this."""
NEAREST = 3.0
"""Samples of a delay in a loop, at least: what is interpolated there lies in the past, and nothing is amplified."""
FASTEST = 0.25
"""Samples a sample by which a period moves: a jump is a quick glide."""
SILENT = 0.49
"""Parts of the rate; modes fade over the last hundredth below, and are silent above."""
LOUDEST = 100.0
"""What is in a loop at most, even where a string is pumped up by its tuning."""
HARDEST = 12_000.0
"""Hz, where the burst of a string that is plucked as hard as can be loses its treble."""
STIFF = 4
"""All-passes by which a stiff string's treble is faster than its bass."""


# --- what a loop loses ------------------------------------------------------------------------------


class _Loop(NamedTuple):
    """A round trip: how long, as a part of a period, without its low-pass; what is left after it; the low-pass."""

    part: Signal
    gain: Signal
    g: Signal

    def damped(self, x: Signal) -> Signal:
        return self.gain * 0.5 * (x + _all_pass(x, self.g))


def _loop(hertz: Signal, decay: Operand, damping: Operand, trips: float = 1.0) -> _Loop:
    """`trips` round trips make a period. It is made anew once a tick, and in parts of a period, which hardly move.

    A part of what is lost at the fundamental goes at all frequencies, a part by a low-pass, whose delay there is
    counted. That the latter is (hertz / damping)^2 makes the loss grow as 1 + (f^2 - hertz^2) / damping^2.
    """
    rate = sample_rate()

    def design() -> _Loop:
        lost = min(-SIXTY_DB / (max(decay, SHORTEST) * hertz * trips), 16.0)
        part = min(hertz / max(damping, 1.0), 0.98)  # so that an offset goes, too
        filtered = lost * part * part
        # sqrt(4^filtered - 1), which is exact near 0, too.
        bend = sqrt(2.0 * exp2(filtered) * sinh(max(filtered, 1e-9) * math.log(2.0)))
        return _Loop(1.0 / trips - atan(bend) * (0.5 / math.pi), exp2(filtered - lost), warped(hertz, rate) / bend)

    return control(design)


def _all_pass(x: Signal, g: Signal) -> Signal:
    """(1 - s) / (1 + s), s over `g`, as a rotation of what comes in and what is kept: no energy is made or lost.

    Nor is it where `g` moves, which it would be by other forms; the mean of this and of what comes in is a low-pass.
    Source: A. H. Gray, J. D. Markel, A Normalized Digital Filter Structure, 1975.
    """
    turn = 1.0 / (1.0 + g)
    c, s = (1.0 - g) * turn, 2.0 * sqrt(g) * turn
    return loop_of(lambda kept: (c * kept + s * x, s * kept - c * x), (0.0,))[1]


def _period(frequency: Operand, lowest: float, least: float) -> Signal:
    """In samples; it moves no faster than FASTEST, from its first value on."""
    wanted = sample_rate() / clamp(frequency, lowest, sample_rate() / least)
    return loop_of(lambda last: select(last < 0.0, wanted, last + clamp(wanted - last, -FASTEST, FASTEST)), -1.0)


def _positive(function: str, **values: Operand) -> None:
    """Raises DSP459 for numbers that are not above 0."""
    for name, value in values.items():
        number = known(value)
        if number is not None and not (math.isfinite(number) and number > 0):
            raise tr.fail("DSP459", f"the {name} of {function} is more than 0, not {describe(number)}",
                          "give a number above 0, or a signal, which is clamped")  # fmt: skip


def _bounded(x: Signal) -> Signal:
    return clamp(x, -LOUDEST, LOUDEST)


# --- strings and tubes ------------------------------------------------------------------------------


@scope("karplus_strong")
def karplus_strong(
    x: Operand,
    frequency: Operand,
    decay: Operand = 4.0,
    damping: Operand = 2500.0,
    position: Operand = 0.13,
    velocity: Operand = 1.0,
    grain: Operand = 0.4,
    stiffness: Operand = 0.0,
    lowest: float = 20.0,
) -> Signal:
    """Plucked string: a burst goes round a loop as long as a period, and loses its treble on the way.

    Args:
        x: a bool, and the string is plucked where it is true; or a signal, which drives the string instead.
        frequency: Hz, `lowest` to a sixth of the rate; what is beyond is clamped.
        decay: seconds in which the fundamental falls by 60 dB, at least 0.005.
        damping: Hz, where partials decay in half the time; a partial at f does in decay / (1 + (f^2 - frequency^2) /
            damping^2), and all together if it is far above.
        position: where it is plucked or driven, as a part of the string, 0.01 to 0.5: partials that have a node there
            are missing.
        velocity: how hard it is plucked, 0 to 1: a soft pluck is also darker.
        grain: of a pluck, 0 for the sharp bend of an ideal string, which has all partials, 1 for a burst of noise, no
            two alike.
        stiffness: the inharmonicity B of a stiff string, 0 to 0.01: partial n is at n sqrt(1 + B n^2).
        lowest: Hz, what its memory is laid out for, 1 to 1000, known when the program is built.
    Bounds: in tune within 0.02 cents from 30 Hz to 4 kHz at 44.1, 48 and 96 kHz, partials up to the seventh within 1;
        decay times within 0.5 % up to 2.1 kHz, 5 % up to 4 kHz, partials' within 5 %; the formula of its loop within
        -50 dB of its peak up to 5 kHz; octaves of a pluck from 250 Hz to 8 kHz within 1 dB at those rates; a stiff
        string's partials within 1 cent up to the eighth with a B of 1e-4, within 5 up to the sixth with 1e-3; a glide
        adds nothing above -90 dB. A period moves by a quarter of a sample a sample at most, a stiff string's in 10 ms;
        what is in the loop stays below 100.
    Source: K. Karplus, A. Strong, Digital Synthesis of Plucked-String and Drum Timbres, 1983; D. A. Jaffe,
        J. O. Smith, Extensions of the Karplus-Strong Plucked-String Algorithm, 1983.

    Example:
        @dspc.instrument
        def guitar(note, damping=dspc.param(2500.0, 500.0, 10_000.0, unit="Hz", scale="log")):
            decay = dspc.select(note.gate, 4.0, 0.15)
            return 0.5 * karplus_strong(note.trigger, note.frequency, decay, damping, velocity=note.velocity)

    Plot: waveform
    """
    _positive("karplus_strong", frequency=frequency, decay=decay, damping=damping)
    lowest = number_within("karplus_strong", "lowest frequency", lowest, 1.0, 1000.0)
    period = _period(frequency, lowest, 6.0)
    if not (is_number(stiffness) and stiffness == 0):
        period = smooth(period, 0.01)  # else quick changes pump it up
    hertz = sample_rate() / period
    loop = _loop(hertz, decay, damping)
    given = as_signal(x, "excitation")
    drive = _burst(given, hertz, velocity, grain) if given.element == "bool" else given
    comb = drive - delay(drive, clamp(position, 0.01, 0.5) * period, max=sample_rate() / lowest,
                         interpolation="lagrange3")  # fmt: skip
    disperse, late = _stiff(hertz, stiffness)
    samples = max(period * (loop.part - late), NEAREST) - 1.0

    def string(y: Signal) -> Signal:
        late = delay(y, samples, max=sample_rate() / lowest, interpolation="lagrange5")
        return _bounded(comb + loop.damped(disperse(late)))

    return loop_of(string, 0.0)


def _burst(plucked: Signal, hertz: Signal, velocity: Operand, grain: Operand) -> Signal:
    """A period of a ramp, which has the partials of a string let go, and of noise, as strong in it at any rate."""
    step = hertz / sample_rate()
    age = loop_of(lambda last: select(plucked, 0.0, min(last + step, 1.0)), 1.0)
    hard, rough = clamp(velocity, 0.0, 1.0), clamp(grain, 0.0, 1.0)
    ramp = (1.0 - rough) * (1.0 - 2.0 * age) + rough * sqrt(sample_rate() * (1.0 / 48_000)) * noise()
    return one_pole(select(age < 1.0, 0.6 * hard * ramp, 0.0), hertz + HARDEST * hard * hard)


def _stiff(hertz: Signal, stiffness: Operand) -> tuple[Callable[[Signal], Signal], Operand]:
    """What makes the treble faster than the bass, and by what part of a period it delays the fundamental.

    For low partials, the delay of all-passes at c is that of a stiff string if c^3 = 2 STIFF / (3 pi B) hertz^3.
    """
    if is_number(stiffness) and stiffness == 0:
        return lambda y: y, 0.0
    rate = sample_rate()

    def design() -> tuple[Signal, Signal]:
        corner = pow(clamp(stiffness, 1e-7, 0.01) * (1.5 * math.pi / STIFF), -1.0 / 3.0)
        g = hertz * corner * math.pi / rate
        return g, atan(warped(hertz, rate) / g) * (STIFF / math.pi)

    g, late = control(design)

    def disperse(y: Signal) -> Signal:
        for _ in range(STIFF):
            y = _all_pass(y, g)
        return y

    return disperse, late


class _Ends(NamedTuple):
    near: float
    far: float
    trips: float
    """Round trips in a period."""


ENDS = {"string": _Ends(-1.0, -1.0, 1.0), "tube": _Ends(1.0, -1.0, 2.0), "free": _Ends(1.0, 1.0, 1.0)}


@scope("waveguide")
def waveguide(
    x: Operand | Callable[[Signal], Operand],
    frequency: Operand,
    decay: Operand = 2.0,
    damping: Operand = 4000.0,
    position: Operand = 0.13,
    pickup: Operand = 0.2,
    ends: str = "string",
    lowest: float = 20.0,
) -> Signal:
    """Digital waveguide: waves that travel both ways on a string or in a tube, and come back from its ends.

    Args:
        x: the signal that drives it; or a function of the waves that arrive where it is driven, as of a bow, a reed
            or a hammer, which need them.
        frequency: Hz, of the fundamental, `lowest` to an eighth of the rate, of a tube a sixteenth; what is beyond is
            clamped.
        decay: seconds in which the fundamental falls by 60 dB, at least 0.005.
        damping: Hz, where partials decay in half the time, as in `karplus_strong`.
        position: where it is driven, as a part of the length, 0.01 to 0.99.
        pickup: where it is heard, 0 to 1.
        ends: "string", fixed at both ends, has all harmonics; "tube", closed at the near end and open at the far one,
            the odd ones; "free", loose (or closed) at both ends, all of them.
        lowest: Hz, what its memory is laid out for, 1 to 1000, known when the program is built.
    Bounds: in tune within 0.05 cents, and decays within 2 %, from 30 Hz to 1.5 kHz at 44.1, 48 and 96 kHz; partials
        within 1 cent; the transfer function of two lines and their ends within -50 dB of its peak up to 5 kHz. What
        comes from an end stays below 100.
    Source: J. O. Smith, Physical Audio Signal Processing, Digital Waveguide Models; the reed of the example is
        M. E. McIntyre, R. T. Schumacher, J. Woodhouse, On the Oscillations of Musical Instruments, 1983.

    Example:
        @dspc.instrument(voices=4)
        def clarinet(note):
            breath = 0.9 * adsr(note.gate, 0.04, 0.1, 1.0, 0.05)

            def reed(wave):
                push = 0.5 * wave - breath
                return breath + push * dspc.clamp(0.7 - 0.3 * push, -1.0, 1.0) - 0.5 * wave

            return 0.3 * waveguide(reed, note.frequency, 0.5, 1500.0, 0.01, 0.8, ends="tube")

    Plot: waveform
    """
    _positive("waveguide", frequency=frequency, decay=decay, damping=damping)
    lowest = number_within("waveguide", "lowest frequency", lowest, 1.0, 1000.0)
    one_of("waveguide", "kind of ends", ends, tuple(ENDS))
    near, far, trips = ENDS[ends]
    period = _period(frequency, lowest, 8.0 * trips)
    loop = _loop(sample_rate() / period, decay, damping, trips)
    length = max(0.5 * period * loop.part, NEAREST)
    driven, heard = length * clamp(position, 0.01, 0.99), length * clamp(pickup, 0.0, 1.0)

    def late(wave: Signal, samples: Signal, way: str = "lagrange3") -> Signal:
        return delay(wave, samples, max=sample_rate() / lowest, interpolation=way)

    def travel(right: Signal, left: Signal) -> tuple[Signal, Signal, Signal]:
        """Waves as they leave the ends, and what is heard."""
        arriving = late(right, driven - 1.0) + late(left, length - driven - 1.0)
        force = 0.5 * as_signal(x(arriving) if callable(x) else x, "excitation")
        at_far = late(right, length - 1.0, "lagrange5") + late(force, length - driven)
        at_near = late(left, length - 1.0, "lagrange5") + late(force, driven)
        passing = late(right, heard - 1.0) + late(left, length - heard - 1.0) + late(force, abs(heard - driven))
        return near * _bounded(at_near), far * loop.damped(_bounded(at_far)), passing

    return loop_of(travel, (0.0, 0.0))[2]


# --- what rings -------------------------------------------------------------------------------------


@scope("modal")
def modal(
    x: Operand, frequency: Operand, ratios: Any = "bar", decays: Any = 1.0, gains: Sequence[Operand] | None = None
) -> Signal:
    """Bank of modes: each rings at its own frequency and dies away in its own time, as bars, bells and bodies do.

    Args:
        x: a bool, and it is struck where it is true; or a signal that passes through it, at each mode's frequency with
            that mode's gain.
        frequency: Hz, which `ratios` are multiples of.
        ratios: numbers above 0, known when the program is built, up to 1024; or "bar", "bell", "membrane", "plate" or
            "string", with decays and gains of their own.
        decays: seconds in which the modes fall by 60 dB, one for each; or one for all of a list, for the mode at
            `frequency` of a material, whose others are in proportion.
        gains: the modes' amplitudes after a strike, one for each; if not given, those of the material, or all the
            same, with a sum of 1.
    Bounds: the sum of decaying sines in f64 within -200 dB, in f32 within -60 dB for a second; SciPy's filters of the
        same poles likewise. What comes out is at most twice the sum of gains times what goes in, however the frequency
        moves. Modes above 0.49 of the rate are silent, and fade over the hundredth below.
    Source: J.-M. Adrien, The Missing Link: Modal Synthesis, in Representations of Musical Signals, 1991; materials of
        N. H. Fletcher, T. D. Rossing, The Physics of Musical Instruments, ch. 2, 3 and 21.

    Example:
        @dspc.instrument
        def bells(note, decay=dspc.param(3.0, 0.1, 20.0, unit="s", scale="log")):
            return 0.3 * note.velocity * modal(note.trigger, note.frequency, "bell", decay)

    Plot: spectrogram
    """
    _positive("modal", frequency=frequency)
    modes = modes_of(ratios, decays, gains)
    given = as_signal(x, "excitation")

    def mode(row: tuple[Signal, Signal, Signal]) -> Signal:
        ratio, decay, gain = row
        return gain * _mode(given, frequency * ratio, decay)

    return bank(list(zip(modes.ratios, modes.decays, modes.gains, strict=True)), mode).sum()


def _mode(x: Signal, frequency: Operand, decay: Operand) -> Signal:
    """The imaginary part of a complex number that turns and shrinks: its length never grows, however either moves.

    What is computed are its steps, which are small at low frequencies and keep all their bits in f32.
    """
    turns = as_signal(frequency) / sample_rate()
    half = 0.5 * clamp(turns, 0.0, SILENT)
    lost = SIXTY_DB / (clamp(decay, SHORTEST, 1e6) * sample_rate())
    shrink = 2.0 * exp2(0.5 * lost) * sinh(lost * (0.5 * math.log(2.0)))  # 2^lost - 1
    s, c = ranged("sin_turns", half, 0.0, 0.25), ranged("cos_turns", half, 0.0, 0.25)
    turned = 2.0 * s * (1.0 + shrink)
    along, across = shrink - s * turned, c * turned
    push = select(x, 1.0, 0.0) if x.element == "bool" else -2.0 * shrink * x

    def turn(re: Signal, im: Signal) -> tuple[Signal, Signal]:
        return re + (along * re - across * im) + push, im + (across * re + along * im)

    return clamp((SILENT - turns) * 100.0, 0.0, 1.0) * loop_of(turn, (0.0, 0.0))[1]
