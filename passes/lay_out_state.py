"""lay-out-state: every slot, line and buffer gets its place in the core's memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from xdsl.dialects.builtin import ArrayAttr, IntAttr, ModuleOp
from xdsl.ir import Block

from dspc.dialects import dsp, rt
from dspc.dialects.kit import TICK
from dspc.dialects.layout import CORE_HEADER
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import BufferType, element_of, width_of
from dspc.passes.base import DspPass
from dspc.passes.fuse_buffers import bytes_of

ALIGN = 64


@dataclass(frozen=True)
class LayOutState(DspPass):
    """Offsets for all that a program remembers, and for the buffers between its regions.

    First what there is once, widest elements first; then, for each group of voices, one block of what its
    voices remember; last the buffers. `static_bytes` is the total; delay lines come after it, at prepare.
    """

    name = "lay-out-state"
    kind = "lowering"
    level_after = "legal"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, rt.ProgramOp):
            return
        slots = [op for op in program.body.block.ops if isinstance(op, rt.SlotOp | rt.LineOp | rt.RecordingOp)]
        voice = [s for s in slots if isinstance(s, rt.SlotOp) and s.voice is not None]
        once = [s for s in slots if not isinstance(s, rt.SlotOp) or s.voice is None]
        end = _place(once, CORE_HEADER, group_stride=None)
        if voice:
            base = _aligned(end, ALIGN)
            stride = _aligned(_place(voice, base, group_stride=0), ALIGN) - base
            _place(voice, base, group_stride=stride)
            end = base + stride * voice[0].sizes[0]
        end = _buffers(program.body.block, _aligned(end, ALIGN))
        program.properties["static_bytes"] = IntAttr(_aligned(end, ALIGN))


def _aligned(offset: int, to: int) -> int:
    return -(-offset // to) * to


def _lane_bytes(op: rt.Placed) -> int:
    """Bytes of one copy with its lanes. A line's cell has two u32, however many copies; a recording's three."""
    if isinstance(op, rt.SlotOp):
        return BYTES[element_of(op.type)] * width_of(op.type)
    return 8 if isinstance(op, rt.LineOp) else 12


def _place(slots: Sequence[rt.Placed], offset: int, group_stride: int | None) -> int:
    """Gives offsets from `offset` on; with a stride, the first dimension is that of the voices' groups."""
    voice = group_stride is not None
    for op in sorted(slots, key=_lane_bytes, reverse=True):
        size = _lane_bytes(op)
        offset = _aligned(offset, min(ALIGN, size & -size) if size & (size - 1) else min(ALIGN, size))
        op.properties["offset"] = IntAttr(offset)
        if not isinstance(op, rt.SlotOp):
            offset += size
            continue
        inner = op.sizes[1:] if voice else op.sizes
        strides = [size * prod(inner[i + 1 :]) for i in range(len(inner))]
        if group_stride is not None:
            strides.insert(0, group_stride)
        op.properties["strides"] = ArrayAttr([IntAttr(s) for s in strides])
        offset += size * prod(inner)
    return offset


def _buffers(block: Block, offset: int) -> int:
    """Places the buffers of a block's regions; those that `fuse-buffers` gave one number share a place."""
    places: dict[int, int] = {}
    for op in block.ops:
        if not isinstance(op, rt.BlockOp | rt.VoicesOp):
            continue
        numbers = op.buffers.data if op.buffers is not None else [IntAttr(-1)] * len(op.results)
        offsets: list[IntAttr] = []
        for number, result in zip(numbers, op.results, strict=True):
            place = places.get(number.data)
            if place is None:
                place, offset = offset, _aligned(offset + bytes_of(result), ALIGN)
                if number.data >= 0:
                    places[number.data] = place
            offsets.append(IntAttr(place))
        op.properties["offsets"] = ArrayAttr(offsets)
        if isinstance(op, rt.VoicesOp):
            offset = _voices(op, offset)
    return offset


def _voices(op: rt.VoicesOp, offset: int) -> int:
    leaves: list[IntAttr] = []
    for value in op.yielded:
        assert isinstance(value.type, BufferType)
        size = BYTES[element_of(value.type)] * width_of(value.type) * TICK * op.groups
        leaves.append(IntAttr(offset))
        offset = _aligned(offset + size, ALIGN)
    op.properties["leaves"] = ArrayAttr(leaves)
    return _buffers(op.block, offset)
