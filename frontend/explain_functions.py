"""DSP130 to DSP171: sources, delays, feedback, banks, tables."""

from dspc.frontend.explain import Code

FUNCTIONS = (
    Code(
        "DSP130",
        "A phasor's arguments",
        "A phasor takes a frequency in Hz or a step in cycles a sample. Its phase is where it starts: a constant.",
        """
@dspc.effect
def ramp():
    return dspc.phasor()
""",
        """
@dspc.effect
def ramp():
    return dspc.phasor(440.0)
""",
    ),
    Code(
        "DSP131",
        "A seed that is no integer",
        "A seed names a stream of noise. Without one every call has its own.",
        """
@dspc.effect
def hiss():
    return dspc.noise(0.5)
""",
        """
@dspc.effect
def hiss():
    return dspc.noise(5)
""",
    ),
    Code(
        "DSP132",
        "A controller's number",
        """\
MIDI controllers have the numbers 0 to 127; their values, and default=, are 0 to 1. A controller is one for the whole
program, and so is its default: give the same one wherever it is asked for.""",
        """
@dspc.effect
def wheel(x):
    return x * dspc.controller(128)
""",
        """
@dspc.effect
def wheel(x):
    return x * dspc.controller(1)
""",
    ),
    Code(
        "DSP133",
        "No such property of a note",
        """\
A note has frequency, key, velocity, release_velocity, pressure, timbre, gate, bend, trigger, random, voice, and
finish(condition).""",
        """
@dspc.instrument(voices=4)
def lead(note):
    return dspc.phasor(note.pitch)
""",
        """
@dspc.instrument(voices=4)
def lead(note):
    return dspc.phasor(note.frequency)
""",
    ),
    Code(
        "DSP140",
        "A length that a delay cannot have",
        """\
A delay is 0 samples or more, and at most 2^28 at the highest sample rate. It cannot look into the future: delay
whatever has to wait.""",
        """
@dspc.effect
def early(x):
    return dspc.delay(x, -10)
""",
        """
@dspc.effect
def late(x):
    return dspc.delay(x, 10)
""",
    ),
    Code(
        "DSP141",
        "An interpolation that a delay does not have",
        """\
Delays interpolate by "none" (which floors the length), "linear", "cubic", "lagrange3", "lagrange5" or "thiran".""",
        """
@dspc.effect
def late(x):
    return dspc.delay(x, 10.5, interpolation="spline")
""",
        """
@dspc.effect
def late(x):
    return dspc.delay(x, 10.5, interpolation="linear")
""",
    ),
    Code(
        "DSP142",
        "A delay without a longest length",
        """\
Memory is laid out before the first sample. So a delay that changes says how long it may become, as a number of samples
or a multiple of dspc.sample_rate; the length is kept below it.""",
        """
@dspc.effect
def echo(x, time=dspc.param(0.3, 0.0, 1.0, unit="s")):
    return dspc.delay(x, time * dspc.sample_rate)
""",
        """
@dspc.effect
def echo(x, time=dspc.param(0.3, 0.0, 1.0, unit="s")):
    return dspc.delay(x, time * dspc.sample_rate, max=1.0 * dspc.sample_rate)
""",
    ),
    Code(
        "DSP150",
        "What feedback takes",
        """\
dspc.feedback takes a function and the first values of its states: a finite number for all, or a tuple with one for
each.""",
        """
@dspc.effect
def hold(x):
    return dspc.feedback(0.0, lambda y: x + 0.5 * y)
""",
        """
@dspc.effect
def hold(x):
    return dspc.feedback(lambda y: x + 0.5 * y, 0.0)
""",
    ),
    Code(
        "DSP151",
        "Numbers of values that do not match",
        """\
The function given to feedback takes the previous value of every state and returns at least the next ones, first of
all; that of bank takes one argument.""",
        """
@dspc.effect
def two_poles(x):
    return dspc.feedback(lambda a, b: 0.5 * a + 0.2 * b + x)
""",
        """
@dspc.effect
def two_poles(x):
    return dspc.feedback(lambda a, b: (0.5 * a + 0.2 * b + x, a))[0]
""",
    ),
    Code(
        "DSP152",
        "A function that returned nothing",
        "Python returns None where a return is missing.",
        """
@dspc.effect
def quiet(x):
    x * 0.5
""",
        """
@dspc.effect
def quiet(x):
    return x * 0.5
""",
    ),
    Code(
        "DSP153",
        "Too many channels, or none",
        "A program has up to 64 input channels, and 1 to 64 output channels.",
        """
@dspc.effect
def nothing(x):
    return ()
""",
        """
@dspc.effect
def silence(x):
    return 0.0
""",
    ),
    Code(
        "DSP155",
        "A generator or an async function",
        "Such functions do not run when they are called. A program runs once, and returns its signals.",
        """
@dspc.effect
def stereo(x):
    yield x
    yield x
""",
        """
@dspc.effect
def stereo(x):
    return x, x
""",
    ),
    Code(
        "DSP160",
        "What bank takes",
        "dspc.bank takes a count or a sequence, then a function.",
        """
@dspc.effect
def chord(x):
    return dspc.bank(3, 0.5).sum()
""",
        """
@dspc.effect
def chord(x):
    return dspc.bank(3, lambda i: 0.5 * x).sum()
""",
    ),
    Code(
        "DSP161",
        "A number of lanes that cannot be",
        """\
The number of lanes is known when the program is built: a Python integer from 1 to 65536, or the length of a list, a
tuple, an array or a zip.""",
        """
@dspc.effect
def chord(x):
    return dspc.bank(x, lambda i: 0.5 * i).sum()
""",
        """
@dspc.effect
def chord(x):
    return dspc.bank(8, lambda i: dspc.select(i < x, 0.5 * i, 0.0)).sum()
""",
    ),
    Code(
        "DSP162",
        "Lanes that do not match",
        "All lanes get the same kind of thing: a number or a signal each, or rows of one length each.",
        """
@dspc.effect
def modes(x):
    return dspc.bank([(100.0, 0.5), (200.0,)], lambda row: x * row[0]).sum()
""",
        """
@dspc.effect
def modes(x):
    return dspc.bank([(100.0, 0.5), (200.0, 0.3)], lambda row: x * row[0]).sum()
""",
    ),
    Code(
        "DSP163",
        "What lanes takes",
        "dspc.lanes(numbers) stands inside a bank's function: one number for each lane of the innermost bank.",
        """
@dspc.effect
def weighted(x):
    return x * dspc.lanes([1.0, 2.0])
""",
        """
@dspc.effect
def weighted(x):
    return dspc.bank(2, lambda i: x * dspc.lanes([1.0, 2.0])).sum()
""",
    ),
    Code(
        "DSP170",
        "A table that cannot be",
        """\
A table is a row of at least one finite number, or rows of one length: floats become f32, integers i32.""",
        """
shape = dspc.table([[0.0, 1.0], [1.0]])
""",
        """
shape = dspc.table([0.0, 1.0, 0.0])
""",
    ),
    Code(
        "DSP171",
        "How a table is read",
        """\
table(position, interpolation="linear" or "none", boundary="clamp", "wrap" or "zero"). The position is a signal; it
may lie between two samples.""",
        """
shape = dspc.table([0.0, 1.0, 0.0])

@dspc.effect
def bend(x):
    return shape(x + 1, boundary="mirror")
""",
        """
shape = dspc.table([0.0, 1.0, 0.0])

@dspc.effect
def bend(x):
    return shape(x + 1, boundary="clamp")
""",
    ),
)
