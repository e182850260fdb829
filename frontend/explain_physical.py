"""DSP458 to DSP460: physical models."""

from dspc.frontend.explain import Code

PHYSICAL = (
    Code(
        "DSP458",
        "Modes that cannot be",
        "modal takes the name of a material, or a list of 1 to 1024 ratios above 0, and a decay and a gain for each of "
        "them: finite numbers that are known when the program is built. One decay for all may be a signal.",
        """
from dspc.stdlib import modal


@dspc.effect
def bowl(x):
    return modal(x, 220.0, ratios=[1.0, 2.7, 5.1], decays=[4.0, 2.0])
""",
        """
from dspc.stdlib import modal


@dspc.effect
def bowl(x):
    return modal(x, 220.0, ratios=[1.0, 2.7, 5.1], decays=[4.0, 2.0, 1.0])
""",
    ),
    Code(
        "DSP459",
        "A string of no pitch or no decay",
        "Frequencies in Hz, decays in seconds and a string's damping in Hz are above 0. The lowest frequency, for "
        "which a string's memory is laid out, is a number from 1 to 1000 Hz. Signals are clamped instead.",
        """
from dspc.stdlib import karplus_strong


@dspc.effect
def string(x):
    return karplus_strong(x, 220.0, decay=0.0)
""",
        """
from dspc.stdlib import karplus_strong


@dspc.effect
def string(x):
    return karplus_strong(x, 220.0, decay=2.0)
""",
    ),
    Code(
        "DSP460",
        "Ends of a waveguide that there are not",
        'The ends of a waveguide are a "string"\'s, both fixed, a "tube"\'s, closed and open, or "free". They say '
        "which program is built, so they are no choice.",
        """
from dspc.stdlib import waveguide


@dspc.effect
def flute(x):
    return waveguide(x, 220.0, ends="open")
""",
        """
from dspc.stdlib import waveguide


@dspc.effect
def flute(x):
    return waveguide(x, 220.0, ends="string")
""",
    ),
)
