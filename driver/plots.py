"""Draws plots with matplotlib, to PNG, SVG or PDF. It is imported here only, and only when something is drawn."""

from __future__ import annotations

import io
import math
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from dspc.driver.files import STANDARD_STREAM
from dspc.driver.plot_data import (
    AMPLITUDE,
    FREQUENCY,
    HIGHEST_HZ,
    LEVEL,
    LOWEST_HZ,
    MAGNITUDE,
    PHASE,
    TIME,
    Axis,
    Curve,
    Plot,
    Reals,
)
from dspc.driver.usage import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
COLOURS = ("#0067b1", "#d1500a", "#00876c", "#b3478f", "#3f9fd8", "#c98a00", "#4a4a4a")
"""Told apart by all eyes, after M. Okabe and K. Ito, Color Universal Design, 2008; darker, for thin lines."""
INK, GREY, GRID, PALE = "#1c2127", "#5b6570", "#dfe3e8", "#a9b2bc"
TITLE, TEXT, SMALL = 17.0, 13.0, 12.5
"""Sizes in pixels."""
LEFT, RIGHT, TOP, BOTTOM, LINE = 74, 28, 50, 56, 18
"""Margins round the panels in pixels, and the height of a line of text."""
MOST_LINES = 2
"""Of parameters."""
WORD = 0.54
"""The width of a letter over the size of the type, on average and a little more."""
FREQUENCIES = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
MOST_TURNS = 60
"""A line that turns round more often is drawn thin."""
CROWDED = 24
"""Ticks are not closer, in pixels."""
DEEPEST, WIDEST = 96.0, 120.0
"""Decibels below the top that a response, and a spectrum, show."""
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans", "font.size": TEXT, "text.color": INK, "axes.labelcolor": INK,
    "axes.edgecolor": PALE, "axes.linewidth": 1.0, "xtick.color": GREY, "ytick.color": GREY,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "axes.axisbelow": True, "lines.linewidth": 2.0,
    "lines.solid_joinstyle": "round", "legend.frameon": True, "legend.framealpha": 0.9, "legend.edgecolor": "none",
    "legend.fontsize": SMALL, "svg.hashsalt": "dspc", "agg.path.chunksize": 10_000, "text.parse_math": False,
}  # fmt: skip


def check_drawing(path: str) -> str:
    """The format of a file to draw, by its suffix. Raises `UsageError` for another one, or without matplotlib."""
    suffix = PurePath(path).suffix.lower().removeprefix(".")
    if path != STANDARD_STREAM and suffix not in FORMATS:
        what = f"the suffix .{suffix} is not known" if suffix else "the name has no suffix"
        raise UsageError(f"{path}: {what}", "use .png, .svg or .pdf")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise UsageError("drawing needs matplotlib, which is not installed",
                         "pip install 'dspc[plot]'; --json without -o gives the numbers alone") from None  # fmt: skip
    return suffix or "png"


def draw(plot: Plot, width: int, height: int, format: str = "png") -> bytes:
    """The picture as a file's bytes; `width` and `height` in pixels, which in SVG and PDF are points."""
    from matplotlib import rc_context

    with rc_context(STYLE):
        figure = _figure(plot, width, height)
        made = io.BytesIO()
        undated: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        figure.savefig(made, format=format, metadata=undated.get(format))
    return made.getvalue()


