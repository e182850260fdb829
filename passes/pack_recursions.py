"""pack-recursions: recursions of one shape run side by side, in the lanes of vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.passes.base import DspPass
from dspc.passes.lane_plans import Plan, Row, Writer
from dspc.passes.order import move_users_behind
from dspc.passes.recursions import Cell, Graph, series_of

FEWEST = 4
"""Recursions side by side."""
ISSUE = 2.5
"""Operations that a processor does in a cycle, when they do not wait for one another."""
LATENCY = 3.0
"""Cycles until the next operation has a result."""
SHIFT = 4.0
"""Cycles that a value takes from one lane to the next."""
GAIN = 1.25
"""So much faster lanes have to be: they are estimates."""


@dataclass(frozen=True)
class PackRecursions(DspPass):
    """Puts recursions of one shape into the lanes of an `rt.pack`, for targets with lanes.

    A recursion waits for itself: most of a processor stands still meanwhile. Filters in series take what the one before
    gave, with other constants: lane k computes what belongs to a sample k samples ago. Recursions that do not know of
    one another (combs, channels) take buffers that are turned: from samples side by side to recursions side by side.
    """

    width: int = 1
    name = "pack-recursions"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if self.width < FEWEST or not isinstance(program, dsp.ProgramOp):
            return
        block = program.body.block
        refused: set[tuple[Operation, ...]] = set()
        while (plan := _next_plan(block, self.width, refused)) is not None:
            _pack(plan, self.width)


def _next_plan(block: Block, width: int, refused: set[tuple[Operation, ...]]) -> Plan | None:
    """What may be packed next; what was looked at in vain is not looked at again."""
    graph = Graph.of(block)
    shapes: dict[tuple[object, ...], list[Cell]] = {}
    for cell in graph.cells:
        shapes.setdefault(cell.shape, []).append(cell)
    for cells in shapes.values():
        for group, places in _groups(graph, cells, width) if len(cells) >= FEWEST else ():
            for part in _parts(group, places):
                key = tuple(cell.ops[0] for cell in part.cells)
                if key in refused:
                    continue
                plan = Plan(graph, part.cells, part.places)
                if plan.complete() and _is_worth_it(plan) and _is_free(graph, plan):
                    return plan
                refused.add(key)
    return None


@dataclass(frozen=True)
class _Part:
    cells: list[Cell]
    places: list[int]


def _parts(cells: list[Cell], places: list[int]) -> Iterator[_Part]:
    """All; and shorter series: what comes of the last one, or goes into the first, may be something else."""
    length = max(places, default=-1) + 1
    for count in range(length, 0, -1):
        for start in dict.fromkeys((0, length - count)):
            chosen = [k for k, place in enumerate(places) if start <= place < start + count]
            if len(chosen) >= FEWEST:
                yield _Part([cells[k] for k in chosen], [places[k] - start for k in chosen])


def _groups(graph: Graph, cells: list[Cell], width: int) -> Iterator[tuple[list[Cell], list[int]]]:
    """Recursions that fit into the lanes, with how many stand before each: series first, of one length together."""
    by_length: dict[int, list[list[Cell]]] = {}
    for row in series_of(graph, cells):
        for start in range(0, len(row), width):
            part = row[start : start + width]
            by_length.setdefault(len(part), []).append(part)
    for length in sorted(by_length, reverse=True):
        together: list[list[Cell]] = []
        for row in by_length[length]:
            if length * (len(together) + 1) > width or not _are_independent(graph, [*together, row]):
                yield _in_lanes(together)
                together = []
            together.append(row)
        yield _in_lanes(together)


def _in_lanes(rows: list[list[Cell]]) -> tuple[list[Cell], list[int]]:
    return [cell for row in rows for cell in row], [place for row in rows for place in range(len(row))]


def _are_independent(graph: Graph, rows: Sequence[Sequence[Cell]]) -> bool:
    after = [graph.after(row) for row in rows]
    return not any(a is not b and later & {op for cell in b for op in cell.ops}
                   for a, later in zip(rows, after, strict=True) for b in rows)  # fmt: skip


def _is_worth_it(plan: Plan) -> bool:
    """Whether lanes are estimated to be faster than one recursion beside the other."""
    count, first = len(plan.cells), plan.cells[0]
    between = [node for node in plan.nodes.values() if node is not None and node.kind == "op"]
    operations = count * (first.cost + sum(node.cost for node in between))
    lanes = LATENCY * first.depth + SHIFT
    if not plan.in_series:  # samples come from buffers and go to them, also where there are no lanes
        operations += 2 * count
    return max(operations / ISSUE, LATENCY * first.depth) >= GAIN * lanes


def _is_free(graph: Graph, plan: Plan) -> bool:
    """Whether nothing that the recursions are given depends on what one of them gives."""
    after = graph.after(plan.cells)
    given = [value for node in plan.nodes.values() if node is not None for value in plan.given(node)]
    return not any(value.owner in after or value.owner in graph.home and graph.home[cast(Operation, value.owner)]
                   in plan.cells for value in given)  # fmt: skip


# --- rewriting --------------------------------------------------------------------------------------


def _pack(plan: Plan, most: int) -> None:
    """Replaces the recursions of a plan."""
    width = max(FEWEST, 1 << (len(plan.cells) - 1).bit_length())
    assert width <= most
    after = plan.graph.after(plan.cells)
    covered = {op for cell in plan.cells for op in cell.ops}
    rows: dict[SSAValue, tuple[Row, int]] = {}
    for ops in zip(*(cell.ops for cell in plan.cells), strict=True):
        if ops[0].results:
            row = tuple(op.results[0] for op in ops)
            plan.node(row)
            rows.update({value: (row, lane) for lane, value in enumerate(row)})
    for node in list(plan.nodes.values()):
        if node is not None and node.kind == "op":
            for lane, value in enumerate(node.row):
                if value.owner in after:
                    rows[value] = (node.row, lane)
                    covered.add(cast(Operation, value.owner))
    taken = {value: where for value, where in rows.items() if any(u.operation not in covered for u in value.uses)}
    new = Writer(plan, width).write(list(taken.values()))
    _insert(new, plan.cells[0].ops[0])
    for value, result in zip(taken, new.results, strict=True):
        result.name_hint = value.name_hint
        value.replace_uses_with_if(result, lambda use: use.operation not in covered)
    for op in covered:
        op.detach()
    for op in covered:
        op.drop_all_references()
    move_users_behind(new)


def _insert(new: rt.PackOp, first: Operation) -> None:
    """Behind all that it takes."""
    block = first.parent
    assert block is not None
    owners = {value.owner for value in new.inputs}
    anchor: Operation | None = None
    for op in block.ops:
        anchor = op if op in owners else anchor
    if anchor is None or anchor.is_before_in_block(first):
        block.insert_op_before(new, first)
    else:
        block.insert_op_after(new, anchor)
