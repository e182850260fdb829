"""State that lives in registers: its next value is computed in place, or moved there once the old one is done with.

All writes of a sample happen together at its end. A register may take its new value earlier, as soon as nothing
needs the old one any more; so most new values can be computed right where they belong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dspc.backends.bytecode.opcodes import sized
from dspc.backends.bytecode.virtual import Instr, Loop, Reg
from dspc.dialects import rt


@dataclass(eq=False)
class StateSlot:
    """A slot that lives in a register while samples run; `value` is what it becomes at the end of each."""

    slot: rt.SlotOp
    reg: Reg
    is_read: bool = False
    value: Reg | None = None


def place_moves(code: list[Instr], states: list[StateSlot]) -> list[Instr]:
    """The code of one sample, at whose end every register of state has its next value."""
    return _Placing(code).run([s for s in states if s.value is not None and s.value is not s.reg])


@dataclass
class _Placing:
    """Positions are 2k for the instruction k, and 2k + 1 for what is inserted behind it."""

    code: list[Instr]
    last_use: dict[Reg, int] = field(default_factory=dict[Reg, int])
    made_at: dict[Reg, tuple[int, bool]] = field(default_factory=dict[Reg, tuple[int, bool]])
    """Where a value is made last, and whether only there, and outside of all bodies."""
    inserted: dict[int, list[Instr]] = field(default_factory=dict[int, list[Instr]])
    renamed: dict[Reg, Reg] = field(default_factory=dict[Reg, Reg])

    def __post_init__(self) -> None:
        for k, end in enumerate(_ends(self.code)):
            instr = self.code[k]
            for reg in instr.sources:
                self.last_use[reg] = max(self.last_use.get(reg, -1), 2 * end)
            if instr.dst is not None:
                is_plain = end == k and not isinstance(instr.imm, Loop) and instr.dst not in self.made_at
                self.made_at[instr.dst] = 2 * end, is_plain

    def run(self, states: list[StateSlot]) -> list[Instr]:
        pending: dict[Reg, Reg] = {s.reg: value for s in states if (value := s.value) is not None}
        while pending:
            sources = set(pending.values())
            reg = next((r for r in pending if r not in sources), None)
            if reg is None:  # a circle: one of the old values waits in a register of its own
                reg = next(iter(pending))
                saved = Reg(reg.element)
                self._move(saved, reg)
                for other, value in pending.items():
                    pending[other] = saved if value is reg else value
            self._assign(reg, pending.pop(reg))
        return self._result()

    def _assign(self, reg: Reg, value: Reg) -> None:
        made, is_plain = self.made_at.get(value, (-1, False))
        if is_plain and value not in self.renamed and made >= self.last_use.get(reg, -1):
            self.renamed[value] = reg
        else:
            self._move(reg, value)

    def _move(self, reg: Reg, value: Reg) -> None:
        """Moves the value as soon as it is there and the register's old one is not needed."""
        ready = max(self.made_at.get(value, (-1, False))[0], self.last_use.get(reg, -1), -1)
        at = ready if ready % 2 else ready + 1
        self.inserted.setdefault(at, []).append(Instr(sized("move", reg.element), reg, (value,)))
        self.last_use[value] = max(self.last_use.get(value, -1), at)
        self.made_at.setdefault(reg, (at, False))

    def _result(self) -> list[Instr]:
        result = list(self.inserted.get(-1, ()))
        for k, instr in enumerate(self.code):
            result.append(instr)
            result += self.inserted.get(2 * k + 1, ())
        for instr in result:
            instr.args = tuple(self.renamed.get(a, a) if isinstance(a, Reg) else a for a in instr.args)
            if instr.dst is not None:
                instr.dst = self.renamed.get(instr.dst, instr.dst)
        return result


def _ends(code: list[Instr]) -> list[int]:
    """For each instruction itself, or the end of the outermost body around it."""
    ends = list(range(len(code)))
    start, depth = 0, 0
    for k, instr in enumerate(code):
        if instr.op.name in ("loop", "when"):
            start = k if depth == 0 else start
            depth += 1
        elif instr.op.name in ("again", "done"):
            depth -= 1
            if depth == 0:
                ends[start : k + 1] = [k] * (k + 1 - start)
    return ends
