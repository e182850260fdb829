"""`dspc render`: a program's sound, as a file."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from dspc.driver.console import Console, clock_time
from dspc.driver.files import STANDARD_STREAM
from dspc.driver.options import (
    backend_option,
    json_option,
    precision_option,
    preset_option,
    program_argument,
    verbosity,
)
from dspc.driver.usage import UsageError
from dspc.frontend.places import entrance

if TYPE_CHECKING:
    from dspc.backends.engine import Engine
    from dspc.driver.audio_files import WriteReport
    from dspc.driver.rendering import Job, Rendered
    from dspc.frontend.program import Program

DEFAULT_RATE = 48_000


@dataclass(frozen=True)
class Request:
    """The command line."""

    file: str
    output: str
    midi: str | None
    input: str | None
    settings: tuple[str, ...]
    preset: str | None
    automation: str | None
    backend: str
    precision: str
    sample_rate: int | None
    seconds: float | None
    tempo: float | None
    block: int
    bits: int
    tail: bool
    as_json: bool
    quiet: bool
    verbose: bool


@click.command("render")
@program_argument
@click.option("--midi", metavar="FILE.mid", help="the song that an instrument plays")
@click.option("--input", metavar="FILE.wav", help="the sound that an effect works on")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE,…", help="values of parameters")
@preset_option
@click.option("--list-presets", "listing", is_flag=True, help="show the presets that there are, and render nothing")
@click.option("--automation", metavar="FILE.csv", help="changes of parameters: seconds,parameter,value")
@backend_option("what computes")
@precision_option
@click.option("-r", "--sample-rate", type=click.IntRange(1000, 1_000_000), metavar="HZ",
              show_default="the input's, else 48000", help="frames a second")  # fmt: skip
@click.option("--seconds", type=float, metavar="S", show_default="the input's, or the song's and 2",
              help="length of the sound")  # fmt: skip
@click.option("--tempo", type=click.FloatRange(1, 1000), metavar="BPM", show_default="the song's, else 120",
              help="the transport's, and that of the song")
@click.option("--block", type=click.IntRange(1, 1_000_000), default=1024, metavar="N", show_default=True,
              help="frames a call; the sound does not depend on it")  # fmt: skip
@click.option("--bits", type=click.Choice(["16", "24", "32"]), default="24", show_default=True,
              help="bits a sample; 32 is float")  # fmt: skip
@click.option("--tail", is_flag=True, help="append what still sounds after the input's end")
@click.option("-o", "--output", metavar="OUT.wav|.flac", help="the file to write")
@json_option("what was done")
@verbosity
@entrance
def command(bits: str, listing: bool, **options: object) -> None:
    """Renders an instrument or an effect to a WAV or FLAC file.

    - is standard input or output. The file appears when it is complete, or not at all.

    \b
    dspc render voice.py:lead --midi song.mid --set cutoff=800,resonance=0.4 -o song.wav
    dspc render voice.py --midi song.mid --preset warm --set cutoff=500 -o song.wav
    dspc render echo.py --input - -o - < dry.wav > wet.wav
    """
    if listing:
        list_presets(str(options["file"]), bool(options["as_json"]))
        return
    if options["output"] is None:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param=next(p for p in context.command.params if p.name == "output"))
    run(Request(bits=int(bits), **options))  # type: ignore[arg-type]


def run(request: Request) -> None:
    """Checks everything that can be checked, renders, writes, reports."""
    from dspc.driver.audio_files import check_output, check_shape, write_audio
    from dspc.driver.compile import Stages, copies_for, load_module
    from dspc.driver.rendering import frames_of, make_engine, render_job
    from dspc.driver.selection import one_program, traced, usable_backend

    console = Console(request.quiet, request.verbose)
    _check_streams(request)
    check_output(request.output, request.bits)
    backend, why = usable_backend(request.backend)
    file, name, program = one_program(request.file)
    stages = Stages()
    with stages.stage("trace"):
        module = traced(file, program, request.precision)
    _check_kind(request, name, program, bool(module_inputs(module)))
    job = _read_job(request)
    with stages.stage("trace"):
        copies = copies_for(module, job.audio)
        module = traced(file, program, request.precision, channels=copies) if copies else module
    loaded = load_module(module, backend, why, stages)
    console.detail(stages.table())
    engine = make_engine(loaded, job)
    _add_settings(request, job, file.path, name, engine, console)
    if request.tail and not engine.tail:
        console.warn(f"{name} does not say how long its tail is: --tail adds nothing", "--seconds says how long")
    frames = frames_of(engine, job)
    check_shape(request.output, (engine.outputs, frames), job.sample_rate, bits=request.bits)
    with console.progress(f"rendering {name}", frames) as advance:
        rendered = render_job(engine, job, advance)
    report = write_audio(request.output, rendered.samples, job.sample_rate, bits=request.bits)
    _warn(console, rendered, report)
    console.say(summary(request, rendered, why, stages.total()))
    if request.as_json:
        print(json.dumps(figures(request, name, rendered, report, loaded.backend, why, stages.total())))


def list_presets(program: str, as_json: bool) -> None:
    """Prints the presets of a program: names and descriptions."""
    from dspc.driver.presets import preset_file, presets_of, where_presets_are
    from dspc.driver.selection import one_program

    file, name, _ = one_program(program)
    found = presets_of(file.path, name)
    if as_json:
        print(json.dumps({"program": name, "presets": [
            {"name": p.name, "description": p.description, "values": dict(p.values), "file": p.file}
            for p in found.values()]}))  # fmt: skip
    width = max(map(len, found), default=0)
    for preset in found.values() if not as_json else ():
        print(f"{preset.name:{width}}  {preset.description}".rstrip())
    if preset_file(file.path, name) is None:
        Console().say(f"{name} has no presets; they would stand in {where_presets_are(file.path)}")


def module_inputs(module: object) -> int:
    """How many input channels a traced program has."""
    from dspc.dialects import dsp

    op = next(op for op in module.body.block.ops if isinstance(op, dsp.ProgramOp))  # type: ignore[attr-defined]
    return len(op.body.block.args)


def _check_streams(request: Request) -> None:
    """Each standard stream once."""
    reading = [n for n in ("midi", "input", "automation") if getattr(request, n) == STANDARD_STREAM]
    if len(reading) > 1:
        raise UsageError(f"--{' and --'.join(reading)} cannot both read standard input", "name a file for one")
    if request.as_json and request.output == STANDARD_STREAM:
        raise UsageError("--json and -o - cannot both write to standard output", "write the sound to a file")
    if request.seconds is not None and not 0 < request.seconds < math.inf:
        raise UsageError(f"--seconds {request.seconds:g} cannot be rendered", "give a length above 0")


def _check_kind(request: Request, name: str, program: Program, has_inputs: bool) -> None:
    """Instruments play songs, effects work on sounds, generators need a length."""
    instrument = program.kind == "instrument"
    if request.midi is not None and not instrument:
        raise UsageError(f"{name} is an effect, it plays no notes", "leave --midi out")
    if request.input is not None and instrument:
        raise UsageError(f"{name} is an instrument, it takes no sound", "leave --input out; --midi gives it notes")
    if request.input is not None and not has_inputs:
        raise UsageError(f"{name} takes no sound, it makes one", "leave --input out; --seconds says how long")
    if instrument and request.midi is None:
        raise UsageError(f"{name} is an instrument, it needs notes", "--midi song.mid")
    if not instrument and has_inputs and request.input is None:
        raise UsageError(f"{name} is an effect, it needs a sound to work on", "--input sound.wav")
    if not instrument and not has_inputs and request.seconds is None:
        raise UsageError("nothing says how long to render", "--seconds 5")


def _read_job(request: Request) -> Job:
    """Reads the song or the sound. Its rate is the sound's."""
    from dspc.driver.rendering import Job, read_sound, song_seconds

    job = Job(request.sample_rate or DEFAULT_RATE, request.seconds or 0.0, tempo=request.tempo or 120.0,
              block=request.block, tail=request.tail)  # fmt: skip
    if request.midi is not None:
        from dspc.driver.midi_files import read_midi

        song = read_midi(request.midi, job.sample_rate, request.tempo)
        job.events = [*song.transport, *song.events]
        job.seconds = request.seconds or song_seconds(song)
    if request.input is not None:
        job.audio, job.sample_rate = read_sound(request.input, request.sample_rate)
        job.seconds = request.seconds or job.audio.shape[1] / job.sample_rate
    return job


