"""What a program knows of its stream: the sample rate, the number of the sample, the time."""

from __future__ import annotations

from collections.abc import Callable

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import arithmetic
from dspc.frontend.signal import Signal, SignalLike, add, convert


def sample_rate() -> Signal:
    """The host's sample rate in Hz, an f64 at init rate."""
    return add(dsp.SampleRateOp.create(result_types=(signal("f64", "init"),)))


def frame() -> Signal:
    """The number of the sample in the stream, a u32 that wraps."""
    return add(dsp.FrameOp.create(result_types=(signal("u32", "audio"),)))


def time() -> Signal:
    """Seconds since the stream's start, an f64."""
    return arithmetic.divide(convert(frame(), "f64"), sample_rate())


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
