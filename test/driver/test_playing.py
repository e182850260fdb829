"""`dspc.render` as a host: the transport, MIDI's tempo map and metre, channels, latency and tail."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import pytest
from xdsl.parser import Parser

import dspc
from dspc.driver.compile import Stages, load_module, make_context, play, resolve
from dspc.frontend.errors import DspError
from dspc.frontend.events import Transport

RATE = 48_000


@dspc.effect
def song_of_an_effect(x):
    return dspc.f32(dspc.transport.position), dspc.transport.tempo, dspc.f32(dspc.transport.playing)


@dspc.instrument(voices=2)
def silent(note):
    return note.velocity * dspc.f32(note.gate), 0.0, 0.0, 0.0


@silent.after
def song_of_an_instrument(a, b, c, d):
    song = dspc.transport
    return dspc.f32(song.position), song.tempo, dspc.f32(song.bar), dspc.f32(song.numerator)


def test_a_render_plays_from_the_start() -> None:
    for tempo in (120.0, 90.0):
        position, found, playing = dspc.render(song_of_an_effect, np.zeros(2000, np.float32), tempo=tempo)
        np.testing.assert_allclose(position, np.arange(2000) * tempo / 60 / RATE, rtol=0, atol=1e-6)
        assert (found == tempo).all() and playing.all()


def test_events_move_the_song() -> None:
    events = [Transport(500, tempo=60.0, position=4.0), Transport(600, playing=False)]
    position, tempo, playing = dspc.render(song_of_an_effect, np.zeros(800, np.float32), events=events)
    assert (tempo[:500] == 120.0).all() and (tempo[500:] == 60.0).all()
    assert playing[:600].all() and not playing[600:].any()
    np.testing.assert_allclose(position[500:600], 4.0 + np.arange(100) / RATE, rtol=0, atol=1e-6)
    assert len(set(position[600:])) == 1


def test_a_midi_file_drives_the_transport(tmp_path: Path) -> None:
    """Two quarter notes at 120, then at 60; 3/8 from the first quarter on."""
    track = mido.MidiTrack([
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.Message("note_on", note=60, velocity=100),
        mido.MetaMessage("time_signature", numerator=3, denominator=8, time=480),
        mido.MetaMessage("set_tempo", tempo=1_000_000, time=480),
        mido.Message("note_off", note=60, time=960),
    ])  # fmt: skip
    path = tmp_path / "song.mid"
    mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(path)
    position, tempo, bar, numerator = dspc.render(silent, midi=path, seconds=3.0)
    t = np.arange(3 * RATE) / RATE
    np.testing.assert_allclose(position, np.where(t < 1, 2 * t, 1 + t), rtol=0, atol=1e-6)
    assert (tempo[:RATE] == 120.0).all() and (tempo[RATE:] == 60.0).all()
    assert (numerator[: RATE // 2] == 4.0).all() and (numerator[RATE // 2 :] == 3.0).all()
    quarter = np.floor((position - 1) / 1.5 + 1e-5) * 1.5 + 1
    np.testing.assert_array_equal(bar, np.where(t < 0.5, 0, quarter).astype(np.float32))


# --- channels ---------------------------------------------------------------------------------------


def mono(x, gain=dspc.param(0.5, 0.0, 1.0)):
    return gain * dspc.feedback(lambda y: x + 0.5 * y)


def keyed(x=dspc.input(2), key=dspc.input(1, sidechain=True)):
    return x[0] + key[0], dspc.f32(key.connected)


def test_a_mono_effect_on_stereo() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (2, 3000)).astype(np.float32)
    y = dspc.render(mono, x, params={"gain": 0.25}, block=700)
    alone = [dspc.render(mono, channel, params={"gain": 0.25}) for channel in x]
    np.testing.assert_array_equal(y, alone)
    assert dspc.render(mono, x[:1]).shape == (3000,)


def test_side_chains_may_be_left_out() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (3, 3000)).astype(np.float32)
    with_key, without = dspc.render(keyed, x), dspc.render(keyed, x[:2])
    np.testing.assert_array_equal(with_key, [x[0] + x[2], np.ones(3000)])
    np.testing.assert_array_equal(without, [x[0], np.zeros(3000)])


@pytest.mark.parametrize("channels, message, hint", [
    (1, "'keyed' has 3 input channels (2 without the side chains), but x is [1, 100]", "np.stack"),
    (4, "'keyed' has 3 input channels (2 without the side chains), but x is [4, 100]", "np.stack"),
])  # fmt: skip
def test_other_channels_are_refused(channels: int, message: str, hint: str) -> None:
    with pytest.raises(DspError) as caught:
        dspc.render(keyed, np.zeros((channels, 100), np.float32))
    assert (caught.value.code, caught.value.message) == ("DSP302", message) and hint in caught.value.hint


def test_a_mono_signal_is_not_spread_over_a_stereo_effect() -> None:
    with pytest.raises(DspError, match="has 2 input channels, but x is"):
        dspc.render(lambda left, right: left + right, np.zeros(100, np.float32))


def both(x):
    return x, -x


def swap(left, right):
    return right, left


@pytest.mark.parametrize("program, why", [
    (both, "both cannot run on each channel: it returns 2 channels"),
    (swap, "swap cannot run on each channel: it takes 2 channels"),
    (silent, "silent cannot run on each channel: it is an instrument"),
])  # fmt: skip
def test_what_is_not_mono_is_not_widened(program: object, why: str) -> None:
    with pytest.raises(DspError) as caught:
        dspc.compile(program, channels=3)
    assert (caught.value.code, caught.value.message) == ("DSP229", why)


@pytest.mark.parametrize("channels, shown", [
    (0, "the number 0"), (65, "the number 65"), (True, "True"), (2.0, "the number 2.0"),
])  # fmt: skip
def test_channels_is_a_number(channels: object, shown: str) -> None:
    with pytest.raises(DspError) as caught:
        dspc.compile(mono, channels=channels)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.message) == ("DSP229", f"a program runs on 1 to 64 channels, not {shown}")


def test_as_many_channels_as_there_are() -> None:
    assert dspc.compile(swap, channels=2).inputs == 2 and dspc.compile(mono, channels=1).outputs == 1


# --- latency and tail -------------------------------------------------------------------------------

LATE = """
!audio = !dsp.signal<f32, audio>
!const = !dsp.signal<i32, const>
dsp.program @late {kind = "effect", latency = 37, tail = 0.01} {
^bb0(%x: !audio):
  %n = dsp.constant 37 : !const
  %y = dsp.delay %x, %n {max_samples = 64, max_seconds = 0.0, min_samples = 0, interpolation = "none"} :
    (!audio, !const) -> !audio
  dsp.output %y : (!audio) -> ()
}
"""


@pytest.mark.parametrize("backend", ["reference", "c", "bytecode", "wasm"])
def test_latency_and_tail_reach_the_host(backend: str) -> None:
    """A program that says so is heard without its latency, and with its tail."""
    module = Parser(make_context(), LATE).parse_module()
    engine = dspc.Engine(load_module(module, *resolve(backend), Stages()), RATE)
    assert (engine.latency, engine.tail) == (37, 0.01)
    x = np.random.default_rng(0).uniform(-1, 1, 500).astype(np.float32)
    np.testing.assert_array_equal(play(engine, x), x)
    engine.reset()
    with_tail = play(engine, x, tail=True)
    np.testing.assert_array_equal(with_tail, np.pad(x, (0, 480)))


def test_a_declared_tail() -> None:
    @dspc.effect(tail=0.5)
    def late(x):
        return dspc.delay(x, 24_000)

    engine = dspc.compile(late)
    assert engine.tail == 0.5
    x = np.ones(10, np.float32)
    assert dspc.render(late, x).shape == (10,)
    np.testing.assert_array_equal(dspc.render(late, x, tail=True), np.pad(x, (24_000, 0)))
