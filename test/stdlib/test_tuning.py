"""Pitches and levels, and scales of Scala's, against their formulas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from figures import within

import dspc
from dspc.frontend.errors import DspError
from dspc.stdlib import cents, db_to_gain, hz_to_midi, midi_to_hz, scala, semitones
from dspc.stdlib.scala import frequencies, keyboard_of, scale_of

MIDDLE_C = 440.0 * 2 ** (-9 / 12)
PYTHAGORAS = """! pythagoras.scl
!
Twelve fifths, folded
 12
!
 2187/2048   a remark
 9/8
 32/27
 81/64
 4/3
 729/512
 701.955 cents
 128/81
 27/16
 16/9
 1109.775
 2/1
"""
WHITE = """! the white keys, seven notes of a scale; the black ones are not mapped
12
0
127
60
69
440.0
7
0
x
1
x
2
3
X
4
x
5
x
6
"""
SEVEN = ["9/8", "5/4", "4/3", "3/2", "5/3", "15/8", "2"]


NAMES = ("midi_to_hz", "hz_to_midi", "cents", "semitones", "db_to_gain")


def heard(program, keys) -> np.ndarray:
    return dspc.render(program, np.asarray(keys, np.float32), backend="bytecode").astype(np.float64)


def test_units_of_music() -> None:
    x = np.linspace(0, 127, 2000).astype(np.float32)
    y = heard(lambda x: (midi_to_hz(x), hz_to_midi(x + 1), cents(x - 60), semitones(x - 60), db_to_gain(x - 100)), x)
    x = x.astype(np.float64)
    wanted = [440 * 2 ** ((x - 69) / 12), 69 + 12 * np.log2((x + 1) / 440), 2 ** ((x - 60) / 1200),
              2 ** ((x - 60) / 12), 10 ** ((x - 100) / 20)]  # fmt: skip
    for name, found, value in zip(NAMES, y, wanted, strict=True):
        np.testing.assert_allclose(found, value, rtol=2e-6, atol=2e-5)
        within(name, "relative error", "the formula", (np.abs(found - value) / np.maximum(value, 1.0)).max(), 2e-5)


def test_equal_temperament_is_that_of_midi() -> None:
    steps = [f"{100 * k}." for k in range(1, 12)] + ["2/1"]
    x = np.linspace(0, 127, 1271)
    found = 1200 * np.log2(heard(lambda x: scala(x, steps), x) / (440 * 2 ** ((x - 69) / 12)))
    within("scala", "equal temperament", "the formula", np.abs(found).max(), 0.01, "cents")


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "pythagoras.scl"
    file.write_bytes(b"\xef\xbb\xbf" + PYTHAGORAS.replace("\n", "\r\n").encode())
    ratios = np.array([1, 2187 / 2048, 9 / 8, 32 / 27, 81 / 64, 4 / 3, 729 / 512, 2 ** (701.955 / 1200), 128 / 81,
                       27 / 16, 16 / 9, 2 ** (1109.775 / 1200)])  # fmt: skip
    keys = np.arange(128)
    wanted = MIDDLE_C * ratios[(keys - 60) % 12] * 2.0 ** ((keys - 60) // 12)
    found = heard(lambda x: scala(x, file), keys)
    assert np.abs(1200 * np.log2(found / wanted)).max() < 0.01
    np.testing.assert_array_equal(heard(lambda x: scala(x, str(file)), keys), found)


def test_a_path_starts_at_the_file_that_calls(tmp_path: Path) -> None:
    (tmp_path / "just.scl").write_text("just\n1\n3/1\n")
    (tmp_path / "voice.py").write_text('def pitch(x):\n    return scala(x, "just.scl")\n')
    names = {"scala": scala}
    exec(compile((tmp_path / "voice.py").read_text(), str(tmp_path / "voice.py"), "exec"), names)
    assert heard(names["pitch"], [62.0])[0] == pytest.approx(9 * MIDDLE_C, rel=1e-6)


def test_a_keyboard(tmp_path: Path) -> None:
    """Seven notes on the white keys, A at 440 Hz; a black key sounds as the white one below it."""
    (tmp_path / "white.kbm").write_text(WHITE)
    ratios = [1, 1, 9 / 8, 9 / 8, 5 / 4, 4 / 3, 4 / 3, 3 / 2, 3 / 2, 5 / 3, 5 / 3, 15 / 8]
    keys = np.arange(128)
    wanted = 440 / (5 / 3) * np.array(ratios)[(keys - 60) % 12] * 2.0 ** ((keys - 60) // 12)
    found = heard(lambda x: scala(x, SEVEN, tmp_path / "white.kbm"), keys)
    assert np.abs(1200 * np.log2(found / wanted)).max() < 0.01


def test_keyboards_in_a_row_and_their_ends(tmp_path: Path) -> None:
    (tmp_path / "row.kbm").write_text("0\n48\n72\n60\n61\n300.0\n0\n")
    found = frequencies(scale_of(["3/2", "2/1"]), keyboard_of(str(tmp_path / "row.kbm")))
    assert found[60] == pytest.approx(200.0) and found[62] == pytest.approx(400.0) and found[59] == pytest.approx(150.0)
    assert found[127] == found[72] == pytest.approx(200.0 * 2**6) and found[0] == found[48]
    (tmp_path / "short.kbm").write_text("3\n0\n127\n60\n60\n100.0\n2\n0\n1\n")
    found = frequencies(scale_of(["3/2", "2/1"]), keyboard_of(str(tmp_path / "short.kbm")))
    assert found[60:66] == pytest.approx([100.0, 150.0, 150.0, 200.0, 300.0, 300.0])


@pytest.mark.parametrize(("text", "told"), [
    ("", "test.scl: the file ends where the scale's description is expected"),
    ("a\n! b\n2\n3/2\n", "test.scl: the file ends where note 2 of 2 is expected"),
    ("a\n2 notes\n3/2\n! c\n-2/1\n", "test.scl, line 5: '-2/1' is no pitch"),
    ("a\n1\n3/0\n", "test.scl, line 3: '3/0' is no pitch"),
    ("a\n1\n\n", "test.scl, line 3: '' is no pitch"),
    ("a\nb\n", "test.scl, line 2: the number of notes is an integer from 1 to 10000, not 'b'"),
    ("a\n0\n", "test.scl, line 2: the number of notes is an integer from 1 to 10000, not '0'"),
])  # fmt: skip
def test_a_scale_that_is_wrong_says_where(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "test.scl").write_text(text)
    with pytest.raises(DspError) as error:
        dspc.trace(lambda x: scala(x, tmp_path / "test.scl"))
    assert error.value.code == "DSP294" and told in str(error.value)


@pytest.mark.parametrize(("old", "new", "told"), [
    ("\n60\n", "\n128\n", "line 5: the middle key is an integer from 0 to 127, not '128'"),
    ("440.0", "A4", "line 7: 'A4' is no frequency in Hz"),
    ("440.0", "0", "line 7: '0' is no frequency in Hz"),
    ("\nX\n", "\ny\n", "line 15: a note of the scale, or x, is an integer"),
    ("12\n0", "11\n0", "the map has 11 keys, and 12 lines for them"),
    ("\n69\n", "\n61\n", "the reference key 61 has no note of the scale"),
])  # fmt: skip
def test_a_keyboard_that_is_wrong_says_where(old: str, new: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "test.kbm").write_text(WHITE.replace(old, new, 1))
    with pytest.raises(DspError) as error:
        dspc.trace(lambda x: scala(x, SEVEN, tmp_path / "test.kbm"))
    assert error.value.code == "DSP294" and told in str(error.value)
