"""`dspc plot`: what a program does to sound, as a picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import numpy as np

from dspc.driver.console import Console
from dspc.driver.files import STANDARD_STREAM
from dspc.driver.options import backend_option, json_option, preset_option, program_argument, verbosity
from dspc.driver.usage import UsageError
from dspc.frontend.places import entrance

if TYPE_CHECKING:
    from dspc.driver.plot_data import Plot, Reals
    from dspc.driver.plotting import Wish
    from dspc.driver.subjects import Subject
    from dspc.frontend.events import Event

DEFAULT_RATE = 48_000
PROBES = ("response", "transfer", "levels")
KINDS = (*PROBES, "spectrum", "waveform", "spectrogram")
SIGNALS = ("impulse", "step", "sine", "burst", "sweep", "noise")
LARGEST, SMALLEST = 4000, 240


@dataclass(frozen=True)
class Request:
    """The command line."""

    file: str
    output: str | None
    kind: str | None
    settings: tuple[str, ...]
    preset: str | None
    sweep: tuple[str, ...]
    input: str | None
    signal: str | None
    midi: str | None
    note: int
    seconds: float | None
    sample_rate: int | None
    phase: bool
    precision: str | None
    backend: str
    size: tuple[int, int]
    as_json: bool
    quiet: bool
    verbose: bool


@dataclass(frozen=True)
class Opened:
    """The program of a file, compiled, and the sound that it is to work on."""

    path: str
    name: str
    subject: Subject
    sound: Reals | None


class Size(click.ParamType):
    """`900x540`."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        width, _, height = str(value).partition("x")
        if not (width.isdecimal() and height.isdecimal()):
            self.fail(f"{value} is not WIDTHxHEIGHT, such as 900x540", param, ctx)
        if not all(SMALLEST <= int(pixels) <= LARGEST for pixels in (width, height)):
            self.fail(f"{value} is not between {SMALLEST} and {LARGEST} pixels", param, ctx)
        return int(width), int(height)


@click.command("plot")
@program_argument
@click.option("--kind", type=click.Choice(KINDS), metavar="KIND", show_default="what suits the program",
              help=f"what is shown: {', '.join(KINDS)}")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE,…", help="values of parameters")
@preset_option
@click.option("--sweep", multiple=True, metavar="NAME=A,B,…", help="values of one parameter, a curve for each")
@click.option("--input", metavar="FILE.wav", help="the sound that an effect works on")
@click.option("--signal", type=click.Choice(SIGNALS), metavar="NAME", show_default="what suits the kind",
              help=f"a made sound instead: {', '.join(SIGNALS)}")  # fmt: skip
@click.option("--midi", metavar="FILE.mid", help="the song that an instrument plays")
@click.option("--note", type=click.IntRange(0, 127), default=57, metavar="KEY", show_default=True,
              help="the one note that it plays otherwise")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1e-4, 600), metavar="S", show_default="what suits the sound",
              help="how long it runs")  # fmt: skip
@click.option("-r", "--sample-rate", type=click.IntRange(1000, 1_000_000), metavar="HZ",
              show_default="the input's, else 48000", help="frames a second")  # fmt: skip
@click.option("--phase", is_flag=True, help="also the phase of a response")
@click.option("--precision", type=click.Choice(["f32", "f64"]), show_default="f32 for sounds, else f64",
              help="the floats of the program")  # fmt: skip
@backend_option("what computes")
@click.option("--size", type=Size(), default="900x540", metavar="WxH", show_default=True, help="in pixels")
@click.option("-o", "--output", metavar="OUT.png|.svg|.pdf", show_default="NAME-KIND.png", help="the file to write")
@json_option("the numbers that are drawn")
@verbosity
@entrance
def command(**options: object) -> None:
    """Draws what a program does to sound.

    Of an effect the frequency response or, if it has no memory, the static curve; of a generator or instrument the
    spectrum; --kind says otherwise. With --json and without -o nothing is drawn.

    \b
    dspc plot lowpass.py --sweep cutoff=200,1000,5000 --set resonance=0.5 -o lowpass.png
    dspc plot lead.py --kind spectrogram --midi song.mid --seconds 10 -o lead.svg
    """
    run(Request(**options))  # type: ignore[arg-type]


def run(request: Request) -> None:
    """Checks everything that can be checked, measures, draws, writes, reports."""
    from dspc.driver.files import check_writable, write_bytes
    from dspc.driver.plots import check_drawing, draw
    from dspc.driver.plotting import plot_of

    console = Console(request.quiet, request.verbose)
    _check(request)
    drawn = request.output is not None or not request.as_json
    format = check_drawing(request.output or "x.png") if drawn else ""
    if request.output is not None:
        check_writable(request.output)
    opened = _open(request, console)
    plot = plot_of(opened.subject, _wish(request, opened, console))
    _warn(console, plot)
    if drawn:
        output = request.output or f"{plot.program}-{plot.kind}.png"
        write_bytes(output, draw(plot, *request.size, format))
        console.say(_summary(output, plot, request))
    if request.as_json:
        print(json.dumps(plot.figures()))


