"""The checked-in MIDI and audio files: derived again byte for byte, and what they should be."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import mido
import numpy as np
import pytest
from numpy.typing import NDArray

from dspc.driver.audio_files import read_audio
from dspc.driver.midi_files import read_midi
from dspc.frontend.events import NoteOff, NoteOn

EXAMPLES = Path(__file__).parents[2] / "examples"


def script(path: Path) -> Iterator[ModuleType]:
    """An example script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[path.stem]


@pytest.fixture(scope="module")
def prelude() -> Iterator[ModuleType]:
    """The script that writes the prelude."""
    yield from script(EXAMPLES / "midi" / "make_prelude.py")


@pytest.fixture(scope="module")
def guitar() -> Iterator[ModuleType]:
    """The script that writes the guitar phrase."""
    yield from script(EXAMPLES / "audio" / "make_input.py")


@pytest.fixture(scope="module")
def phrase() -> NDArray[np.float32]:
    """The checked-in guitar phrase."""
    return read_audio(EXAMPLES / "audio" / "guitar.wav")[0]


def test_prelude_is_derived(prelude: ModuleType) -> None:
    """The checked-in file is what the script writes."""
    assert (EXAMPLES / "midi" / "prelude.mid").read_bytes() == prelude.build()


def test_groove_is_derived() -> None:
    """So is the groove, on the drums' channel."""
    (groove,) = script(EXAMPLES / "midi" / "make_groove.py")
    assert (EXAMPLES / "midi" / "groove.mid").read_bytes() == groove.build()
    assert read_midi(EXAMPLES / "midi" / "groove.mid", 48_000).notes == len(groove.hits())


def test_prelude_length() -> None:
    """34 bars of 16 semiquavers and a chord of 5, in about two minutes; no note outlasts the file."""
    song = read_midi(EXAMPLES / "midi" / "prelude.mid", 48_000)
    assert song.notes == 34 * 16 + 5
    assert 120 < song.seconds < 126
    assert [track.notes for track in song.tracks] == [0, 32 * 12 + 2 * 14 + 3, 32 * 4 + 2 * 2 + 2]
    ons = [event for event in song.events if isinstance(event, NoteOn)]
    offs = [event for event in song.events if isinstance(event, NoteOff)]
    assert sorted(event.id for event in ons) == sorted(event.id for event in offs) == list(range(549))
    assert all(0.3 < event.velocity < 0.75 for event in ons)
    assert offs[-1].frame < song.seconds * 48_000


def test_prelude_bass(prelude: ModuleType) -> None:
    """The lowest voice, bar by bar: down to the pedal on G, and C."""
    bass = "C C B C C C B B A D G G F F E E D G C C F F# Ab G G G G G G G G C C C C".split()
    pitches = bar_pitches(prelude)
    assert [prelude.SEMITONE[name[0]] + sum(prelude.SEMITONE[c] for c in name[1:]) for name in bass] == [
        min(bar) % 12 for bar in pitches
    ]
    assert [min(bar) for bar in pitches[23:31]] == [43] * 8
    assert pitches[34] == [36, 48, 64, 67, 72]


def test_prelude_harmony(prelude: ModuleType) -> None:
    """The chords of an analysis, independent of the notes: root and intervals, by bar."""
    chords = {
        1: "C major", 2: "D minor7", 3: "G seventh", 4: "C major", 5: "A minor", 6: "D seventh", 7: "G major",
        8: "C major7", 9: "A minor7", 10: "D seventh", 11: "G major", 12: "C# diminished7", 13: "D minor",
        14: "B diminished7", 15: "C major", 16: "F major7", 17: "D minor7", 18: "G seventh", 19: "C major",
        20: "C seventh", 21: "F major7", 22: "F# diminished7", 24: "G seventh", 25: "C major",
        27: "G seventh", 28: "F# diminished7 over G", 29: "C major", 31: "G seventh", 32: "C seventh",
    }  # fmt: skip
    kinds = {
        "major": {0, 4, 7}, "minor": {0, 3, 7}, "seventh": {0, 4, 7, 10}, "major7": {0, 4, 7, 11},
        "minor7": {0, 3, 7, 10}, "diminished7": {0, 3, 6, 9},
    }  # fmt: skip
    pitches = bar_pitches(prelude)
    for bar, chord in chords.items():
        root_name, kind, *over = chord.split()
        root = sum(prelude.SEMITONE[character] for character in root_name)
        expected = {(root + interval) % 12 for interval in kinds[kind]} | ({7} if over else set())
        found = {pitch % 12 for pitch in pitches[bar - 1]}
        missing = expected - found
        assert found <= expected and len(missing) <= (1 if len(expected) > 3 else 0), (bar, chord)


