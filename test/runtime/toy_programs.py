"""The program of toy_core.c: its library for Python, and the same core once more in Python."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from cffi import FFI
from numpy.typing import NDArray

from dspc.backends.engine import Engine, LoadedProgram, engine_cdef
from dspc.backends.hosted import Channels, Core, HostedProgram
from dspc.dialects.layout import (
    CORE_FRAME,
    CORE_SAMPLE_RATE,
    CORE_TICK_ALL,
    CORE_TICK_ANY,
    FADE,
    NONE,
    TICK,
    BusFlag,
    BusInfo,
    ControllerInfo,
    InitInfo,
    LineInfo,
    MeterInfo,
    ParamFlag,
    ParamInfo,
    ProgramFlag,
    ProgramLayout,
    SampleInfo,
    TransportCell,
    VoiceField,
)

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parent.parent / "runtime"
KINDS = {
    "poly": 0, "mono": 1, "effect": 2, "large": 3, "tight": 4,
    "legato": 5, "lowest": 6, "highest": 7, "quietest": 8, "none": 9,
}  # fmt: skip
STRICT = ["-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
WARN = ["-Wall", "-Wextra", "-Werror"]

GAIN, MODE, BUTTON, WHEEL, GAIN_NOW, MODE_NOW, COUNT, POSITION, LINE = (64, 68, 72, 76, 80, 84, 88, 92, 96)
RATE, CUTOFF, GRID, PEAK, KEYED, SONG, KICK, VOICES = (
    104, 108, 112, 144, 148, 152, 216, 232,
)  # fmt: skip
WIDTH, FIELD = 4, 16
AGE, QUIET, STRIDE = 19 * FIELD, 20 * FIELD, 21 * FIELD
QUIET_FRAMES = 40

LAYOUT = ProgramLayout(
    name="toy", inputs=1, outputs=2, static_bytes=VOICES + 8 * STRIDE, flags=ProgramFlag.INSTRUMENT,
    latency=3, tail=0.25, voices=4, voice_slots=8, voice_base=VOICES, voice_width=WIDTH, voice_stride=STRIDE,
    voice_fields=tuple(NONE if f is VoiceField.PITCH else f * FIELD for f in VoiceField),
    params=(
        ParamInfo("gain", "Gain", 0.0, 2.0, 1.0, GAIN),
        ParamInfo("filter.mode", "Mode", 0.0, 2.0, 1.0, MODE, group="filter", labels=("low", "band", "high"),
                  step=1.0, type="i32"),
        ParamInfo("hold", "Hold", 0.0, 1.0, 0.0, BUTTON, step=1.0, type="bool",
                  flags=ParamFlag.AUTOMATABLE | ParamFlag.MOMENTARY),
        ParamInfo("cutoff", "Cutoff", 20.0, 20000.0, 1200.0, CUTOFF, unit="Hz", group="filter", step=0.5,
                  scale="log"),
    ),
    inits=(InitInfo(COUNT, 7), InitInfo(GRID, 0x3FF8000000000000, 8, (2, 1, 2), (16, 0, 8))),
    lines=(LineInfo(LINE),),
    controllers=(ControllerInfo(1, WHEEL, 0.5),),
    transport_cells=tuple(SONG + 8 * cell for cell in TransportCell),
    meters=(MeterInfo("level", PEAK),),
    input_buses=(BusInfo("main", 1), BusInfo("key", 0, BusFlag.SIDECHAIN, KEYED)),
    output_buses=(BusInfo("dry", 1), BusInfo("late", 1)),
    samples=(SampleInfo("kick", bytes(12), 8000.0, KICK),),
)  # fmt: skip
LAYOUTS = {
    "poly": LAYOUT,
    "mono": replace(LAYOUT, flags=ProgramFlag.INSTRUMENT | ProgramFlag.MONO, voices=1, voice_slots=3),
    "effect": replace(LAYOUT, flags=ProgramFlag(0), voices=0, voice_slots=0),
    "large": replace(LAYOUT, voices=16, voice_slots=32),
    "tight": replace(LAYOUT, voices=2, voice_slots=2),
    "legato": replace(
        LAYOUT, flags=ProgramFlag.INSTRUMENT | ProgramFlag.MONO | ProgramFlag.LEGATO, voices=1, voice_slots=3
    ),
    "lowest": replace(LAYOUT, flags=ProgramFlag.INSTRUMENT | ProgramFlag.STEAL_LOWEST),
    "highest": replace(LAYOUT, flags=ProgramFlag.INSTRUMENT | ProgramFlag.STEAL_HIGHEST),
    "quietest": replace(LAYOUT, flags=ProgramFlag.INSTRUMENT | ProgramFlag.STEAL_QUIETEST),
    "none": replace(LAYOUT, flags=ProgramFlag.INSTRUMENT | ProgramFlag.STEAL_NONE),
}

TOY_CDEF = """
extern uint32_t toy_calls[4096][2], toy_call_count;
const dspc_program *toy_program(uint32_t kind);
uint32_t toy_voice_cell(uint32_t slot, uint32_t field);
uint32_t toy_core_offset(const void *memory);
int toy_flushing_host(const dspc_program *program, void *memory);
"""


class ToyEngine(Engine):
    """An engine whose core's memory tests may look into."""

    def core(self, offset: int, type: Any = np.uint32) -> Any:
        return self.cell(offset, type)[0]

    def cell(self, offset: int, type: Any = np.uint32) -> NDArray[Any]:
        head = self._memory + self._library.toy_core_offset(self._memory)
        return np.frombuffer(self._ffi.buffer(head + offset, np.dtype(type).itemsize), type)

    def end_voice(self, slot: int) -> None:
        """As a core does whose program says `note.finish`."""
        self.cell(self._library.toy_voice_cell(slot, VoiceField.ACTIVE))[0] = 0
        self.process(frames=1)

    def voice(self, slot: int, field: VoiceField) -> Any:
        floats = (*range(VoiceField.KEY, VoiceField.INDEX), VoiceField.ORIGIN, VoiceField.LEVEL)
        kind = np.float32 if field in floats else np.int32
        return self.core(self._library.toy_voice_cell(slot, field), kind)

    def voices(self, field: VoiceField, slots: int) -> list[float]:
        return [self.voice(slot, field).item() for slot in range(slots)]

    @property
    def _library(self) -> Any:
        return self._loaded.keep[0]


