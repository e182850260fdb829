"""What a compiled program is to its hosts: the constant half of `dspc_program` in runtime/engine.h.

Every backend gets one `ProgramLayout` from the compiler: the C backend prints it as static initialisers, the
virtual machine's file stores it, `backends/hosted.py` builds the struct in memory. Names, order and meaning
of the fields are those of engine.h; `test/runtime/test_layout.py` compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

ABI = 2
TICK = 16
FADE = 64
ALIGN = 64
NONE = 0xFFFFFFFF
CORE_HEADER = 64
MAX_LINES = 768
MAX_VOICES = 512

CORE_FRAME, CORE_TICK_ANY, CORE_TICK_ALL, CORE_BYTES, CORE_SAMPLE_RATE = 0, 4, 8, 12, 16
"""Offsets of the fields of `dspc_core`: u32, u32, u32, u32, f64."""

TYPE_CODES = {"f32": 0, "f64": 1, "i32": 2, "u32": 3, "u64": 4, "bool": 5}
SCALE_CODES = {"linear": 0, "log": 1}


class ProgramFlag(IntFlag):
    INSTRUMENT = 1
    LEGATO = 2
    MONO = 4
    F64 = 8
    STEAL_LOWEST = 16 * 1
    STEAL_HIGHEST = 16 * 2
    STEAL_QUIETEST = 16 * 3
    STEAL_NONE = 16 * 4

    @property
    def audio(self) -> str:
        """The element type of every channel."""
        return "f64" if ProgramFlag.F64 in self else "f32"


class ParamFlag(IntFlag):
    AUTOMATABLE = 1
    HIDDEN = 2
    BYPASS = 4
    MOMENTARY = 8


class VoiceField(IntEnum):
    """Cells of a voice, each 4 bytes wide; see `enum dspc_voice_field`."""

    ACTIVE = 0
    TICK = 1
    RESET = 2
    FADE = 3
    TRIGGER = 4
    GATE = 5
    KEY = 6
    PITCH = 7
    BEND = 8
    VELOCITY = 9
    RELEASE_VELOCITY = 10
    PRESSURE = 11
    TIMBRE = 12
    RANDOM = 13
    INDEX = 14
    ORIGIN = 15
    GLIDE = 16
    LEVEL = 17
    ENDED = 18


class TransportCell(IntEnum):
    """Cells of the transport; see `enum dspc_transport`. The last two follow from the others."""

    TEMPO = 0
    PLAYING = 1
    POSITION = 2
    BAR = 3
    NUMERATOR = 4
    DENOMINATOR = 5
    STEP = 6
    FRAME = 7


TRANSPORT_TYPES = ("f64", "bool", "f64", "f64", "i32", "i32", "f64", "u32")
"""Element types of the transport's cells."""


class BusFlag(IntFlag):
    SIDECHAIN = 1


@dataclass(frozen=True)
class ParamInfo:
    """A parameter; `cell` is the offset of the cell that holds its target, of type f32, f64, i32 or bool."""

    id: str
    name: str
    min: float
    max: float
    init: float
    cell: int
    unit: str = ""
    group: str = ""
    labels: tuple[str, ...] = ()
    step: float = 0.0
    type: str = "f32"
    scale: str = "linear"
    flags: ParamFlag = ParamFlag.AUTOMATABLE

    @property
    def label_text(self) -> str:
        """The labels as engine.h wants them: each ended by a newline."""
        return "".join(f"{label}\n" for label in self.labels)


@dataclass(frozen=True)
class InitInfo:
    """Initial bits of all `offset + i*stride[0] + j*stride[1] + k*stride[2]`; counts are at least 1."""

    offset: int
    bits: int
    bytes: int = 4
    count: tuple[int, int, int] = (1, 1, 1)
    stride: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class LineInfo:
    """A delay line for each of `lanes`; `cell` is the offset of two u32: the rings' start and mask."""

    cell: int
    bytes: int = 4
    lanes: int = 1


@dataclass(frozen=True)
class ControllerInfo:
    """A MIDI controller that the program reads, as an f32 0..1."""

    number: int
    cell: int
    init: float = 0.0


@dataclass(frozen=True)
class MeterInfo:
    """The largest |x| of a process call, an f32; meters of one name are one."""

    name: str
    cell: int


@dataclass(frozen=True)
class BusInfo:
    """Channels that belong together; `cell` is that of a u32, whether it is connected."""

    name: str
    channels: int
    flags: BusFlag = BusFlag(0)
    cell: int = NONE


@dataclass(frozen=True)
class SampleInfo:
    """Recorded sound of `rate` Hz that a host may replace, channel after channel, as bytes of the memory.

    `cell` is the offset of two u32 and an f32: where the sound starts in the core's memory, frames, rate. `element` is
    the element type of the program's channels.
    """

    name: str
    data: bytes
    rate: float
    cell: int
    channels: int = 1
    element: str = "f32"

    @property
    def frames(self) -> int:
        """Of each channel."""
        return len(self.data) // (self.channels * (8 if self.element == "f64" else 4))


@dataclass(frozen=True)
class ProgramLayout:
    """All of `dspc_program` but its functions and code."""

    name: str
    inputs: int
    outputs: int
    static_bytes: int = CORE_HEADER
    flags: ProgramFlag = ProgramFlag(0)
    latency: int = 0
    tail: float = 0.0
    voices: int = 0
    voice_slots: int = 0
    voice_base: int = 0
    voice_width: int = 1
    voice_stride: int = 0
    voice_fields: tuple[int, ...] = (NONE,) * len(VoiceField)
    transport_cells: tuple[int, ...] = (NONE,) * len(TransportCell)
    params: tuple[ParamInfo, ...] = ()
    inits: tuple[InitInfo, ...] = ()
    lines: tuple[LineInfo, ...] = ()
    controllers: tuple[ControllerInfo, ...] = ()
    meters: tuple[MeterInfo, ...] = ()
    input_buses: tuple[BusInfo, ...] = ()
    output_buses: tuple[BusInfo, ...] = ()
    samples: tuple[SampleInfo, ...] = ()

    @property
    def audio(self) -> str:
        """The element type of every channel."""
        return self.flags.audio

    def voice_cell(self, slot: int, field: VoiceField) -> int:
        """Offset of a voice's cell in the core's memory."""
        group, lane = divmod(slot, self.voice_width)
        return self.voice_base + group * self.voice_stride + self.voice_fields[field] + 4 * lane
