"""DSP440 to DSP442: levels, loudness and moving windows of the library."""

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
)
