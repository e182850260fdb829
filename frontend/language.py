"""What a traced function may call: sources, delays, feedback, banks, choices, mathematics."""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    FloatAttr,
    IntAttr,
    StringAttr,
    SymbolRefAttr,
    TensorType,
    f64,
)
from xdsl.ir import Attribute, Block, Region, SSAValue

from dspc.dialects import dsp
from dspc.dialects.types import ELEMENT_TYPES, RATES, element_of, rate_of, signal, with_element
from dspc.frontend import signal as sg
from dspc.frontend import trace as tr
from dspc.frontend.signal import Operand, Signal, add, as_signal, convert, emit, math, promote

# --- conversions and choice -----------------------------------------------------------------------


def f32(x: Operand) -> Signal:
    """To a 32-bit float (at const and init rate f64, which is rounded where it meets audio)."""
    value = as_signal(x)
    early = RATES.index(value.rate) <= RATES.index("init")
    return convert(value, "f64" if early and value.element != "f32" else "f32")


def f64_(x: Operand) -> Signal:
    """To a 64-bit float."""
    return convert(as_signal(x), "f64")


def i32(x: Operand) -> Signal:
    """To a 32-bit integer: toward zero, saturating, NaN gives 0."""
    return convert(as_signal(x), "i32")


def u32(x: Operand) -> Signal:
    """To an unsigned 32-bit integer: toward zero, saturating, NaN gives 0; an i32 wraps."""
    return convert(as_signal(x), "u32")


def bool_(x: Operand) -> Signal:
    """Whether it is not 0."""
    return convert(as_signal(x), "bool")


def select(condition: Operand, a: Operand, b: Operand) -> Signal:
    """`a` where the condition holds, else `b`, sample by sample; both are computed."""
    chosen = as_signal(condition, "condition")
    if chosen.element != "bool":
        chosen = sg.wrong_type(f"a condition is a bool, not {chosen.element}", convert(chosen, "bool"),
                               "compare it, for example x > 0")  # fmt: skip
    return emit("select", chosen, *promote(a, b))


def min(a: Operand, b: Operand) -> Signal:
    """The smaller: `b < a ? b : a`."""
    return emit("min", *(sg.numeric(x) for x in promote(a, b)))


def max(a: Operand, b: Operand) -> Signal:
    """The larger: `a < b ? b : a`."""
    return emit("max", *(sg.numeric(x) for x in promote(a, b)))


def clamp(x: Operand, low: Operand, high: Operand) -> Signal:
    """`x` kept inside [low, high]."""
    return min(max(x, low), high)


# --- mathematics ----------------------------------------------------------------------------------


def _one(name: str, doc: str) -> Callable[[Operand], Signal]:
    def function(x: Operand) -> Signal:
        return math(name, x)

    function.__name__, function.__doc__ = name, doc
    return function


def _table(name: str, doc: str) -> Callable[[Operand], Signal]:
    """A function that is one row of the scalar table on floats."""

    def function(x: Operand) -> Signal:
        return emit(name, *sg.floats(x))

    function.__name__, function.__doc__ = name, doc
    return function


sin = _one("sin", "Sine of radians.")
cos = _one("cos", "Cosine of radians.")
tan = _one("tan", "Tangent of radians.")
asin = _one("asin", "Arc sine, in radians.")
acos = _one("acos", "Arc cosine, in radians.")
atan = _one("atan", "Arc tangent, in radians.")
sinh = _one("sinh", "Hyperbolic sine.")
cosh = _one("cosh", "Hyperbolic cosine.")
tanh = _one("tanh", "Hyperbolic tangent.")
exp = _one("exp", "e to the x.")
exp2 = _one("exp2", "2 to the x.")
log = _one("log", "Natural logarithm.")
log2 = _one("log2", "Logarithm to base 2.")
log10 = _one("log10", "Logarithm to base 10.")
trunc = _one("trunc", "Toward zero.")
sin_turns = _one("sin_turns", "Sine of a phase in turns: `sin(2 pi x)` for x in [-1, 1], cheaper than sin.")
cos_turns = _one("cos_turns", "Cosine of a phase in turns: `cos(2 pi x)` for x in [-1, 1].")
sqrt = _table("sqrt", "Square root, correctly rounded.")
floor = _table("floor", "The largest integer not above x, as a float.")
ceil = _table("ceil", "The smallest integer not below x, as a float.")
round = _table("round", "The nearest integer, halves to even, as a float.")


