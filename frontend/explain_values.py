"""DSP100 to DSP116: signals, their types and their operands."""

from dspc.frontend.explain import Code

VALUES = (
    Code(
        "DSP100",
        "A signal outside a trace",
        """\
Signals exist only while a program is traced: while dspc calls its function to write down what it does. At other
times there is nothing that an operation could be added to. dspc.sample_rate, dspc.frame and dspc.time may be imported
anywhere; computing with them has to wait for a trace.""",
        """
half = dspc.sample_rate * 0.5

@dspc.effect
def late(x):
    return dspc.delay(x, half)
""",
        """
@dspc.effect
def late(x):
    return dspc.delay(x, dspc.sample_rate * 0.5)
""",
    ),
    Code(
        "DSP101",
        "A signal in a condition",
        """\
A program's function runs once, to be written down, not once for each sample. So a signal is neither true nor false
then: if, while, and, or, not, conditional expressions, a < x < b and the built-in min() and max() have nothing to
decide by. dspc.select chooses sample by sample; & | ~ combine conditions.""",
        """
@dspc.effect
def gate(x):
    if 0.1 < x < 0.9:
        return x
    return 0.0
""",
        """
@dspc.effect
def gate(x):
    return dspc.select((x > 0.1) & (x < 0.9), x, 0.0)
""",
    ),
    Code(
        "DSP102",
        "A signal where a Python number is needed",
        """\
int(), float(), range(), indices and the functions of math ask for a number now, but a signal has its values only when
the program runs. dspc has its own conversions and functions; numpy's ufuncs mean dspc's. What is fixed when the
program is built (an order, a count) is a Python number: pass it as a keyword with a default.""",
        """
import math

@dspc.effect
def shape(x):
    return math.tanh(x)
""",
        """
@dspc.effect
def shape(x):
    return dspc.tanh(x)
""",
    ),
    Code(
        "DSP103",
        "A signal taken for a list",
        """\
A signal is one channel: it has no length, no elements, and does not change in place. Its past is dspc.delay(x, n);
several channels are several signals.""",
        """
@dspc.effect
def echo(x):
    return x + x[-100]
""",
        """
@dspc.effect
def echo(x):
    return x + dspc.delay(x, 100)
""",
    ),
    Code(
        "DSP104",
        "A signal that has left its body",
        """\
What is computed in the function given to bank, feedback or an instrument belongs to that body, of which there are many
copies, or one for each sample. Outside, only what the function returns is there, as what bank or feedback returns.
Signals of one program cannot be used in another.""",
        """
kept = []

@dspc.effect
def partials(x):
    dspc.bank(3, lambda i: kept.append(x * i) or x)
    return kept[0]
""",
        """
@dspc.effect
def partials(x):
    return dspc.bank(3, lambda i: x * i).sum()
""",
    ),
    Code(
        "DSP105",
        "A cycle without feedback",
        """\
A value that depends on itself needs its own value of one sample before: that is what dspc.feedback gives. Python only
sees a name that is used before it is assigned.""",
        """
@dspc.effect
def smooth(x):
    y = y + 0.1 * (x - y)
    return y
""",
        """
@dspc.effect
def smooth(x):
    return dspc.feedback(lambda y: y + 0.1 * (x - y))
""",
    ),
    Code(
        "DSP106",
        "No such attribute",
        """\
Signals are not arrays: what numpy has as methods are functions here. A bank has .sum() .mean() .product() .min()
.max(), a choice has .index.""",
        """
@dspc.effect
def limit(x):
    return x.clip(-1.0, 1.0)
""",
        """
@dspc.effect
def limit(x):
    return dspc.clamp(x, -1.0, 1.0)
""",
    ),
    Code(
        "DSP107",
        "A function of numpy that does not know signals",
        """\
numpy's elementwise functions that dspc has too mean dspc's on signals, and so do where, clip and round. Others,
their keywords, and methods such as reduce would need the samples, which are not there yet.""",
        """
import numpy as np

@dspc.effect
def level(x):
    return np.mean(x)
""",
        """
import numpy as np

@dspc.effect
def level(x):
    return dspc.feedback(lambda y: y + 0.001 * (np.abs(x) - y))
""",
    ),
    Code(
        "DSP108",
        "An operation that Python does not have for this",
        """\
Signals know + - * / // % **, comparisons, & | ^ ~ << >>, abs(), round() and divmod(). They are not called: a product
needs its *.""",
        """
@dspc.effect
def twice(x):
    return 2 * x(1)
""",
        """
@dspc.effect
def twice(x):
    return 2 * x
""",
    ),
    Code(
        "DSP109",
        "Nothing of this name in dspc",
        """\
The language's own functions are in dspc; oscillators, filters, envelopes and effects are in dspc.stdlib.""",
        """
@dspc.effect
def shape(x):
    return dspc.tahn(x)
""",
        """
@dspc.effect
def shape(x):
    return dspc.tanh(x)
""",
    ),
    Code(
        "DSP110",
        "Something that is no signal",
        """\
An operand, an argument or a result is neither a signal nor a number. Often a function was not called, or forgot its
return; or a list or tuple of signals was passed where one is meant.""",
        """
def gain():
    0.5

@dspc.effect
def quiet(x):
    return x * gain()
""",
        """
def gain():
    return 0.5

@dspc.effect
def quiet(x):
    return x * gain()
""",
    ),
    Code(
        "DSP111",
        "Types that do not fit",
        """\
bool, i32 or u32, f32, f64 promote upwards by themselves; downwards, and between i32 and u32, a conversion says what is
meant: dspc.i32(x), dspc.u32(x), dspc.f32(x). Bits (& | ^ ~ << >>) need bool or integers, conditions are bool, and a
state of feedback keeps the type that its initial value gives it.""",
        """
@dspc.effect
def decay(x):
    return dspc.feedback(lambda y: x + 0.5 * y, initial=0)
""",
        """
@dspc.effect
def decay(x):
    return dspc.feedback(lambda y: x + 0.5 * y, initial=0.0)
""",
    ),
    Code(
        "DSP112",
        "Arguments that a function does not take",
        "The help line shows how the function is called.",
        """
@dspc.effect
def tone():
    return dspc.phasor(freq=440.0)
""",
        """
@dspc.effect
def tone():
    return dspc.phasor(frequency=440.0)
""",
    ),
    Code(
        "DSP113",
        "A constant that is NaN",
        """\
A number that Python computed is not a number: a 0/0, or a missing value. All that is computed from it would be NaN.""",
        """
level = float("nan")

@dspc.effect
def quiet(x):
    return x * level
""",
        """
level = 0.5

@dspc.effect
def quiet(x):
    return x * level
""",
    ),
    Code(
        "DSP114",
        "A number that its type does not hold",
        """\
A Python number takes the type of the signal beside it. i32 holds -2147483648 to 2147483647, u32 0 to 4294967295, f32
up to 3.4e38. Infinity is allowed, if it is written as such.""",
        """
@dspc.effect
def scramble():
    return dspc.i32(dspc.frame) * 2654435769
""",
        """
@dspc.effect
def scramble():
    return dspc.frame * 2654435769
""",
    ),
    Code(
        "DSP115",
        "Division by the constant 0",
        """\
A division or a remainder by a number that is 0. (A signal that is 0 gives infinity or NaN; of integers, 0.)""",
        """
@dspc.effect
def broken(x, order=0):
    return x / order
""",
        """
@dspc.effect
def mended(x, order=1):
    return x / order
""",
    ),
    Code(
        "DSP116",
        "A bank where one signal is meant",
        """\
dspc.bank gives as many values as there are lanes. They are combined with .sum() .mean() .product() .min() .max();
what each lane does to its own value belongs into the function.""",
        """
@dspc.effect
def chord():
    return dspc.bank(3, lambda i: dspc.phasor(100.0 * (i + 1))) * 0.5
""",
        """
@dspc.effect
def chord():
    return dspc.bank(3, lambda i: dspc.phasor(100.0 * (i + 1))).mean() * 0.5
""",
    ),
    Code(
        "DSP117",
        "An array where one signal is wanted",
        "An array of signals is indexed, sliced, iterated and combined; functions and filters are elementwise. Where "
        "one signal is wanted, say which one, or combine them.",
        """
@dspc.effect
def both(left, right):
    pair = dspc.stack([left, right])
    return dspc.meter("level", pair)
""",
        """
@dspc.effect
def both(left, right):
    pair = dspc.stack([left, right])
    return dspc.meter("level", abs(pair).max()) * pair[0]
""",
    ),
)
