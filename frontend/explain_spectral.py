"""DSP461: spectral effects."""

from dspc.frontend.explain import Code

SPECTRAL = (
    Code(
        "DSP461",
        "A frame of a size that there is not",
        "spectral_gate, freeze and pitch_shift take spectra of 64 to 16384 samples, a power of two that is known when "
        "the program is built: it says how much memory there is, and how late the sound is.",
        """
from dspc.stdlib import pitch_shift


@dspc.effect
def higher(x):
    return pitch_shift(x, 7.0, size=3000)
""",
        """
from dspc.stdlib import pitch_shift


@dspc.effect
def higher(x):
    return pitch_shift(x, 7.0, size=2048)
""",
    ),
)
