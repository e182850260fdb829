"""Spectral effects of the library, with few and short frames, so that these programs are quick."""

from __future__ import annotations

from unittest.mock import patch

from agree.programs import program

import dspc
from dspc import stdlib
from dspc.stdlib import spectral


@program
@dspc.effect
def spectral_effects(x, y, threshold=dspc.param(-20.0, -60.0, 0.0), semitones=dspc.param(4.0, -24.0, 24.0)):
    with patch.multiple(spectral, OVERLAP=2, TAPS=4, PHASES=16):
        gated = stdlib.spectral_gate(x, threshold, attack=0.0005, release=0.001, size=64)
        held = stdlib.freeze(y, dspc.frame % 700 > 300, fade=0.002, size=64)
        return gated, held, stdlib.pitch_shift(x, semitones, 1.0 + 0.1 * y, size=64)