def _add_settings(request: Request, job: Job, file: str, name: str, engine: Engine, console: Console) -> None:
    """Parameters and their automation, checked; says so where a value is not used as it was given."""
    from dspc.driver.automation import read_automation
    from dspc.driver.presets import find_preset, preset_values
    from dspc.driver.settings import ParameterTable, check_settings, parse_settings

    table = ParameterTable(name, engine.parameters)
    settings = parse_settings(request.settings)
    check_settings(table, settings)
    preset = find_preset(request.preset, file, name) if request.preset else None
    job.params = {**(preset_values(preset, name, engine.parameters) if preset else {}), **settings}
    if request.automation is not None:
        job.events = [*read_automation(request.automation, job.sample_rate, table.problem), *job.events]
    for note in table.notes:
        console.warn(note)


def _warn(console: Console, rendered: Rendered, report: WriteReport) -> None:
    """What is probably not wanted in the sound."""
    if report.clipped:
        over = rendered.peak_dbfs
        console.warn(f"{report.clipped} samples are above full scale and were cut",
                     f"make it {over:.1f} dB quieter, or write --bits 32 to a .wav file")  # fmt: skip
    if report.not_a_number:
        console.warn(f"{report.not_a_number} samples are not a number and became 0", "look for a division by 0")
    if not rendered.peak:
        console.warn("the sound is silent")


def summary(request: Request, rendered: Rendered, why: str, compile_seconds: float) -> str:
    """What was done, for people."""
    channels = {1: "mono", 2: "stereo"}.get(len(rendered.samples), f"{len(rendered.samples)} channels")
    where = "standard output" if request.output == STANDARD_STREAM else request.output
    peak = f"peak {rendered.peak_dbfs:.1f} dBFS" if rendered.peak else "silent"
    speed = f"{rendered.real_time_factor:.0f} times real time"
    times = f"{rendered.compute_seconds:.2f} s, compiled in {compile_seconds:.2f} s"
    return (f"{where}: {clock_time(rendered.seconds)}, {channels}, {rendered.sample_rate} Hz, {request.bits} bits\n"
            f"{peak}; {speed} ({times})\nbackend {why}")  # fmt: skip


def figures(
    request: Request, name: str, rendered: Rendered, report: WriteReport, backend: str, why: str, seconds: float
) -> dict[str, object]:
    """What was done, for programs."""
    return {
        "path": request.output,
        "program": name,
        "channels": len(rendered.samples),
        "frames": rendered.samples.shape[1],
        "sample_rate": rendered.sample_rate,
        "seconds": rendered.seconds,
        "bits": request.bits,
        "peak_dbfs": rendered.peak_dbfs if rendered.peak else None,
        "clipped": report.clipped,
        "not_a_number": report.not_a_number,
        "latency": rendered.latency,
        "compute_seconds": rendered.compute_seconds,
        "real_time_factor": rendered.real_time_factor,
        "compile_seconds": seconds,
        "backend": backend,
        "reason": why,
    }