def atan2(y: Operand, x: Operand) -> Signal:
    """The angle of the point (x, y), in radians."""
    return math("atan2", y, x)


def pow(x: Operand, y: Operand) -> Signal:
    """x to the y; a Python integer y multiplies."""
    return sg.power(x, y)


def fmod(x: Operand, y: Operand) -> Signal:
    """The remainder with the sign of x, as C's fmod."""
    return math("fmod", x, y)


def sign(x: Operand) -> Signal:
    """-1, 0 or 1."""
    value = sg.numeric(as_signal(x))
    if value.element in ("f32", "f64"):
        return math("sign", value)
    return emit("sub", convert(0 < value, value.element), convert(value < 0, value.element))


def abs(x: Operand) -> Signal:
    """Without its sign."""
    return sg.absolute(x)


# --- sources --------------------------------------------------------------------------------------


class _Environment:
    """Signals that need no call: `dspc.sample_rate`, `dspc.frame`."""

    @staticmethod
    def sample_rate() -> Signal:
        return add(dsp.SampleRateOp.create(result_types=(signal("f64", "init"),)))

    @staticmethod
    def frame() -> Signal:
        return add(dsp.FrameOp.create(result_types=(signal("u32", "audio"),)))

    @staticmethod
    def time() -> Signal:
        return f64_(_Environment.frame()) / _Environment.sample_rate()


ENVIRONMENT: dict[str, Callable[[], Signal]] = {
    "sample_rate": _Environment.sample_rate,
    "frame": _Environment.frame,
    "time": _Environment.time,
}


def phasor(frequency: Operand = None, *, step: Operand = None, phase: float = 0.0, reset: Operand = False) -> Signal:
    """A ramp in [0, 1), `frequency` in Hz or `step` in cycles a sample; its first value is `phase`.

    Negative frequencies run downwards. A sample at which `reset` is true outputs `phase`.
    """
    if (frequency is None) == (step is None):
        raise tr.fail("DSP130", "a phasor takes either a frequency in Hz or a step in cycles a sample",
                      "phasor(440.0) or phasor(step=0.01)")  # fmt: skip
    if not sg.is_number(phase) or not np.isfinite(phase):
        raise tr.fail("DSP130", "a phasor's phase is a finite number", "")
    cycles = as_signal(step) if step is not None else divide_by_rate(frequency)
    operands = [early_to_f32(cycles).ssa]
    if reset is not False:
        operands.append(select_bool(reset, "reset").ssa)
    return add(dsp.PhasorOp.create(operands=operands, result_types=(signal("f32", "audio"),),
                                   properties={"phase": FloatAttr(float(phase), f64)}))  # fmt: skip


def divide_by_rate(frequency: Operand) -> Signal:
    """Cycles a sample: the reciprocal of the rate is taken once per prepare."""
    period = 1.0 / _Environment.sample_rate()
    return as_signal(frequency, "frequency") * period


def early_to_f32(x: Signal) -> Signal:
    """A float as f32, whatever its rate."""
    return convert(sg.numeric(x), "f32")


def select_bool(x: Operand, what: str) -> Signal:
    value = as_signal(x, what)
    if value.element == "bool":
        return value
    return sg.wrong_type(f"{what} is a bool, not {value.element}", convert(value, "bool"), "compare it with >")


