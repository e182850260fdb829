"""From a program and what is wanted of it to a plot: the kind, what goes in, which curves, what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dspc.backends.engine import Parameter
from dspc.driver.measures import KINDS, Kind, five_periods
from dspc.driver.plot_data import FREQUENCY, HIGHEST_HZ, LOWEST_HZ, TIME, Curve, Plot, Reals, Values
from dspc.driver.stimuli import STIMULI
from dspc.driver.subjects import Given, Settings, Subject, one_note
from dspc.driver.usage import UsageError
from dspc.frontend.events import Event

MOST_CURVES = 7
NOTE_SECONDS = 1.0
HELD = 0.5
"""Of the time of a note's plot; for a spectrum it is held all the time."""
LISTENING = 2.0
"""Seconds in which the period of a generator is looked for."""


@dataclass(frozen=True)
class Wish:
    """What to plot. None: what suits the program.

    `preset` is a name for the settings. `sound` [channels, frames] is an effect's input, at the subject's rate,
    `signal` the name of a made one; `events` are an instrument's song, `key` its only note otherwise. `sweep` is a
    parameter's id and its values, a curve each.
    """

    kind: str | None = None
    preset: str = ""
    settings: Settings = field(default_factory=dict[str, "float | str"])
    sweep: tuple[str, tuple[float | str, ...]] | None = None
    signal: str | None = None
    sound: Reals | None = None
    events: tuple[Event, ...] | None = None
    key: int = 57
    seconds: float | None = None
    phase: bool = False


def kind_for(subject: Subject, wish: Wish) -> str:
    """The kind that is wanted, or that tells most of the program. Raises `UsageError` if it cannot be had."""
    if wish.kind is None:
        if wish.signal or wish.sound is not None:
            return "waveform"
        if subject.role != "effect":
            return "spectrum"
        return "transfer" if subject.static else "response"
    if KINDS[wish.kind].probe and subject.role != "effect":
        article = "an" if subject.role == "instrument" else "a"
        raise UsageError(f"{subject.name} is {article} {subject.role}: there is no {KINDS[wish.kind].title} of what "
                         "takes no sound", "--kind spectrum, spectrogram or waveform")  # fmt: skip
    return wish.kind


def plot_of(subject: Subject, wish: Wish) -> Plot:
    """Measures. Raises `UsageError` for what does not go together."""
    name = kind_for(subject, wish)
    kind = KINDS[name]
    _check(subject, name, wish)
    given = _given(subject, name, wish)
    references = _references(subject, kind, given)
    alone = "output" if references else ""
    curves = [
        curve
        for label, params in _cases(subject, wish)
        for curve in _curves(label or alone, kind.measure(subject, params, given), wish)
    ]
    return Plot(
        program=subject.name,
        kind=name,
        title=kind.title,
        sample_rate=subject.sample_rate,
        precision=subject.precision,
        x=kind.x,
        y=kind.y if wish.phase else kind.y[:1],
        extent=_extent(subject, kind, given, curves),
        curves=(*references, *curves),
        shade=kind.shade,
        stacked=name == "waveform" and subject.role != "generator",
        parameters=subject.values(wish.settings),
        shown=_shown(subject, wish),
    )


def _extent(subject: Subject, kind: Kind, given: Given, curves: list[Curve]) -> tuple[float, float]:
    if kind.x == FREQUENCY:
        return LOWEST_HZ, min(HIGHEST_HZ, subject.sample_rate / 2)
    if kind.x == TIME:
        return 0.0, given.seconds
    x = curves[0].values[kind.x.key]
    return float(x[0]), float(x[-1])


def _check(subject: Subject, name: str, wish: Wish) -> None:
    if KINDS[name].probe and (wish.signal or wish.sound is not None):
        option = "--signal" if wish.signal else "--input"
        raise UsageError(f"the {KINDS[name].title} is measured with a signal of its own", f"leave {option} out, or "
                         "choose --kind waveform, spectrum or spectrogram")  # fmt: skip
    if wish.sweep and len(wish.sweep[1]) > MOST_CURVES:
        raise UsageError(f"a plot has at most {MOST_CURVES} curves, not {len(wish.sweep[1])}", "sweep fewer values")
    if wish.sweep and KINDS[name].shade:
        raise UsageError("a spectrogram shows one value of a parameter", "--set instead of --sweep")
    if wish.phase and name != "response":
        raise UsageError(f"there is no phase in a {KINDS[name].title}", "--kind response, or leave --phase out")


