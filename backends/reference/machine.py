"""Runs a graph-level program sample by sample; lanes and voices are axes of the arrays, voices the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.describe import FIELDS
from dspc.backends.engine import LoadedProgram
from dspc.backends.hosted import Channels, Core, HostedProgram
from dspc.backends.reference.memory import Cell, Component, Line, Shape, StreamKit, plan_layout
from dspc.dialects import dsp
from dspc.dialects.kit import TICK, Value, as_tuple
from dspc.dialects.layout import ProgramLayout, VoiceField
from dspc.dialects.scalar import NUMPY_TYPES, Numpy
from dspc.dialects.types import element_of, rate_of

Step = Callable[[], None]
PHASES = ("init", "control", "audio")


def load(program: dsp.ProgramOp) -> LoadedProgram:
    """A program at the graph level (after the defining passes), for an `Engine`."""
    block = program.body.block
    terminator = block.last_op
    assert terminator is not None
    layout = plan_layout(program, len(block.args), len(terminator.operands))
    machines: dict[int, Machine] = {}

    def init(core: Core) -> None:
        machines[core.ctypes.data] = Machine(program, layout, core)

    def run(core: Core, inputs: Channels, outputs: Channels, frames: int) -> None:
        machines[core.ctypes.data].run(inputs, outputs, frames)

    return HostedProgram(layout, lambda _: [], init, run).load("reference")


@dataclass
class _Plan:
    """The steps of a body, phase by phase."""

    steps: dict[str, list[Step]] = field(default_factory=lambda: {p: [] for p in PHASES})

    def run(self, phase: str) -> None:
        for step in self.steps[phase]:
            step()


@dataclass(frozen=True)
class _Where:
    """The axes of values in a body, and whose state it is."""

    shape: Shape = ()
    voices: bool = False
    component: Component | None = None


class Machine:
    """One instance: all values of the current sample, and all state."""

    def __init__(self, program: dsp.ProgramOp, layout: ProgramLayout, core: Core):
        self.layout, self.core = layout, core
        self.header = core[:16].view(np.uint32)
        self.kit = StreamKit(float(core[16:24].view(np.float64)[0]))
        self.env: dict[SSAValue, Value] = {}
        self.components: dict[bool, list[Component]] = {False: [], True: []}
        self.loose: list[Cell | Line] = []
        self.voice_ticks: list[Step] = []
        self.mask: Value | None = None
        self.tick_all = False
        block = program.body.block
        self.tables = self._tables(program)
        self.plan = self._plan(block, _Where())
        self.args, self.results = block.args, block.last_op.operands if block.last_op else ()
        with np.errstate(all="ignore"):
            self.plan.run("init")

    # running

    def run(self, inputs: Channels, outputs: Channels, frames: int) -> None:
        with np.errstate(all="ignore"):
            for i in range(frames):
                self._sample(inputs, outputs, i)

    def _sample(self, inputs: Channels, outputs: Channels, i: int) -> None:
        frame = int(self.header[0])
        self.kit.position = frame
        grid = frame % TICK == 0
        if grid or self.header[1]:
            self._tick(grid or bool(self.header[2]))
            self.header[1] = self.header[2] = 0
        for arg, channel in zip(self.args, inputs, strict=True):
            self.env[arg] = channel[i]
        self.plan.run("audio")
        samples = [self.env[r] for r in self.results]
        for channel, sample in zip(outputs, samples, strict=True):
            channel[i] = sample
        self.header[0] = np.uint32((frame + 1) & 0xFFFFFFFF)

    def _tick(self, every: bool) -> None:
        self.tick_all = every
        if every:
            for component in self.components[False]:
                component.guard(np.False_)
            self.plan.run("control")
        for step in self.voice_ticks:
            step()

    # planning

    def _plan(self, block: Block, where: _Where) -> _Plan:
        plan = _Plan()
        for op in block.ops:
            self._add(plan, op, where)
        return plan

    def _add(self, plan: _Plan, op: Operation, where: _Where) -> None:
        if isinstance(op, dsp.VoicesOp):
            self._add_voices(plan, op)
        elif isinstance(op, dsp.BankOp):
            self._add_bank(plan, op, where)
        elif isinstance(op, dsp.ScopeOp):
            self._add_scope(plan, op, where)
        elif isinstance(op, dsp.FeedbackOp):
            self._add_feedback(plan, op, where)
        elif isinstance(op, dsp.ConstantOp):
            self.env[op.result] = NUMPY_TYPES[element_of(op.result.type)](op.number)
        elif isinstance(op, dsp.LanesOp):
            values = np.array(op.numbers, NUMPY_TYPES[element_of(op.result.type)])
            self.env[op.result] = values.reshape(values.shape + (1,) * (len(where.shape) - 1))
        elif isinstance(op, dsp.ReduceOp):
            plan.steps[_phase(op)].append(self._reduce(op, where))
        elif isinstance(op, dsp.ScalarOp):
            plan.steps[_phase(op)].append(self._scalar(op))
        elif isinstance(op, dsp.SampleOp):
            self._add_primitive(plan, op, where)

    def _scalar(self, op: dsp.ScalarOp) -> Step:
        env, args, result = self.env, list(op.args), op.result
        function: Numpy = op.row.numpy

        def step() -> None:
            env[result] = function(*[env[a] for a in args])

        return step

    def _reduce(self, op: dsp.ReduceOp, where: _Where) -> Step:
        from dspc.dialects.scalar import find_row

        row = find_row(op.kind.data, element_of(op.result.type))
        assert row is not None
        env, count = self.env, op.count.data

        def step() -> None:
            stack = np.broadcast_to(env[op.x], (count, *where.shape))
            env[op.result] = _tree([stack[i] for i in range(count)], row.numpy)

        return step

    def _add_scope(self, plan: _Plan, op: dsp.ScopeOp, where: _Where) -> None:
        inner = self._plan(op.block, where)
        for phase in PHASES:
            plan.steps[phase] += inner.steps[phase]
            plan.steps[phase].append(self._copy(op, phase))

    def _copy(self, op: dsp.BodyOp, phase: str) -> Step:
        """Makes results of what a body yielded in this phase."""
        pairs = [(r, y) for r, y in zip(op.results, op.yielded, strict=True) if _phase_of(r) == phase]

        def step() -> None:
            for result, value in pairs:
                self.env[result] = self.env[value]

        return step

    def _add_bank(self, plan: _Plan, op: dsp.BankOp, where: _Where) -> None:
        count = op.count.data
        inside = _Where((count, *where.shape), where.voices, where.component)
        index = np.arange(count, dtype=np.int32)
        self.env[op.block.args[0]] = index.reshape((count,) + (1,) * len(where.shape))
        inner = self._plan(op.block, inside)
        for phase in PHASES:
            plan.steps[phase] += inner.steps[phase]
            plan.steps[phase].append(self._spread(op, phase, inside.shape))

    def _spread(self, op: dsp.BankOp, phase: str, shape: Shape) -> Step:
        pairs = [(r, y) for r, y in zip(op.results, op.yielded, strict=True) if _phase_of(r) == phase]

        def step() -> None:
            for result, value in pairs:
                self.env[result] = np.broadcast_to(self.env[value], shape)

        return step

    def _add_feedback(self, plan: _Plan, op: dsp.FeedbackOp, where: _Where) -> None:
        where = self._feeding_back(where)
        assert where.component is not None
        cells: list[Cell] = []
        for arg, initial in zip(op.block.args, op.initial.data, strict=True):
            cells.append(Cell.make(element_of(arg.type), dsp.number_of(initial), where.shape))
        where.component.cells += cells
        where.component.states += cells
        inner = self._plan(op.block, where)

        def before() -> None:
            for arg, cell in zip(op.block.args, cells, strict=True):
                self.env[arg] = cell.read()

        def after() -> None:
            values = [self.env[y] for y in op.yielded]
            for cell, value in zip(cells, values, strict=False):
                cell.write(value, None)
            self.env.update(zip(op.results, values, strict=True))

        plan.steps["init"] += inner.steps["init"]
        plan.steps["control"] += inner.steps["control"]
        plan.steps["audio"] += [before, *inner.steps["audio"], after]

    def _feeding_back(self, where: _Where) -> _Where:
        """Inside a feedback: a new unit of what is put back together, unless the place is in one already."""
        if where.component is not None:
            return where
        component = Component(where.shape)
        self.components[where.voices].append(component)
        return replace(where, component=component)

    def _add_voices(self, plan: _Plan, op: dsp.VoicesOp) -> None:
        count = op.count.data
        where = _Where((count,), True, None)
        inner = self._plan(op.block, where)
        tick, reset = self._voice_cell(VoiceField.TICK), self._voice_cell(VoiceField.RESET)
        add = NUMPY_ADD

        def control() -> None:
            mask = (tick != 0) | self.tick_all
            again = (reset != 0) & mask
            for component in self.components[True]:
                component.guard(again)
            for cell in self.loose:
                cell.restore(again)
            self.mask, self.kit.note_event = mask, tick != 0
            inner.run("control")
            self.mask = self.kit.note_event = None
            tick[:] = 0
            reset[:] = 0

        def audio() -> None:
            inner.run("audio")
            for result, value in zip(op.results, op.yielded, strict=True):
                lanes = np.broadcast_to(self.env[value], (count,))
                self.env[result] = _tree([lanes[i] for i in range(count)], add)

        plan.steps["init"] += inner.steps["init"]
        self.voice_ticks.append(control)
        plan.steps["audio"].append(audio)

    # primitives

    def _add_primitive(self, plan: _Plan, op: dsp.SampleOp, where: _Where) -> None:
        if op.recursive:
            where = self._feeding_back(where)
        state = _State(self, op, where)
        phase = _phase(op)
        operands = list(op.operands)
        if type(op).tick is not dsp.SampleOp.tick:
            wanted = operands if isinstance(op, dsp.ControlOp) else []

            def tick() -> None:
                state.begin(self.mask)
                op.tick(self.kit, state, *[self.env[o] for o in wanted])
                state.commit()

            plan.steps["control"].append(tick)

        def step() -> None:
            state.begin(self.mask if phase == "control" else None)
            made = op.step(self.kit, state, *[self.env[o] for o in operands])
            state.commit()
            self.env.update(zip(op.results, as_tuple(made), strict=True))

        plan.steps[phase].append(step)

    def remember(self, thing: Cell | Line, where: _Where, recursive: bool = False) -> None:
        """Notes whose reset this state follows, and whether it may call for one."""
        if where.component is not None:
            if recursive and isinstance(thing, Cell):
                where.component.states.append(thing)
            (where.component.lines if isinstance(thing, Line) else where.component.cells).append(thing)  # type: ignore[arg-type]
        elif where.voices:
            self.loose.append(thing)

    def _voice_cell(self, which: VoiceField) -> NDArray[Any]:
        at = self.layout.voice_cell(0, which)
        return self.core[at : at + 4 * self.layout.voice_slots].view(np.uint32)

    def engine_cell(self, op: dsp.SampleOp, slot: dsp.Slot, element: str) -> NDArray[Any]:
        """The cell of a parameter, a controller, or a field of all voices."""
        if slot.role == "voice":
            return self._voice_cell(FIELDS[slot.field]).view(_memory_type(element))
        if slot.role == "param":
            at = next(p.cell for p in self.layout.params if p.id == slot.field)
        else:
            at = next(c.cell for c in self.layout.controllers if c.number == int(slot.field))
        size = np.dtype(_memory_type(element)).itemsize
        return self.core[at : at + size].view(_memory_type(element))

    def _tables(self, program: dsp.ProgramOp) -> dict[str, NDArray[Any]]:
        parent = program.parent
        found: dict[str, NDArray[Any]] = {}
        for op in parent.ops if parent is not None else ():
            if isinstance(op, dsp.TableOp):
                element = element_of(op.data.get_type().get_element_type())  # type: ignore[union-attr]
                found[op.sym_name.data] = np.array(op.data.get_values(), NUMPY_TYPES[element])
        return found


NUMPY_ADD: Numpy = np.add


def _memory_type(element: str) -> Any:
    return np.uint32 if element == "bool" else NUMPY_TYPES[element]


def _phase(op: Operation) -> str:
    return _phase_of(op.results[0])


def _phase_of(value: SSAValue) -> str:
    rate = rate_of(value.type)
    return "init" if rate == "const" else rate


def _tree(leaves: list[Value], combine: Numpy) -> Value:
    """The halving tree over the next power of two; leaves that are missing are passed by."""
    half = 1 << (len(leaves) - 1).bit_length() >> 1
    while half:
        for i in range(half):
            if i + half < len(leaves):
                leaves[i] = combine(leaves[i], leaves[i + half])
        del leaves[half:]
        half >>= 1
    return leaves[0]


class _State:
    """The slots of one primitive. What is written is read from the next sample (or phase) on."""

    def __init__(self, machine: Machine, op: dsp.SampleOp, where: _Where):
        self.__dict__.update(_machine=machine, _op=op, _slots=op.slots(), _cells={}, _engine={}, _new={}, _mask=None)
        for name, slot in op.slots().items():
            element = element_of(op.results[0].type) if slot.element == "result" else slot.element
            if slot.role == "line":
                line = Line.make(slot, element, float(machine.kit.sample_rate), where.shape)
                machine.remember(line, where)
                self._cells[name] = line
            elif slot.role == "state":
                cell = Cell.make(element, slot.init, where.shape)
                machine.remember(cell, where, op.recursive)
                self._cells[name] = cell
            else:
                self._engine[name] = (machine.engine_cell(op, slot, element), element)

    def begin(self, mask: Value | None) -> None:
        self.__dict__["_mask"] = mask
        self._new.clear()

    def __getattr__(self, name: str) -> Any:
        if name in self._engine:
            memory, element = self._engine[name]
            value = memory.astype(NUMPY_TYPES[element])
            return value if self._slots[name].role == "voice" else value[0]
        cell = self._cells[name]
        return _Tap(self, cell) if isinstance(cell, Line) else cell.read()

    def __setattr__(self, name: str, value: Value) -> None:
        self._new[name] = value

    def table(self, name: str, index: Value) -> Value:
        return self._machine.tables[name][index]

    def commit(self) -> None:
        for name, value in self._new.items():
            if name in self._engine:
                memory, element = self._engine[name]
                if self._mask is not None:
                    value = cast(Value, np.where(self._mask, value, getattr(self, name)))
                memory[:] = np.asarray(value).astype(_memory_type(element))
            else:
                self._cells[name].write(value, self._mask)


class _Tap:
    """A delay line as a `step` sees it."""

    def __init__(self, state: _State, line: Line):
        self.kit, self.line = state._machine.kit, line

    @property
    def longest(self) -> Value:
        return np.int32(self.line.longest)

    def read(self, distance: Value) -> Value:
        return self.line.read(self.kit.position, distance)

    def write(self, x: Value) -> None:
        element = self.kit.element(np.asarray(x))
        self.line.write(self.kit.position, self.kit.settle(x) if element in ("f32", "f64") else x)
