"""DSP120 to DSP126: parameters, choices, groups."""

from dspc.frontend.explain import Code

PARAMETERS = (
    Code(
        "DSP120",
        "A parameter that cannot be",
        """\
dspc.param(default, min, max) takes finite numbers with min < max and the default between them. A logarithmic scale
starts above 0. An int as default and step makes an integer parameter, whose limits are integers too.""",
        """
@dspc.effect
def tone(x, cutoff=dspc.param(1000.0, 0.0, 20_000.0, scale="log")):
    return x * cutoff
""",
        """
@dspc.effect
def tone(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, scale="log")):
    return x * cutoff
""",
    ),
    Code(
        "DSP121",
        "A choice that cannot be",
        "dspc.choice takes at least two texts, all different; its default is one of them.",
        """
mode = dspc.choice("saw")
""",
        """
mode = dspc.choice("saw", "square")
""",
    ),
    Code(
        "DSP122",
        "A label that a choice does not have, or a choice taken for a number",
        """\
A choice is compared with one of its labels, which gives a bool. Its number, an i32, is .index.""",
        """
@dspc.effect
def pick(x, mode=dspc.choice("dry", "wet")):
    return dspc.select(mode == "wett", 0.5 * x, x)
""",
        """
@dspc.effect
def pick(x, mode=dspc.choice("dry", "wet")):
    return dspc.select(mode == "wet", 0.5 * x, x)
""",
    ),
    Code(
        "DSP123",
        "Two parameters with one id",
        "Hosts know a parameter by its id, which is the argument's name unless id= says otherwise.",
        """
@dspc.effect
def two(x, low=dspc.param(0.5, 0.0, 1.0, id="gain"), high=dspc.param(0.5, 0.0, 1.0, id="gain")):
    return x * low * high
""",
        """
@dspc.effect
def two(x, low=dspc.param(0.5, 0.0, 1.0), high=dspc.param(0.5, 0.0, 1.0)):
    return x * low * high
""",
    ),
    Code(
        "DSP124",
        "An id that cannot be one",
        """\
An id is made of names and numbers joined by points, at most 64 characters, so that files, hosts and commands can say
it. What begins with `after.` belongs to the function that runs after the voices. name= is what people see.""",
        """
@dspc.effect
def amp(x, gain=dspc.param(0.5, 0.0, 1.0, id="main gain")):
    return x * gain
""",
        """
@dspc.effect
def amp(x, gain=dspc.param(0.5, 0.0, 1.0, id="main.gain", name="Main gain")):
    return x * gain
""",
    ),
    Code(
        "DSP125",
        "A parameter's declaration used as a signal",
        "A declaration becomes a parameter as the default of an argument; the argument is the signal.",
        """
gain = dspc.param(0.5, 0.0, 1.0)

@dspc.effect
def amp(x):
    return x * gain
""",
        """
@dspc.effect
def amp(x, gain=dspc.param(0.5, 0.0, 1.0)):
    return x * gain
""",
    ),
    Code(
        "DSP126",
        "A group of parameters",
        """\
A class derived from dspc.Params declares parameters that belong together. Its keywords give them other defaults:
numbers inside their range, or one of a choice's labels.""",
        """
class Band(dspc.Params):
    gain = dspc.param(1.0, 0.0, 4.0)

low = Band(gian=0.5)
""",
        """
class Band(dspc.Params):
    gain = dspc.param(1.0, 0.0, 4.0)

low = Band(gain=0.5)
""",
    ),
)