def noise(seed: int | None = None) -> Signal:
    """Uniform noise in [-1, 1). Without a seed each call, lane and voice has its own stream, in every run."""
    trace = tr.current()
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise tr.fail("DSP131", "a seed is an integer", "leave it out for a stream of its own")
    trace.noises += 1
    base = (seed if seed is not None else 0x5EED + 0x632BE5AB * trace.noises) & 0xFFFFFFFF
    key = sg.constant(base, "u32")
    for block in trace.blocks:
        key = _key_of_copy(block, key)
    return add(dsp.NoiseOp.create(operands=(key.ssa,), result_types=(signal("f32", "audio"),)))


def _key_of_copy(block: Block, key: Signal) -> Signal:
    """Mixes in the index of the lane or of the voice that `block` is the body of."""
    kind = getattr(block, "dspc_copies", None)
    if kind == "bank":
        return key + u32(Signal(block.args[0])) * 0x85EBCA6B
    if kind == "voices":
        return key + u32(note_field("voice")) * 0xC2B2AE35
    return key


def note_field(field: str) -> Signal:
    element, rate = dsp.VOICE_FIELDS[field]
    return add(dsp.NoteOp.create(result_types=(signal(element, rate),), properties={"field": StringAttr(field)}))


def controller(number: int, default: float = 0.0) -> Signal:
    """MIDI controller `number`, 0 to 1."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 127:
        raise tr.fail("DSP132", "a controller's number is an integer from 0 to 127", "1 is the modulation wheel")
    return add(dsp.ControllerOp.create(
        result_types=(signal("f32", "control"),),
        properties={"number": IntAttr(number), "default": FloatAttr(float(default), f64)}))  # fmt: skip


# --- delay ----------------------------------------------------------------------------------------


def delay(
    x: Operand,
    samples: Operand,
    *,
    min: int = 0,
    max: Operand = None,
    interpolation: str | None = None,
) -> Signal:
    """`x` as it was `samples` ago (clamped to [min, max]); at first 0.

    `max` is needed when `samples` changes: a number of samples, or a multiple of `dspc.sample_rate`.
    Integers are not interpolated, other delays are, linearly.
    """
    source = as_signal(x)
    samples_, longest, shortest = _delay_times(samples, max)
    if isinstance(min, bool) or not isinstance(min, int) or min < 0:
        raise tr.fail("DSP140", "the shortest delay is a whole number of samples, 0 or more", "")
    whole = samples_.element in ("i32", "u32", "bool")
    mode = interpolation or ("none" if whole else "linear")
    if mode not in ("none", "linear"):
        raise tr.fail("DSP141", f"interpolation {mode!r} is not known", 'use "none" or "linear"')
    if mode == "linear" and source.element not in ("f32", "f64"):
        source = early_to_f32(source)
    if source.rate in ("const", "init", "control") and source.element == "f64":
        source = convert(source, "f32")
    at = convert(samples_, "i32") if whole else samples_ if samples_.element == "f32" else convert(samples_, "f32")
    if mode == "linear" and at.element == "i32":
        at = convert(at, "f32")
    properties: dict[str, Attribute] = {
        "max_samples": IntAttr(longest[0]),
        "max_seconds": FloatAttr(longest[1], f64),
        "min_samples": IntAttr(builtins.max(min, shortest)),
        "interpolation": StringAttr(mode),
    }
    type_ = signal(source.element, "audio")
    return add(dsp.DelayOp.create(operands=(source.ssa, at.ssa), result_types=(type_,), properties=properties))


LOWEST_RATE = 8_000
"""Hosts run at this sample rate at least; a delay in seconds is never fewer samples than here."""


def _delay_times(samples: Operand, longest: Operand) -> tuple[Signal, tuple[int, float], int]:
    """The delay's signal, its longest time, and a number of samples that it is never below."""
    shortest = 0
    if sg.is_number(samples):
        if not np.isfinite(samples) or samples < 0:
            raise tr.fail("DSP140", f"a delay of {samples} samples: it is finite and not negative",
                          "the future of a signal is not known here")  # fmt: skip
        if longest is None:
            longest = float(np.ceil(samples))
        shortest = int(np.floor(samples))
    signal_ = as_signal(samples, "delay")
    if (known := _affine(signal_.ssa)) is not None and known[1] >= 0:
        shortest = builtins.max(0, int(known[0] + known[1] * LOWEST_RATE))
    bound = length_of(longest if longest is not None else signal_)
    if bound is None:
        raise tr.fail("DSP142", "a delay that changes needs a longest delay, so that its memory is known at prepare",
                      "pass max=, a number of samples or a multiple of dspc.sample_rate")  # fmt: skip
    if bound[0] + bound[1] * 768_000 > 2**28:
        raise tr.fail("DSP140", "a delay line of more than 2^28 samples", "shorten max=")
    return signal_, bound, shortest


