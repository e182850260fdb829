"""`dspc plot`: the numbers against SciPy and formulas, the files, and everything wrong with the command line."""

from __future__ import annotations

import builtins
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dspc_cli import RATE, Dspc, in_folder
from PIL import Image
from scipy import signal

from dspc.driver.measures import KINDS
from dspc.driver.plot_command import KINDS as OFFERED
from dspc.driver.plot_command import SIGNALS
from dspc.driver.stimuli import STIMULI

dspc = pytest.fixture(in_folder)

PROGRAMS = """\
import dspc
from dspc.stdlib import adsr, biquad, saw, sine, soft_clip

@dspc.effect
def section(x, b0=dspc.param(0.2, -2.0, 2.0), a1=dspc.param(-1.5, -2.0, 2.0)):
    return biquad(x, b0, 0.1, -0.15, a1, 0.7)

@dspc.effect
def split(x, level=dspc.param(1.0, 0.0, 1.0)):
    return level * dspc.delay(x, 30), 0.5 * level * x

@dspc.effect
def shaper(x, drive=dspc.param(3.0, 1.0, 20.0), mode=dspc.choice("soft", "hard")):
    return dspc.select(mode == "soft", soft_clip(drive * x), dspc.clamp(drive * x, -0.5, 0.5))

@dspc.effect
def late(x):
    return x + 0.25 + 0.0 * dspc.ahead(x, 100)

@dspc.effect
def half_level(x):
    size = dspc.max(dspc.abs(x), 1e-9)
    return dspc.select(x < 0.0, -1.0, 1.0) * dspc.sqrt(size)

@dspc.effect
def tone(frequency=dspc.param(440.0, 20.0, 20_000.0, unit="Hz"), level=dspc.param(0.5, 0.0, 1.0)):
    return level * sine(frequency)

@dspc.instrument
def voice(note):
    return 0.5 * sine(note.frequency) * dspc.select(note.gate, 1.0, 0.0)
"""


@pytest.fixture
def plot(dspc: Dspc) -> Dspc:
    """The command, beside programs to plot."""
    Path("p.py").write_text(PROGRAMS)
    return dspc


def numbers(plot: Dspc, *words: object) -> dict[str, Any]:
    """What --json prints, the curves' values as arrays."""
    before = plot.files()
    done = plot("plot", *words, "--json", "--backend", "bytecode")
    assert done.code == 0, done.err
    assert plot.files() - {"__pycache__"} == before, "without -o nothing is written"
    found = json.loads(done.out)
    for curve in found["curves"]:
        for key, values in curve.items():
            curve[key] = values if key == "label" else np.array(values)
    return found


# --- numbers ---


def test_response(plot: Dspc) -> None:
    """Magnitude and phase of a second-order section, over what is heard, in f64."""
    found = numbers(plot, "p.py:section", "--phase", "--set", "b0=0.3")
    assert (found["kind"], found["precision"], found["sample_rate"]) == ("response", "f64", RATE)
    assert found["parameters"] == {"b0": 0.3, "a1": -1.5}
    curve = found["curves"][0]
    frequencies = curve["frequency_hz"]
    assert 20.0 <= frequencies[0] < 21.0 and 19_900 < frequencies[-1] <= 20_000 and np.all(np.diff(frequencies) > 0)
    _, h = signal.freqz([0.3, 0.1, -0.15], [1.0, -1.5, 0.7], worN=frequencies, fs=RATE)
    np.testing.assert_allclose(curve["magnitude_db"], 20 * np.log10(np.abs(h)), atol=1e-5)
    turns = (curve["phase_deg"] - np.degrees(np.angle(h)) + 180) % 360 - 180
    np.testing.assert_allclose(turns, 0.0, atol=1e-4)


def test_sweep(plot: Dspc) -> None:
    found = numbers(plot, "p.py:section", "--sweep", "a1=-1.5,-0.5,0.5", "--set", "b0=0.25", "-r", 44_100)
    assert [c["label"] for c in found["curves"]] == ["a1 -1.5", "a1 -0.5", "a1 0.5"]
    for a1, curve in zip((-1.5, -0.5, 0.5), found["curves"], strict=True):
        _, h = signal.freqz([0.25, 0.1, -0.15], [1.0, a1, 0.7], worN=curve["frequency_hz"], fs=44_100)
        np.testing.assert_allclose(curve["magnitude_db"], 20 * np.log10(np.abs(h)), atol=1e-5)


