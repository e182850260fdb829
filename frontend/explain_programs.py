"""DSP180 to DSP193, DSP240: programs, the files they are in, their precision."""

from dspc.frontend.explain import Code

PROGRAMS = (
    Code(
        "DSP180",
        "A build constant that a program does not have",
        """\
configure() sets keywords whose default is no parameter, when the program is built. Parameters are set while it
runs.""",
        """
@dspc.effect
def quiet(x, amount=0.5):
    return x * amount

quieter = quiet.configure(ammount=0.25)
""",
        """
@dspc.effect
def quiet(x, amount=0.5):
    return x * amount

quieter = quiet.configure(amount=0.25)
""",
    ),
    Code(
        "DSP181",
        "A decorator on something that is no function",
        "@dspc.effect, @dspc.instrument and @….after stand above a def.",
        """
quiet = dspc.effect(0.5)
""",
        """
quiet = dspc.effect(lambda x: 0.5 * x)
""",
    ),
    Code(
        "DSP182",
        "An instrument's voices",
        "An instrument has 1 to 256 voices; 1 makes it mono. legato is True or False.",
        """
@dspc.instrument(voices=0)
def lead(note):
    return dspc.phasor(note.frequency)
""",
        """
@dspc.instrument(voices=1)
def lead(note):
    return dspc.phasor(note.frequency)
""",
    ),
    Code(
        "DSP183",
        "Not a program",
        """\
dspc.trace, dspc.compile and dspc.render take a function, decorated or not, with arguments that Python can tell.""",
        """
dspc.trace("voice.py")
""",
        """
dspc.trace(lambda x: 0.5 * x)
""",
    ),
    Code(
        "DSP184",
        "A function that calls itself without end",
        """\
A program's function runs once: recursion is unrolled, and must end by Python's own conditions. A loop over time is
dspc.feedback.""",
        """
@dspc.effect
def echo(x):
    def again(y):
        return y + 0.5 * again(dspc.delay(y, 100))
    return again(x)
""",
        """
@dspc.effect
def echo(x):
    return dspc.feedback(lambda y: x + 0.5 * dspc.delay(y, 99))
""",
    ),
    Code(
        "DSP185",
        "Channels of the voices and of after",
        "The function that runs after the voices gets one argument for each channel that the instrument returns.",
        """
@dspc.instrument(voices=4)
def lead(note):
    return dspc.phasor(note.frequency)

@lead.after
def space(left, right):
    return left + right
""",
        """
@dspc.instrument(voices=4)
def lead(note):
    return dspc.phasor(note.frequency)

@lead.after
def space(mono):
    return mono, dspc.delay(mono, 100)
""",
    ),
    Code(
        "DSP186",
        "An instrument without its note",
        "An instrument's function has one argument without a default, the note; others are parameters or constants.",
        """
@dspc.instrument(voices=4)
def lead(frequency, gate):
    return dspc.phasor(frequency) * gate
""",
        """
@dspc.instrument(voices=4)
def lead(note):
    return dspc.phasor(note.frequency) * note.gate
""",
    ),
    Code(
        "DSP187",
        "Arguments that cannot be counted",
        """\
The positional arguments of a program are its channels, the keywords its parameters: *args and **kwargs would leave
open how many there are, a keyword without a default what it is.""",
        """
@dspc.effect
def mix(*channels):
    return sum(channels)
""",
        """
@dspc.effect
def mix(left, right):
    return left + right
""",
    ),
    Code(
        "DSP188",
        "Arguments of a program that is called in another one",
        "Inside a trace a program is an ordinary function: its channels are given, its parameters may be.",
        """
@dspc.effect
def quiet(x, gain=dspc.param(0.5, 0.0, 1.0)):
    return x * gain

@dspc.effect
def quieter(x):
    return quiet(x, gian=0.1)
""",
        """
@dspc.effect
def quiet(x, gain=dspc.param(0.5, 0.0, 1.0)):
    return x * gain

@dspc.effect
def quieter(x):
    return quiet(x, gain=0.1)
""",
    ),
    Code(
        "DSP189",
        "after on an effect",
        "Only an instrument has voices that something could run after. Effects are called one in another.",
        """
@dspc.effect
def quiet(x):
    return 0.5 * x

@quiet.after
def late(x):
    return dspc.delay(x, 10)
""",
        """
@dspc.effect
def quiet_and_late(x):
    return dspc.delay(0.5 * x, 10)
""",
    ),
    Code("DSP190", "A file that is not Python", "Python's parser says where, and what it expected."),
    Code(
        "DSP191",
        "An exception in the user's own code",
        "What Python raised while the file ran, or while a program of it was traced, with the way to it.",
    ),
    Code(
        "DSP192",
        "A file without a program",
        "A program is a function under @dspc.effect or @dspc.instrument. FILE:name takes an undecorated one.",
    ),
    Code("DSP193", "No such program", "FILE:name names something that the file does not define."),
    Code(
        "DSP240",
        "A precision that there is not",
        """\
precision="f64" makes every f32 of a program an f64, parameters and channels included; "f32" is what is meant if
nothing is said. Single values are converted with dspc.f64(x).""",
    ),
)
