"""Samples: recorded sounds that a program reads like tables, and that its host may replace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import (
    DenseIntOrFPElementsAttr,
    FloatAttr,
    IntAttr,
    StringAttr,
    SymbolRefAttr,
    TensorType,
    f64,
)
from xdsl.ir import Attribute, Operation

from dspc.dialects import dsp
from dspc.dialects.scalar import NUMPY_TYPES
from dspc.dialects.types import ELEMENT_TYPES, signal
from dspc.frontend import trace as tr
from dspc.frontend.guard import declaring, guarded, named, over_arrays
from dspc.frontend.literals import describe, is_finite
from dspc.frontend.operators import Operand
from dspc.frontend.signal import Signal, add, as_signal, audio_float, constant, convert, emit, is_early, known
from dspc.frontend.tables import Table

SLOWEST, FASTEST = 1.0, 1e9
"""Rates of samples, in Hz."""
MOST = 2**30
"""Samples of all channels at most."""


class Sample(Table):
    """A recorded sound that the host may replace: `engine.load(name, array, rate=…)`.

    `sample(position)`, or of several channels `sample(channel, position)`, reads it as a table is read, with the same
    options. How long it is, and at what rate it was recorded, is known when the engine is prepared.
    """

    noun = "sample"

    def __init__(self, name: str, sound: NDArray[np.float64], rate: float):
        """`sound` is [channels, frames]."""
        super().__init__(sound)
        self.name, self._rate = name, rate

    @over_arrays
    @guarded
    @named("sample")
    def __call__(self, *at: Operand, interpolation: str = "linear", boundary: str = "clamp") -> Signal:
        """The sample at a position, counted in its own frames; of several channels, at a channel and a position.

        Options and positions are those of a table; a channel that is a signal is floored and clamped. Raises `DspError`
        DSP171 for other options, DSP264 for a channel that there is not, or that is missing.
        """
        return self.read(at, interpolation, boundary)

    @property
    def channels(self) -> int:
        """How many channels it has, whatever the host loads."""
        return len(self._given)

    @property
    @guarded
    def frames(self) -> Signal:
        """How many frames the sound has that is loaded, an i32 at init rate."""
        return add(dsp.RecordingFramesOp.create(result_types=(signal("i32", "init"),), properties=self._symbol()))

    @property
    @guarded
    def rate(self) -> Signal:
        """The rate of the sound that is loaded, in Hz, an f64 at init rate."""
        return add(dsp.RecordingRateOp.create(result_types=(signal("f64", "init"),), properties=self._symbol()))

    def __len__(self) -> int:
        raise tr.fail("DSP264", f"the length of the sample {self.name!r} is not known before the host has loaded it",
                      "use sample.frames, a signal")  # fmt: skip

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, _: Any) -> Any:
        raise tr.fail("DSP264", "a sample is read at a position, not by an index", self._spelling)

    def __repr__(self) -> str:
        return f"<sample {self.name!r}, {self.channels} channel{'' if self.channels == 1 else 's'}>"

    @property
    def element(self) -> str:
        """The type of what is read: the program's float."""
        trace = tr.running()
        return trace.precision if trace is not None else "f32"

    def length(self, element: str) -> Signal:
        return convert(self.frames, element)

    def last(self) -> Signal:
        return emit("sub", self.frames, constant(1, "i32"))

    def lookup(self, index: Signal) -> Signal:
        properties = {**self._symbol(), "channels": IntAttr(self.channels)}
        result = signal(self.element, "init" if is_early(index.rate) else index.rate)
        return add(dsp.RecordedOp.create(operands=(index.ssa,), result_types=(result,), properties=properties))

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", "a sample", f"read it at a position: {self._spelling}"

    @property
    def _spelling(self) -> str:
        return "sample(position)" if self.channels == 1 else "sample(channel, position)"

    def _start(self, at: Sequence[Operand]) -> Signal | None:
        if len(at) not in ((1, 2) if self.channels == 1 else (2,)):
            meant = "one channel is read at a position" if self.channels == 1 else (
                f"{self.channels} channels is read at a channel and a position")  # fmt: skip
            raise tr.fail("DSP264", f"a sample of {meant}, not at {len(at)} value{'' if len(at) == 1 else 's'}",
                          self._spelling)  # fmt: skip
        if len(at) == 1:
            return None
        number = known(at[0])
        if number is not None and not 0 <= number < self.channels:
            raise tr.fail("DSP264", f"the sample {self.name!r} has no channel {number:g}",
                          f"it has {self.channels}, counted from 0")  # fmt: skip
        channel = as_signal(at[0], "channel")
        return None if self.channels == 1 else self.start_of(channel, self.channels)

    def _symbol(self) -> dict[str, Attribute]:
        """Declares the sample in the running trace; what names it there."""
        key = repr((self._given.shape, self._rate)).encode() + self._given.tobytes()
        name = tr.current().recording(self.name, key, self._declaration)
        if name is None:
            raise tr.fail("DSP263", f"there are two samples {self.name!r}, with different sounds",
                          "a host knows a sample by its name: give each its own")  # fmt: skip
        return {"symbol": SymbolRefAttr(name)}

    def _declaration(self, name: str) -> Operation:
        element = audio_float()
        sound = self._given.astype(NUMPY_TYPES[element]).ravel()
        data = DenseIntOrFPElementsAttr.from_list(
            cast(Any, TensorType(ELEMENT_TYPES[element], [sound.size])), sound.tolist())  # fmt: skip
        return dsp.RecordingOp.create(properties={
            "sym_name": StringAttr(name), "label": StringAttr(self.name), "channels": IntAttr(self.channels),
            "rate": FloatAttr(self._rate, f64), "data": data})  # fmt: skip


