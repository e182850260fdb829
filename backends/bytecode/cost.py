"""How long code takes: instructions, counted as the machine's check counts them, which refuses what takes too long."""

from __future__ import annotations

from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.virtual import TICK_SAMPLES, Loop, Reduce, RegionCode
from dspc.dialects import rt

MAX_STEPS = 0x4000000
"""`DSPC_VM_STEPS`, `DSPC_VM_TOTAL`: of one turn of a region, and of all regions with those of all voices."""


def steps(code: RegionCode) -> int:
    """Of a tick, or of a block of 16 samples. Bodies that may not run count as if they did."""
    total, times = 1, 1
    for instr in code.body:
        total += times
        match instr.op.name, instr.imm:
            case "loop", Loop() as loop:
                times *= loop.count
                total += times * len(loop.updates)
            case "again", Loop() as loop:
                times //= loop.count
            case "run", _:
                times *= TICK_SAMPLES
            case "end", _:
                times //= TICK_SAMPLES
            case _, Reduce() as reduce:
                total += times * reduce.count
            case _:
                pass
    return total


def check_cost(program: rt.ProgramOp, regions: list[tuple[RegionCode, int]]) -> None:
    """Refuses what the machine would: regions, and how often a block runs each. Raises `DspError` DSP341."""
    total = sum(steps(code) * times for code, times in regions)
    if total > MAX_STEPS:
        message = f"a program of {total} instructions for 16 samples; the bytecode machine takes at most {MAX_STEPS}"
        raise refuse(program, message, "use another backend, or smaller tables, transforms and banks", "DSP341")
