"""DSP458 and DSP459: physical models."""

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
        "Frequencies in Hz, decays in seconds and a string's damping in Hz are above 0. "
        "Signals, which may become anything, are clamped instead.",
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
)