def length_of(value: Operand) -> tuple[int, float] | None:
    """A number of samples, known at prepare, as (samples, seconds); None if it is not known by then."""
    if sg.is_number(value):
        return int(np.ceil(value)), 0.0
    terms = _affine(as_signal(value).ssa)
    if terms is None or terms[0] < 0 or terms[1] < 0:
        return None
    return int(np.ceil(terms[0])), terms[1]


def _affine(value: SSAValue) -> tuple[float, float] | None:
    """(a, b) if the value is a + b * sample_rate."""
    op = value.owner
    if isinstance(op, dsp.ConstantOp):
        return float(op.number), 0.0
    if isinstance(op, dsp.SampleRateOp):
        return 0.0, 1.0
    if not isinstance(op, dsp.ScalarOp):
        return None
    terms = [_affine(a) for a in op.args]
    if any(t is None for t in terms):
        return None
    (a, b), *rest = [t for t in terms if t is not None]
    match op.name, rest:
        case ("dsp.convert" | "dsp.ceil" | "dsp.round" | "dsp.floor"), []:
            return a, b
        case "dsp.add", [(c, d)]:
            return a + c, b + d
        case "dsp.sub", [(c, d)]:
            return a - c, b - d
        case "dsp.mul", [(c, d)] if b == 0 or d == 0:
            return a * c, a * d + b * c
        case "dsp.div", [(c, 0.0)] if c:
            return a / c, b / c
    return None


# --- feedback -------------------------------------------------------------------------------------


def feedback(f: Callable[..., Any], initial: Any = 0.0) -> Any:
    """A loop of one sample: `f` takes the previous values and returns the next ones, then anything else.

    `initial` (a number, or a tuple of k) gives the types and the first values; without a tuple k is the
    number of f's parameters. All that f returns is returned.
    """
    values = _initial_values(f, initial)
    types = [signal(_state_element(v), "audio") for v in values]
    block = Block(arg_types=types)
    trace = tr.current()
    with trace.inside(block):
        result = f(*(Signal(a) for a in block.args))
        parts = _parts(result, "feedback's function")
        if len(parts) < len(values):
            raise tr.fail("DSP151", f"feedback's function returned {len(parts)} values for {len(values)} states",
                          "return the next value of every state first")  # fmt: skip
        signals = [as_signal(p, "result of feedback's function") for p in parts]
        signals = [_fit_state(s, t) for s, t in zip(signals, types, strict=False)] + [
            _audible(s) for s in signals[len(types) :]
        ]
        _end_body(block, signals)
    initial_attrs = [dsp.number_attr(v, t) for v, t in zip(values, types, strict=True)]
    op = dsp.FeedbackOp.create(
        result_types=[_at_audio(s.ssa.type) for s in signals],
        properties={"initial": ArrayAttr(initial_attrs)},
        regions=[Region(block)],
    )
    trace.add(op)
    return _like(result, [Signal(r) for r in op.results])


