"""The body of a region, as a function.

Ticks get (core, group, all), blocks (core, group, inputs, done, count): the core's address, the number of
the group of voices, whether the tick is for everyone, the inputs' pointers, the bytes of every channel
that are done, and the samples to compute.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.wasm.encoder import Function, Instr
from dspc.backends.wasm.expressions import Writer
from dspc.backends.wasm.memory import Declarations, bits_of
from dspc.backends.wasm.reduce import Stack, reduce_stack
from dspc.backends.wasm.scope import (
    Code,
    Index,
    Places,
    Scope,
    advance,
    const,
    get,
    load,
    put,
    store,
    times,
    unless_zero,
)
from dspc.dialects import dsp, layout, rt
from dspc.dialects.scalar import BYTES, WASM_TYPES, find_row
from dspc.dialects.types import element_of

TICK_PARAMS = {"core": "i32", "group": "i32", "all": "i32"}
BLOCK_PARAMS = {"core": "i32", "group": "i32", "inputs": "i32", "done": "i32", "count": "i32"}


@dataclass(frozen=True)
class Location:
    """Where a buffer lies: at `offset` in the core's memory, there in the group's `stride`, or with the host."""

    kind: str
    offset: int
    element: str
