"""dspc.read: audio files as arrays, found beside the file that asks for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import dspc
from dspc.frontend.errors import DspError

SAMPLES = np.random.default_rng(1).uniform(-0.9, 0.9, (300, 2)).astype(np.float32)


def run(source: str, folder: Path) -> dict[str, Any]:
    """Runs a file of the user's in a folder, from elsewhere."""
    path = folder / "user.py"
    path.write_text(source)
    names: dict[str, Any] = {"dspc": dspc}
    exec(compile(source, str(path), "exec"), names)
    return names


@pytest.mark.parametrize(
    ("name", "subtype", "error"),
    [("a.wav", "FLOAT", 0), ("a.wav", "PCM_16", 2**-15), ("a.wav", "PCM_U8", 2**-7),
     ("a.wav", "DOUBLE", 0), ("a.flac", "PCM_24", 2**-23), ("a.aiff", "PCM_24", 2**-23)],
)
def test_channels_frames_and_rate(name: str, subtype: str, error: float, tmp_path: Path) -> None:
    soundfile.write(tmp_path / name, SAMPLES, 44_100, subtype)
    for path in (tmp_path / name, str(tmp_path / name)):
        found, rate = dspc.read(path)
        assert rate == 44_100 and found.dtype == np.float32 and found.shape == (2, 300)
        assert found.flags.c_contiguous and np.abs(found - SAMPLES.T).max() <= error


def test_mono_has_one_channel(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", SAMPLES[:, 0], 8_000, "FLOAT")
    found, _ = dspc.read(tmp_path / "a.wav")
    np.testing.assert_array_equal(found, SAMPLES[None, :, 0])


def test_relative_paths_start_beside_the_user_s_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    soundfile.write(folder / "kick.wav", SAMPLES, 48_000, "FLOAT")
    monkeypatch.chdir(tmp_path)
    at_top = run("kick, rate = dspc.read('kick.wav')", folder)["kick"]
    inside = run("def f():\n    return dspc.read('../sounds/kick.wav')[0]\nkick = f()", folder)["kick"]
    for found in (at_top, inside):
        np.testing.assert_array_equal(found, SAMPLES.T)


def test_without_a_file_of_the_user_s_they_start_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "kick.wav", SAMPLES, 48_000, "FLOAT")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"dspc": dspc}
    exec(compile("kick, rate = dspc.read('kick.wav')", "<notebook cell>", "exec"), names)
    np.testing.assert_array_equal(names["kick"], SAMPLES.T)


def test_a_recording_is_a_table_of_its_channels(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", SAMPLES, 48_000, "FLOAT")

    def play():
        table = dspc.table(dspc.read(tmp_path / "a.wav")[0])
        return table(0, dspc.frame), table(1, dspc.frame)

    out = dspc.render(dspc.effect(play), seconds=300 / 48_000, backend="bytecode")
    np.testing.assert_array_equal(out, SAMPLES.T)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("no audio")
    soundfile.write(tmp_path / "silent.wav", SAMPLES[:0], 48_000)
    os.symlink(tmp_path / "loop.wav", tmp_path / "loop.wav")
    wanted = {
        "missing.wav": ("DSP253", "there is no file"), "loop.wav": ("DSP253", "cannot be read"),
        ".": ("DSP253", "is a folder"), "a\0b.wav": ("DSP253", "cannot be read"),
        "empty.wav": ("DSP254", "no audio file"), "text.wav": ("DSP254", "no audio file"),
        "silent.wav": ("DSP254", "holds no samples"),
    }  # fmt: skip
    for name, (code, text) in wanted.items():
        with pytest.raises(DspError) as raised:
            run(f"dspc.read({name!r})", tmp_path)
        assert raised.value.code == code and text in raised.value.message and raised.value.hint
        assert raised.value.place is not None and raised.value.place.line == 1
