"""What rings: the modes of bars, plates, membranes and bells, from textbooks, and of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from dspc.frontend import trace as tr
from dspc.frontend.library import Operand
from dspc.frontend.literals import describe, is_finite, is_number, quoted
from dspc.frontend.signal import SignalLike

MOST = 1024
"""Modes."""


class Modes(NamedTuple):
    """Of each mode: its frequency and its decay, relative to those asked for, and its amplitude after a strike."""

    ratios: Sequence[float]
    decays: Sequence[Operand]
    gains: Sequence[Operand]


def _material(ratios: Sequence[float], decay: float, gain: float) -> Modes:
    """Decays and gains fall with the frequency, as these powers of it; the gains add up to 1."""
    loud = [ratio**gain for ratio in ratios]
    return Modes(ratios, [ratio**decay for ratio in ratios], [g / sum(loud) for g in loud])


def _plate(sides: float, count: int) -> list[float]:
    """A rectangle, as long as `sides` times its width, supported at its edges: m^2 / sides^2 + n^2."""
    found = sorted((m / sides) ** 2 + n**2 for m in range(1, count + 1) for n in range(1, count + 1))
    return [f / found[0] for f in found[:count]]


MATERIALS = {
    "bar": _material([1.0, 2.7565, 5.4039, 8.9330, 13.3443, 18.6379], -1.0, -0.7),
    "bell": _material([0.5, 1.0, 1.2, 1.5, 2.0, 2.5, 2.667, 3.0, 4.0, 5.33, 6.67, 8.0], -0.8, -0.3),
    "membrane": _material([1.0, 1.5933, 2.1355, 2.2954, 2.6531, 2.9173, 3.1555, 3.5001, 3.5985, 3.6475, 4.0589, 4.1317],
                          -0.5, -0.8),
    "plate": _material(_plate(1.4, 24), -0.5, -0.5),
    "string": _material([float(n) for n in range(1, 25)], -0.7, -1.0),
}  # fmt: skip
"""A bar free at both ends; the partials of a church bell that is tuned in minor thirds, from the hum note, its strike
note being 1; a round membrane fixed at its rim; a plate supported at its edges; a string.

Source: N. H. Fletcher, T. D. Rossing, The Physics of Musical Instruments, ch. 2, 3 and 21.
"""


def modes_of(ratios: Any, decays: Any, gains: Any) -> Modes:
    """The modes of a material, or of lists; `decays` that is no list is a factor. Raises DSP458 for what is neither."""
    if isinstance(ratios, str):
        if ratios not in MATERIALS:
            named = ", ".join(f'"{name}"' for name in MATERIALS)
            raise tr.fail("DSP458", f"there is no material {quoted(ratios)}", f"use {named}, or a list of ratios")
        made = MATERIALS[ratios]
    else:
        numbers = _listed("ratios", ratios, None, above=True)
        made = Modes(numbers, [1.0] * len(numbers), [1.0 / len(numbers)] * len(numbers))
    count = len(made.ratios)
    if not (is_number(decays) or isinstance(decays, SignalLike)):
        made = made._replace(decays=_listed("decays", decays, count, above=True))
    elif is_number(decays) and not (is_finite(decays) and decays > 0):
        raise tr.fail("DSP458", f"a decay is more than 0 seconds, not {describe(decays)}", "decays=2.0")
    else:
        made = made._replace(decays=[decay * decays for decay in made.decays])
    return made if gains is None else made._replace(gains=_listed("gains", gains, count, above=False))


def _listed(what: str, given: Any, count: int | None, above: bool) -> list[Any]:
    """A list of finite numbers, as many as there are modes. Raises DSP458."""
    array = given.tolist() if isinstance(given, np.ndarray) and given.ndim == 1 else given
    values: list[Any] = list(array) if isinstance(array, list | tuple) else []
    if not 1 <= len(values) <= MOST:
        raise tr.fail("DSP458", f"{what} are a list of 1 to {MOST} numbers, not {describe(given)}",
                      f"for example {what}=[1.0, 2.0, 3.0]")  # fmt: skip
    if count is not None and len(values) != count:
        raise tr.fail("DSP458", f"there are {count} modes, but {len(values)} {what}", "give one for each mode")
    for value in values:
        if not (is_finite(value) and (value > 0 or not above)):
            raise tr.fail("DSP458", f"{what} are {'numbers above 0' if above else 'finite numbers'}, not "
                          f"{describe(value)}", f"for example {what}=[1.0, 2.0, 3.0]")  # fmt: skip
    return values
