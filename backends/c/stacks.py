"""Stacks: arrays of values; their elements and their sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xdsl.ir import SSAValue

from dspc.backends.c.spelling import lanes, neutral, value_type
from dspc.backends.c.sums import sum_name
from dspc.backends.c.writer import Writer, element_type
from dspc.dialects import dsp, rt
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.scalar import C_TYPES, find_row
from dspc.dialects.types import element_of, lanes_of, width_of


def stack(writer: Writer, op: rt.StackOp) -> None:
    """An array, if anything needs one: elements at constant places, and sums, take the values themselves."""
    if not any(_needs_array(use.operation) for use in op.result.uses):
        return
    name = writer.array("t", element_type(op.result), len(op.values))
    writer.names[op.result] = name
    for k, value in enumerate(op.values):
        writer.say(f"{name}[{k}] = {writer.name(value)};")


def _needs_array(use: object) -> bool:
    if isinstance(use, rt.PickOp):
        return _constant_index(use) is None
    return isinstance(use, rt.ReduceOp) and _is_flat(use)


def _constant_index(op: rt.PickOp) -> int | None:
    owner = op.index.owner
    return int(owner.number) if isinstance(owner, dsp.ConstantOp) and width_of(op.index.type) == 1 else None


def pick(writer: Writer, op: rt.PickOp) -> None:
    constant, owner = _constant_index(op), op.x.owner
    if constant is not None and isinstance(owner, rt.StackOp):
        writer.names[op.result] = writer.name(owner.values[constant])
        writer.store(op.result)
        return
    name, index = writer.name(op.x), writer.name(op.index)
    if width_of(op.index.type) == 1:
        writer.define(op.result, f"{name}[{index}]")
    else:
        texts = [f"{name}[{index}[{k}]][{k}]" for k in range(width_of(op.result.type))]
        writer.define(op.result, lanes(texts, op.result.type))


# sums, products, extremes


def reduce(writer: Writer, op: rt.ReduceOp) -> None:
    """A halving tree over leaves, or over partial sums of them."""
    owner = op.x.owner
    if isinstance(owner, rt.StackOp) and not _is_flat(op):
        _reduce_values(writer, op, [writer.name(v) for v in owner.values][: op.lanes.data])
    elif _by_blocks(op):
        _reduce_partials(writer, op)
    elif _is_flat(op):
        _reduce_lanes(writer, op)
    else:
        array = writer.name(op.x)
        if _is_needed(op):
            array = _halve_aside(writer, op, array)
            _say_tree(writer, op, array, 1 << (op.lanes.data - 1).bit_length() >> 1)
        else:
            _say_tree(writer, op, array, op.lanes.data)
        writer.define(op.result, f"{array}[0]")


def _is_flat(op: rt.ReduceOp) -> bool:
    """Whether the lanes of the stack's elements are leaves too."""
    return width_of(op.result.type) < width_of(op.x.type)


def _is_needed(op: rt.ReduceOp) -> bool:
    """Whether the leaves are used again: by something else, or because this runs more than once."""
    owner = op.x.owner
    assert isinstance(owner, rt.TurnsOp | rt.StackOp)
    return op.x.uses.get_length() > 1 or owner.parent is not op.parent


def _say_tree(writer: Writer, op: rt.ReduceOp, array: str, count: int) -> None:
    for text in halve(count, array + "[{}]", op.kind.data, element_of(op.x.type), width_of(op.x.type)):
        writer.say(text)


def _halve_aside(writer: Writer, op: rt.ReduceOp, array: str) -> str:
    """The tree's first step, into another array: the leaves stay. A single leaf stays too."""
    count = op.lanes.data
    half = 1 << (count - 1).bit_length() >> 1
    if not half:
        return array
    aside = writer.array("t", element_type(op.x), half)
    a, b = f"{array}[i]", f"{array}[i + {half}]"
    joined = combine(op.kind.data, element_of(op.x.type), width_of(op.x.type), a, b)
    writer.say(f"for (int i = 0; i < {count - half}; i++) {aside}[i] = {joined};")
    if count - half < half:
        writer.say(f"for (int i = {count - half}; i < {half}; i++) {aside}[i] = {a};")
    return aside


