"""`dspc render`: the sound, what it says, and that everything wrong is told and leaves no file."""

import json
from pathlib import Path

import numpy as np
import pytest
from dspc_cli import RATE, Dspc, in_folder, ramp, song

from dspc.driver import rendering
from dspc.driver.audio_files import read_audio

dspc = pytest.fixture(in_folder)
HALF = ("render", "half.py", "--input", "mono.wav")


def sound(path: str) -> np.ndarray:
    """The samples of a file at the usual rate."""
    samples, rate = read_audio(path)
    assert rate == RATE
    return samples


def test_effect(dspc: Dspc) -> None:
    done = dspc(*HALF, "-o", "out.wav")
    assert (done.code, done.out) == (0, "")
    np.testing.assert_array_equal(sound("out.wav"), ramp(1) / 2)
    lines = done.err.splitlines()
    assert lines[0] == "out.wav: 0.01 s, mono, 48000 Hz, 24 bits"
    assert lines[1].startswith("peak -42.7 dBFS; ") and " times real time (" in lines[1]
    assert lines[2] == "backend c: the fastest, and it can run here"


def test_mono_effect_runs_on_each_channel(dspc: Dspc) -> None:
    """With a state of its own; the parameters are shared."""
    for channels, name in ((2, "stereo"), (3, "three")):
        assert dspc("render", "half.py", "--input", f"{name}.wav", "--set", "gain=2", "-o", "out.wav").code == 0
        np.testing.assert_array_equal(sound("out.wav"), ramp(channels) * 2)


def test_stereo_effect(dspc: Dspc) -> None:
    assert dspc("render", "swap.py", "--input", "stereo.wav", "-o", "out.flac").code == 0
    np.testing.assert_array_equal(sound("out.flac"), ramp(2)[::-1])


