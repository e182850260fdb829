"""DSP450 to DSP451: the filters of the library."""

from dspc.frontend.explain import Code

FILTERS = (
    Code(
        "DSP450",
        "A kind of filter that there is not",
        'The kind of a filter is a text that is known when the program is built: "low" or "high", and of butterworth, '
        'chebyshev1 and elliptic also "band" and "stop".',
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
        "A filter that cannot be designed",
        "Orders, numbers of poles, ripple and attenuation are numbers that are known when the program is built: the "
        "filter is designed then. Its cutoff may be a signal.",
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
)
