"""DSP270 to DSP284: arrays of signals, bodies of their own, memory, other rates, spectra."""

from dspc.frontend.explain import Code

ARRAYS = (
    Code(
        "DSP270",
        "Arrays of different lengths",
        "Arithmetic on arrays is elementwise: both have one length, or one is a single signal or number.",
        """
@dspc.effect
def mix(a, b, c):
    return (dspc.stack([a, b]) * [0.1, 0.2, 0.3]).sum() + c
""",
        """
@dspc.effect
def mix(a, b, c):
    return (dspc.stack([a, b]) * [0.1, 0.2]).sum() + c
""",
    ),
    Code(
        "DSP271",
        "What is no array of signals",
        "An array is made by dspc.stack of a list of signals and numbers, by a bank's .stack(), or by a matrix.",
        """
@dspc.effect
def one(x):
    return dspc.stack(x).sum()
""",
        """
@dspc.effect
def one(x):
    return dspc.stack([x, 1.0]).sum()
""",
    ),
    Code(
        "DSP272",
        "An index of an array",
        "The index of an array is an integer inside it, a slice that takes something, or an integer signal, which is "
        "clamped to the array.",
        """
@dspc.effect
def third(left, right):
    return dspc.stack([left, right])[2]
""",
        """
@dspc.effect
def second(left, right):
    return dspc.stack([left, right])[1]
""",
    ),
    Code(
        "DSP273",
        "A body that is no function",
        "when, restart, control, table_init and their like take a function without arguments: what is computed inside "
        "it has its own state. A signal that was made outside would not stand still or start again.",
        """
@dspc.effect
def gated(x):
    return dspc.when(x > 0, dspc.phasor(10.0))
""",
        """
@dspc.effect
def gated(x):
    return dspc.when(x > 0, lambda: dspc.phasor(10.0))
""",
    ),
    Code(
        "DSP274",
        "What when gives otherwise",
        "otherwise is one value for all results, or as many as the function returns.",
        """
@dspc.effect
def gated(x):
    return dspc.when(x > 0, lambda: (x, -x, 2 * x), otherwise=(0.5, 0.5))
""",
        """
@dspc.effect
def gated(x):
    return dspc.when(x > 0, lambda: (x, -x, 2 * x), otherwise=(0.5, 0.5, 1.0))
""",
    ),
    Code(
        "DSP275",
        "A switch",
        "dspc.switch(choice, functions) runs the function under the label that is chosen: one for each label of the "
        "choice, and all return the same structure.",
        """
@dspc.effect
def tone(shape=dspc.choice("ramp", "hiss")):
    return dspc.switch(shape, {"ramp": lambda: dspc.phasor(110.0)})
""",
        """
@dspc.effect
def tone(shape=dspc.choice("ramp", "hiss")):
    return dspc.switch(shape, {"ramp": lambda: dspc.phasor(110.0), "hiss": lambda: dspc.noise()})
""",
    ),
    Code(
        "DSP276",
        "A matrix",
        "dspc.matrix takes rows and columns of finite numbers. matrix @ signals takes an array with as many signals as "
        "the matrix has columns.",
        """
@dspc.effect
def rotate(left, right):
    return tuple(dspc.matrix([[0.0, -1.0], [1.0, 0.0]]) @ [left, right, 0.0])
""",
        """
@dspc.effect
def rotate(left, right):
    return tuple(dspc.matrix([[0.0, -1.0], [1.0, 0.0]]) @ [left, right])
""",
    ),
    Code(
        "DSP277",
        "The taps of a filter",
        "dspc.fir takes a row of finite numbers, or an array of signals.",
        """
@dspc.effect
def smooth(x):
    return dspc.fir(x, [[0.5, 0.5]])
""",
        """
@dspc.effect
def smooth(x):
    return dspc.fir(x, [0.5, 0.5])
""",
    ),
    Code(
        "DSP278",
        "The size of a memory",
        "dspc.rwtable takes a number of elements or a row of numbers, dspc.table_init a number of samples: 1 to 2^24, "
        "known when the program is built.",
        """
@dspc.effect
def tape(x):
    return dspc.rwtable(0.5).read(0)
""",
        """
@dspc.effect
def tape(x):
    return dspc.rwtable(24_000).read(0)
""",
    ),
    Code(
        "DSP279",
        "Reading and writing a table in one sample",
        "The writes of a sample come before its reads. So what is written cannot depend on what is read at the same "
        "sample: pass it through dspc.feedback. A table that is written has read() and write() instead of an index.",
        """
@dspc.effect
def overdub(x):
    tape = dspc.rwtable(1000)
    place = dspc.i32(dspc.frame % 1000)
    return tape.write(place, x + 0.5 * tape.read(place))
""",
        """
@dspc.effect
def overdub(x):
    tape = dspc.rwtable(1000)

    def loop(last):
        tape.write(dspc.i32(dspc.frame % 1000), x + 0.5 * last)
        return tape.read(dspc.i32((dspc.frame + 1) % 1000))

    return dspc.feedback(loop)
""",
    ),
    Code(
        "DSP280",
        "What is not known at prepare",
        "dspc.table_init runs once, before the first sample: parameters, notes, controllers, inputs and other signals "
        "that change are not known then.",
        """
@dspc.effect
def late(x):
    return dspc.table_init(16, lambda: x)(0)
""",
        """
@dspc.effect
def early(x):
    return dspc.table_init(16, lambda: dspc.phasor(step=1 / 16))(0) * x
""",
    ),
    Code(
        "DSP281",
        "Factor and filter of another rate",
        "oversample and undersample know the filters fir, iir and hold, each with its own factors: fir those that "
        "divide 48 up to 16, iir powers of 2 up to 16, hold 2 to 64.",
        """
@dspc.effect
def drive(x):
    return dspc.oversample(5, lambda: dspc.tanh(5.0 * x))
""",
        """
@dspc.effect
def drive(x):
    return dspc.oversample(4, lambda: dspc.tanh(5.0 * x))
""",
    ),
    Code(
        "DSP282",
        "Latency where there can be none",
        "A look-ahead, and the linear-phase filters of another rate, make a path late; other paths are delayed to meet "
        "it. Inside a feedback the loop would become longer, and a body that stands still or runs at another rate has "
        "other samples than the stream.",
        """
@dspc.effect
def loop(x):
    return dspc.feedback(lambda y: dspc.oversample(4, lambda: dspc.tanh(x - y)))
""",
        """
@dspc.effect
def loop(x):
    return dspc.feedback(lambda y: dspc.oversample(4, lambda: dspc.tanh(x - y), filter="iir"))
""",
    ),
    Code(
        "DSP283",
        "Size, hop and window of a spectrum",
        "dspc.stft takes frames of a power of two of samples, 16 to 16384, every so many samples: a power of two of "
        "at most half a frame. The windows are hann, hamming, blackman and rectangular.",
        """
@dspc.effect
def soft(x):
    return dspc.stft(x, lambda z: z * 0.5, size=1000)
""",
        """
@dspc.effect
def soft(x):
    return dspc.stft(x, lambda z: z * 0.5, size=1024)
""",
    ),
    Code(
        "DSP284",
        "A bin of a spectrum",
        "The function of dspc.stft receives a bin, a complex signal, and returns one: the bin times something, "
        "dspc.complex(re, im) or dspc.polar(magnitude, phase). Where a real signal is wanted, say which part of it.",
        """
@dspc.effect
def whisper(x):
    return dspc.stft(x, lambda z: abs(z))
""",
        """
@dspc.effect
def whisper(x):
    return dspc.stft(x, lambda z: dspc.polar(abs(z), 3.1416 * dspc.noise()))
""",
    ),
)
