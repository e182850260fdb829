"""Operations with a body in the reference: feedback, scopes, what stands still, restarts, repeats; memories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Attribute, Operation

from dspc.backends.reference.arrays import elements_of
from dspc.backends.reference.instance import Instance
from dspc.backends.reference.memory import Cell, Memory, spread
from dspc.backends.reference.places import PHASES, Age, Clock, Gate, Plan, Step, Where, phase_of
from dspc.dialects import dsp
from dspc.dialects.kit import Value
from dspc.dialects.scalar import FLOATS, NUMPY_TYPES
from dspc.dialects.scalar import where as chosen
from dspc.dialects.types import element_of, lanes_of
from dspc.dialects.working_memory import size_of

OLDEST = 2**30
"""Steps since a restart are counted so far; no delay line is longer."""


def _scope(machine: Instance, plan: Plan, op: dsp.ScopeOp, where: Where) -> None:
    inner = machine.plan_of(op.block, where)
    for phase in PHASES:
        plan.steps[phase] += inner.steps[phase]
        plan.steps[phase].append(_copy(machine, op, phase))


def _copy(machine: Instance, op: dsp.BodyOp, phase: str) -> Step:
    """Makes results of what a body yielded in this phase."""
    pairs = [(r, y) for r, y in zip(op.results, op.yielded, strict=True) if phase_of(r) == phase]

    def step() -> None:
        for result, value in pairs:
            machine.env[result] = machine.env[value]

    return step


# --- feedback -------------------------------------------------------------------------------------


def _feedback(machine: Instance, plan: Plan, op: dsp.FeedbackOp, where: Where) -> None:
    where = machine.feeding_back(where)
    assert where.component is not None
    cells = [_state(machine, arg.type, i, where) for arg, i in zip(op.block.args, op.initial.data, strict=True)]
    where.component.cells += cells
    where.component.states += cells
    inner = machine.plan_of(op.block, where)
    args, yielded, results = op.block.args, list(op.yielded), list(op.results)

    def before() -> None:
        for arg, cell in zip(args, cells, strict=True):
            machine.env[arg] = cell.read(where.again)

    def after() -> None:
        values = [machine.env[y] for y in yielded]
        for cell, value in zip(cells, values, strict=False):
            cell.write(value, where.mask)
        machine.env.update(zip(results, values, strict=True))

    plan.add_early(inner)
    plan.steps["audio"] += [before, *inner.steps["audio"], after]


def _state(machine: Instance, type_: Attribute, initial: Attribute, where: Where) -> Cell:
    count = lanes_of(type_)
    shape = (count, *where.shape) if count else where.shape
    return Cell.make(element_of(type_), _initial(machine, initial, shape), shape)


def _initial(machine: Instance, initial: Attribute, shape: tuple[int, ...]) -> Any:
    """A number, or a table's samples along the first axis."""
    if not isinstance(initial, SymbolRefAttr):
        return dsp.number_of(initial)
    table = machine.tables[initial.string_value()]
    return table.reshape((len(table),) + (1,) * (len(shape) - 1))


# --- bodies that depend on a condition --------------------------------------------------------------


def _when(machine: Instance, plan: Plan, op: dsp.WhenOp, where: Where) -> None:
    gate, clock = Gate(), Clock()
    count = Cell.make("u32", 0, where.shape)
    machine.remember(count, where)
    inner = machine.plan_of(op.block, replace(where, gate=gate, clock=clock))
    plan.add_early(inner)
    condition, pairs = op.condition, list(zip(op.results, op.yielded, strict=True))

    def before() -> None:
        active = machine.env[condition]
        gate.value = active if where.mask is None else active & where.mask
        clock.position = count.read(where.again).astype(np.int64)

    def after() -> None:
        for result, value in pairs:
            given = machine.env[value]
            machine.env[result] = chosen(machine.env[condition], given, given.dtype.type(0))
        count.write((clock.position + 1).astype(np.uint32), gate.value)

    plan.steps["audio"] += [before, *inner.steps["audio"], after]


