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
)
