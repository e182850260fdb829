"""Runs a graph-level program sample by sample; lanes and voices are axes of the arrays, voices the last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from xdsl.ir import Block, Operation

from dspc.backends.engine import LoadedProgram
from dspc.backends.hosted import Channels, Core, HostedProgram
from dspc.backends.reference import arrays, bodies
from dspc.backends.reference.instance import Instance
from dspc.backends.reference.memory import Cells, Shape, plan_layout, spread
from dspc.backends.reference.places import PHASES, Plan, Step, Where, phase_of, phase_of_op
from dspc.backends.reference.state import State
from dspc.dialects import dsp
from dspc.dialects.kit import BLOCK, TICK, Value, as_tuple
from dspc.dialects.layout import ProgramLayout, VoiceField
from dspc.dialects.scalar import NUMPY_TYPES, Numpy
from dspc.dialects.types import element_of


def load(program: dsp.ProgramOp) -> LoadedProgram:
    """A program at the graph level (after the defining passes), for an `Engine`."""
    block = program.body.block
    terminator = block.last_op
    assert terminator is not None
    layout, cells = plan_layout(program, len(block.args), len(terminator.operands))
    machines: dict[int, Machine] = {}

    def init(core: Core) -> None:
        machines[core.ctypes.data] = Machine(program, layout, cells, core)

    def run(core: Core, inputs: Channels, outputs: Channels, frames: int) -> None:
        machines[core.ctypes.data].run(inputs, outputs, frames)

    return HostedProgram(layout, lambda _: [], init, run).load("reference")


class Machine(Instance):
    """One instance, planned and run."""

    def __init__(self, program: dsp.ProgramOp, layout: ProgramLayout, cells: Cells, core: Core):
        super().__init__(program, layout, cells, core)
        self.header = core[:16].view(np.uint32)
        self.voice_ticks: list[Step] = []
        self.mask: Value | None = None
        self.tick_all = False
        block = program.body.block
        self.plan = self.plan_of(block, Where())
        self.args, self.results = block.args, list(block.last_op.operands) if block.last_op else []
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
            if self.kit.position % BLOCK == 0:
                for component in self.components[False]:
                    component.guard(np.False_)
            self.plan.run("control")
        for step in self.voice_ticks:
            step()

    # planning

    def plan_of(self, block: Block, where: Where) -> Plan:
        """What a body does."""
        plan = Plan()
        for op in block.ops:
            self._add(plan, op, where)
        return plan

    def _add(self, plan: Plan, op: Operation, where: Where) -> None:
        if isinstance(op, dsp.VoicesOp):
            self._add_voices(plan, op)
        elif isinstance(op, dsp.BankOp):
            self._add_bank(plan, op, where)
        elif type(op) in bodies.ADD:
            bodies.ADD[type(op)](self, plan, op, where)
        elif type(op) in arrays.STEPS:
            plan.steps[phase_of_op(op)].append(arrays.STEPS[type(op)](self.env, op, where))
        elif isinstance(op, dsp.LoadOp | dsp.StoreOp):
            plan.steps["audio"].append(bodies.access(self, op, where))
        elif isinstance(op, dsp.ConstantOp):
            self.env[op.result] = NUMPY_TYPES[element_of(op.result.type)](op.number)
        elif isinstance(op, dsp.LanesOp):
            values = np.array(op.numbers, NUMPY_TYPES[element_of(op.result.type)])
            self.env[op.result] = values.reshape(values.shape + (1,) * (len(where.shape) - 1))
        elif isinstance(op, dsp.ScalarOp):
            plan.steps[phase_of_op(op)].append(self._scalar(op))
        elif isinstance(op, dsp.SampleOp):
            self._add_primitive(plan, op, where)

    def _scalar(self, op: dsp.ScalarOp) -> Step:
        env, args, result = self.env, list(op.args), op.result
        function: Numpy = op.row.numpy

        def step() -> None:
            env[result] = function(*[env[a] for a in args])

        return step

    def _add_bank(self, plan: Plan, op: dsp.BankOp, where: Where) -> None:
        count = op.count.data
        inside = replace(where, shape=(count, *where.shape))
        index = np.arange(count, dtype=np.int32)
        self.env[op.block.args[0]] = index.reshape((count,) + (1,) * len(where.shape))
        inner = self.plan_of(op.block, inside)
        for phase in PHASES:
            plan.steps[phase] += inner.steps[phase]
            plan.steps[phase].append(self._spread(op, phase, inside.shape))

    def _spread(self, op: dsp.BankOp, phase: str, shape: Shape) -> Step:
        pairs = [(r, y) for r, y in zip(op.results, op.yielded, strict=True) if phase_of(r) == phase]

        def step() -> None:
            for result, value in pairs:
                self.env[result] = spread(self.env[value], shape)

        return step

    def _add_voices(self, plan: Plan, op: dsp.VoicesOp) -> None:
        count = op.count.data
        where = Where((count,), True, None)
        inner = self.plan_of(op.block, where)
        tick, reset = self.voice_cells(VoiceField.TICK), self.voice_cells(VoiceField.RESET)
        add, pairs = NUMPY_ADD, list(zip(op.results, op.yielded, strict=True))

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
            for result, value in pairs:
                self.env[result] = arrays.tree(spread(self.env[value], (count,)), add)

        plan.steps["init"] += inner.steps["init"]
        self.voice_ticks.append(control)
        plan.steps["audio"].append(audio)

    # primitives

    def _add_primitive(self, plan: Plan, op: dsp.SampleOp, where: Where) -> None:
        if op.recursive:
            where = self.feeding_back(where)
        phase = phase_of_op(op)
        ticks = type(op).tick is not dsp.SampleOp.tick
        if ticks or phase != "audio":
            where = where.outside()
        state = State(self, op, where)
        operands, results = list(op.operands), list(op.results)
        if ticks:
            wanted = operands if isinstance(op, dsp.ControlOp) else []

            def tick() -> None:
                state.begin(self.mask)
                op.tick(self.kit, state, *[self.env[o] for o in wanted])
                state.commit()

            plan.steps["control"].append(tick)

        def step() -> None:
            state.begin(self.mask if phase == "control" else where.mask)
            made = op.step(self.kit, state, *[self.env[o] for o in operands])
            state.commit()
            self.env.update(zip(results, as_tuple(made), strict=True))

        plan.steps[phase].append(step)

NUMPY_ADD: Numpy = np.add
