"""What a plot shows, as numbers: axes with their units, and curves with the values on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.floating[Any]]
Values = dict[str, Reals]
"""By the axes' keys: the numbers of one curve, or (two-dimensional on `Plot.shade`) of one picture."""

QUIETEST = 1e-15
"""What is less counts as this: -300 dB, where silence would have no level."""
LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0
"""The axis of frequencies: what is heard."""


@dataclass(frozen=True)
class Axis:
    """`key` names its numbers in JSON."""

    key: str
    label: str
    unit: str = ""
    log: bool = False

    @property
    def text(self) -> str:
        """`frequency (Hz)`."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


FREQUENCY = Axis("frequency_hz", "frequency", "Hz", log=True)
TIME = Axis("time_s", "time", "s")
MAGNITUDE = Axis("magnitude_db", "magnitude", "dB")
PHASE = Axis("phase_deg", "phase", "degrees")
LEVEL = Axis("level_dbfs", "level", "dBFS")
AMPLITUDE = Axis("amplitude", "amplitude")
INPUT, OUTPUT = Axis("input", "input"), Axis("output", "output")
INPUT_LEVEL = Axis("input_dbfs", "input level", "dBFS")
OUTPUT_LEVEL = Axis("output_dbfs", "output level", "dBFS")


@dataclass(frozen=True)
class Curve:
    """`reference`: what the others are to be compared with, for example what went in."""

    label: str
    values: Values
    reference: bool = False


@dataclass(frozen=True)
class Plot:
    """Curves over one axis, in a panel for each of `y`; or, with `shade`, a picture over `x` and `y`.

    `extent` is what `x` shows; `stacked`: each curve has a panel of its own. `parameters` are all values that the
    program ran with, `shown` those worth a line, the most telling first.
    """

    program: str
    kind: str
    title: str
    sample_rate: float
    precision: str
    x: Axis
    y: tuple[Axis, ...]
    extent: tuple[float, float]
    curves: tuple[Curve, ...]
    shade: Axis | None = None
    stacked: bool = False
    parameters: Mapping[str, float | str] = field(default_factory=dict[str, "float | str"])
    shown: tuple[str, ...] = ()

    def figures(self) -> dict[str, Any]:
        """The numbers that are drawn, for programs."""
        return {
            "program": self.program,
            "kind": self.kind,
            "sample_rate": self.sample_rate,
            "precision": self.precision,
            "parameters": dict(self.parameters),
            "curves": [{"label": c.label, **{k: v.tolist() for k, v in c.values.items()}} for c in self.curves],
        }


def decibels(amplitude: NDArray[Any]) -> Reals:
    """20 log10 of an amplitude; silence is -300 dB.

    >>> decibels(np.array([1.0, 0.1, 0.0])).tolist()
    [0.0, -20.0, -300.0]
    """
    return 20.0 * np.log10(np.maximum(np.abs(amplitude), QUIETEST))


def log_columns(lowest: float, highest: float, count: int) -> Reals:
    """The edges of `count` columns of a logarithmic axis."""
    return np.geomspace(lowest, highest, count + 1)


def telling(x: Reals, edges: Reals, *values: Reals) -> NDArray[np.int64]:
    """Indices of `x`, which rises, that a line needs in order to look as with all: each column's least and greatest.

    Columns with one or two points keep them. Of each of `values` both extremes are kept.
    """
    bounds = np.searchsorted(x, edges)
    bounds[-1] = len(x) if edges[-1] >= x[-1] else bounds[-1] + 1
    kept: set[int] = set()
    for first, end in zip(bounds[:-1], bounds[1:], strict=True):
        for y in values if end > first else ():
            column = y[first:end]
            kept |= {int(first + np.argmin(column)), int(first + np.argmax(column))}
    return np.array(sorted(kept), np.int64)


def highest(x: Reals, edges: Reals, y: Reals) -> NDArray[np.int64]:
    """Indices of `x`, which rises: where `y` is greatest in each column."""
    bounds = np.searchsorted(x, edges)
    columns = zip(bounds[:-1], bounds[1:], strict=True)
    return np.array([first + np.argmax(y[first:end]) for first, end in columns if end > first], np.int64)