def bar_pitches(prelude: ModuleType) -> list[list[int]]:
    """The keys that start in each of the 35 bars, in their order."""
    bars: list[list[int]] = [[] for _ in range(35)]
    right, left = prelude.score()
    for note in sorted(right + left, key=lambda note: (note.start, note.key)):
        bars[note.start // prelude.BAR].append(note.key)
    return bars


def test_prelude_figure(prelude: ModuleType) -> None:
    """Bars 1 to 32: five rising pitches, in the order 1 2 3 4 5 3 4 5, twice, the first two held."""
    pitches = bar_pitches(prelude)
    for bar in pitches[:32]:
        one, two, three, four, five = bar[:5]
        assert one < two < three < four < five
        assert bar == 2 * [one, two, three, four, five, three, four, five]
    _, left = prelude.score()
    assert {note.end - note.start + prelude.LIFT for note in left[:128]} == {8 * 120, 7 * 120}


def test_prelude_is_plain_midi() -> None:
    """Type 1, titled, in C and 4/4, with a program and a slight ritardando."""
    file = mido.MidiFile(EXAMPLES / "midi" / "prelude.mid")
    messages = [message for track in file.tracks for message in track]
    assert file.type == 1 and [track.name for track in file.tracks][1:] == ["Right hand", "Left hand"]
    assert sum(message.type == "program_change" for message in messages) == 2
    tempi = [mido.tempo2bpm(message.tempo) for message in messages if message.type == "set_tempo"]
    assert 66 <= tempi[0] <= 72 and tempi == sorted(tempi, reverse=True)


def test_guitar_is_derived(guitar: ModuleType, phrase: NDArray[np.float32]) -> None:
    """Sample for sample, on any machine."""
    np.testing.assert_array_equal(guitar.build(), (phrase.T * 32768).astype(np.int16))


def test_guitar_script_writes_the_file(guitar: ModuleType, tmp_path: Path) -> None:
    """The whole file too, of a modest size."""
    guitar.write(tmp_path / "guitar.wav")
    data = (EXAMPLES / "audio" / "guitar.wav").read_bytes()
    assert (tmp_path / "guitar.wav").read_bytes() == data
    assert len(data) <= 800_000


def level_db(x: NDArray[np.float32]) -> float:
    """The RMS level in dB below full scale."""
    return float(10 * np.log10(np.mean(x.astype(np.float64) ** 2)))


def test_guitar_levels(phrase: NDArray[np.float32]) -> None:
    """Loud enough, not clipped, balanced, without offset, and quiet before the first note."""
    assert phrase.shape == (2, 192_000)
    assert 0.68 < np.max(np.abs(phrase)) < 0.72
    assert all(-24 < level_db(channel) < -18 for channel in phrase)
    assert abs(level_db(phrase[0]) - level_db(phrase[1])) < 1.5
    assert np.all(np.abs(phrase.mean(axis=1)) < 1e-4)
    assert -72 < level_db(phrase[:, 1700:4500]) < -62
    assert 0.3 < np.corrcoef(phrase)[0, 1] < 0.95


def test_guitar_ends_without_clicks(phrase: NDArray[np.float32]) -> None:
    """It starts and ends at zero and moves slowly there; nowhere does it jump."""
    assert not np.any(phrase[:, 0]) and not np.any(phrase[:, -1])
    edges = np.concatenate([phrase[:, :480], phrase[:, -480:]], axis=1)
    assert np.max(np.abs(np.diff(edges))) < 1e-3
    assert np.max(np.abs(np.diff(phrase))) < 0.25


def test_guitar_sounds_like_one(phrase: NDArray[np.float32]) -> None:
    """Most energy where a guitar has it, some air above, and notes where the phrase says."""
    mono = phrase.mean(axis=0, dtype=np.float64)
    power = np.abs(np.fft.rfft(mono)) ** 2
    hz = np.fft.rfftfreq(len(mono), 1 / 48_000)

    def share(low: float, high: float) -> float:
        return float(power[(hz >= low) & (hz < high)].sum() / power.sum())

    assert share(80, 2500) > 0.95
    assert share(0, 60) < 1e-3
    assert 1e-4 < share(4000, 20_000) < 0.02
    decay = [level_db(phrase[:, start : start + 4800]) for start in range(115_200, 177_600, 9600)]
    assert decay == sorted(decay, reverse=True) and decay[0] - decay[-1] > 15