# --- what goes in ---


def _given(subject: Subject, name: str, wish: Wish) -> Given:
    kind = KINDS[name]
    if kind.probe:
        return Given(wish.seconds or 0.0)
    if subject.role == "instrument":
        return _song(subject, name, wish)
    if subject.role == "generator":
        return Given(wish.seconds or _generator_seconds(subject, name, wish))
    if wish.sound is not None:
        return Given(wish.seconds or wish.sound.shape[1] / subject.sample_rate, wish.sound)
    seconds = wish.seconds or kind.seconds
    x = STIMULI[wish.signal or kind.stimulus](subject.sample_rate, seconds)
    tail = 0.0 if wish.seconds or name == "spectrum" else subject.tail
    return Given(seconds + tail, np.broadcast_to(x, (subject.main_inputs, len(x))))


def _song(subject: Subject, name: str, wish: Wish) -> Given:
    if wish.events is not None:
        last = max((e.frame for e in wish.events), default=0) / subject.sample_rate
        return Given(wish.seconds or last + 1.0, events=wish.events)
    seconds = wish.seconds or NOTE_SECONDS
    held = seconds if name == "spectrum" else HELD * seconds
    return Given(seconds, events=one_note(wish.key, held, subject.sample_rate))


def _generator_seconds(subject: Subject, name: str, wish: Wish) -> float:
    """Of a waveform five periods, as the first curve has them."""
    if name != "waveform":
        return KINDS[name].seconds
    return five_periods(subject.run(_cases(subject, wish)[0][1], Given(LISTENING)), subject.sample_rate)


# --- what comes out ---


def _cases(subject: Subject, wish: Wish) -> list[tuple[str, Settings]]:
    """A label and all settings, for each value of the sweep."""
    if wish.sweep is None:
        return [("", wish.settings)]
    id, values = wish.sweep
    parameter = subject.blank.parameters[id]
    return [(written(parameter, value), {**wish.settings, id: value}) for value in values]


def _curves(label: str, channels: list[Values], wish: Wish) -> list[Curve]:
    """A curve for each channel, as far as they go; one for all if they are equal, or in a sweep (of the first)."""
    first = channels[0]
    equal = all(len(c[k]) == len(first[k]) and np.array_equal(c[k], first[k]) for c in channels[1:] for k in first)
    if equal or wish.sweep:
        return [Curve(label, first)]
    return [Curve(name, c) for name, c in zip(channel_names(len(channels)), channels, strict=True)][:MOST_CURVES]


def _references(subject: Subject, kind: Kind, given: Given) -> list[Curve]:
    """What goes into an effect, of a sound the first channel: the output is compared with it."""
    if given.x is None or kind.shade:
        return []
    frames = subject.frames(given.seconds)
    heard = np.pad(given.x[:1, :frames], ((0, 0), (0, max(0, frames - given.x.shape[1]))))
    return [Curve("input", values, reference=True) for values in kind.analyse(heard, subject.sample_rate)]


def channel_names(count: int) -> list[str]:
    """What the channels of a sound are called."""
    return {1: [""], 2: ["left", "right"]}.get(count, [f"channel {i + 1}" for i in range(count)])


# --- what is told of the parameters ---


def written(parameter: Parameter, value: float | str) -> str:
    """`cutoff 800 Hz`, `shape saw`."""
    if isinstance(value, str):
        return f"{parameter.id} {value}"
    return f"{parameter.id} {value:.5g}{f' {parameter.unit}' if parameter.unit else ''}"


def _shown(subject: Subject, wish: Wish) -> tuple[str, ...]:
    """The parameters in words: those that were set first, without the one that is swept."""
    values = subject.values(wish.settings)
    known: Mapping[str, Parameter] = subject.blank.parameters
    order = [*wish.settings, *(id for id, p in known.items() if id not in wish.settings and not p.hidden)]
    named = [f"preset {wish.preset}"] if wish.preset else []
    return (*named, *(written(known[id], values[id]) for id in order if not (wish.sweep and id == wish.sweep[0])))
