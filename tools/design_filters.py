"""Writes frontend/resampling_filters.py: the filters of `dspc.oversample` and `dspc.undersample`, designed with SciPy.

Run it only to change them: the numbers are part of what programs mean.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import optimize, signal

PHASES = 48
REACH = 32
BETA = 9.3
STAGES = ((17, 100.0), (9, 100.0), (7, 100.0), (5, 100.0))
"""Order and stopband of each half-band stage, the one next to the outer rate first."""
TARGET = Path(__file__).parent.parent / "frontend" / "resampling_filters.py"

HEAD = '''"""The filters of `oversample` and `undersample`. Written by tools/design_filters.py: change that.

`PROTOTYPE` is half of a symmetric low-pass, a sinc under a Kaiser window (beta {beta}): its samples from the middle
outwards, {phases} to an outer sample, {reach} outer samples long. `HALF_BANDS` are elliptic half-band filters, one for
each stage of 2, the one next to the outer rate first: the coefficients of the all-pass sections of their two branches.
"""

from __future__ import annotations

PHASES = {phases}
REACH = {reach}
'''


def prototype() -> np.ndarray:
    count = PHASES * REACH
    window = signal.windows.kaiser(2 * count + 1, BETA)
    return (np.sinc(np.arange(-count, count + 1) / PHASES) * window)[count:]


def half_band(order: int, stopband: float) -> tuple[list[float], list[float]]:
    """The coefficients of both branches: squares of the poles, which lie on the imaginary axis."""
    ripple = -10 * np.log10(1 - 10 ** (-stopband / 10))

    def off_axis(edge: float) -> float:
        _, poles, _ = signal.ellip(order, ripple, stopband, edge, output="zpk")
        return float(np.sum(poles.real))

    edge = optimize.brentq(off_axis, 0.05, 0.499, xtol=1e-15)
    _, poles, _ = signal.ellip(order, ripple, stopband, edge, output="zpk")
    squares = sorted(abs(p) ** 2 for p in poles if p.imag > 1e-6)
    return squares[0::2], squares[1::2]


def rows(numbers: list[float], indent: str) -> list[str]:
    lines, line = [], indent
    for n in numbers:
        text = f"{n!r}, "
        if len(line) + len(text) > 118:
            lines.append(line.rstrip())
            line = indent
        line += text
    return [*lines, line.rstrip()]


def main() -> None:
    text = [HEAD.format(beta=BETA, phases=PHASES, reach=REACH).rstrip(), "", "HALF_BANDS = ("]
    for order, stopband in STAGES:
        first, second = half_band(order, stopband)
        text.append(f"    (  # order {order}, stopband {stopband:g} dB")
        for branch in (first, second):
            text += ["        (", *rows([float(a) for a in branch], "            "), "        ),"]
        text.append("    ),")
    text += [")", "", "PROTOTYPE = (", *rows([float(a) for a in prototype()], "    "), ")", ""]
    TARGET.write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
