"""Operations with a body in the reference: feedback, scopes, what stands still, restarts, repeats; memories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Attribute, Operation

from dspc.backends.reference.arrays import elements_of
from dspc.backends.reference.memory import Cell, Memory
from dspc.backends.reference.places import PHASES, Age, Clock, Gate, Plan, Step, Where, phase_of
from dspc.dialects import dsp
from dspc.dialects.kit import Value
from dspc.dialects.scalar import FLOATS, NUMPY_TYPES
from dspc.dialects.types import element_of, lanes_of
from dspc.dialects.working_memory import size_of

if TYPE_CHECKING:
    from dspc.backends.reference.machine import Machine

OLDEST = 2**30
"""Steps since a restart are counted so far; no delay line is longer."""


def _scope(machine: Machine, plan: Plan, op: dsp.ScopeOp, where: Where) -> None:
    inner = machine.plan_of(op.block, where)
    for phase in PHASES:
        plan.steps[phase] += inner.steps[phase]
        plan.steps[phase].append(_copy(machine, op, phase))


def _copy(machine: Machine, op: dsp.BodyOp, phase: str) -> Step:
    """Makes results of what a body yielded in this phase."""
    pairs = [(r, y) for r, y in zip(op.results, op.yielded, strict=True) if phase_of(r) == phase]

    def step() -> None:
        for result, value in pairs:
            machine.env[result] = machine.env[value]

    return step


# --- feedback -------------------------------------------------------------------------------------


def _feedback(machine: Machine, plan: Plan, op: dsp.FeedbackOp, where: Where) -> None:
    where = machine.feeding_back(where)
    assert where.component is not None
    cells = [_state(machine, arg.type, i, where) for arg, i in zip(op.block.args, op.initial.data, strict=True)]
    where.component.cells += cells
    where.component.states += cells
    inner = machine.plan_of(op.block, where)

    def before() -> None:
        for arg, cell in zip(op.block.args, cells, strict=True):
            machine.env[arg] = cell.read(where.again)

    def after() -> None:
        values = [machine.env[y] for y in op.yielded]
        for cell, value in zip(cells, values, strict=False):
            cell.write(value, where.mask)
        machine.env.update(zip(op.results, values, strict=True))

    plan.add_early(inner)
    plan.steps["audio"] += [before, *inner.steps["audio"], after]


def _state(machine: Machine, type_: Attribute, initial: Attribute, where: Where) -> Cell:
    count = lanes_of(type_)
    shape = (count, *where.shape) if count else where.shape
    return Cell.make(element_of(type_), _initial(machine, initial, shape), shape)


def _initial(machine: Machine, initial: Attribute, shape: tuple[int, ...]) -> Any:
    """A number, or a table's samples along the first axis."""
    if not isinstance(initial, SymbolRefAttr):
        return dsp.number_of(initial)
    table = machine.tables[initial.string_value()]
    return table.reshape((len(table),) + (1,) * (len(shape) - 1))


# --- bodies that depend on a condition --------------------------------------------------------------


def _when(machine: Machine, plan: Plan, op: dsp.WhenOp, where: Where) -> None:
    gate, clock = Gate(), Clock()
    count = Cell.make("u32", 0, where.shape)
    machine.remember(count, where)
    inner = machine.plan_of(op.block, replace(where, gate=gate, clock=clock))
    plan.add_early(inner)

    def before() -> None:
        active = machine.env[op.condition]
        gate.value = active if where.mask is None else active & where.mask
        clock.position = np.asarray(count.read(where.again), np.int64)

    def after() -> None:
        for result, value in zip(op.results, op.yielded, strict=True):
            given = machine.env[value]
            machine.env[result] = np.where(machine.env[op.condition], given, np.zeros((), given.dtype))[()]
        count.write((clock.position + 1).astype(np.uint32), gate.value)

    plan.steps["audio"] += [before, *inner.steps["audio"], after]