def _figure(plot: Plot, width: int, height: int) -> Figure:
    """A pixel is a point: 72 of them an inch."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="white")
    lines = _subtitle(plot, width)
    top = TOP + LINE * max(len(lines), 1 if plot.shade else 0)  # the scale of a picture has its unit above it
    right = 96 if plot.shade else RIGHT
    panels = _panels(figure, plot)
    figure.subplots_adjust(LEFT / width, BOTTOM / height, 1 - right / width, 1 - top / height, hspace=0.12)
    _heading(figure, plot, lines, width, height)
    if plot.shade:
        _shade(figure, panels[0], plot)
    elif plot.stacked:
        _stack(panels, plot)
    else:
        for panel, axis in zip(panels, plot.y, strict=True):
            _lines(panel, plot, axis)
    for panel in panels:
        panel.tick_params(which="both", length=0, pad=6)
    figure.align_ylabels(panels)
    _x_axis(panels[-1], plot)
    return figure


def _panels(figure: Figure, plot: Plot) -> list[Axes]:
    rows = len(plot.curves) if plot.stacked else len(plot.y)
    return list(figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0])


# --- words ---


def _subtitle(plot: Plot, width: int) -> list[str]:
    """The parameters, as many as there is room for."""
    room = int((width - LEFT - RIGHT) / (SMALL * WORD))
    lines: list[str] = []
    left = [text.replace(" -", " \N{MINUS SIGN}") for text in plot.shown]
    while left and len(lines) < MOST_LINES:
        line = left.pop(0)
        while left and len(line) + len(left[0]) + 3 <= room - len(" · and 99 more") * (len(lines) == MOST_LINES - 1):
            line += f" · {left.pop(0)}"
        lines.append(line)
    if left:
        lines[-1] += f" · and {len(left)} more"
    return lines


def _heading(figure: Figure, plot: Plot, lines: list[str], width: int, height: int) -> None:
    left, y = LEFT / width, 1 - 14 / height
    figure.text(left, y, f"{plot.program}: {plot.title}", size=TITLE, weight="bold", va="top")
    rate = f"{plot.sample_rate / 1000:g} kHz, {plot.precision}"
    figure.text(1 - RIGHT / width, y - 3 / height, rate, size=SMALL, color=GREY, va="top", ha="right")
    if lines:
        figure.text(left, 1 - 38 / height, "\n".join(lines), size=SMALL, color=GREY, va="top", linespacing=1.35)


# --- axes ---


def _x_axis(panel: Axes, plot: Plot) -> None:
    panel.set_xlabel(plot.x.text)
    if plot.x == FREQUENCY:
        _frequencies(panel.xaxis, "x", panel)
    first, last = plot.extent
    beside = 0.01 * (last - first) if plot.x == TIME and not plot.shade else 0.0  # or an impulse at 0 is not seen
    panel.set_xlim(first - beside, last)


def _frequencies(axis: Any, which: str, panel: Axes) -> None:
    """A logarithmic axis with the frequencies that one reads on equipment."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter

    panel.set_xscale("log") if which == "x" else panel.set_yscale("log")
    axis.set_major_locator(FixedLocator(FREQUENCIES))
    axis.set_major_formatter(FixedFormatter([f"{f // 1000}k" if f >= 1000 else f"{f}" for f in FREQUENCIES]))
    axis.set_minor_locator(FixedLocator([d * 10**e for e in (1, 2, 3, 4) for d in range(1, 10)]))
    axis.set_minor_formatter(NullFormatter())


def _limits(axis: Axis, values: Reals) -> tuple[float, float]:
    """From where to where an axis goes, on whole steps."""
    low, high = float(values.min()), float(values.max())
    if axis == MAGNITUDE:
        high, low = max(high, -DEEPEST), max(low, high - DEEPEST)
        middle, reach = (high + low) / 2, max((high - low) / 2 * 1.06, 6.0)
        return 3 * math.floor((middle - reach) / 3), 3 * math.ceil((middle + reach) / 3)
    if axis == LEVEL:
        top = 10 * math.ceil((max(high, -WIDEST) + 3) / 10)
        return max(top - WIDEST, 10 * math.floor((low - 3) / 10)), top
    if axis == AMPLITUDE and low < 0 < high:
        low, high = -max(-low, high), max(-low, high)
    spare = 0.05 * (high - low) or 0.1 * (abs(high) or 1.0)
    return low - spare, high + spare


def _ticks(panel: Axes, axis: Axis) -> None:
    from matplotlib.ticker import MultipleLocator

    low, high = panel.get_ylim()
    steps = {MAGNITUDE: (3, 6, 12, 24, 48), PHASE: (15, 30, 45, 90, 180, 360, 720), LEVEL: (10, 20)}.get(axis)
    if steps:
        fitting = [s for s in steps if (high - low) / s * CROWDED <= panel.bbox.height]
        if fitting:
            panel.yaxis.set_major_locator(MultipleLocator(fitting[0]))


# --- what is drawn ---