def test_channels_and_latency(plot: Dspc) -> None:
    """Of channels with different delays; what an effect makes without a sound is no part of its response."""
    left, right = numbers(plot, "p.py:split", "--phase")["curves"]
    assert (left["label"], right["label"]) == ("left", "right")
    np.testing.assert_allclose(left["phase_deg"], -360 * 30 / RATE * left["frequency_hz"], atol=1e-4)
    np.testing.assert_allclose(right["magnitude_db"], 20 * np.log10(0.5), atol=1e-9)
    curve = numbers(plot, "p.py:late", "--kind", "response", "--phase")["curves"][0]
    np.testing.assert_allclose(curve["magnitude_db"], 0.0, atol=1e-9)
    np.testing.assert_allclose(curve["phase_deg"], 0.0, atol=1e-9)


def test_transfer(plot: Dspc) -> None:
    """What an effect without memory shows by itself."""
    found = numbers(plot, "p.py:shaper", "--sweep", "mode=soft,hard", "--set", "drive=4")
    assert found["kind"] == "transfer" and [c["label"] for c in found["curves"]] == ["mode soft", "mode hard"]
    soft, hard = found["curves"]
    x = soft["input"]
    assert (x[0], x[-1], len(x)) == (-1.0, 1.0, 1001)
    driven = np.clip(4 * x, -3, 3)
    np.testing.assert_allclose(soft["output"], driven * (27 + driven**2) / (27 + 9 * driven**2), atol=1e-12)
    np.testing.assert_allclose(hard["output"], np.clip(4 * x, -0.5, 0.5), atol=1e-12)
    late = numbers(plot, "p.py:late", "--kind", "transfer")["curves"][0]
    np.testing.assert_allclose(late["output"], late["input"] + 0.25, atol=1e-12)


def test_levels(plot: Dspc) -> None:
    """The square root of a sine: half its level in decibels, and 2 / pi of the square of its amplitude."""
    curve = numbers(plot, "p.py:half_level", "--kind", "levels")["curves"][0]
    assert (curve["input_dbfs"][0], curve["input_dbfs"][-1]) == (-60.0, 0.0)
    expected = curve["input_dbfs"] / 2 + 10 * np.log10(2 * 2 / np.pi)
    np.testing.assert_allclose(curve["output_dbfs"], expected, atol=0.01)


@pytest.mark.parametrize("frequency", [61.3, 1000.0, 9876.5])
def test_spectrum_of_a_sine(plot: Dspc, frequency: float) -> None:
    """Its peak is where and as high as it should be, everything else is noise of f32."""
    found = numbers(plot, "p.py:tone", "--set", f"frequency={frequency}")
    assert (found["kind"], found["precision"]) == ("spectrum", "f32")
    curve = found["curves"][0]
    peak = np.argmax(curve["level_dbfs"])
    assert curve["frequency_hz"][peak] == pytest.approx(frequency, abs=0.13)
    assert curve["level_dbfs"][peak] == pytest.approx(20 * np.log10(0.5), abs=0.06)
    away = np.abs(curve["frequency_hz"] - frequency) > 5.0
    assert curve["level_dbfs"][away].max() < -90.0


def test_waveform(plot: Dspc) -> None:
    """Five periods of a generator, each sample of them."""
    curve = numbers(plot, "p.py:tone", "--kind", "waveform", "--set", "frequency=500")["curves"][0]
    assert len(curve["time_s"]) == 480 and curve["time_s"][1] == pytest.approx(1 / RATE)
    np.testing.assert_allclose(curve["amplitude"], 0.5 * np.sin(2 * np.pi * 500 * curve["time_s"]), atol=1e-6)


def test_of_a_long_waveform_the_extremes_are_kept(plot: Dspc) -> None:
    found = numbers(plot, "p.py:split", "--signal", "impulse", "--seconds", 1)
    given, left, right = found["curves"]
    assert found["kind"] == "waveform" and [c["label"] for c in found["curves"]] == ["input", "left", "right"]
    assert all(len(c["time_s"]) <= 1600 for c in found["curves"])
    for curve, at, height in ((given, 0, 1.0), (left, 30 / RATE, 1.0), (right, 0, 0.5)):
        assert curve["amplitude"].max() == height and curve["time_s"][np.argmax(curve["amplitude"])] == at


def test_spectrogram_of_a_note(plot: Dspc) -> None:
    """Loud at its frequency while it is held, for half of the time."""
    curve = numbers(plot, "p.py:voice", "--kind", "spectrogram", "--note", 69, "--seconds", 2)["curves"][0]
    level = curve["level_dbfs"]
    assert level.shape == (len(curve["frequency_hz"]), len(curve["time_s"]))
    held = level[:, (curve["time_s"] > 0.1) & (curve["time_s"] < 0.9)]
    assert np.all(np.abs(curve["frequency_hz"][np.argmax(held, axis=0)] / 440 - 1) < 0.06)
    assert np.all(np.abs(held.max(axis=0) - 20 * np.log10(0.5)) < 0.5)
    assert level[:, curve["time_s"] > 1.1].max() < -80


