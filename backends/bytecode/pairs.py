"""Two operations in one instruction, where the first one's result has no other use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dspc.backends.bytecode.opcodes import BY_NAME, PAIRS, Op, pair_name
from dspc.backends.bytecode.virtual import Instr, Reg

_NAMES = {(first, second, swapped): pair_name(first, second, swapped, "") for first, second, swapped in PAIRS}


def fuse_pairs(code: list[Instr], kept: Iterable[Reg] = ()) -> list[Instr]:
    """The code with pairs fused; values in `kept` are needed elsewhere.

    A pair computes where its second operation stood. Both must stand in the same loop, so that the first one is
    not computed more often than before.
    """
    uses = Counter(reg for instr in code for reg in instr.sources) + Counter(kept)
    made: dict[Reg, Instr] = {}
    gone: set[Instr] = set()
    result: list[Instr] = []
    for instr in code:
        fused = None if instr.final else _fuse(instr, made, uses)
        if fused is not None:
            first, instr = fused
            gone.add(first)
        elif instr.dst is not None and not instr.final:
            made[instr.dst] = instr
        result.append(instr)
    return [instr for instr in result if instr not in gone]


def _fuse(second: Instr, made: dict[Reg, Instr], uses: Counter[Reg]) -> tuple[Instr, Instr] | None:
    """The first operation of a pair, and the pair."""
    if len(second.args) != 2:
        return None
    for place in (0, 1):
        source, other = second.args[place], second.args[1 - place]
        if not isinstance(source, Reg) or not isinstance(other, Reg) or uses[source] != 1:
            continue
        first = made.get(source)
        pair = _pair(first.op, second.op, place) if first and first.scope is second.scope else None
        if first and pair:
            return first, Instr(pair, second.dst, (*first.args, other), 0, second.scope)
    return None


def _pair(first: Op, second: Op, place: int) -> Op | None:
    """The instruction for both; for a commutative second it does not matter which operand the first one makes."""
    outer, _, element = second.name.partition(".")
    inner, _, other = first.name.partition(".")
    swapped = place == 1 and outer == "sub"
    name = _NAMES.get((inner, outer, swapped))
    return BY_NAME.get(name + element) if name is not None and element == other else None