def _lines(panel: Axes, plot: Plot, axis: Axis) -> None:
    """All curves in one panel."""
    drawn = [c for c in plot.curves if not c.reference]
    for curve in plot.curves:
        if curve.reference:
            panel.plot(curve.values[plot.x.key], curve.values[axis.key], color=PALE, linewidth=1.3, label=curve.label)
    for curve, colour in zip(drawn, COLOURS, strict=False):
        _line(panel, plot, axis, curve, colour)
    panel.set_ylim(_limits(axis, np.concatenate([c.values[axis.key] for c in plot.curves])))
    if axis == LEVEL and len(drawn) == 1:
        values = drawn[0].values
        panel.fill_between(values[plot.x.key], panel.get_ylim()[0], values[axis.key], color=COLOURS[0], alpha=0.15)
    panel.set_ylabel(axis.text)
    _furniture(panel, plot, axis)
    if plot.kind in ("transfer", "levels"):
        panel.axline((0, 0), slope=1, color=PALE, linewidth=1.2, linestyle=(0, (5, 4)), label="unchanged")
    if axis == plot.y[0] and panel.get_legend_handles_labels()[1]:
        panel.legend(loc="best", borderpad=0.5, handlelength=1.6)


def _stack(panels: list[Axes], plot: Plot) -> None:
    """A panel for each curve; the references have a scale of their own, the others one together."""
    axis = plot.y[0]
    colours = iter(COLOURS)
    for panel, curve in zip(panels, plot.curves, strict=True):
        _line(panel, plot, axis, curve, GREY if curve.reference else next(colours))
        alike = [c.values[axis.key] for c in plot.curves if c.reference == curve.reference]
        panel.set_ylim(_limits(axis, np.concatenate(alike)))
        panel.set_ylabel(curve.label if len(panels) > 1 else axis.text)
        _furniture(panel, plot, axis)


def _line(panel: Axes, plot: Plot, axis: Axis, curve: Curve, colour: str) -> None:
    """Thinner where it goes up and down all the time, and others are to be seen through it."""
    x, y = curve.values[plot.x.key], curve.values[axis.key]
    dense = _turns(y) > MOST_TURNS
    through = dense and not plot.stacked
    panel.plot(x, y, color=colour, label=curve.label, linewidth=1.0 if dense else 2.0, alpha=0.75 if through else 1.0)


def _turns(y: Reals) -> int:
    """How often a line turns round, ripples that cannot be seen left out."""
    coarse = np.round(50 * (y - y.min()) / max(float(np.ptp(y)), 1e-12))
    steps = np.sign(np.diff(coarse))
    return int(np.count_nonzero(np.diff(steps[steps != 0])))


def _furniture(panel: Axes, plot: Plot, axis: Axis) -> None:
    """Ticks, grid, frame."""
    _ticks(panel, axis)
    panel.grid(True, color=GRID, linewidth=1.0)
    if plot.x == FREQUENCY:
        panel.grid(True, which="minor", axis="x", color=GRID, linewidth=0.5)
    if axis in (MAGNITUDE, AMPLITUDE):
        panel.axhline(0.0, color=PALE, linewidth=1.0, zorder=1)
    for spine in ("top", "right"):
        panel.spines[spine].set_visible(False)


def _shade(figure: Figure, panel: Axes, plot: Plot) -> None:
    """Time and frequency as a picture, with its scale of levels beside it."""
    assert plot.shade is not None
    values = plot.curves[0].values
    x, y, z = (values[a.key] for a in (plot.x, plot.y[0], plot.shade))
    top = 10 * math.ceil(max(float(z.max()), -WIDEST) / 10)
    panel.set_ylabel(plot.y[0].text)
    picture = panel.pcolormesh(x, y, z, cmap="magma", vmin=top - 90, vmax=top, shading="nearest", rasterized=True)
    _frequencies(panel.yaxis, "y", panel)
    panel.set_ylim(LOWEST_HZ, min(HIGHEST_HZ, plot.sample_rate / 2))
    box = panel.get_position()
    beside = figure.add_axes((box.x1 + 0.012, box.y0, 0.016, box.height))
    figure.colorbar(picture, cax=beside)
    beside.set_title(plot.shade.unit, size=SMALL, pad=6)
    beside.tick_params(length=0, pad=4, labelsize=SMALL)
    for edge in (panel, beside):
        for spine in edge.spines.values():
            spine.set_visible(False)


