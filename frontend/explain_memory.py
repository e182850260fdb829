"""DSP250 to DSP264: sections of second order, tables of two dimensions, audio files, samples."""

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
    Code(
        "DSP260",
        "A sample without a name",
        """\
A sample is known to hosts by its name: engine.load("kick", array, rate=…) gives it another sound. So it is a text,
on one line and not empty.""",
        """
import numpy as np

kick = dspc.sample(np.zeros(100), rate=48_000)
""",
        """
import numpy as np

kick = dspc.sample("kick", default=np.zeros(100), rate=48_000)
""",
    ),
    Code(
        "DSP261",
        "A sample without a sound",
        """\
The default of a sample is the sound that a program comes with: finite floats of which 1.0 is full scale, [frames] for
one channel or [channels, frames]. dspc.read gives such an array; integers of an audio library have to be divided by
their full scale. A program that waits for its host's sound comes with silence: np.zeros(1).""",
        """
kick = dspc.sample("kick", default=[0, 32_000, -32_000], rate=48_000)
""",
        """
import numpy as np

kick = dspc.sample("kick", default=np.array([0, 32_000, -32_000]) / 32_768, rate=48_000)
""",
    ),
    Code(
        "DSP262",
        "A sample without a rate",
        """\
Every sound was recorded at a rate, in Hz; `sample.rate / dspc.sample_rate` frames a sample play it as it was. A host
that loads another sound says its rate too.""",
        """
kick = dspc.sample("kick", default=[0.0, 1.0, 0.5])
""",
        """
kick = dspc.sample("kick", default=[0.0, 1.0, 0.5], rate=44_100)
""",
    ),
    Code(
        "DSP263",
        "Two samples of one name",
        """\
Hosts know a sample by its name, and load one sound for it. A name may be used again for the same sound at the same
rate, which is the same sample then, but not for another.""",
        """
low = dspc.sample("drum", default=[0.0, 1.0], rate=44_100)
high = dspc.sample("drum", default=[0.0, -1.0], rate=44_100)

@dspc.effect
def both(x):
    return low(x) + high(x)
""",
        """
low = dspc.sample("low drum", default=[0.0, 1.0], rate=44_100)
high = dspc.sample("high drum", default=[0.0, -1.0], rate=44_100)

@dspc.effect
def both(x):
    return low(x) + high(x)
""",
    ),
    Code(
        "DSP264",
        "A sample that is read as it cannot be",
        """\
A sample of one channel is read at a position, sample(position), one of several at a channel, counted from 0, and a
position. Its length is not known when the program is built, as a host may load another sound: it has no len(), but
sample.frames, a signal.""",
        """
hall = dspc.sample("hall", default=[[1.0, 0.5], [1.0, 0.25]], rate=48_000)

@dspc.effect
def first(x):
    return hall(2, x)
""",
        """
hall = dspc.sample("hall", default=[[1.0, 0.5], [1.0, 0.25]], rate=48_000)

@dspc.effect
def first(x):
    return hall(1, x)
""",
    ),
)
