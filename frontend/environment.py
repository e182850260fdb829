"""What a program knows of its stream: the sample rate, the number of the sample, the time."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import arithmetic
from dspc.frontend import trace as tr
from dspc.frontend.signal import Signal, SignalLike, add, constant, convert, emit


def sample_rate() -> Signal:
    """The sample rate in Hz, an f64 at init rate: the host's, or that of the body which runs at another one."""
    host = add(dsp.SampleRateOp.create(result_types=(signal("f64", "init"),)))
    speed = prod(body.speed for body in tr.current().bodies)
    return host if speed == 1.0 else arithmetic.times(host, speed)


def frame() -> Signal:
    """The number of the sample in the stream, a u32 that wraps; oversampled, that of the inner sample."""
    number = add(dsp.FrameOp.create(result_types=(signal("u32", "audio"),)))
    for body in tr.current().bodies:
        if body.kind == "oversample":
            turn = convert(Signal(body.block.args[0]), "u32")
            number = emit("add", emit("mul", number, constant(body.count, "u32")), turn)
    return number


def time() -> Signal:
    """Seconds since the stream's start, an f64."""
    turns = prod(body.count for body in tr.current().bodies if body.kind == "oversample")
    host = add(dsp.SampleRateOp.create(result_types=(signal("f64", "init"),)))
    return arithmetic.divide(convert(frame(), "f64"), host if turns == 1 else arithmetic.times(host, float(turns)))


def per_sample(hertz: Signal) -> Signal:
    """Cycles a sample; the reciprocal of the rate is taken once per prepare."""
    return arithmetic.times(hertz, arithmetic.divide(1.0, sample_rate()))


class Ambient(SignalLike):
    """A signal that needs no call and can be imported anywhere; each use makes it anew in the running trace."""

    __slots__ = ("_element", "_make", "_name", "_rate")
    _element: str
    _make: Callable[[], Signal]
    _name: str
    _rate: str

    def __init__(self, name: str, make: Callable[[], Signal], element: str, rate: str):
        for slot, value in {"_name": name, "_make": make, "_element": element, "_rate": rate}.items():
            object.__setattr__(self, slot, value)

    @property
    def element(self) -> str:
        return self._element

    @property
    def rate(self) -> str:
        return self._rate

    def signal(self) -> Signal:
        return self._make()

    def __repr__(self) -> str:
        return f"<dspc.{self._name}, a signal {self._element} at {self._rate} rate>"


ENVIRONMENT: dict[str, Ambient] = {
    "sample_rate": Ambient("sample_rate", sample_rate, "f64", "init"),
    "frame": Ambient("frame", frame, "u32", "audio"),
    "time": Ambient("time", time, "f64", "audio"),
}
"""`dspc.sample_rate`, `dspc.frame`, `dspc.time`."""
