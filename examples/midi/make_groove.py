"""Four bars for a drum kit on the keys of General MIDI, as `groove.mid`: a beat, an open hat that is choked, a fill.

It writes the same bytes every time:

    python examples/midi/make_groove.py
"""

import io
from pathlib import Path

import mido

SEMIQUAVER = 120
BPM = 104
CHANNEL = 9
BEAT = {  # a bar in semiquavers; a digit is a velocity in ninths of the loudest
    36: "9..5..8...9.....",
    38: "....9..2.2..9..2",
    42: "84648464846484..",
    46: "..............8.",
}
FILL = {
    36: "9..5..8.9.......",
    39: "....8...........",
    42: "84648464........",
    50: "........98......",
    47: "..........98....",
    43: "............98..",
    41: "..............99",
}
BARS = (BEAT, BEAT, BEAT, FILL)


def hits() -> list[tuple[int, int, int]]:
    """Tick, key and velocity of every hit; the last is a kick on the one after the fill, with an open hat."""
    found = [
        (SEMIQUAVER * (16 * bar + place), key, int(digit) * 127 // 9)
        for bar, lines in enumerate(BARS)
        for key, line in lines.items()
        for place, digit in enumerate(line)
        if digit != "."
    ]
    end = SEMIQUAVER * 16 * len(BARS)
    return sorted([*found, (end, 36, 127), (end, 46, 110)])


def build() -> bytes:
    """The bytes of `groove.mid`: every hit is a note of half a semiquaver."""
    timed = [(at, 1, mido.Message("note_on", channel=CHANNEL, note=key, velocity=v)) for at, key, v in hits()]
    timed += [(at + SEMIQUAVER // 2, 0, mido.Message("note_off", channel=CHANNEL, note=key)) for at, key, _ in hits()]
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=60_000_000 // BPM)])
    now = 0
    for at, _, message in sorted(timed, key=lambda entry: entry[:2]):
        track.append(message.copy(time=at - now))
        now = at
    data = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=4 * SEMIQUAVER, tracks=[track]).save(file=data)
    return data.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("groove.mid").write_bytes(build())