def _silence() -> Sample:
    return Sample("", np.zeros((1, 1)), 48_000.0)


@declaring(_silence)
def sample(name: str, default: Any = None, rate: Any = None) -> Sample:
    """A recorded sound that the host may replace, known to it by its name.

    `default` is the sound that the program comes with, [frames] or [channels, frames], floats of which 1.0 is full
    scale; `rate` its sample rate in Hz: both are what `dspc.read` gives. `sample(position)` reads it like a table, of
    several channels `sample(channel, position)`; `sample.frames`, `sample.rate` and `sample.channels` say what is
    loaded. A name that is used again for the same sound is the same sample.

    Raises `DspError` DSP260 for what is no name, DSP261 for what is no sound, DSP262 for what is no rate, and where it
    is read DSP263 if the name is that of another sound.

    >>> kick = sample("kick", default=[0.0, 1.0, 0.5, 0.25], rate=48_000)
    >>> kick
    <sample 'kick', 1 channel>
    """
    given: Any = name
    if not isinstance(given, str) or not given.strip() or not given.isprintable():
        raise tr.fail("DSP260", f"a sample's name is a text on one line, not {describe(given)}",
                      'dspc.sample("kick", default=sound, rate=rate)')  # fmt: skip
    sound = _sound(given, default)
    if not is_finite(rate) or not SLOWEST <= rate <= FASTEST:
        message = f"the rate of the sample {given!r} is {SLOWEST:g} to {FASTEST:g} Hz, not {describe(rate)}"
        raise tr.fail("DSP262", f"the sample {given!r} has no rate" if rate is None else message,
                      "sound, rate = dspc.read(path) gives both")  # fmt: skip
    return Sample(given, sound, float(rate))


def _sound(name: str, default: Any) -> NDArray[np.float64]:
    """[channels, frames]. Raises DSP261."""
    remedy = "pass floats, [frames] or [channels, frames], as dspc.read gives them"
    if default is None:
        raise tr.fail("DSP261", f"the sample {name!r} has no sound", remedy)
    try:
        sound = np.asarray(default)
    except ValueError:
        raise tr.fail("DSP261", f"the channels of the sample {name!r} have different lengths", remedy) from None
    if sound.ndim not in (1, 2) or not 1 <= sound.size <= MOST or sound.dtype.kind != "f":
        shown = f"an array of shape {sound.shape} and type {sound.dtype}" if sound.ndim else describe(default)
        hint = "divide integers by their full scale: sound / 32768.0" if sound.dtype.kind in "iub" else remedy
        raise tr.fail("DSP261", f"the sound of the sample {name!r} is floats, not {shown}", hint)
    with np.errstate(over="ignore"):
        if not np.isfinite(sound.astype(np.float32)).all():
            raise tr.fail("DSP261", f"the sample {name!r} holds NaN, infinity, or what is too large for f32",
                          "replace it: np.nan_to_num(sound)")  # fmt: skip
    return np.atleast_2d(sound).astype(np.float64)
