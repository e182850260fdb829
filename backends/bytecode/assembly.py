"""Programs as assembly: whole primitives while the graph has them, else the machine's micro-operations.

    PHASOR r0, 440.0
    LOWPASS r1, r0, 1000.0, 0.7
    MUL r2, r1, 0.5
    OUTPUT r2
"""

from __future__ import annotations

from xdsl.ir import Operation

from dspc.backends.bytecode.disassemble import disassemble
from dspc.backends.bytecode.emit import emit_bytes


def assembly(op: Operation) -> str:
    return disassemble(emit_bytes(op))
