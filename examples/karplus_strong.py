"""A plucked string: a burst of noise goes round a loop as long as a period, and loses its treble on the way.

    dspc render examples/karplus_strong.py --midi examples/midi/prelude.mid -o strings.wav
"""

import dspc

LOWEST = 8.0
"""Hz; the length of the longest string is laid out for it."""


@dspc.instrument(voices=24)
def pluck(
    note,
    decay=dspc.param(4.0, 0.1, 30.0, unit="s", scale="log"),
    mute=dspc.param(0.15, 0.01, 2.0, unit="s", scale="log"),
    damping=dspc.param(0.3, 0.0, 1.0),
    position=dspc.param(0.2, 0.02, 0.5),
    level=dspc.param(0.4, 0.0, 1.0),
):
    period = dspc.sample_rate / note.frequency
    longest = dspc.sample_rate / LOWEST

    # A period of noise; where the string is plucked it comes back from the near end, upside down.
    age = dspc.restart(note.trigger, lambda: dspc.feedback(lambda n: n + 1, initial=0))
    noise = dspc.select(age < period, dspc.noise(), 0.0) * note.velocity
    burst = noise - dspc.delay(noise, position * period, max=longest)

    # 60 dB in `decay` seconds, or in `mute` when the key is up.
    loss = dspc.exp2(-9.966 / (dspc.select(note.gate, decay, mute) * note.frequency))

    def string(y, before, older):
        # The smoothing is late by one sample, the feedback by another.
        late = dspc.delay(y, period - 2, max=longest, interpolation="thiran")
        smooth = before + 0.25 * damping * (late - 2 * before + older)
        return burst + loss * smooth, late, before

    return level * dspc.feedback(string)[0]
