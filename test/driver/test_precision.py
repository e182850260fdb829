"""precision="f64" from outside: engines in Python, `--precision` of the commands, and what is built with it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dspc_cli import Dspc, in_folder, song

import dspc as api
from dspc.backends import get_backend
from dspc.backends.bytecode.host import load
from dspc.backends.c import compile_shared, find_compiler, open_shared
from dspc.backends.c.compiler import FAST
from dspc.backends.engine import Engine
from dspc.driver.audio_files import read_audio
from dspc.driver.compile import lower
from dspc.driver.dspopt import main as dspopt
from dspc.driver.programs import open_programs
from dspc.frontend.errors import DspError

dspc = pytest.fixture(in_folder)
BACKENDS = ("reference", "c", "bytecode", "wasm")
THIRD = 1.0 / 3.0
DIGITS = """\
import dspc

@dspc.effect
def digits(one=dspc.param(1.0, 0.0, 2.0, smooth=0)):
    return ((one + 2.0**-40) - one) * 2.0**39
"""
"""0.5 in f64; in f32 the small number is lost."""


def half(x: Any, gain: Any = api.param(0.5, 0.0, 4.0)) -> Any:
    return x * gain


def stereo(left: Any, right: Any) -> Any:
    return right, left * THIRD


# --- engines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_engines_take_and_give_float64(backend: str) -> None:
    engine = api.compile(half, backend, precision="f64")
    assert engine.dtype == np.float64
    found = engine.process(np.array([THIRD, 2 * THIRD]))
    assert found.dtype == np.float64 and found.tolist() == [THIRD / 2, THIRD]
    assert api.compile(half, backend).dtype == np.float32


@pytest.mark.parametrize("backend", BACKENDS)
def test_other_numbers_convert(backend: str) -> None:
    """float32 exactly, float64 into an f32 engine by rounding, integers and lists as in f32."""
    engine = api.compile(half, backend, precision="f64")
    narrow = np.float32([THIRD])
    assert engine.process(narrow).tolist() == [float(narrow[0]) / 2]
    assert engine.process([1, 2]).tolist() == [0.5, 1.0]
    assert engine.process(frames=2).tolist() == [0.0, 0.0]
    plain = api.compile(half, backend).process(np.array([THIRD]))
    assert plain.dtype == np.float32 and plain[0] == narrow[0] / 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_long_calls_and_events(backend: str) -> None:
    """Longer than what WebAssembly is given at a time, and split at a parameter's event."""
    engine = api.compile(stereo, backend, precision="f64")
    x = np.random.default_rng(1).uniform(-1, 1, (2, 3000))
    wanted = np.stack([x[1], x[0] * THIRD])
    frames = 3000 if backend != "reference" else 300
    np.testing.assert_array_equal(engine.process(x[:, :frames]), wanted[:, :frames])
    stepped = api.compile(lambda x, gain=api.param(0.5, 0.0, 4.0, smooth=0.0): x * gain, backend, precision="f64")
    found = stepped.process(x[0, :100], events=[api.events.Param(37, "gain", THIRD)])
    np.testing.assert_array_equal(found, x[0, :100] * np.where(np.arange(100) < 37, 0.5, THIRD))


def test_out_is_float64() -> None:
    engine = api.compile(half, "bytecode", precision="f64")
    out = np.empty(2)
    assert engine.process([1.0, 2.0], out=out) is out and out.tolist() == [0.5, 1.0]
    with pytest.raises(DspError) as caught:
        engine.process([1.0, 2.0], out=np.empty(2, np.float32))
    assert caught.value.code == "DSP302" and caught.value.hint == "np.empty((2,), np.float64) makes one"
    assert caught.value.message == "out is float32 [2], not contiguous float64 [2]"
    with pytest.raises(DspError) as caught:
        engine.process(["loud"])
    assert caught.value.code == "DSP306" and caught.value.hint == "give float64 samples"


def test_render_and_saved_state() -> None:
    found = api.render(half, [1.0, 1.0], params={"gain": THIRD}, backend="bytecode", precision="f64")
    assert found.dtype == np.float64 and found.tolist() == [THIRD, THIRD]
    wide, narrow = (api.compile(half, "bytecode", precision=p) for p in ("f64", "f32"))
    wide.set("gain", THIRD)
    narrow.restore(wide.save())
    wide.restore(narrow.save())
    assert wide.get("gain") == narrow.get("gain") == THIRD
    wide.reset()
    assert wide.process([1.0]).tolist() == [THIRD]


# --- commands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_render(dspc: Dspc, backend: str) -> None:
    Path("digits.py").write_text(DIGITS)
    for options, wanted in (((), 0.0), (("--precision", "f32"), 0.0), (("--precision", "f64"), 0.5)):
        done = dspc("render", "digits.py", "--seconds", "0.01", "--backend", backend, *options, "-o", "out.wav")
        assert done.code == 0, done.err
        assert (read_audio("out.wav")[0] == wanted).all(), options


