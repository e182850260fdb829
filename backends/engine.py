"""`dspc.Engine`: the Python host of a program, whatever backend made it, over the engine ABI.

A backend hands over a `LoadedProgram`: the engine's functions (in the program's own library or in the
package's extension) and a `dspc_program`. Everything else is here, and only here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dspc.backends.event_codec import ParamNames, encode, whole
from dspc.backends.host_errors import HostError, host_error
from dspc.dialects.layout import ProgramFlag
from dspc.frontend import events as ev
from dspc.runtime.source import engine_cdef

__all__ = ["Engine", "HostError", "LoadedProgram", "Parameter", "engine_cdef"]

Floats = NDArray[np.float32 | np.float64]
CData = Any
"""A value of cffi's, which has no type of its own for checkers."""

SCALES = ("linear", "log")
LATEST_ID = 2**31 - 1


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class LoadedProgram:
    """A program in memory, ready to be hosted.

    `lib` has the functions of engine.h, declared to `ffi`; `program` is a `const dspc_program *`; `keep`
    holds what must outlive them. `external_core`, if the core's memory is not in the engine's (WebAssembly),
    gives so many bytes of it; what it returns is kept as long as the engine. `check` raises what went wrong
    inside a core that is written in Python.
    """

    ffi: Any
    lib: Any
    program: CData
    backend: str
    keep: tuple[object, ...] = ()
    external_core: Callable[[int], CData] | None = None
    check: Callable[[], None] = _nothing
    report: str = ""


@dataclass(frozen=True)
class Parameter:
    """A parameter as a host shows it: `value` is what it was when asked; labels only of a choice."""

    id: str
    name: str
    unit: str
    group: str
    min: float
    max: float
    default: float
    step: float
    scale: str
    labels: tuple[str, ...]
    automatable: bool
    hidden: bool
    bypass: bool
    momentary: bool
    value: float