def test_generator_and_length(dspc: Dspc) -> None:
    assert dspc("render", "hum.py", "--seconds", "0.5", "-o", "out.wav").code == 0
    np.testing.assert_array_equal(sound("out.wav"), np.full((1, RATE // 2), 0.25, np.float32))
    assert dspc(*HALF, "--seconds", "0.02", "-o", "out.wav").code == 0
    np.testing.assert_array_equal(sound("out.wav"), np.pad(ramp(1) / 2, ((0, 0), (0, 480))))


def test_instrument(dspc: Dspc) -> None:
    """Two notes of 0.25 s, 2 s more, at any rate."""
    assert dspc("render", "tone.py", "--midi", "song.mid", "-o", "out.wav").code == 0
    out = sound("out.wav")
    assert out.shape == (1, round(2.5 * RATE))
    assert np.all(np.any(out[:, : RATE // 2].reshape(50, -1), axis=1))
    assert not np.any(out[:, RATE // 2 + 16 :])  # control values glide to their next tick
    done = dspc("render", "tone.py", "--midi", "song.mid", "-r", 22_050, "--json", "-o", "out.wav")
    figures = json.loads(done.out)
    assert (figures["frames"], figures["sample_rate"]) == (55_125, 22_050)


def test_automation(dspc: Dspc) -> None:
    done = dspc("render", "hum.py", "--seconds", "0.01", "--automation", "hum.csv", "-o", "out.wav")
    assert (done.code, done.first) == (2, "dspc: error: hum.csv: no such file")
    Path("hum.csv").write_text("seconds,parameter,value\n0.005,level,1\n0.0075,level,-5\n")
    done = dspc("render", "hum.py", "--seconds", "0.01", "--automation", "hum.csv", "--bits", 32, "-o", "out.wav")
    assert (done.code, done.first) == (0, "warning: level=-5 is outside -2 … 2: -2 is used")
    expected = np.repeat(np.float32([0.25, 1.0, -2.0]), [240, 120, 120])
    np.testing.assert_array_equal(sound("out.wav")[0], expected)


def test_bits(dspc: Dspc) -> None:
    """32 bits keep what is above full scale."""
    done = dspc("render", "hum.py", "--seconds", "0.01", "--set", "level=1.5", "--bits", "32", "-o", "out.wav")
    assert done.code == 0 and "warning" not in done.err
    np.testing.assert_array_equal(sound("out.wav"), np.full((1, 480), 1.5, np.float32))


@pytest.mark.parametrize("backend", ["c", "wasm", "bytecode", "reference"])
@pytest.mark.parametrize("block", [7, 1024])
def test_every_backend_and_block_gives_the_same_file(dspc: Dspc, backend: str, block: int) -> None:
    words = ("render", "tone.py", "--midi", "song.mid", "--seconds", "0.02", "--bits", 32)
    assert dspc(*words, "--backend", "c", "-o", "a.wav").code == 0
    assert dspc(*words, "--backend", backend, "--block", block, "-o", "b.wav").code == 0
    assert Path("a.wav").read_bytes() == Path("b.wav").read_bytes()


def test_json(dspc: Dspc) -> None:
    done = dspc(*HALF, "-q", "--json", "--backend", "bytecode", "-o", "out.wav")
    assert (done.code, done.err) == (0, "")
    figures = json.loads(done.out)
    timed = {name: figures.pop(name) for name in ("compute_seconds", "compile_seconds", "real_time_factor")}
    assert all(value > 0 for value in timed.values())
    assert figures.pop("peak_dbfs") == pytest.approx(-42.73, abs=0.01)
    assert figures == {
        "path": "out.wav", "program": "half", "channels": 1, "frames": 480, "sample_rate": 48000, "seconds": 0.01,
        "bits": 24, "clipped": 0, "not_a_number": 0, "latency": 0, "backend": "bytecode",
        "reason": "bytecode: as asked",
    }  # fmt: skip


def test_quiet_and_verbose(dspc: Dspc) -> None:
    assert dspc(*HALF, "-q", "-o", "out.wav").err == ""
    assert "schedule" in dspc(*HALF, "-v", "-o", "out.wav").err


def test_clipping_and_silence_are_told(dspc: Dspc) -> None:
    done = dspc("render", "hum.py", "--seconds", "0.01", "--set", "level=2", "-o", "out.wav")
    assert (done.code, done.first) == (0, "warning: 480 samples are above full scale and were cut")
    assert done.help == "make it 6.0 dB quieter, or write --bits 32 to a .wav file"
    done = dspc("render", "hum.py", "--seconds", "0.01", "--set", "level=0", "-o", "out.wav")
    assert (done.code, done.first) == (0, "warning: the sound is silent")


def test_a_tail_that_is_not_known_is_told(dspc: Dspc) -> None:
    done = dspc(*HALF, "--tail", "-o", "out.wav")
    assert (done.code, done.first) == (0, "warning: half does not say how long its tail is: --tail adds nothing")
    assert sound("out.wav").shape == (1, 480)


def test_values_out_of_range_are_told(dspc: Dspc) -> None:
    words = ("render", "tone.py", "--midi", "song.mid", "--seconds", "0.01", "-o", "out.wav")
    done = dspc(*words, "--set", "level=9,steps=2.7", "--set", "shape=soft")
    assert done.code == 0
    assert done.err.splitlines()[:2] == [
        "warning: level=9 is outside 0 … 1 dB: 1 is used",
        "warning: steps=2.7 is between two steps of 1: 3 is used",
    ]


WRONG_USAGE: dict[str, tuple[tuple[object, ...], str, str]] = {
    "no program file": (
        ("mono.wav", "-o", "o.wav"),
        "mono.wav is not a Python file",
        "programs are in FILE.py, one of several is FILE.py:name",
    ),
    "no such program file": (
        ("none.py", "-o", "o.wav"),
        "none.py: no such file",
        "",
    ),
    "no such sound": (
        ("half.py", "--input", "none.wav", "-o", "o.wav"),
        "none.wav: no such file",
        "",
    ),
    "no such song": (
        ("tone.py", "--midi", "none.mid", "-o", "o.wav"),
        "none.mid: no such file",
        "",
    ),
    "several programs": (
        ("two.py", "--input", "mono.wav", "-o", "o.wav"),
        "two.py has 2 programs: low, high",
        "name one: two.py:low",
    ),
    "no such folder": (
        (*HALF[1:], "-o", "none/o.wav"),
        "none/o.wav: the folder none does not exist",
        "create it: mkdir -p none",
    ),
    "no such suffix": (
        (*HALF[1:], "-o", "o.mp3"),
        "o.mp3: the suffix .mp3 is not known",
        "use .wav or .flac",
    ),
    "too many bits": (
        (*HALF[1:], "--bits", 32, "-o", "o.flac"),
        "o.flac: FLAC does not take 32 bits",
        "FLAC takes 16, 24; float samples need .wav",
    ),
    "unknown parameter": (
        (*HALF[1:], "--set", "gian=1", "-o", "o.wav"),
        "--set gian=1: half has no parameter gian; did you mean gain?",
        "",
    ),
    "no parameters": (
        ("swap.py", "--input", "stereo.wav", "--set", "gain=1", "-o", "o.wav"),
        "--set gain=1: swap has no parameter gain; it has none",
        "",
    ),
    "all settings": (
        (*HALF[1:], "--set", "gian=1,gain=loud,gain=nan", "--set", "size=2", "-o", "o.wav"),
        "--set gian=1: half has no parameter gian; did you mean gain?",
        "",
    ),
    "unknown label": (
        ("tone.py", "--midi", "song.mid", "--set", "shape=sow", "-o", "o.wav"),
        "--set shape=sow: shape is one of saw, soft; did you mean saw?",
        "",
    ),
    "no equals sign": (
        (*HALF[1:], "--set", "gain", "-o", "o.wav"),
        "--set gain: there is no value",
        "it is written --set name=value, several as --set a=1,b=2",
    ),
    "no name": (
        (*HALF[1:], "--set", "=1", "-o", "o.wav"),
        "--set =1: there is no name",
        "it is written --set name=value, several as --set a=1,b=2",
    ),
    "another rate": (
        ("half.py", "--input", "slow.wav", "-r", 48000, "-o", "o.wav"),
        "slow.wav is at 44100 Hz, not 48000: sounds are not resampled",
        "leave -r out, or convert it first: sox in.wav -r 48000 out.wav",
    ),
    "mono for stereo": (
        ("swap.py", "--input", "mono.wav", "-o", "o.wav"),
        "swap takes 2 channels, the input has 1",
        "make the file stereo (sox in.wav -c 2 out.wav), or write a mono effect: it runs on each channel",
    ),
    "three for two": (
        ("swap.py", "--input", "three.wav", "-o", "o.wav"),
        "swap takes 2 channels, the input has 3",
        "give a file with 2 channels",
    ),
    "song for an effect": (
        ("half.py", "--midi", "song.mid", "-o", "o.wav"),
        "half is an effect, it plays no notes",
        "leave --midi out",
    ),
    "sound for an instrument": (
        ("tone.py", "--input", "mono.wav", "-o", "o.wav"),
        "tone is an instrument, it takes no sound",
        "leave --input out; --midi gives it notes",
    ),
    "sound for a generator": (
        ("hum.py", "--input", "mono.wav", "-o", "o.wav"),
        "hum takes no sound, it makes one",
        "leave --input out; --seconds says how long",
    ),
    "instrument alone": (
        ("tone.py", "--seconds", 1, "-o", "o.wav"),
        "tone is an instrument, it needs notes",
        "--midi song.mid",
    ),
    "effect alone": (
        ("half.py", "--seconds", 1, "-o", "o.wav"),
        "half is an effect, it needs a sound to work on",
        "--input sound.wav",
    ),
    "no length": (
        ("hum.py", "-o", "o.wav"),
        "nothing says how long to render",
        "--seconds 5",
    ),
    "length 0": (
        ("hum.py", "--seconds", 0, "-o", "o.wav"),
        "--seconds 0 cannot be rendered",
        "give a length above 0",
    ),
    "length inf": (
        ("hum.py", "--seconds", "inf", "-o", "o.wav"),
        "--seconds inf cannot be rendered",
        "give a length above 0",
    ),
    "too long": (
        ("hum.py", "--seconds", 1e8, "-o", "o.wav"),
        "o.wav: WAV cannot hold more than 4 GiB",
        "write .flac, or render less at a time",
    ),
    "rounds to nothing": (
        ("hum.py", "--seconds", 1e-9, "-o", "o.wav"),
        "o.wav: there are no samples to write",
        "",
    ),
    "unknown backend": (
        (*HALF[1:], "--backend", "wsam", "-o", "o.wav"),
        "there is no backend wsam",
        "did you mean wasm?",
    ),
    "two standard inputs": (
        ("half.py", "--input", "-", "--automation", "-", "-o", "o.wav"),
        "--input and --automation cannot both read standard input",
        "name a file for one",
    ),
    "two standard outputs": (
        (*HALF[1:], "--json", "-o", "-"),
        "--json and -o - cannot both write to standard output",
        "write the sound to a file",
    ),
}
"""Words, message, help."""


@pytest.mark.parametrize("case", WRONG_USAGE)
def test_wrong_usage(dspc: Dspc, case: str) -> None:
    before = dspc.files()
    words, message, hint = WRONG_USAGE[case]
    done = dspc("render", *words)
    assert (done.code, done.out, done.first, done.help) == (2, "", f"dspc: error: {message}", hint)
    assert dspc.files() - {"__pycache__"} == before


def test_all_wrong_settings_are_told(dspc: Dspc) -> None:
    assert dspc("render", *WRONG_USAGE["all settings"][0]).err.splitlines() == [
        "dspc: error: --set gian=1: half has no parameter gian; did you mean gain?",
        "--set gain=nan: gain is a finite number, not nan",
        "--set size=2: half has no parameter size; it has gain",
    ]


AT_FAULT = {
    "song cut short": (("tone.py", "--midi", "cut.mid"), "dspc: error: cut.mid: is cut short in track 1 of 1"),
    "no song": (("tone.py", "--midi", "mono.wav"), "dspc: error: mono.wav: is not a MIDI file"),
    "no sound": (("half.py", "--input", "text.wav"), "dspc: error: text.wav: is not an audio file, or is damaged "),
    "wrong program": (("wrong.py:first", "--input", "mono.wav"), "wrong.py:5:12: DSP"),
    "no program": (("empty.py", "--input", "mono.wav"), "DSP192: empty.py defines no program"),
    "no such program": (("two.py:lo", "--input", "mono.wav"), "DSP193: two.py has no lo"),
    "Python's errors": (("crash.py", "--input", "mono.wav"), "crash.py:3:7: DSP191: ZeroDivisionError: "),
    "table": ((*HALF[1:], "--automation", "wrong.csv"), "dspc: error: wrong.csv:2: half has no parameter gian; "),
}


@pytest.mark.parametrize("case", AT_FAULT)
def test_at_fault(dspc: Dspc, case: str) -> None:
    """The user's program, or what a file holds: exit code 1."""
    words, start = AT_FAULT[case]
    before = dspc.files()
    done = dspc("render", *words, "-o", "o.wav")
    assert (done.code, done.out, done.first[: len(start)]) == (1, "", start)
    assert dspc.files() - {"__pycache__"} == before


def test_all_errors_of_a_program_are_told(dspc: Dspc) -> None:
    done = dspc("render", "wrong.py:first", "--input", "mono.wav", "-o", "o.wav")
    assert [line.split(" ")[0] for line in done.err.splitlines() if ": DSP" in line] == [
        "wrong.py:5:12:", "wrong.py:5:39:",
    ]  # fmt: skip


def test_all_lines_of_a_table_are_told(dspc: Dspc) -> None:
    done = dspc(*HALF, "--automation", "wrong.csv", "-o", "o.wav")
    assert done.err.splitlines()[1] == "wrong.csv:3: gain is a number, not loud"


def test_a_tempo_takes_the_place_of_the_songs(dspc: Dspc) -> None:
    """Notes and all: at half the tempo the song is twice as long."""
    song(Path("plain.mid"), tempo=False)
    for words, seconds in (((), 0.5), (("--tempo", 60), 1.0), (("--tempo", 240), 0.25)):
        done = dspc("render", "tone.py", "--midi", "plain.mid", *words, "--json", "-o", "out.wav")
        assert json.loads(done.out)["seconds"] == seconds + 2


@pytest.mark.parametrize("problem, code", [(KeyboardInterrupt, 130), (MemoryError, 1)])
def test_nothing_is_left_of_a_render_that_ends_early(
    dspc: Dspc, monkeypatch: pytest.MonkeyPatch, problem: type[BaseException], code: int
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise problem

    before = dspc.files()
    monkeypatch.setattr(rendering, "play", stop)
    done = dspc(*HALF, "-o", "o.wav")
    assert done.code == code
    said = {130: "dspc: interrupted", 1: "dspc: error: there is not enough memory"}
    assert [line for line in done.err.splitlines() if line][0] == said[code]
    assert dspc.files() - {"__pycache__"} == before


def test_an_old_file_stays_if_the_render_fails(dspc: Dspc) -> None:
    Path("o.wav").write_text("precious")
    assert dspc("render", "wrong.py:first", "--input", "mono.wav", "-o", "o.wav").code == 1
    assert Path("o.wav").read_text() == "precious"
