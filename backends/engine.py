"""`dspc.Engine`: the Python host of a program, whatever backend made it, over the engine ABI.

A backend hands over a `LoadedProgram`: the engine's functions (in the program's own library or in the
package's extension) and a `dspc_program`. Everything else is here, and only here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dspc.backends.event_codec import TRANSPORT_FIELDS, ParamNames, encode
from dspc.backends.host_errors import HostError, cannot_prepare, host_error
from dspc.backends.host_values import check_sample_rate, samples, whole
from dspc.backends.recordings import Recording, as_table, index_of
from dspc.dialects.layout import ProgramFlag
from dspc.frontend import events as ev
from dspc.frontend.literals import describe
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


@dataclass(frozen=True)
class EngineBus:
    """Channels that belong together, from `offset` on among all inputs, or all outputs."""

    name: str
    channels: int
    sidechain: bool
    offset: int


@dataclass(frozen=True)
class _Memory:
    """A prepared engine: where it begins, its core's memory if that is elsewhere, what owns it, all its bytes."""

    pointer: CData
    core: CData
    store: CData
    bytes: int


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
        if not isinstance(loaded, LoadedProgram):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise host_error("DSP306", f"an Engine is made of a loaded program, not of {describe(loaded)}",
                             "dspc.compile(program) makes the engine of a program")  # fmt: skip
        self._loaded, self._ffi, self._lib, self._program = loaded, loaded.ffi, loaded.lib, loaded.program
        self._lock = threading.Lock()
        self._next_id = 0
        self.sample_rate = check_sample_rate(sample_rate)
        self.backend, self.report = loaded.backend, loaded.report
        self.name = self._text(self._program.name)
        self.inputs, self.outputs = int(self._program.inputs), int(self._program.outputs)
        self.latency, self.tail = int(self._program.latency), float(self._program.tail)
        self.input_buses = self._buses(self._program.input_buses, self._program.input_bus_count)
        self.output_buses = self._buses(self._program.output_buses, self._program.output_bus_count)
        side = {c for b in self.input_buses if b.sidechain for c in range(b.offset, b.offset + b.channels)}
        self._main = [c for c in range(self.inputs) if c not in side]
        self.dtype = np.dtype(np.float64 if ProgramFlag.F64 & self._program.flags else np.float32)
        self._described = tuple(self._describe(i) for i in range(self._program.param_count))
        self.samples = tuple(self._text(self._program.samples[i].name) for i in range(self._program.sample_count))
        self._recordings: list[Recording | None] = [None] * len(self.samples)
        self._names = ParamNames([(p.id, p.labels) for p in self._described])
        self._ins = self._ffi.new("float *[]", max(self.inputs, 1))
        self._outs = self._ffi.new("float *[]", max(self.outputs, 1))
        self._use(self._prepared(self._recordings))

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

        `x` is [frames] for one input, else [channels, frames]: all channels of all input buses in order, or
        without those of the side chains, which are then silent and not connected. Without `x` all inputs are
        silent. Returns [channels, frames], [frames] for one output, of `engine.dtype`: float32, or float64 if the
        program was compiled with precision="f64". `out`, if given, is written and returned: contiguous, of the type
        and the shape that would be returned.
        Raises `HostError` DSP302 (channels), DSP303 (frames), DSP304 to DSP306 (events).
        """
        audio, connected = self._input(x, frames)
        count = audio.shape[1]
        rows = encode(events, count, self._names)
        result = self._output(out, count)
        self._run(audio, result.reshape(self.outputs, count), count, rows, connected)
        return result

    def reset(self) -> None:
        """Back to silence and to frame 0; parameters, controllers and transport keep their values, exact at once."""
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
        bar: float | None = None,
        numerator: int | None = None,
        denominator: int | None = None,
    ) -> None:
        """Says what changed in the transport, from the next sample on.

        `tempo` in quarter notes a minute; `position`, and `bar`, where the current bar began, in quarter notes
        from the song's start. A new tempo, or a stop, leaves the position where it is; while it plays, the
        position runs on by itself. Raises `HostError` DSP306 for values that cannot be meant.
        """
        self.send(ev.Transport(0, tempo, playing, position, bar, numerator, denominator))

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
        if not isinstance(data, bytes | bytearray | memoryview):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise host_error("DSP307", f"saved state is bytes, not {describe(data)}", "give what Engine.save returned")
        data = bytes(data)
        with self._lock:
            failed = self._lib.dspc_load(self._program, self._memory, data, len(data))
        if failed:
            message = "this is not saved state, or it is damaged"
            raise host_error("DSP307", message, "give what Engine.save returned")

    def load(self, name: str, array: ArrayLike, rate: float | None = None) -> None:
        """Gives a sample another sound: `array` is [frames], `rate` in Hz (None: the engine's).

        A sample of several channels takes [channels, frames], or one channel for all. Not for the audio thread: between
        two calls of `process` the engine is prepared anew, and starts from silence with all that was set. The sound
        stays after `reset`; `save` and `restore` leave it alone.
        Raises `HostError` DSP232 for an unknown sample, DSP233 for what is no such sound, DSP306 for a rate that is
        none, DSP308 if it is too large.
        """
        index = index_of(name, self.samples)
        channels = int(self._program.samples[index].channels)
        new = Recording.of(name, array, self.sample_rate if rate is None else rate, channels, self.dtype)
        with self._lock:
            recordings = [*self._recordings[:index], new, *self._recordings[index + 1 :]]
            memory = self._prepared(recordings)
            self._lib.dspc_carry(self._program, memory.pointer, self._memory)
            self._recordings = recordings
            self._use(memory)
        self._loaded.check()

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """All parameters by id, in the order of their declaration, with their present values."""
        with self._lock:
            values = [self._value(i) for i in range(len(self._described))]
        found = {p.id: replace(p, value=value) for p, value in zip(self._described, values, strict=True)}
        return MappingProxyType(found)

    @property
    def transport(self) -> Mapping[str, float]:
        """What the transport says at the sample that comes next: `tempo`, `playing`, `position` and so on."""
        with self._lock:
            values = [self._lib.dspc_get_transport(self._program, self._memory, i) for i in range(6)]
        return MappingProxyType(dict(zip(TRANSPORT_FIELDS, values, strict=True)))

    @property
    def meters(self) -> Mapping[str, float]:
        """The peak that each `dspc.meter` saw in the last call of `process`, by name."""
        peaks: dict[str, float] = {}
        with self._lock:
            for i in range(self._program.meter_count):
                name = self._text(self._program.meters[i].name)
                peak = float(self._lib.dspc_get_meter(self._program, self._memory, i))
                peaks[name] = max(peaks.get(name, 0.0), peak)
        return MappingProxyType(peaks)

    @property
    def active_voices(self) -> int:
        """Voices that sound, those that fade included."""
        with self._lock:
            return int(self._lib.dspc_active_voices(self._program, self._memory))

    def ended_notes(self) -> list[int]:
        """Ids of the notes that ended since the last time (of the last 256), in the order in which they did.

        Notes that ended at the same frame are in the order in which they began; those without an id are left out.
        """
        notes = self._ffi.new("dspc_ended_note[256]")
        with self._lock:
            count = self._lib.dspc_ended_notes(self._program, self._memory, notes, 256)
        return [int(notes[i].id) for i in range(count) if notes[i].id >= 0]

    def __repr__(self) -> str:
        ports = f"{self.inputs} in, {self.outputs} out"
        return f"<dspc.Engine {self.name!r}, {self.backend}, {self.sample_rate:g} Hz, {ports}>"

    # --- inside ---

    def _prepared(self, recordings: list[Recording | None]) -> _Memory:
        """Memory with an engine that starts from silence. Raises `HostError` DSP308 if it cannot be."""
        core_bytes = self._ffi.new("size_t *")
        sounds, _keep = as_table(self._ffi, recordings)
        total = int(self._lib.dspc_bytes_with(self._program, self.sample_rate, sounds, core_bytes))
        self._loaded.check()
        if not total:
            raise cannot_prepare(self.name, self.sample_rate)
        outside = self._loaded.external_core
        core = outside(int(core_bytes[0])) if outside else self._ffi.NULL
        own = total - int(core_bytes[0]) if outside else total
        store = self._ffi.new("unsigned char[]", own + 64)
        start = -int(self._ffi.cast("uintptr_t", store)) % 64
        memory = self._ffi.cast("void *", store + start)
        failed = self._lib.dspc_prepare_with(self._program, memory, self.sample_rate, core, sounds)
        self._loaded.check()
        if failed:
            raise cannot_prepare(self.name, self.sample_rate)
        return _Memory(memory, core, store, total)

    def _use(self, memory: _Memory) -> None:
        self._memory, self._core, self._store = memory.pointer, memory.core, memory.store
        self.state_bytes = memory.bytes

    def _input(self, x: ArrayLike | None, frames: int | None) -> tuple[Floats, bool]:
        """The inputs as [channels, frames] of the engine's type, and whether the side chains are among them."""
        if frames is not None:
            frames = whole(frames, 0, 2**32 - 1, "frames", "give the number of frames to compute", "DSP303")
        if x is None:
            if frames is None:
                raise host_error("DSP303", "process needs x or frames", "for example process(frames=512)")
            return np.zeros((self.inputs, frames), self.dtype), False
        audio, connected = self._audio(x)
        if frames is not None and frames != audio.shape[1]:
            message = f"x has {audio.shape[1]} frames, but frames is {frames}"
            raise host_error("DSP303", message, "leave frames out: x says how many")
        return audio, connected

    def _audio(self, x: ArrayLike) -> tuple[Floats, bool]:
        audio = samples(x, self.dtype)
        if np.ndim(x) == 1 and len(self._main) == 1:
            audio = audio.reshape(1, -1)
        if audio.ndim == 2 and audio.shape[0] == self.inputs:
            return audio, True
        if audio.ndim == 2 and audio.shape[0] == len(self._main) > 0:
            full = np.zeros((self.inputs, audio.shape[1]), self.dtype)
            full[self._main] = audio
            return full, False
        shape = f"[{', '.join(map(str, np.shape(x)))}]"
        without = f" ({len(self._main)} without the side chains)" if len(self._main) < self.inputs else ""
        message = f"{self.name!r} has {self.inputs} input channel{'s' * (self.inputs != 1)}{without}, but x is {shape}"
        raise host_error("DSP302", message, self._channel_hint(audio))

    def _channel_hint(self, audio: Floats) -> str:
        if self.inputs == 0:
            return "leave x out: frames= of process and seconds= of render say how long"
        if audio.ndim == 2 and audio.shape[1] == self.inputs:
            return "x is [channels, frames]: transpose it, x.T"
        if self.inputs == 1:
            return "x is [frames]: take one channel, x[0], or their mean, x.mean(0)"
        return f"x is [{self.inputs}, frames]; np.stack([x] * {self.inputs}) repeats a mono signal"

    def _output(self, out: Floats | None, frames: int) -> Floats:
        shape = (frames,) if self.outputs == 1 else (self.outputs, frames)
        if out is None:
            return np.empty(shape, self.dtype)
        if not isinstance(out, np.ndarray):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise host_error("DSP302", f"out is an array, not {describe(out)}",
                             f"np.empty({shape}, np.{self.dtype}) makes one")  # fmt: skip
        fits = out.shape == shape and out.dtype == self.dtype
        if not fits or not out.flags.c_contiguous or not out.flags.writeable:
            message = f"out is {out.dtype} {list(out.shape)}, not contiguous {self.dtype} {list(shape)}"
            raise host_error("DSP302", message, f"np.empty({shape}, np.{self.dtype}) makes one")
        return out

    def _run(
        self, audio: Floats, result: Floats, frames: int, rows: list[Any], connected: bool | None = None
    ) -> None:
        """Calls the engine; `connected`, if it is known, is whether the side chains are."""
        ffi = self._ffi
        events = ffi.new("dspc_event[]", rows)
        with self._lock:
            _point(ffi, self._ins, audio)
            _point(ffi, self._outs, result)
            process, program, memory = self._lib.dspc_process, self._program, self._memory
            for index, bus in enumerate(self.input_buses if connected is not None else ()):
                if bus.sidechain:
                    self._lib.dspc_connect(program, memory, index, connected)
            process(program, memory, self._ins, self._outs, frames, events, len(rows))
        self._loaded.check()

    def _value(self, index: int) -> float:
        return float(self._lib.dspc_get_param(self._program, self._memory, index))

    def _text(self, text: CData) -> str:
        return self._ffi.string(text).decode() if text != self._ffi.NULL else ""

    def _buses(self, table: CData, count: int) -> tuple[EngineBus, ...]:
        """The buses of a table, each behind the one before."""
        found: list[EngineBus] = []
        offset = 0
        for i in range(count):
            bus = table[i]
            found.append(EngineBus(self._text(bus.name), int(bus.channels), bool(bus.flags & 1), offset))
            offset += int(bus.channels)
        return tuple(found)

    def _describe(self, index: int) -> Parameter:
        p = self._program.params[index]
        flags = [bool(p.flags & bit) for bit in (1, 2, 4, 8)]
        labels = tuple(self._text(p.labels).split("\n")[:-1])
        return Parameter(
            id=self._text(p.id), name=self._text(p.name), unit=self._text(p.unit), group=self._text(p.group),
            min=p.min, max=p.max, default=p.init, step=p.step, scale=SCALES[int(p.scale)], labels=labels,
            automatable=flags[0], hidden=flags[1], bypass=flags[2], momentary=flags[3], value=p.init,
        )  # fmt: skip


def _point(ffi: Any, pointers: CData, channels: Floats) -> None:
    """Lets the pointers point at the rows of a contiguous array."""
    start, row = channels.ctypes.data, channels.strides[0]
    for i in range(channels.shape[0]):
        pointers[i] = ffi.cast("float *", start + i * row)
