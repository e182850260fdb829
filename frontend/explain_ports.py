"""DSP220 to DSP239: what stands between a program and its host: transport, meters, buses."""

from dspc.frontend.explain import Code

PORTS = (
    Code(
        "DSP220",
        "No such field of the transport",
        "The transport has tempo, playing, position, bar, numerator and denominator.",
        """
@dspc.effect
def beat(x):
    return x * dspc.transport.bpm
""",
        """
@dspc.effect
def beat(x):
    return x * (dspc.transport.tempo / 120.0)
""",
    ),
    Code(
        "DSP221",
        "A meter's name",
        "Hosts show a meter under its name, a text of 1 to 64 characters.",
        """
@dspc.effect
def louder(x):
    return dspc.meter("", 2.0 * x)
""",
        """
@dspc.effect
def louder(x):
    return dspc.meter("level", 2.0 * x)
""",
    ),
    Code(
        "DSP222",
        "Two meters of one name",
        "A name shows one meter. For the larger of two signals, meter their dspc.max.",
        """
@dspc.effect
def louder(left, right):
    return dspc.meter("level", 2.0 * left), dspc.meter("level", 2.0 * right)
""",
        """
@dspc.effect
def louder(left, right):
    dspc.meter("level", dspc.max(abs(2.0 * left), abs(2.0 * right)))
    return 2.0 * left, 2.0 * right
""",
    ),
    Code(
        "DSP223",
        "A meter where there are many signals",
        "In a bank and in an instrument's voices one line of the program is many signals. A meter shows one: that of "
        "the bank's .max() or .sum(), or of the mix of the voices.",
        """
@dspc.effect
def chorus(x):
    return dspc.bank(4, lambda i: dspc.meter("tap", dspc.delay(x, 100 * i, max=300))).sum()
""",
        """
@dspc.effect
def chorus(x):
    taps = dspc.bank(4, lambda i: dspc.delay(x, 100 * i, max=300))
    return dspc.meter("taps", taps.sum())
""",
    ),
    Code(
        "DSP224",
        "An input bus that cannot be",
        "dspc.input takes the number of channels, 1 to 64, and whether the bus is a side chain.",
        """
@dspc.effect
def sum_of(x=dspc.input(0)):
    return sum(x)
""",
        """
@dspc.effect
def sum_of(x=dspc.input(2)):
    return sum(x)
""",
    ),
    Code(
        "DSP225",
        "An input bus in a place where none is",
        "dspc.input(…) is the default of an effect's argument. An instrument has no inputs, and what is declared is no "
        "signal.",
        """
@dspc.instrument
def voice(note, x=dspc.input(1)):
    return x[0] * note.velocity
""",
        """
@dspc.effect
def louder(x=dspc.input(1)):
    return 2.0 * x[0]
""",
    ),
    Code(
        "DSP226",
        "A bus in place of a signal",
        "A bus is an array of its channels: take one, unpack them, go through them, or compute with all at once.",
        """
@dspc.effect
def louder(x=dspc.input(2)):
    return dspc.meter("level", x)
""",
        """
@dspc.effect
def louder(x=dspc.input(2)):
    return dspc.meter("level", abs(x).max())
""",
    ),
    Code(
        "DSP227",
        "The channels of a bus, in a call",
        "A program that is called in another one gets each of its buses as so many signals. Only a side chain may be "
        "left out: then it is silent, and not connected.",
        """
@dspc.effect
def swap(x=dspc.input(2)):
    return x[1], x[0]

@dspc.effect
def one(x):
    return swap(x=x)
""",
        """
@dspc.effect
def swap(x=dspc.input(2)):
    return x[1], x[0]

@dspc.effect
def both(left, right):
    return swap(x=(left, right))
""",
    ),
    Code(
        "DSP228",
        "An output bus that cannot be",
        "A dict of results names the output buses: each name is one word, each value a signal or a tuple of signals.",
        """
@dspc.effect
def split(x):
    return {"left and right": (x, -x)}
""",
        """
@dspc.effect
def split(x):
    return {"both": (x, -x)}
""",
    ),
    Code(
        "DSP229",
        "A program that does not fit the channels",
        "An effect with one input channel (side chains not counted) and one output runs once on each channel of a "
        "wider input. Any other program takes as many channels as it declares.",
    ),
    Code(
        "DSP230",
        "A bus with the name of another",
        "All positional arguments of an effect together are the bus main. An argument that is a bus has another name.",
        """
@dspc.effect
def mix(x, main=dspc.input(1)):
    return x + main[0]
""",
        """
@dspc.effect
def mix(x, other=dspc.input(1)):
    return x + other[0]
""",
    ),
    Code(
        "DSP231",
        "A tail that is no time",
        "tail= is how many seconds a program still sounds after its input or its last note: hosts go on that long.",
        """
@dspc.effect(tail=-1.0)
def late(x):
    return dspc.delay(x, 10)
""",
        """
@dspc.effect(tail=0.1)
def late(x):
    return dspc.delay(x, 10)
""",
    ),
    Code("DSP232", "No such sample", "A sample is known by its name: engine.samples lists them."),
    Code("DSP233", "A sound", "engine.load takes real numbers, finite, at least one: [frames], or for a sample of\n"
         "several channels [channels, frames]."),
)
