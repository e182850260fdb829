"""DSP240: what a program's floats are."""

from dspc.frontend.explain import Code

PRECISION = (
    Code(
        "DSP240",
        "A precision that there is not",
        """\
precision="f64" makes every f32 of a program an f64, parameters and channels included; "f32" is what is meant if
nothing is said. Single values are converted with dspc.f64(x).""",
    ),
)
