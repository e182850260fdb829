"""Programs that once went wrong, each as small as it could be made. In front of each: what it did."""

from __future__ import annotations

from typing import Any

from agree.strategies import RandomProgram

REGRESSIONS: dict[str, RandomProgram] = {}


def case(name: str, source: str, **circumstances: Any) -> None:
    REGRESSIONS[name] = RandomProgram(source, **circumstances)


# A parameter that nothing reads was dropped: hosts saw another list of parameters on each backend.
case("unread_parameter", """
@dspc.effect
def program(x, unread=dspc.param(0.5, 0.0, 1.0), read=dspc.param(0.25, 0.0, 1.0, smooth=0.0)):
    return x * read
""")  # fmt: skip

# A controller that nothing reads was dropped, and with it the ticks at its events, which a glide feels.
case(
    "unread_controller",
    """
@dspc.effect
def program(smooth=dspc.param(0.5, 0.0, 1.0, smooth=0.002), slow=dspc.param(0.5, 0.0, 7.3, smooth=0.01)):
    unread = [dspc.controller(number) for number in (1, 2, 74)]
    return smooth, slow
""",
    seed=3,
)

# Voices that nothing hears were dropped: the host was told of voices without cells.
case("unheard_voices", """
@dspc.instrument(voices=2)
def program(note):
    return note.velocity


@program.after
def after(mix, level=dspc.param(0.5, 0.0, 1.0)):
    return level
""")  # fmt: skip

# What a bank only passes on, from outside or as a constant, had no value inside it.
case("bank_passes_on", """
@dspc.effect
def program(x, level=dspc.param(0.5, 0.0, 1.0)):
    audio, control, init = dspc.bank(9, lambda lane: (x, level, dspc.sample_rate))
    nested = dspc.bank(9, lambda lane: dspc.bank(2, lambda inner: level).sum()).max()
    return audio.sum(), control.sum(), init.mean(), dspc.bank([3, 0, 1, 7], lambda n: n).mean(), nested
""")  # fmt: skip
case("bank_in_voices_passes_on", """
@dspc.instrument(voices=2)
def program(note, level=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice("low", "high")):
    control, init = dspc.bank(9, lambda lane: (level, dspc.sample_rate))
    return control.sum(), init.mean(), dspc.bank(9, lambda lane: mode.index).sum()
""", lanes=8)  # fmt: skip

# A line of bools in lanes had a type that C does not know.
case("bool_line_in_lanes", """
@dspc.instrument(voices=4)
def program(note):
    return dspc.delay(note.gate, 3), dspc.delay(note.trigger, dspc.i32(note.key), max=99)
""")  # fmt: skip

# A loop inside a loop that nothing reads was dropped, and with it that it puts the outer one back.
case(
    "unread_loop_that_fails",
    """
@dspc.effect
def program(x):
    def failing(z):
        return dspc.log10(x * 0.0)
    def around(y):
        unread = dspc.feedback(failing, 1.0)
        return 0.9 * y + 1.0
    def around_lanes(y):
        unread = dspc.bank(2, lambda lane: dspc.feedback(failing, 1.0))
        return 0.9 * y + 1.0
    return dspc.feedback(around, 0.5), dspc.feedback(around_lanes, 0.5)
""",
    left_out="canonicalize",
)

# A choice of numbers alone had the type of the first.
case("choice_of_numbers", """
@dspc.effect
def program(x):
    return dspc.select(x > 0, 1, 0.5), dspc.min(2, 0.5) * x, dspc.clamp(3, 0.5, 1) * x
""")  # fmt: skip

# Vectors of 128 bytes wanted an alignment that the core's memory does not have.
case(
    "f64_in_16_lanes",
    """
@dspc.instrument(voices=16)
def program(note):
    return dspc.bank(8, lambda lane: dspc.time * lane).sum(), dspc.delay(dspc.f64(note.key) * dspc.time, 3)
""",
    lanes=16,
)

# Constants of bool for each lane of a vector were 1 where a mask is -1.
case(
    "bool_constants_in_lanes",
    """
@dspc.effect
def program(x, y):
    picked = dspc.bank([1, y, 1, x, 0.5, 2 * x, y, 3 * x, 0, x], lambda signal: signal)
    odd = dspc.bank([True, False, False, True, True, False, True, False, True], lambda odd: dspc.select(odd, x, y))
    return picked.sum(), odd.max()
""",
)

# The filters of other rates, and spectra, kept an f64 in what holds an f32.
case("f64_at_other_rates", """
@dspc.effect
def program(x):
    wide = dspc.f64(x) * dspc.time
    up = [dspc.oversample(2, lambda: wide * x, filter=f) for f in ("fir", "iir", "hold")]
    down = [dspc.undersample(4, lambda: wide * x, filter=f) for f in ("fir", "iir", "hold")]
    bins = dspc.stft(x, lambda z: z * dspc.time, size=16, hop=8), dspc.stft(wide, lambda z: z, size=16, hop=4)
    return *up, *down, *bins
""", left_out="", rate=8_000.0)  # fmt: skip

# What is computed of a lane's number and of a number outside the bank was in no body where it was read.
case("number_beside_a_lane", """
@dspc.effect
def program(x):
    return dspc.oversample(2, lambda: 2 * x), dspc.undersample(3, lambda: x)
""", left_out="fold-constants")  # fmt: skip

# A step of just half a cycle was 2^-32 less: what an i32 can hold.
case("half_a_cycle", """
@dspc.effect
def program(x, turns=dspc.param(-3, -9, 9, step=1)):
    steps = 0.5, -0.5, turns + 0.5, 0.5 * turns, dspc.select(x > 0, 0.5, x)
    return tuple(dspc.phasor(step=step) for step in steps)
""", left_out="")  # fmt: skip

# An array that came into a body at another rate went through the filters as if it were one signal.
case("array_into_another_rate", """
@dspc.effect
def program(x, y):
    both = dspc.stack([x, y])
    return [way(2, lambda: dspc.bank(both, lambda e: dspc.delay(e, 3)).sum(), filter=f)
            for way in (dspc.oversample, dspc.undersample) for f in ("fir", "iir", "hold")]
""")  # fmt: skip
