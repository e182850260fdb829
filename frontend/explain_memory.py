"""DSP250 to DSP259: sections of second order, tables of two dimensions, audio files."""

from dspc.frontend.explain import Code

MEMORY = (
    Code(
        "DSP250",
        "Sections of second order that are none",
        """\
dspc.biquads takes SciPy's layout: one row for each section, and in it b0, b1, b2, a0, a1, a2, numbers or signals.""",
        """
@dspc.effect
def rumble(x):
    return dspc.biquads(x, [1.0, -2.0, 1.0, 1.0, -1.99, 0.9901])
""",
        """
@dspc.effect
def rumble(x):
    return dspc.biquads(x, [[1.0, -2.0, 1.0, 1.0, -1.99, 0.9901]])
""",
    ),
    Code(
        "DSP251",
        "Coefficients that cannot be",
        """\
The coefficients of a filter are finite, and each row is divided by its a0, which is therefore not 0.""",
        """
@dspc.effect
def smooth(x):
    return dspc.biquads(x, [[0.1, 0.0, 0.0, 0.0, -0.9, 0.0]])
""",
        """
@dspc.effect
def smooth(x):
    return dspc.biquads(x, [[0.1, 0.0, 0.0, 1.0, -0.9, 0.0]])
""",
    ),
    Code(
        "DSP252",
        "A table read without a row, or with one too many",
        """\
A table of one row is read at a position; one of several rows, an array of two dimensions, at a row and a position.""",
        """
waves = dspc.table([[0.0, 1.0, 0.0, -1.0], [1.0, 1.0, -1.0, -1.0]])

@dspc.effect
def wave(x):
    return waves(4.0 * dspc.phasor(440.0), boundary="wrap")
""",
        """
waves = dspc.table([[0.0, 1.0, 0.0, -1.0], [1.0, 1.0, -1.0, -1.0]])

@dspc.effect
def wave(x):
    return waves(x > 0, 4.0 * dspc.phasor(440.0), boundary="wrap")
""",
    ),
    Code(
        "DSP253",
        "An audio file that is not there",
        """\
dspc.read(path) reads a file when the program is built. A relative path starts at the folder of the file that calls it,
wherever dspc is started.""",
        """
kick, rate = dspc.read("no such folder/kick.wav")
""",
        """
import numpy as np

kick, rate = np.zeros((1, 100), np.float32), 48_000
""",
    ),
    Code(
        "DSP254",
        "A file without audio",
        "The file is there, but it is damaged, empty, or of a kind that libsndfile does not know.",
    ),
)