def _restart(machine: Instance, plan: Plan, op: dsp.RestartOp, where: Where) -> None:
    gate, age = Gate(), Age()
    steps = Cell.make("i32", 0, where.shape)
    machine.remember(steps, where)
    inner = machine.plan_of(op.block, replace(where, restart=gate, ages=(*where.ages, age)))
    plan.add_early(inner)
    condition, pairs = op.condition, list(zip(op.results, op.yielded, strict=True))

    def before() -> None:
        trigger = machine.env[condition]
        gate.value = trigger if where.again is None else trigger | where.again
        age.steps = chosen(gate.value, np.int32(0), steps.read())

    def after() -> None:
        for result, value in pairs:
            machine.env[result] = machine.env[value]
        steps.write(np.minimum(age.steps + np.int32(1), np.int32(OLDEST)), where.mask)

    plan.steps["audio"] += [before, *inner.steps["audio"], after]


def _repeat(machine: Instance, plan: Plan, op: dsp.RepeatOp, where: Where) -> None:
    clock, count = Clock(), op.count.data
    inner = machine.plan_of(op.block, replace(where, clock=clock))
    plan.add_early(inner)
    number, yielded, results = op.block.args[0], list(op.yielded), list(op.results)

    def step() -> None:
        outer = machine.kit.position if where.clock is None else where.clock.position
        made: list[list[Value]] = [[] for _ in results]
        for turn in range(count):
            machine.env[number] = np.int32(turn)
            clock.position = outer * count + turn
            inner.run("audio")
            for values, value in zip(made, yielded, strict=True):
                values.append(spread(machine.env[value], where.shape))
        machine.env.update((r, np.array(values)) for r, values in zip(results, made, strict=True))

    plan.steps["audio"].append(step)


# --- memories ---------------------------------------------------------------------------------------


def _memory(machine: Instance, plan: Plan, op: dsp.MemoryOp, where: Where) -> None:
    shape = (size_of(op.result), *where.shape)
    element = element_of(op.result.type)
    init = np.broadcast_to(np.asarray(_initial(machine, op.initial, shape), NUMPY_TYPES[element]), shape)
    memory = Memory(np.array(init), init)
    machine.remember(memory, where)
    machine.memories[op.result] = memory
    if where.restart is not None:
        plan.steps["audio"].append(lambda: memory.restore(where.again))


def access(machine: Instance, op: dsp.LoadOp | dsp.StoreOp, where: Where) -> Step:
    """A load or a store; of lanes that store into one element the last wins."""
    size, element = size_of(op.memory), element_of(op.memory.type)
    memory, at_index, result = op.memory, op.index, op.results[0] if op.results else None
    value = op.value if isinstance(op, dsp.StoreOp) else None

    def index() -> Value:
        return spread(machine.kit.clamp(machine.env[at_index], 0, size - 1), where.shape)

    def load() -> None:
        assert result is not None
        machine.env[result] = elements_of(machine.memories[memory].elements, index(), where.shape)[()]

    def store() -> None:
        assert value is not None
        elements, at = machine.memories[memory].elements, index()
        new = machine.env[value]
        if element in FLOATS:
            new = machine.kit.settle(new)
        active = True if where.mask is None else where.mask
        if not where.shape:
            if active:
                elements[at] = new
            return
        new, active = spread(new, where.shape), spread(active, where.shape)
        for lane in np.ndindex(*where.shape):
            if active[lane]:
                elements[(at[lane], *lane[len(lane) - (elements.ndim - 1) :])] = new[lane]

    return load if isinstance(op, dsp.LoadOp) else store


def _table_init(machine: Instance, plan: Plan, op: dsp.TableInitOp, where: Where) -> None:
    clock = Clock()
    inner = machine.plan_of(op.block, replace(where.outside(), clock=clock))
    (filling,) = op.yielded
    plan.steps["init"] += inner.steps["init"]

    def fill() -> None:
        values: list[Value] = []
        for turn in range(op.count.data):
            clock.position = turn
            inner.run("audio")
            values.append(spread(machine.env[filling], where.shape))
        filled = np.stack(values)
        machine.memories[op.memory] = Memory(filled, filled)

    plan.steps["init"].append(fill)


ADD: dict[type[Operation], Callable[[Instance, Plan, Any, Where], None]] = {
    dsp.ScopeOp: _scope, dsp.FeedbackOp: _feedback, dsp.WhenOp: _when, dsp.RestartOp: _restart,
    dsp.RepeatOp: _repeat, dsp.MemoryOp: _memory, dsp.TableInitOp: _table_init,
}  # fmt: skip
"""What the operations with a body add to a plan."""