def test_a_song_and_a_sound(plot: Dspc) -> None:
    """Two notes of a quarter of a second; an effect on a file, of any kind."""
    curve = numbers(plot, "p.py:voice", "--kind", "waveform", "--midi", "song.mid", "--seconds", 1)["curves"][0]
    assert np.abs(curve["amplitude"][curve["time_s"] < 0.5]).max() > 0.49
    assert not curve["amplitude"][curve["time_s"] > 0.52].any()
    found = numbers(plot, "half.py", "--input", "slow.wav")
    assert (found["kind"], found["sample_rate"]) == ("waveform", 44_100)
    given, output = found["curves"]
    np.testing.assert_array_equal(output["amplitude"], given["amplitude"] / 2)


def test_parameters_are_those_that_it_ran_with(plot: Dspc) -> None:
    done = plot("plot", "p.py:shaper", "--set", "drive=99,mode=hard", "--json", "--backend", "bytecode")
    assert done.first == "warning: drive=99 is outside 1 … 20: 20 is used"
    assert json.loads(done.out)["parameters"] == {"drive": 20.0, "mode": "hard"}


def test_presets(plot: Dspc) -> None:
    Path("presets").mkdir()
    Path("presets/p.toml").write_text('[hard.values]\nmode = "hard"\ndrive = 2\n')
    found = numbers(plot, "p.py:shaper", "--preset", "hard", "--set", "drive=5")
    assert found["parameters"] == {"drive": 5.0, "mode": "hard"}


# --- files ---


def test_png(plot: Dspc) -> None:
    """Of the stated size, in colours, the same each time."""
    done = plot("plot", "p.py:section", "--size", "640x400", "-o", "a.png")
    assert (done.code, done.out) == (0, "")
    assert done.first == "a.png: frequency response of section, 640 x 400, f64"
    image = Image.open("a.png")
    assert (image.size, image.format) == ((640, 400), "PNG")
    colours = image.convert("RGB").getcolors(1 << 20)
    assert colours is not None and {c for _, c in colours} >= {(255, 255, 255), (0, 103, 177)}
    plot("plot", "p.py:section", "--size", "640x400", "-q", "-o", "b.png")
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


@pytest.mark.parametrize("kind", OFFERED)
def test_each_kind_is_drawn_without_a_name_for_the_file(plot: Dspc, kind: str) -> None:
    assert plot("plot", "p.py:split", "--kind", kind, "-q", "--backend", "bytecode").code == 0
    assert Image.open(f"split-{kind}.png").size == (900, 540)


