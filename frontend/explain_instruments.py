"""DSP210 to DSP213: how instruments take their notes, and what their voices share."""

from dspc.frontend.explain import Code

INSTRUMENTS = (
    Code(
        "DSP210",
        "A glide that is no time",
        """\
glide= is the time from one pitch to the next, in seconds: a number that is not negative, a parameter, or the name of a
keyword of the function whose default is one of these.""",
        """
@dspc.instrument(voices=1, glide="slide")
def lead(note, glide_time=dspc.param(0.05, 0.0, 1.0, unit="s")):
    return dspc.phasor(note.frequency)
""",
        """
@dspc.instrument(voices=1, glide="glide_time")
def lead(note, glide_time=dspc.param(0.05, 0.0, 1.0, unit="s")):
    return dspc.phasor(note.frequency)
""",
    ),
    Code(
        "DSP211",
        "A way to steal that there is not",
        """\
If all voices sound, a new note takes the voice of the "oldest", "lowest", "highest" or "quietest" note, of one that is
released already if there is one; with "none" it is dropped.""",
        """
@dspc.instrument(voices=8, steal="newest")
def lead(note):
    return dspc.phasor(note.frequency)
""",
        """
@dspc.instrument(voices=8, steal="oldest")
def lead(note):
    return dspc.phasor(note.frequency)
""",
    ),
    Code(
        "DSP212",
        "Options of an instrument that mean nothing together",
        """\
A mono instrument has no other voice to steal from: its newest key sounds. With several voices each note has one of its
own, so legato only says which notes glide, and needs a glide.""",
        """
@dspc.instrument(voices=8, legato=True)
def lead(note):
    return dspc.phasor(note.frequency)
""",
        """
@dspc.instrument(voices=8, legato=True, glide=0.05)
def lead(note):
    return dspc.phasor(note.frequency)
""",
    ),
    Code(
        "DSP213",
        "A voice's own in what is shared",
        """\
The function given to dspc.shared runs once for all voices, outside them: it does not see a note, nor signals that were
made in a voice, nor the lanes and feedbacks around the call.""",
        """
@dspc.instrument(voices=8)
def lead(note):
    vibrato = dspc.shared(lambda: note.pressure * dspc.sin_turns(dspc.phasor(5.0)))
    return dspc.phasor(note.frequency * (1 + 0.01 * vibrato))
""",
        """
@dspc.instrument(voices=8)
def lead(note):
    vibrato = note.pressure * dspc.shared(lambda: dspc.sin_turns(dspc.phasor(5.0)))
    return dspc.phasor(note.frequency * (1 + 0.01 * vibrato))
""",
    ),
)
