"""Other people's audio software, as truth from outside: Csound, Faust and JUCE (through pedalboard).

They belong to the tests only. All give f64 arrays [channels, frames].
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import ArrayLike, NDArray

Audio = NDArray[np.float64]


def _rows(x: ArrayLike) -> Audio:
    return np.atleast_2d(np.asarray(x, np.float64))


def csound(instrument: str, seconds: float, x: ArrayLike | None = None, *, rate: int = 48_000, channels: int = 1,
           tables: str = "", note: str = "") -> Audio:  # fmt: skip
    """What an instrument of Csound's plays; `x` is at its `in`, `note` is p4, p5 … of its one event.

    Its control rate is its sample rate, and it computes in doubles. `tables` are f statements.
    """
    with tempfile.TemporaryDirectory() as folder:
        given = ""
        if x is not None:
            rows = _rows(x)
            channels = max(channels, len(rows))
            soundfile.write(Path(folder) / "in.wav", rows.T, rate, "DOUBLE")
            given = f"-i {folder}/in.wav"
        text = f"""<CsoundSynthesizer>
<CsOptions>
-o {folder}/out.wav -f -W -d -m0 {given}
</CsOptions>
<CsInstruments>
sr = {rate}
ksmps = 1
nchnls = {channels}
0dbfs = 1
instr 1
{instrument}
endin
</CsInstruments>
<CsScore>
{tables}
i 1 0 {seconds} {note}
</CsScore>
</CsoundSynthesizer>
"""
        path = Path(folder) / "program.csd"
        path.write_text(text)
        done = subprocess.run(["csound", str(path)], capture_output=True, text=True)
        if done.returncode or not (Path(folder) / "out.wav").exists():
            raise RuntimeError(done.stderr)
        return soundfile.read(Path(folder) / "out.wav", always_2d=True)[0].T


def faust(program: str, seconds: float | None = None, x: ArrayLike | None = None, *, rate: int = 48_000) -> Audio:
    """What a Faust program with its standard libraries makes of `x`, or by itself for some seconds."""
    import dawdreamer as daw  # late: it takes its time

    engine: Any = daw.RenderEngine(rate, 512)
    made = engine.make_faust_processor("program")
    if not made.set_dsp_string(f'import("stdfaust.lib");\n{program}') or not made.compile():
        raise RuntimeError("Faust did not compile it")
    if x is None:
        assert seconds is not None
        engine.load_graph([(made, [])])
        engine.render(seconds)
        return engine.get_audio().astype(np.float64)[:, : round(seconds * rate)]
    rows = _rows(x)
    source = engine.make_playback_processor("input", rows.astype(np.float32))
    engine.load_graph([(source, []), (made, ["input"])])
    engine.render((rows.shape[1] + 512) / rate)
    return engine.get_audio().astype(np.float64)[:, : rows.shape[1]]


def juce(effect: Any, x: ArrayLike, *, rate: int = 48_000) -> Audio:
    """What one of pedalboard's effects makes of `x`."""
    return np.atleast_2d(effect(_rows(x).astype(np.float32), rate)).astype(np.float64)