def test_vectors_and_standard_output(plot: Dspc, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("plot", "p.py:shaper", "--backend", "bytecode")
    for suffix, start in (("svg", b"<?xml"), ("pdf", b"%PDF")):
        for name in ("a", "b"):
            assert plot(*words, "-o", f"{name}.{suffix}").code == 0
        data = Path(f"a.{suffix}").read_bytes()
        assert data.startswith(start) and data == Path(f"b.{suffix}").read_bytes()
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdout", out)
    assert plot(*words, "-o", "-").code == 0
    assert out.buffer.getvalue().startswith(b"\x89PNG")  # type: ignore[attr-defined]


def test_json_and_a_file(plot: Dspc) -> None:
    done = plot("plot", "p.py:shaper", "--json", "-q", "--backend", "bytecode", "-o", "a.png")
    assert (done.code, done.err) == (0, "") and json.loads(done.out)["kind"] == "transfer"
    assert Image.open("a.png").size == (900, 540)


def test_silence_is_told(plot: Dspc) -> None:
    done = plot("plot", "p.py:tone", "--set", "level=0", "--backend", "bytecode", "-o", "a.png")
    assert (done.code, done.first) == (0, "warning: nothing comes out of it")


def test_without_matplotlib(plot: Dspc, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers are there all the same."""
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    done = plot("plot", "p.py:shaper", "-o", "a.png")
    assert (done.code, done.first) == (2, "dspc: error: drawing needs matplotlib, which is not installed")
    assert done.help == "pip install 'dspc[plot]'; --json without -o gives the numbers alone"
    assert numbers(plot, "p.py:shaper")["kind"] == "transfer"


def test_what_help_offers_is_what_there_is() -> None:
    """The command names them itself: its help needs no numpy."""
    assert sorted(OFFERED) == sorted(KINDS) and sorted(SIGNALS) == sorted(STIMULI)


WRONG_USAGE: dict[str, tuple[tuple[object, ...], str, str]] = {
    "suffix": (("p.py:tone", "-o", "o.gif"), "o.gif: the suffix .gif is not known", "use .png, .svg or .pdf"),
    "no suffix": (("p.py:tone", "-o", "o"), "o: the name has no suffix", "use .png, .svg or .pdf"),
    "folder": (("p.py:tone", "-o", "no/o.png"), "no/o.png: the folder no does not exist", "create it: mkdir -p no"),
    "several": (
        ("two.py", "-o", "o.png"), "two.py has 2 programs: low, high", "name one: two.py:low",
    ),
    "response of a generator": (
        ("p.py:tone", "--kind", "response"),
        "tone is a generator: there is no frequency response of what takes no sound",
        "--kind spectrum, spectrogram or waveform",
    ),
    "static curve of an instrument": (
        ("p.py:voice", "--kind", "transfer"),
        "voice is an instrument: there is no static curve of what takes no sound",
        "--kind spectrum, spectrogram or waveform",
    ),
    "sound for a response": (
        ("half.py", "--kind", "response", "--input", "mono.wav"),
        "the frequency response is measured with a signal of its own",
        "leave --input out, or choose --kind waveform, spectrum or spectrogram",
    ),
    "song for an effect": (
        ("half.py", "--midi", "song.mid"), "half is an effect, it plays no notes", "leave --midi out",
    ),
    "signal for a generator": (
        ("p.py:tone", "--signal", "step"), "tone takes no sound, it makes one", "leave --signal out",
    ),
    "two sounds": (
        ("half.py", "--input", "mono.wav", "--signal", "step"), "--input and --signal are two sounds", "leave one out",
    ),
    "channels": (
        ("swap.py", "--input", "three.wav"), "swap takes 2 channels, the input has 3", "give a file with 2 channels",
    ),
    "rate": (
        ("half.py", "--input", "slow.wav", "-r", 48_000),
        "slow.wav is at 44100 Hz, not 48000: sounds are not resampled",
        "leave -r out, or convert it first: sox in.wav -r 48000 out.wav",
    ),
    "unknown parameter": (
        ("p.py:tone", "--sweep", "frequncy=1,2"),
        "--sweep frequncy=1: tone has no parameter frequncy; did you mean frequency?", "",
    ),
    "sweep without values": (
        ("p.py:tone", "--sweep", "level"), "--sweep level: there is no value", "--sweep name=1,2,3",
    ),
    "two sweeps": (
        ("p.py:tone", "--sweep", "level=1,0.5", "--sweep", "frequency=100"),
        "--sweep frequency=100: level is swept already", "--set is for the others",
    ),
    "too many": (
        ("p.py:tone", "--sweep", "level=1,2,3,4,5,6,7,8"), "a plot has at most 7 curves, not 8", "sweep fewer values",
    ),
    "sweep of a picture": (
        ("p.py:tone", "--kind", "spectrogram", "--sweep", "level=1,0.5"),
        "a spectrogram shows one value of a parameter", "--set instead of --sweep",
    ),
    "phase": (
        ("p.py:tone", "--phase"), "there is no phase in a spectrum", "--kind response, or leave --phase out",
    ),
    "size": (
        ("p.py:tone", "--size", "big"),
        "Invalid value for '--size': big is not WIDTHxHEIGHT, such as 900x540", "dspc plot --help shows what it takes",
    ),
    "tiny": (
        ("p.py:tone", "--size", "900x10"),
        "Invalid value for '--size': 900x10 is not between 240 and 4000 pixels", "dspc plot --help shows what it takes",
    ),
    "two outputs": (
        ("p.py:tone", "--json", "-o", "-"),
        "--json and -o - cannot both write to standard output", "write the plot to a file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_USAGE)
def test_wrong_usage(plot: Dspc, case: str) -> None:
    before = plot.files()
    words, message, hint = WRONG_USAGE[case]
    done = plot("plot", "--backend", "bytecode", *words)
    lines = done.err.splitlines()
    told = next(line for line in lines if line.startswith("dspc: error"))
    assert (done.code, done.out, told, done.help) == (2, "", f"dspc: error: {message}", hint)
    assert plot.files() - {"__pycache__"} == before


def test_what_is_wrong_in_the_program(plot: Dspc) -> None:
    done = plot("plot", "wrong.py:first")
    assert done.code == 1 and done.first.startswith("wrong.py:5:12: DSP")