def _check(request: Request) -> None:
    if request.as_json and request.output == STANDARD_STREAM:
        raise UsageError("--json and -o - cannot both write to standard output", "write the plot to a file")
    if request.input is not None and request.signal is not None:
        raise UsageError("--input and --signal are two sounds", "leave one out")


def _check_role(request: Request, name: str, role: str) -> None:
    """Songs are for instruments, sounds for effects."""
    if request.midi is not None and role != "instrument":
        raise UsageError(f"{name} is {'an' if role == 'effect' else 'a'} {role}, it plays no notes", "leave --midi out")
    for option in ("input", "signal"):
        if getattr(request, option) is not None and role != "effect":
            raise UsageError(f"{name} takes no sound, it makes one", f"leave --{option} out")


def _precision(request: Request, effect: bool) -> str:
    """What is measured of an effect by itself is not to have the noise of f32."""
    by_itself = request.input is None and request.signal is None and effect
    return "f64" if request.kind in PROBES or (request.kind is None and by_itself) else "f32"


def _open(request: Request, console: Console) -> Opened:
    """Reads and compiles what the command line names."""
    from dspc.driver.compile import Stages, copies_for
    from dspc.driver.render_command import module_inputs
    from dspc.driver.rendering import check_channels, read_sound
    from dspc.driver.selection import one_program, traced, usable_backend
    from dspc.driver.subjects import loaded_subject

    backend, why = usable_backend(request.backend)
    file, name, program = one_program(request.file)
    stages = Stages()
    with stages.stage("trace"):
        module = traced(file, program)
        effect = bool(module_inputs(module))
        _check_role(request, name, program.kind if effect or program.kind != "effect" else "generator")
        sound, rate = read_sound(request.input, request.sample_rate) if request.input else (None, None)
        precision = request.precision or _precision(request, effect)
        module = traced(file, program, precision, channels=copies_for(module, sound))
    rate = rate or request.sample_rate or DEFAULT_RATE
    found = loaded_subject(module, rate, backend, why, stages)
    console.detail(stages.table())
    if sound is not None:
        check_channels(found.blank, len(sound))
    return Opened(file.path, name, found, None if sound is None else sound.astype(np.float64))


def _wish(request: Request, opened: Opened, console: Console) -> Wish:
    """What is wanted of the program, checked; says so where a value is not used as it was given."""
    from dspc.driver.plotting import Wish
    from dspc.driver.presets import find_preset, preset_values
    from dspc.driver.settings import ParameterTable, check_settings, parse_settings, parse_sweep

    parameters = opened.subject.blank.parameters
    table = ParameterTable(opened.name, parameters)
    settings, sweep = parse_settings(request.settings), parse_sweep(request.sweep)
    check_settings(table, settings)
    for id, values in (sweep,) if sweep else ():
        for value in values:
            check_settings(table, {id: value}, "--sweep")
    for note in table.notes:
        console.warn(note)
    preset = find_preset(request.preset, opened.path, opened.name) if request.preset else None
    values = preset_values(preset, opened.name, parameters) if preset else {}
    events, seconds = _song(request, opened.subject)
    return Wish(
        kind=request.kind,
        preset=preset.name if preset else "",
        settings={**values, **settings},
        sweep=sweep,
        signal=request.signal,
        sound=opened.sound,
        events=events,
        key=request.note,
        seconds=seconds,
        phase=request.phase,
    )


def _song(request: Request, subject: Subject) -> tuple[tuple[Event, ...] | None, float | None]:
    if request.midi is None:
        return None, request.seconds
    from dspc.driver.midi_files import read_midi
    from dspc.driver.rendering import song_seconds

    song = read_midi(request.midi, subject.sample_rate)
    return (*song.transport, *song.events), request.seconds or song_seconds(song)


def _warn(console: Console, plot: Plot) -> None:
    """What is probably not wanted."""
    drawn = [axis.key for axis in plot.y if axis.key in ("amplitude", "magnitude_db", "level_dbfs")]
    values = [curve.values[key] for curve in plot.curves if not curve.reference for key in drawn]
    if values and all(np.all((v <= -300.0) if key != "amplitude" else (v == 0)) for v in values for key in drawn):
        console.warn("nothing comes out of it")


def _summary(output: str, plot: Plot, request: Request) -> str:
    where = "standard output" if output == STANDARD_STREAM else output
    width, height = request.size
    return f"{where}: {plot.title} of {plot.program}, {width} x {height}, {plot.precision}"
