"""DSP291 to DSP299: oscillators, recordings and scales of the library."""

from dspc.frontend.explain import Code

OSCILLATORS = (
    Code(
        "DSP291",
        "Waveforms or a recording that are none",
        """\
wavetable and sampler compute tables of what they are given when the program is built. It is an array of finite numbers,
one row or several: the single periods of waveforms, or the channels of a recording.""",
        """
@dspc.effect
def tone():
    return dspc.stdlib.wavetable(220.0, [0.0, 1.0])
""",
        """
@dspc.effect
def tone():
    return dspc.stdlib.wavetable(220.0, [0.0, 1.0, 0.0, -1.0])
""",
    ),
    Code(
        "DSP292",
        "A rate or a loop that a recording cannot have",
        """\
A recording has a rate in Hz. Its loop is two frames: where it starts, and the one after its last, at which the player
goes back to the start; both lie in the recording.""",
        """
@dspc.effect
def drone():
    return dspc.stdlib.sampler([0.0, 0.5, 0.0, -0.5], 261.6, loop=(0, 5))
""",
        """
@dspc.effect
def drone():
    return dspc.stdlib.sampler([0.0, 0.5, 0.0, -0.5], 261.6, loop=(0, 4))
""",
    ),
    Code(
        "DSP293",
        "A scale's file that cannot be read",
        """\
scala reads .scl and .kbm files when the program is built. A relative path starts at the folder of the file that calls
it. The pitches of a scale may also be written into the program, as a list of texts.""",
        """
@dspc.instrument
def pure(note):
    return dspc.stdlib.sine(dspc.stdlib.scala(note.key, "no such folder/just.scl"))
""",
        """
@dspc.instrument
def pure(note):
    return dspc.stdlib.sine(dspc.stdlib.scala(note.key, ["9/8", "5/4", "4/3", "3/2", "5/3", "15/8", "2/1"]))
""",
    ),
    Code(
        "DSP294",
        "A line of a scale that means nothing",
        """\
In a .scl file the first line that is no comment (`!`) describes the scale, the second is the number of notes, and each
one after it is a pitch above the first note: cents, which hold a point, or a ratio. The last one is the octave. A .kbm
file has the size of its pattern, the first and last key, the middle key, the reference key and its frequency, the note
at which the pattern begins anew, and the note of each key, or x.""",
        """
@dspc.instrument
def pure(note):
    return dspc.stdlib.sine(dspc.stdlib.scala(note.key, ["9/8", "5:4", "2/1"]))
""",
        """
@dspc.instrument
def pure(note):
    return dspc.stdlib.sine(dspc.stdlib.scala(note.key, ["9/8", "5/4", "2/1"]))
""",
    ),
)