class Engine:
    """Runs a program: audio and events in, audio out. May be used by several threads.

    Example:
        engine = dspc.compile(lead, sample_rate=48_000)
        note = engine.note_on(60, 0.8)
        left_right = engine.process(frames=512)      # float32 [channels, frames]
        engine.note_off(note)
    """

    def __init__(self, loaded: LoadedProgram, sample_rate: float = 48_000.0):
        """Allocates and prepares. Raises `HostError` DSP308 for a sample rate not in 1,000..1,000,000 Hz."""
        self._loaded, self._ffi, self._lib, self._program = loaded, loaded.ffi, loaded.lib, loaded.program
        self._lock = threading.Lock()
        self._next_id = 0
        self._transport: dict[str, float] = {}
        self.sample_rate = float(sample_rate)
        self.backend, self.report = loaded.backend, loaded.report
        self.name = self._text(self._program.name)
        self.inputs, self.outputs = int(self._program.inputs), int(self._program.outputs)
        self.latency, self.tail = int(self._program.latency), float(self._program.tail)
        self.dtype = np.dtype(np.float64 if ProgramFlag.F64 & self._program.flags else np.float32)
        self._described = tuple(self._describe(i) for i in range(self._program.param_count))
        self._names = ParamNames([(p.id, p.labels) for p in self._described])
        self._allocate()

    # --- sound ---

    def process(
        self,
        x: ArrayLike | None = None,
        *,
        frames: int | None = None,
        events: Iterable[ev.Event] = (),
        out: Floats | None = None,
    ) -> Floats:
        """Computes the next frames: as many as `x` has, or `frames`.

        `x` is [frames] for one input, else [channels, frames]; without it the inputs are silent. Returns
        [channels, frames], [frames] for one output, of `engine.dtype`: float32, or float64 if the program was
        compiled with precision="f64". `out`, if given, is written and returned: contiguous, of the type and
        the shape that would be returned.
        Raises `HostError` DSP302 (channels), DSP303 (frames), DSP304 to DSP306 (events).
        """
        audio = self._input(x, frames)
        count = audio.shape[1]
        rows = encode(events, count, self._names)
        result = self._output(out, count)
        self._run(audio, result.reshape(self.outputs, count), count, rows)
        return result

    def reset(self) -> None:
        """Back to silence and to frame 0; parameters and controllers keep their values, exact at once."""
        with self._lock:
            self._lib.dspc_reset(self._program, self._memory)
        self._loaded.check()

    # --- events between calls: they take effect at the first frame of the next ---

    def send(self, *events: ev.Event) -> None:
        """Applies events, all at frame 0 of the next `process`."""
        nothing = np.zeros((self.inputs, 0), self.dtype)
        rows = encode(events, 0, self._names)
        self._run(nothing, np.zeros((self.outputs, 0), self.dtype), 0, rows)

    def note_on(self, key: int, velocity: float = 0.8, channel: int = 0) -> int:
        """Starts a note; `note_off` takes the id that is returned.

        Raises `HostError` DSP305 for a key that is not in 0..127 or a velocity that is not in 0..1.
        """
        with self._lock:
            self._next_id = self._next_id % LATEST_ID + 1
            id = self._next_id
        self.send(ev.NoteOn(0, key, velocity, id, channel))
        return id

    def note_off(self, id: int, velocity: float = 0.0) -> None:
        """Releases the note that `note_on` returned `id` for; nothing happens if it has ended."""
        whole(id, 0, LATEST_ID, "a note's id", "give what note_on returned")
        self.send(ev.NoteOff(0, 0, velocity, id))

    def set(self, id: str, value: float | str) -> None:
        """Sets a parameter, clamped to its range and rounded to its step; a choice also takes a label.

        Before the first frame (and after `reset`) it applies exactly, later it glides.
        Raises `HostError` DSP301 for an unknown id, DSP306 for NaN.
        """
        self.send(ev.Param(0, id, value))

    def get(self, id: str) -> float:
        """A parameter's value. Raises `HostError` DSP301 for an unknown id."""
        index = self._names.index(id)
        with self._lock:
            return self._value(index)

    def controller(self, number: int, value: float, channel: int = 0) -> None:
        """Moves a MIDI controller, to 0..1."""
        self.send(ev.Controller(0, number, value, channel))

    def set_transport(
        self,
        *,
        tempo: float | None = None,
        playing: bool | None = None,
        position: float | None = None,
        bar: int | None = None,
        numerator: int | None = None,
        denominator: int | None = None,
    ) -> None:
        """Says what changed in the transport: tempo in beats a minute, position in quarter notes."""
        event = ev.Transport(0, tempo, playing, position, bar, numerator, denominator)
        self.send(event)
        given = {name: float(v) for name, v in asdict(event).items() if v is not None and name != "frame"}
        self._transport.update(given)

    # --- state and questions ---

    def save(self) -> bytes:
        """The values of all parameters by id; `restore` takes them, in later versions of the program too."""
        with self._lock:
            size = int(self._lib.dspc_save(self._program, self._memory, self._ffi.NULL, 0))
            data = self._ffi.new("char[]", size)
            self._lib.dspc_save(self._program, self._memory, data, size)
        return bytes(self._ffi.buffer(data, size))

    def restore(self, data: bytes) -> None:
        """Sets all parameters to what was saved; unknown ids are ignored, missing ones go to their default.

        Raises `HostError` DSP307, and changes nothing, if `data` is not saved state or is damaged.
        """
        data = bytes(data)
        with self._lock:
            failed = self._lib.dspc_load(self._program, self._memory, data, len(data))
        if failed:
            message = "this is not saved state, or it is damaged"
            raise host_error("DSP307", message, "give what Engine.save returned")

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """All parameters by id, in the order of their declaration, with their present values."""
        with self._lock:
            values = [self._value(i) for i in range(len(self._described))]
        found = {p.id: replace(p, value=value) for p, value in zip(self._described, values, strict=True)}
        return MappingProxyType(found)

    @property
    def transport(self) -> Mapping[str, float]:
        """What `set_transport` has said so far."""
        return MappingProxyType(self._transport)

    @property
    def active_voices(self) -> int:
        """Voices that sound, those that fade included."""
        with self._lock:
            return int(self._lib.dspc_active_voices(self._program, self._memory))

    def ended_notes(self) -> list[int]:
        """Ids of the notes that ended since the last time, oldest first (the last 256)."""
        ids = self._ffi.new("int32_t[256]")
        with self._lock:
            count = self._lib.dspc_ended_notes(self._program, self._memory, ids, 256)
        return [int(ids[i]) for i in range(count)]

    def __repr__(self) -> str:
        ports = f"{self.inputs} in, {self.outputs} out"
        return f"<dspc.Engine {self.name!r}, {self.backend}, {self.sample_rate:g} Hz, {ports}>"

    # --- inside ---

    def _allocate(self) -> None:
        core_bytes = self._ffi.new("size_t *")
        total = int(self._lib.dspc_bytes(self._program, self.sample_rate, core_bytes))
        self._loaded.check()
        if not total:
            raise self._cannot_prepare()
        outside = self._loaded.external_core
        core = self._core = outside(int(core_bytes[0])) if outside else self._ffi.NULL
        self.state_bytes = total
        own = total - int(core_bytes[0]) if outside else total
        self._store = self._ffi.new("unsigned char[]", own + 64)
        start = -int(self._ffi.cast("uintptr_t", self._store)) % 64
        self._memory = self._ffi.cast("void *", self._store + start)
        self._ins = self._ffi.new("float *[]", max(self.inputs, 1))
        self._outs = self._ffi.new("float *[]", max(self.outputs, 1))
        failed = self._lib.dspc_prepare(self._program, self._memory, self.sample_rate, core)
        self._loaded.check()
        if failed:
            raise self._cannot_prepare()

    def _cannot_prepare(self) -> HostError:
        if not 1e3 <= self.sample_rate <= 1e6:
            message = f"the sample rate is in 1,000..1,000,000 Hz, not {self.sample_rate:g}"
            return host_error("DSP308", message, "48_000 is usual")
        message = f"{self.name!r} cannot be prepared at {self.sample_rate:g} Hz"
        hint = "its delay lines need over 4 GiB, or it was made by another version of dspc"
        return host_error("DSP308", message, hint)

    def _input(self, x: ArrayLike | None, frames: int | None) -> Floats:
        """The inputs as [channels, frames] of the engine's type, contiguous."""
        if frames is not None:
            frames = whole(frames, 0, 2**32 - 1, "frames", "give the number of frames to compute", "DSP303")
        if x is None:
            if frames is None:
                raise host_error("DSP303", "process needs x or frames", "for example process(frames=512)")
            return np.zeros((self.inputs, frames), self.dtype)
        audio = self._audio(x)
        if frames is not None and frames != audio.shape[1]:
            message = f"x has {audio.shape[1]} frames, but frames is {frames}"
            raise host_error("DSP303", message, "leave frames out: x says how many")
        return audio

    def _audio(self, x: ArrayLike) -> Floats:
        try:
            audio = np.ascontiguousarray(_real(x), self.dtype)
        except (TypeError, ValueError):
            raise host_error("DSP306", "x is not an array of real numbers", f"give {self.dtype} samples") from None
        if np.ndim(x) == 1 and self.inputs == 1:
            audio = audio.reshape(1, -1)
        if audio.ndim == 2 and audio.shape[0] == self.inputs:
            return audio
        shape = f"[{', '.join(map(str, np.shape(x)))}]"
        message = f"{self.name!r} has {self.inputs} input channels, but x is {shape}"
        raise host_error("DSP302", message, self._channel_hint(audio))

    def _channel_hint(self, audio: Floats) -> str:
        if self.inputs == 0:
            return "leave x out and give frames"
        if audio.ndim == 2 and audio.shape[1] == self.inputs:
            return "x is [channels, frames]: transpose it, x.T"
        if self.inputs == 1:
            return "x is [frames]: take one channel, x[0], or their mean, x.mean(0)"
        return f"x is [{self.inputs}, frames]; np.stack([x] * {self.inputs}) repeats a mono signal"

    def _output(self, out: Floats | None, frames: int) -> Floats:
        shape = (frames,) if self.outputs == 1 else (self.outputs, frames)
        if out is None:
            return np.empty(shape, self.dtype)
        fits = out.shape == shape and out.dtype == self.dtype
        if not fits or not out.flags.c_contiguous or not out.flags.writeable:
            message = f"out is {out.dtype} {list(out.shape)}, not contiguous {self.dtype} {list(shape)}"
            raise host_error("DSP302", message, f"np.empty({shape}, np.{self.dtype}) makes one")
        return out

    def _run(self, audio: Floats, result: Floats, frames: int, rows: list[Any]) -> None:
        ffi = self._ffi
        events = ffi.new("dspc_event[]", rows)
        with self._lock:
            _point(ffi, self._ins, audio)
            _point(ffi, self._outs, result)
            process, program, memory = self._lib.dspc_process, self._program, self._memory
            process(program, memory, self._ins, self._outs, frames, events, len(rows))
        self._loaded.check()

    def _value(self, index: int) -> float:
        return float(self._lib.dspc_get_param(self._program, self._memory, index))

    def _text(self, text: CData) -> str:
        return self._ffi.string(text).decode() if text != self._ffi.NULL else ""

    def _describe(self, index: int) -> Parameter:
        p = self._program.params[index]
        flags = [bool(p.flags & bit) for bit in (1, 2, 4, 8)]
        labels = tuple(self._text(p.labels).split("\n")[:-1])
        return Parameter(
            id=self._text(p.id), name=self._text(p.name), unit=self._text(p.unit), group=self._text(p.group),
            min=p.min, max=p.max, default=p.init, step=p.step, scale=SCALES[int(p.scale)], labels=labels,
            automatable=flags[0], hidden=flags[1], bypass=flags[2], momentary=flags[3], value=p.init,
        )  # fmt: skip


def _real(x: ArrayLike) -> NDArray[Any]:
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise TypeError(array.dtype)
    return array


def _point(ffi: Any, pointers: CData, channels: Floats) -> None:
    """Lets the pointers point at the rows of a contiguous array."""
    start, row = channels.ctypes.data, channels.strides[0]
    for i in range(channels.shape[0]):
        pointers[i] = ffi.cast("float *", start + i * row)