def _reduce_lanes(writer: Writer, op: rt.ReduceOp) -> None:
    """Turns first, then the lanes of the vector that is left."""
    array, width, element = writer.name(op.x), width_of(op.x.type), element_of(op.x.type)
    count, missing = -(-op.lanes.data // width), -op.lanes.data % width
    if _is_needed(op):
        leaves, array = array, writer.array("t", element_type(op.x), count)
        writer.say(f"for (int i = 0; i < {count}; i++) {array}[i] = {leaves}[i];")
    if missing:
        writer.say(fill_missing(f"{array}[{count - 1}]", width - missing, width, op.kind.data, element))
    _say_tree(writer, op, array, count)
    writer.say(fold_lanes(f"{array}[0]", width, op.kind.data, element))
    writer.define(op.result, f"({array}[0][0] != 0)" if element == "bool" else f"{array}[0][0]")


def _reduce_partials(writer: Writer, op: rt.ReduceOp) -> None:
    """Lanes that are leaves follow one another in memory: leaves like others."""
    array, element = writer.name(op.x), element_of(op.x.type)
    leaves = f"(const {C_TYPES[element]} *){array}" if _is_flat(op) else array
    writer.define(op.result, f"{sum_name(element, width_of(op.result.type))}({leaves}, {op.lanes.data})")


def sums_of(program: rt.ProgramOp) -> list[tuple[str, int]]:
    """The types, and their lanes, of which a program needs a function that adds many values."""
    ops = [op for op in program.walk() if isinstance(op, rt.ReduceOp) and _by_blocks(op)]
    return sorted({(element_of(op.result.type), width_of(op.result.type)) for op in ops})


def _by_blocks(op: rt.ReduceOp) -> bool:
    """Whether there are more leaves than partial sums; each of a few is one."""
    return op.partials is not None and op.lanes.data > PARTIALS


def _reduce_values(writer: Writer, op: rt.ReduceOp, leaves: list[str]) -> None:
    """Leaves that are values of their own: each step is one, too."""

    def join(a: str, b: str) -> str:
        name = writer.local("v")
        text = combine(op.kind.data, element_of(op.x.type), width_of(op.x.type), a, b)
        writer.say(f"const {value_type(op.result.type)} {name} = {text};")
        return name

    if op.partials is not None:
        for i, leaf in enumerate(leaves[PARTIALS:]):
            leaves[i % PARTIALS] = join(leaves[i % PARTIALS], leaf)
        leaves = leaves[:PARTIALS]
    while (count := len(leaves)) > 1:
        half = 1 << (count - 1).bit_length() >> 1
        leaves = [join(a, b) for a, b in zip(leaves, leaves[half:], strict=False)] + leaves[count - half : half]
    writer.names[op.result] = leaves[0]
    writer.store(op.result)


def combine(kind: str, element: str, width: int, a: str, b: str) -> str:
    """Two leaves of a tree."""
    if width > 1 and kind in ("min", "max"):
        return f"dspc_{kind}_{element}x{width}({a}, {b})"
    row = find_row(kind, element)
    assert row is not None
    return row.c.replace("$0", a).replace("$1", b)


def halve(count: int, leaf: str, kind: str, element: str, width: int) -> Iterator[str]:
    """Loops that combine `count` leaves in a halving tree, in place; `leaf` spells the leaf of an index."""
    half = 1 << (count - 1).bit_length() >> 1
    while half:
        if half < count:
            a, b = leaf.format("i"), leaf.format(f"i + {half}")
            pairs = min(half, count - half)
            yield f"for (int i = 0; i < {pairs}; i++) {a} = {combine(kind, element, width, a, b)};"
        count, half = min(count, half), half >> 1


def fill_missing(vector: str, present: int, width: int, kind: str, element: str) -> str:
    return f"for (int k = {present}; k < {width}; k++) {vector}[k] = {neutral(kind, element)};"


def fold_lanes(vector: str, width: int, kind: str, element: str) -> str:
    """The halving tree over the lanes of one vector."""
    a, b = f"{vector}[k]", f"{vector}[k + h]"
    return (f"for (int h = {width // 2}; h; h /= 2) for (int k = 0; k < h; k++) "
            f"{a} = {combine(kind, element, 1, a, b)};")  # fmt: skip


def arrays_of(writer: Writer, op: rt.TurnsOp) -> list[str]:
    """An array for each result of a loop."""
    for result in op.results:
        writer.names[result] = writer.array("t", element_type(result), lanes_of(result.type))
    return [writer.name(result) for result in op.results]


def put(writer: Writer, arrays: list[str], turn: str, values: Sequence[SSAValue]) -> None:
    """Enters what a turn yields."""
    for array, value in zip(arrays, values, strict=True):
        writer.say(f"{array}[{turn}] = {writer.name(value)};")