def _initial_values(f: Callable[..., Any], initial: Any) -> list[Any]:
    if not callable(f):
        raise tr.fail("DSP150", f"feedback takes a function, not {sg.describe(f)}",
                      "dspc.feedback(lambda previous: …)")  # fmt: skip
    values = list(initial) if isinstance(initial, tuple | list) else None
    if values is None:
        try:
            parameters = inspect.signature(f).parameters.values()
            count = sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
                        for p in parameters)  # fmt: skip
        except (TypeError, ValueError):
            count = 1
        values = [initial] * (count or 1)
    for v in values:
        if not sg.is_number(v) or not np.isfinite(v):
            raise tr.fail("DSP150", f"an initial value is a finite number, not {v!r}", "initial=0.0")
    return values


def _state_element(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "bool"
    return "i32" if isinstance(value, int | np.integer) else "f32"


def _fit_state(value: Signal, type_: Attribute) -> Signal:
    """The next value of a state, in the state's type."""
    wanted = element_of(type_)
    if value.element == wanted:
        return value
    early_float = value.element == "f64" and wanted == "f32"
    if early_float or sg._RANK[value.element] < sg._RANK[wanted]:
        return convert(value, wanted)
    return sg.wrong_type(f"a state of {wanted} is fed {value.element}", convert(value, wanted),
                         f"start it with initial=0.0, or convert with dspc.{wanted}(x)")  # fmt: skip


def _audible(value: Signal) -> Signal:
    """Early floats are rounded where they meet audio."""
    return convert(value, "f32") if value.element == "f64" and value.rate in ("const", "init") else value


def _at_audio(type_: Attribute) -> Attribute:
    return signal(element_of(type_), "audio")


def _parts(result: Any, what: str) -> list[Any]:
    if result is None:
        raise tr.fail("DSP152", f"{what} returned nothing", "end it with return")
    return list(result) if isinstance(result, tuple | list) else [result]


def _like(result: Any, signals: list[Any]) -> Any:
    """The signals in the structure of what a function returned."""
    return tuple(signals) if isinstance(result, tuple | list) else signals[0]


def _end_body(block: Block, signals: Sequence[Signal]) -> None:
    op = dsp.YieldOp.make([sg.checked(s).ssa for s in signals])
    tr.current().add(op)


# --- banks ----------------------------------------------------------------------------------------


class Bank:
    """What the copies of a bank returned, one lane each."""

    def __init__(self, ssa: SSAValue, count: int):
        self._ssa, self._count = ssa, count

    def __len__(self) -> int:
        return self._count

    def _reduce(self, kind: str) -> Signal:
        type_ = self._ssa.type
        result = with_element(signal(element_of(type_), rate_of(type_)), element_of(type_))
        op = dsp.ReduceOp.create(operands=(self._ssa,), result_types=(result,),
                                 properties={"kind": StringAttr(kind), "count": IntAttr(self._count)})  # fmt: skip
        return add(op)

    def sum(self) -> Signal:
        """All lanes added, in a halving tree."""
        return self._reduce("add")

    def mean(self) -> Signal:
        """The sum divided by the number of lanes."""
        return self.sum() * (1.0 / self._count)

    def product(self) -> Signal:
        """All lanes multiplied."""
        return self._reduce("mul")

    def min(self) -> Signal:
        """The smallest lane."""
        return self._reduce("min")

    def max(self) -> Signal:
        """The largest lane."""
        return self._reduce("max")


def bank(n: int | Sequence[Any], f: Callable[..., Any]) -> Any:
    """`f` for each of `n` lanes, traced once; `f` receives the lane's index or the sequence's element.

    The result is a `Bank` (a tuple of them if `f` returns a tuple): `.sum() .mean() .product() .min() .max()`.
    """
    if not callable(f):
        raise tr.fail("DSP160", f"bank takes a count and a function, not {sg.describe(f)}",
                      "dspc.bank(7, lambda i: …)")  # fmt: skip
    count, elements = _lanes_of(n)
    block = Block(arg_types=(signal("i32", "const"),))
    block.dspc_copies = "bank"  # type: ignore[attr-defined]
    trace = tr.current()
    with trace.inside(block):
        result = f(_lane_argument(elements, block)) if elements is not None else f(Signal(block.args[0]))
        signals = [_audible_or_number(p) for p in _parts(result, "bank's function")]
        _end_body(block, signals)
    types = [signal(element_of(s.ssa.type), rate_of(s.ssa.type), count) for s in signals]
    op = dsp.BankOp.create(result_types=types, properties={"count": IntAttr(count), "width": IntAttr(1)},
                           regions=[Region(block)])  # fmt: skip
    trace.add(op)
    return _like(result, [Bank(r, count) for r in op.results])


def _audible_or_number(part: Any) -> Signal:
    return sg.numeric(_audible(as_signal(part, "result of bank's function")))


def _lanes_of(n: Any) -> tuple[int, list[Any] | None]:
    if isinstance(n, int | np.integer) and not isinstance(n, bool):
        if n < 1:
            raise tr.fail("DSP161", f"a bank has at least one lane, not {n}", "")
        return int(n), None
    if isinstance(n, Signal):
        raise tr.fail("DSP161", "a bank's size is known when the program is built, a signal is not",
                      "use a Python integer, and switch lanes off with dspc.select")  # fmt: skip
    try:
        elements = list(n)
    except TypeError:
        raise tr.fail("DSP161", f"a bank takes a count or a sequence, not {sg.describe(n)}", "") from None
    if not elements:
        raise tr.fail("DSP161", "a bank of an empty sequence", "give it at least one element")
    return len(elements), elements


def _lane_argument(elements: list[Any], block: Block) -> Any:
    """The element of a sequence as f sees it: a number of its own in each lane, or a tuple of such."""
    if all(sg.is_number(e) for e in elements):
        return lanes(elements)
    rows = [list(e) if isinstance(e, Sequence | np.ndarray) else e for e in elements]
    if all(isinstance(r, list) and len(r) == len(rows[0]) for r in rows):
        return tuple(_lane_argument([r[i] for r in rows], block) for i in range(len(rows[0])))
    raise tr.fail("DSP162", "the lanes of a bank do not match: its sequence holds numbers, or rows of numbers "
                  "of one length",
                  "give every lane the same shape")  # fmt: skip


def lanes(values: Any) -> Signal:
    """A constant of its own for each lane of the innermost bank."""
    trace = tr.current()
    innermost = next((b for b in reversed(trace.blocks) if getattr(b, "dspc_copies", None) == "bank"), None)
    if innermost is None:
        raise tr.fail("DSP163", "lanes() outside a bank", "use it inside the function given to dspc.bank")
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype.kind not in "ifub":
        raise tr.fail("DSP163", "lanes() takes one number for each lane", "")
    element = "i32" if array.dtype.kind in "iub" else "f64"
    dense = DenseArrayBase.from_list(ELEMENT_TYPES[element], array.tolist())  # type: ignore[arg-type]
    return add(dsp.LanesOp.create(result_types=(signal(element, "const"),), properties={"values": dense}))


# --- tables ---------------------------------------------------------------------------------------


class Table:
    """Constant samples, read at positions."""

    def __init__(self, array: np.ndarray):
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __call__(self, position: Operand, *, interpolation: str = "linear", boundary: str = "clamp") -> Signal:
        """The table at a position: `boundary` clamp, wrap or zero; "none" floors, integers do not interpolate."""
        if interpolation not in ("none", "linear"):
            raise tr.fail("DSP171", f"interpolation {interpolation!r} is not known", 'use "none" or "linear"')
        if boundary not in ("clamp", "wrap", "zero"):
            raise tr.fail("DSP171", f"boundary {boundary!r} is not known", 'use "clamp", "wrap" or "zero"')
        at = sg.numeric(as_signal(position, "position"))
        if at.element == "f64" and at.rate in ("const", "init"):
            at = convert(at, "f32")
        integer = at.element in ("i32", "u32")
        if integer or interpolation == "none" or self.array.dtype == np.int32:
            return self._read(convert(at if integer else floor(at), "i32"), boundary)
        whole = floor(at)
        near = convert(whole, "i32")
        a, b = self._read(near, boundary), self._read(near + 1, boundary)
        return a + (b - a) * convert(at - whole, "f32")

    def _read(self, index: Signal, boundary: str) -> Signal:
        size = len(self)
        inside = index % size if boundary == "wrap" else index
        value = self._element(inside)
        if boundary == "zero":
            return select((index >= 0) & (index < size), value, 0)
        return value

    def _element(self, index: Signal) -> Signal:
        element = "f32" if self.array.dtype == np.float32 else "i32"
        data = DenseIntOrFPElementsAttr.from_list(
            TensorType(ELEMENT_TYPES[element], [len(self)]), self.array.tolist())  # type: ignore[arg-type]  # fmt: skip
        name = tr.current().table(element.encode() + self.array.tobytes(), data)
        return add(dsp.LookupOp.create(
            operands=(index.ssa,), result_types=(signal(element, index.rate),),
            properties={"symbol": SymbolRefAttr(name), "size": IntAttr(len(self))}))  # fmt: skip


def table(array: Any) -> Table:
    """A table of constants: floats become f32, integers i32."""
    values = np.asarray(array)
    if values.ndim != 1 or values.size == 0 or values.dtype.kind not in "ifub":
        raise tr.fail("DSP170", f"a table is a row of at least one number, not an array of shape {values.shape} "
                      f"and type {values.dtype}", "pass a list or a one-dimensional numpy array")  # fmt: skip
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise tr.fail("DSP170", "a table's numbers are finite", "replace NaN and infinity")
    return Table(values.astype(np.float32 if values.dtype.kind == "f" else np.int32))


def scope(label: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator of library functions: a call's operations stay together, under a name, until `inline`."""

    def decorate(f: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if not tr.tracing():
                return f(*args, **kwargs)
            trace = tr.current()
            block = Block()
            with trace.inside(block):
                result = f(*args, **kwargs)
                if not isinstance(result, Signal):
                    parts = [as_signal(p) for p in _parts(result, label)]
                else:
                    parts = [result]
                _end_body(block, parts)
            op = dsp.ScopeOp.create(result_types=[p.ssa.type for p in parts], regions=[Region(block)],
                                    properties={"label": StringAttr(label)})  # fmt: skip
            trace.add(op)
            return _like(result, [Signal(r) for r in op.results])

        call.__name__, call.__doc__, call.__wrapped__ = f.__name__, f.__doc__, f  # type: ignore[attr-defined]
        call.__module__ = f.__module__
        return call

    return decorate


UFUNCS: dict[str, Callable[..., Signal]] = {
    "sin": sin, "cos": cos, "tan": tan, "arcsin": asin, "arccos": acos, "arctan": atan, "arctan2": atan2,
    "sinh": sinh, "cosh": cosh, "tanh": tanh, "exp": exp, "exp2": exp2, "log": log, "log2": log2,
    "log10": log10, "power": pow, "sqrt": sqrt, "absolute": abs, "fabs": abs, "minimum": min,
    "maximum": max, "floor": floor, "ceil": ceil, "rint": round, "fmod": fmod, "sign": sign, "trunc": trunc,
    "add": lambda a, b: sg.arithmetic("add", a, b), "subtract": lambda a, b: sg.arithmetic("sub", a, b),
    "multiply": lambda a, b: sg.arithmetic("mul", a, b), "divide": sg.divide, "true_divide": sg.divide,
    "floor_divide": sg.floor_divide, "remainder": sg.modulo, "negative": lambda a: -a,
    "less": lambda a, b: sg.arithmetic("lt", a, b), "less_equal": lambda a, b: sg.arithmetic("le", a, b),
    "greater": lambda a, b: sg.arithmetic("lt", b, a), "greater_equal": lambda a, b: sg.arithmetic("le", b, a),
    "equal": lambda a, b: sg.arithmetic("eq", a, b), "not_equal": lambda a, b: sg.arithmetic("ne", a, b),
}  # fmt: skip
"""What numpy's ufuncs mean on signals."""
