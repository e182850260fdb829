"""`run`: cuts the frames at the control ticks and calls the program's parts for each piece."""

from __future__ import annotations

from dspc.backends.wasm.encoder import Function, Instr
from dspc.backends.wasm.scope import Code, const, get, put, times, unless_zero
from dspc.dialects import layout

RUN_PARAMS = {"core": "i32", "inputs": "i32", "outputs": "i32", "frames": "i32"}


class RunWriter:
    """Collects the functions to call, in order, then writes `run`."""

    def __init__(self, sample_bytes: int) -> None:
        self.sample_bytes = sample_bytes
        self.function = Function("run", RUN_PARAMS, exported=True)
        new = self.function.new_local
        self.done, self.phase, self.count, self.due, self.all = (new("i32") for _ in range(5))
        self.ticks: list[int] = []
        self.output: int | None = None
        self._blocks: list[Instr] = []

    def _param(self, name: str) -> Instr:
        return get(self.function.param(name))

    def add_block(self, number: int) -> None:
        channels = [self._param("inputs"), self._param("outputs")]
        here = [get(self.done), get(self.count)]
        self._blocks += [self._param("core"), const(0), *channels, *here, Instr("call", number)]

    def add_voices(self, number: int) -> None:
        here = [get(self.done), get(self.count), get(self.due), get(self.all)]
        self._blocks += [self._param("core"), self._param("inputs"), *here, Instr("call", number)]

    def write(self) -> Function:
        frames = self._param("frames")
        piece = [*self._piece(), *self._tick(), *self._blocks, *self._copy_out(), *self._step()]
        loop = [Instr("loop"), *piece, frames, Instr("br_if"), Instr("end")]
        self.function.code = [const(0), put(self.done), *unless_zero([frames], loop)]
        return self.function

    def _header(self, offset: int) -> list[Instr]:
        return [self._param("core"), Instr("i32.load", offset)]

    def _piece(self) -> Code:
        """phase = frame & 15, count = min(16 - phase, frames)."""
        frames = self._param("frames")
        phase = [*self._header(layout.CORE_FRAME), const(layout.TICK - 1), Instr("i32.and"), put(self.phase)]
        rest = [const(layout.TICK), get(self.phase), Instr("i32.sub"), put(self.count)]
        shorter = [get(self.count), frames, get(self.count), frames, Instr("i32.lt_u"), Instr("select")]
        return [*phase, *rest, *shorter, put(self.count)]

    def _tick(self) -> Code:
        """due = phase == 0 or tick_any; all = phase == 0 or core.tick_all."""
        grid = [get(self.phase), Instr("i32.eqz")]
        due = [*self._header(layout.CORE_TICK_ANY), *grid, Instr("i32.or"), put(self.due)]
        everyone = [*self._header(layout.CORE_TICK_ALL), const(0), Instr("i32.ne"), *grid, Instr("i32.or")]
        calls: list[Instr] = []
        for number in self.ticks:
            calls += [self._param("core"), const(0), get(self.all), Instr("call", number)]
        together = [get(self.due), const(0), Instr("i32.ne"), get(self.all), Instr("i32.and")]
        return [*due, *everyone, put(self.all), *(unless_zero(together, calls) if calls else [])]

    def _copy_out(self) -> Code:
        if self.output is None:
            return []
        places = [self._param("core"), self._param("inputs"), self._param("outputs")]
        return [*places, get(self.done), get(self.count), Instr("call", self.output)]

    def _step(self) -> Code:
        """The ticks are over, the frame moves on."""
        core, frames = self._param("core"), self._param("frames")
        none = [
            i for at in (layout.CORE_TICK_ANY, layout.CORE_TICK_ALL) for i in (core, const(0), Instr("i32.store", at))
        ]
        moved = [*self._header(layout.CORE_FRAME), get(self.count), Instr("i32.add")]
        frame = [core, *moved, Instr("i32.store", layout.CORE_FRAME)]
        done = [get(self.done), get(self.count), *times(self.sample_bytes), Instr("i32.add"), put(self.done)]
        left = [frames, get(self.count), Instr("i32.sub"), put(self.function.param("frames"))]
        return [*none, *frame, *done, *left]