def _restart(machine: Machine, plan: Plan, op: dsp.RestartOp, where: Where) -> None:
    gate, age = Gate(), Age()
    steps = Cell.make("i32", 0, where.shape)
    machine.remember(steps, where)
    inner = machine.plan_of(op.block, replace(where, restart=gate, ages=(*where.ages, age)))
    plan.add_early(inner)

    def before() -> None:
        trigger = machine.env[op.condition]
        gate.value = trigger if where.again is None else trigger | where.again
        age.steps = np.where(gate.value, np.int32(0), steps.read())

    def after() -> None:
        for result, value in zip(op.results, op.yielded, strict=True):
            machine.env[result] = machine.env[value]
        steps.write(np.minimum(age.steps + np.int32(1), np.int32(OLDEST)), where.mask)

    plan.steps["audio"] += [before, *inner.steps["audio"], after]


def _repeat(machine: Machine, plan: Plan, op: dsp.RepeatOp, where: Where) -> None:
    clock, count = Clock(), op.count.data
    inner = machine.plan_of(op.block, replace(where, clock=clock))
    plan.add_early(inner)

    def step() -> None:
        outer = machine.kit.position if where.clock is None else where.clock.position
        made: list[list[Value]] = [[] for _ in op.results]
        for turn in range(count):
            machine.env[op.block.args[0]] = np.int32(turn)
            clock.position = outer * count + turn
            inner.run("audio")
            for values, value in zip(made, op.yielded, strict=True):
                values.append(np.broadcast_to(machine.env[value], where.shape))
        machine.env.update((r, np.stack(values)) for r, values in zip(op.results, made, strict=True))

    plan.steps["audio"].append(step)


# --- memories ---------------------------------------------------------------------------------------


def _memory(machine: Machine, plan: Plan, op: dsp.MemoryOp, where: Where) -> None:
    shape = (size_of(op.result), *where.shape)
    element = element_of(op.result.type)
    init = np.broadcast_to(np.asarray(_initial(machine, op.initial, shape), NUMPY_TYPES[element]), shape)
    memory = Memory(np.array(init), init)
    machine.remember(memory, where)
    machine.memories[op.result] = memory
    if where.restart is not None:
        plan.steps["audio"].append(lambda: memory.restore(where.again))


def access(machine: Machine, op: dsp.LoadOp | dsp.StoreOp, where: Where) -> Step:
    """A load or a store; of lanes that store into one element the last wins."""
    size, element = size_of(op.memory), element_of(op.memory.type)

    def index() -> NDArray[Any]:
        return np.broadcast_to(np.clip(machine.env[op.index], 0, size - 1), where.shape)

    def load() -> None:
        machine.env[op.results[0]] = elements_of(machine.memories[op.memory].elements, index(), where.shape)[()]

    def store() -> None:
        value = cast(dsp.StoreOp, op).value
        elements, at = machine.memories[op.memory].elements, index()
        new = machine.env[value]
        if element in FLOATS:
            new = machine.kit.settle(new)
        new = np.broadcast_to(new, where.shape)
        active = np.ones(where.shape, bool) if where.mask is None else np.broadcast_to(where.mask, where.shape)
        for lane in np.ndindex(*where.shape):
            if active[lane]:
                elements[(at[lane], *lane[len(lane) - (elements.ndim - 1) :])] = new[lane]

    return load if isinstance(op, dsp.LoadOp) else store


def _table_init(machine: Machine, plan: Plan, op: dsp.TableInitOp, where: Where) -> None:
    clock = Clock()
    inner = machine.plan_of(op.block, replace(where.outside(), clock=clock))
    plan.steps["init"] += inner.steps["init"]

    def fill() -> None:
        values: list[Value] = []
        for turn in range(op.count.data):
            clock.position = turn
            inner.run("audio")
            values.append(np.broadcast_to(machine.env[op.yielded[0]], where.shape))
        filled = np.stack(values)
        machine.memories[op.memory] = Memory(filled, filled)

    plan.steps["init"].append(fill)


ADD: dict[type[Operation], Callable[[Machine, Plan, Any, Where], None]] = {
    dsp.ScopeOp: _scope, dsp.FeedbackOp: _feedback, dsp.WhenOp: _when, dsp.RestartOp: _restart,
    dsp.RepeatOp: _repeat, dsp.MemoryOp: _memory, dsp.TableInitOp: _table_init,
}  # fmt: skip
"""What the operations with a body add to a plan."""
