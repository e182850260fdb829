"""DSP440 to DSP469: the standard library."""

from dspc.frontend.explain import Code

LIBRARY = (
    Code(
        "DSP440",
        "A window of no length",
        "A window of moving_max or moving_average has a number of samples that is known when the program is built, or "
        "that of a signal, and then the largest number that it may be.",
        """
from dspc.stdlib import moving_average


@dspc.effect
def smooth(x):
    return moving_average(x, 0)
""",
        """
from dspc.stdlib import moving_average


@dspc.effect
def smooth(x):
    return moving_average(x, 48)
""",
    ),
    Code(
        "DSP441",
        "Loudness of another kind",
        'lufs measures over "momentary" (0.4 s), "short" (3 s) or "integrated" (all so far); it takes one weight for '
        "each channel.",
        """
from dspc.stdlib import lufs


@dspc.effect
def loud(left, right):
    return lufs([left, right], over="everything")
""",
        """
from dspc.stdlib import lufs


@dspc.effect
def loud(left, right):
    return lufs([left, right], over="integrated")
""",
    ),
    Code(
        "DSP442",
        "A limiter's look-ahead that cannot be",
        "A limiter looks 48 to 4096 samples ahead. The number is known when the program is built: it is the latency "
        "that hosts are told.",
        """
from dspc.stdlib import limiter


@dspc.effect
def loud(x):
    return limiter(4 * x, lookahead=0.002)
""",
        """
from dspc.stdlib import limiter


@dspc.effect
def loud(x):
    return limiter(4 * x, lookahead=96)
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
        "An option that there is not",
        'fold turns back as a "triangle", with corners, or as a "sine", without. antialias, one_shot, decode and '
        "equal_power are True or False: they say which program is built, so no signal can be one.",
        """
from dspc.stdlib import fold


@dspc.effect
def folded(x):
    return fold(4 * x, kind="round")
""",
        """
from dspc.stdlib import fold


@dspc.effect
def folded(x):
    return fold(4 * x, kind="sine")
""",
    ),
)
