"""DSP455 to DSP457: delays, reverbs and convolution."""

from dspc.frontend.explain import Code

SPACE = (
    Code(
        "DSP455",
        "An array that is no stereo signal",
        "Effects with two outputs take two channels, one that is both, or an array of two.",
        """
from dspc.stdlib import freeverb


@dspc.effect
def hall(x, y, z):
    return freeverb(dspc.stack([x, y, z]))
""",
        """
from dspc.stdlib import freeverb


@dspc.effect
def hall(x, y, z):
    return freeverb(x + z, y + z)
""",
    ),
    Code(
        "DSP456",
        "A network whose parts do not fit",
        "A feedback delay network has 4, 8, 16, 32 or 64 lines and one decay time more than crossovers. It is mixed by "
        "an orthogonal matrix with a row for each line: one that loses nothing and adds nothing, for the decay times "
        "say what is lost.",
        """
from dspc.stdlib import fdn


@dspc.effect
def cave(left, right):
    return fdn(left, right, decays=(3.0, 1.0), crossovers=(200.0, 2000.0))
""",
        """
from dspc.stdlib import fdn


@dspc.effect
def cave(left, right):
    return fdn(left, right, decays=(3.0, 2.0, 1.0), crossovers=(200.0, 2000.0))
""",
    ),
    Code(
        "DSP457",
        "A response that cannot be convolved with",
        "A convolver takes a response that is known when the program is built: up to 2^18 finite numbers, or as many "
        "for each channel, as dspc.read gives them.",
        """
from dspc.stdlib import convolver


@dspc.effect
def room(x):
    return convolver(x, "room.wav")
""",
        """
from dspc.stdlib import convolver


@dspc.effect
def room(x):
    return convolver(x, [1.0, 0.5, 0.25])
""",
    ),
)