class ToyLibrary:
    """toy_core.c, compiled."""

    def __init__(self, folder: Path, *options: str):
        path = folder / "toy.so"
        source = ["-shared", "-fPIC", f"-I{RUNTIME}", str(HERE / "toy_core.c")]
        command = ["gcc", "-std=c11", "-O1", *WARN, *STRICT, *options, *source, "-o", str(path)]
        subprocess.run(command, check=True)
        self.ffi = FFI()
        self.ffi.cdef(engine_cdef() + TOY_CDEF)
        self.lib: Any = self.ffi.dlopen(str(path))

    def load(self, kind: str) -> LoadedProgram:
        program = self.lib.toy_program(KINDS[kind])
        return LoadedProgram(self.ffi, self.lib, program, "toy", keep=(self.lib,), report="by hand")

    def engine(self, kind: str = "poly", sample_rate: float = 48_000.0) -> ToyEngine:
        return ToyEngine(self.load(kind), sample_rate)

    def take_calls(self) -> list[tuple[int, int]]:
        """(frame, frames) of each call of the core since the last time."""
        calls = [(self.lib.toy_calls[i][0], self.lib.toy_calls[i][1]) for i in range(self.lib.toy_call_count)]
        self.lib.toy_call_count = 0
        return calls


class PythonToy:
    """The core of toy_core.c in numpy's float32, line by line."""

    def __init__(self, kind: str):
        self.layout = LAYOUTS[kind]
        self.hosted = HostedProgram(self.layout, self.sizes, self.init, self.run)

    def engine(self, sample_rate: float = 48_000.0) -> Engine:
        return Engine(self.hosted.load("hosted"), sample_rate)

    def sizes(self, sample_rate: float) -> list[int]:
        return [int(sample_rate / 1000.0)]

    def init(self, core: Core) -> None:
        rate = core[CORE_SAMPLE_RATE : CORE_SAMPLE_RATE + 8].view(np.float64)[0]
        core[RATE : RATE + 4].view(np.float32)[0] = rate

    def run(self, core: Core, inputs: Channels, outputs: Channels, frames: int) -> None:
        u, f = core[: len(core) // 4 * 4].view(np.uint32), core.view(np.float32)
        start, mask = int(u[LINE // 4]) // 4, int(u[LINE // 4 + 1])
        delay = int(core[CORE_SAMPLE_RATE : CORE_SAMPLE_RATE + 8].view(np.float64)[0] / 1000.0)
        for i in range(frames):
            now = int(u[POSITION // 4])
            y = self.sample(u, f, inputs[0][i])
            f[PEAK // 4] = max(f[PEAK // 4], abs(y))
            f[start + (now & mask)] = y
            outputs[0][i] = y
            outputs[1][i] = f[start + ((now - delay) & mask)] + f[u[KICK // 4] // 4 + now % u[KICK // 4 + 1]]
            u[POSITION // 4] = now + 1

    def sample(self, u: NDArray[np.uint32], f: NDArray[np.float32], x: np.float32) -> np.float32:
        every = bool(u[CORE_FRAME // 4] % TICK == 0 or u[CORE_TICK_ALL // 4])
        some = every or bool(u[CORE_TICK_ANY // 4])
        if every:
            u[GAIN_NOW // 4], u[MODE_NOW // 4] = u[GAIN // 4], u[MODE // 4]
            u[COUNT // 4] += 1
        y = x * f[GAIN_NOW // 4]
        for slot in range(self.layout.voice_slots):
            cells = {field: self.layout.voice_cell(slot, field) // 4 for field in VoiceField}
            if not u[cells[VoiceField.ACTIVE]]:
                continue
            if every or (some and u[cells[VoiceField.TICK]]):
                self.tick(u, cells)
            if u[cells[VoiceField.ACTIVE]]:
                y = y + self.voice(u, f, cells)
        u[CORE_TICK_ANY // 4] = u[CORE_TICK_ALL // 4] = 0
        u[CORE_FRAME // 4] += 1
        return y

    def tick(self, u: NDArray[np.uint32], cells: dict[VoiceField, int]) -> None:
        age, quiet = cells[VoiceField.ACTIVE] + AGE // 4, cells[VoiceField.ACTIVE] + QUIET // 4
        if u[cells[VoiceField.RESET]]:
            u[age] = u[quiet] = 0
        u[cells[VoiceField.RESET]] = u[cells[VoiceField.TICK]] = 0
        if u[cells[VoiceField.FADE]] == 0 or u[quiet] >= QUIET_FRAMES:
            u[cells[VoiceField.ACTIVE]] = 0
            u[cells[VoiceField.ENDED]] = u[CORE_FRAME // 4]

    def voice(self, u: Any, f: Any, cells: dict[VoiceField, int]) -> np.float32:
        def part(field: VoiceField, factor: float) -> np.float32:
            return f[cells[field]] * np.float32(factor)

        age, quiet = cells[VoiceField.ACTIVE] + AGE // 4, cells[VoiceField.ACTIVE] + QUIET // 4
        gate, trigger = u[cells[VoiceField.GATE]], u[cells[VoiceField.TRIGGER]]
        fade = int(u[cells[VoiceField.FADE]].view(np.int32))
        y = part(VoiceField.VELOCITY, 1.0 if gate else 0.25)
        y = y + (part(VoiceField.KEY, 0.001) + part(VoiceField.BEND, 0.01))
        y = y + (part(VoiceField.PRESSURE, 0.3) + part(VoiceField.TIMBRE, 0.2))
        y = y + (f[cells[VoiceField.RANDOM]] + np.float32(u[cells[VoiceField.INDEX]]))
        y = y + (np.float32(u[age]) * np.float32(0.0001) + np.float32(4.0 if trigger else 0.0))
        u[cells[VoiceField.TRIGGER]] = 0
        u[age] += 1
        u[quiet] = 0 if gate else u[quiet] + 1
        if fade < 0:
            return y
        u[cells[VoiceField.FADE]] = max(fade - 1, 0)
        return y * (np.float32(fade) * np.float32(1.0 / FADE))
