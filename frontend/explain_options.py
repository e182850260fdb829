"""DSP450 to DSP454: what the functions of the library are built with."""

from dspc.frontend.explain import Code

OPTIONS = (
    Code(
        "DSP450",
        "A kind that there is not",
        'The kind of a filter or a shaper is a text that is known when the program is built: "low" or "high", of '
        'butterworth, chebyshev1 and elliptic also "band" and "stop"; of fold "triangle" or "sine". That of a '
        'waveguide\'s ends is "string", "tube" or "free".',
        """
from dspc.stdlib import butterworth


@dspc.effect
def thin(x):
    return butterworth(x, 200.0, kind="highpass")
""",
        """
from dspc.stdlib import butterworth


@dspc.effect
def thin(x):
    return butterworth(x, 200.0, kind="high")
""",
    ),
    Code(
        "DSP451",
        "A number that the library cannot build with",
        "Orders, ripple and attenuation, numbers of voices, stages and lines, and the memory of an echo or a string "
        "decide what a program is made of: they are numbers, in a range, and no signals. Cutoffs, times and levels may "
        "be signals.",
        """
from dspc.stdlib import elliptic


@dspc.effect
def steep(x):
    return elliptic(x, 8000.0, order=32)
""",
        """
from dspc.stdlib import elliptic


@dspc.effect
def steep(x):
    return elliptic(x, 8000.0, order=8)
""",
    ),
    Code(
        "DSP452",
        "A rhythm that cannot be",
        "euclid lets 0 to steps hits pass of 1 to 32768 steps. They are integers, or signals, which are clamped.",
        """
from dspc.stdlib import euclid, sine


@dspc.effect
def rhythm():
    return dspc.f32(euclid(sine(8.0), 9, 8))
""",
        """
from dspc.stdlib import euclid, sine


@dspc.effect
def rhythm():
    return dspc.f32(euclid(sine(8.0), 3, 8))
""",
    ),
    Code(
        "DSP453",
        "A curve that is none",
        "waveshaper takes a row of at least 2 finite numbers, which lie evenly over [-1, 1], or a function that makes "
        "one of an array: it is called once, when the program is built, and computes with numpy.",
        """
from dspc.stdlib import waveshaper


@dspc.effect
def cubic(x):
    return waveshaper(x, lambda v: 1.0)
""",
        """
from dspc.stdlib import waveshaper


@dspc.effect
def cubic(x):
    return waveshaper(x, lambda v: 1.5 * v - 0.5 * v**3)
""",
    ),
    Code(
        "DSP454",
        "An option that is neither on nor off",
        "antialias, one_shot, unipolar, link and the like are True or False: they say which program is built, so no "
        "signal can be one.",
        """
from dspc.stdlib import fold


@dspc.effect
def folded(x):
    return fold(4 * x, antialias="yes")
""",
        """
from dspc.stdlib import fold


@dspc.effect
def folded(x):
    return fold(4 * x, antialias=True)
""",
    ),
)