def test_render_files_and_songs(dspc: Dspc) -> None:
    """Files are float32; a mono effect runs once a channel."""
    assert dspc("render", "half.py", "--input", "stereo.wav", "--precision", "f64", "-o", "out.wav").code == 0
    np.testing.assert_array_equal(read_audio("out.wav")[0], read_audio("stereo.wav")[0] / 2)
    song(Path("song.mid"))
    for precision in ("f32", "f64"):
        made = f"{precision}.wav"
        assert dspc("render", "tone.py", "--midi", "song.mid", "--precision", precision, "-o", made).code == 0
    wide, narrow = (read_audio(f"{p}.wav")[0] for p in ("f64", "f32"))
    assert np.abs(wide - narrow).max() < 1e-3 < np.abs(wide).max()


def test_another_precision_is_wrong_usage(dspc: Dspc, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("render", "half.py", "--input", "mono.wav", "-o", "out.wav"), ("build", "half.py")):
        done = dspc(*words, "--precision", "f16")
        assert done.code == 2 and "'f16' is not one of 'f32', 'f64'" in done.err
    assert dspopt(["half.py", "--precision", "f16"]) == 2
    assert "invalid choice: 'f16'" in capsys.readouterr().err
    assert not {"out.wav", "half.c"} & dspc.files()


def test_build(dspc: Dspc) -> None:
    """Each artifact computes in f64, by itself."""
    Path("digits.py").write_text(DIGITS)
    formats = ("--format", "c-source,bytecode,wasm")
    assert dspc("build", "digits.py", "--precision", "f64", *formats, "-o", "wide").code == 0
    assert dspc("build", "digits.py", *formats, "-o", "narrow").code == 0
    for name in ("digits.c", "digits.dspb", "digits.wasm"):
        assert Path("wide", name).read_bytes() != Path("narrow", name).read_bytes()
    compiler = find_compiler()
    assert compiler is not None
    for folder, wanted in (("wide", 0.5), ("narrow", 0.0)):
        image = load(Path(folder, "digits.dspb").read_bytes())
        text = Path(folder, "digits.c").read_text()
        for loaded in (image, open_shared(compile_shared(text, compiler, FAST))):
            assert Engine(loaded).process(frames=20).tolist() == [wanted] * 20
    backend, (program,) = get_backend("wasm"), open_programs("digits.py").programs
    _, module = backend.artifact(lower(api.trace(program, precision="f64"), backend))
    assert Path("wide", "digits.wasm").read_bytes() == module  # which `test_render` runs


HOST = """\
#include <stdio.h>
#include <stdlib.h>
#include "made.c"
int main(void)
{
  const dspc_program *p = dspc_program_get();
  void *memory = aligned_alloc(64, (dspc_bytes(p, 48000, NULL) + 63) / 64 * 64);
  double y[40];
  float *out[] = {(float *)(void *)y};
  if (!(p->flags & DSPC_F64_AUDIO) || dspc_prepare(p, memory, 48000, NULL)) return 1;
  dspc_event change = {7, DSPC_EVENT_PARAM, -1, -1, 0, 0.0};
  dspc_process(p, memory, NULL, out, 40, &change, 1);
  for (int k = 0; k < 40; k++) printf("%a ", y[k]);
  return 0;
}
"""


def test_a_host_in_c(dspc: Dspc) -> None:
    """The pointers of channels are cast; a call is cut at events, in doubles."""
    Path("digits.py").write_text(DIGITS)
    assert dspc("build", "digits.py", "--precision", "f64", "--format", "c-source").code == 0
    Path("made.c").write_text(Path("digits.c").read_text())
    Path("host.c").write_text(HOST)
    flags = ["-std=c11", "-O1", "-ffp-contract=off", "-fwrapv", "-fno-strict-aliasing", "-w"]
    subprocess.run(["cc", *flags, "host.c", "-o", "host"], check=True)
    told = subprocess.run(["./host"], capture_output=True, text=True, check=True).stdout.split()
    assert [float.fromhex(t) for t in told] == [0.5] * 7 + [2.0**-40 * 2.0**39] * 33


def test_dspopt(dspc: Dspc, capsys: pytest.CaptureFixture[str]) -> None:
    """IR in f64 is read again, and is what the front end made."""
    assert dspopt(["half.py", "--precision", "f64"]) == 0
    text = capsys.readouterr().out
    assert "f64, audio" in text and "f32" not in text and "flags = 8" in text
    Path("half.mlir").write_text(text)
    for target in ("bytecode", "c", "wasm"):
        made = [target_text(capsys, source, target) for source in ("half.mlir", "half.py")]
        assert made[0] == made[1] and "f64" in made[0] or "double" in made[0]


def target_text(capsys: pytest.CaptureFixture[str], source: str, target: str) -> str:
    width = get_backend(target).width()
    assert dspopt([source, "--precision", "f64", "-p", f"pipeline{{width={width}}}", "-t", target]) == 0
    return capsys.readouterr().out
