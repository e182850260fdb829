"""Bodies inside a region, and slots: in which turn a slot is read, and when what is written takes effect.

A turn, to reads and writes, is a tick, a sample, or a turn of a repeat. What is read is in a local from the turn's
start on, so a copy of a slot that each turn means anew (one of a loop's) is stored as soon as its body ends. A slot
that a turn hands on to the next one stays in its local; a body that may not run sets what the local will be.
"""

from __future__ import annotations

from abc import abstractmethod

from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Block, Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from dspc.backends.wasm.encoder import Function, Instr
from dspc.backends.wasm.expressions import Writer, is_trivial
from dspc.backends.wasm.late import LateWrites, slots_written_late
from dspc.backends.wasm.memory import Declarations, integers
from dspc.backends.wasm.reduce import Stack
from dspc.backends.wasm.scope import (
    Code,
    Index,
    Places,
    Scope,
    const,
    counted,
    get,
    load,
    put,
    store,
    times,
    unless_zero,
)
from dspc.dialects import rt
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.scalar import BYTES, WASM_TYPES
from dspc.dialects.syntax import where
from dspc.dialects.types import element_of


class BodyWriter(Writer):
    """Writes bodies in bodies. `turns` are the scopes whose ends put writes into effect, the region's own first."""

    def __init__(self, function: Function, declarations: Declarations, group: int | None):
        super().__init__(function)
        self.declarations = declarations
        self.places = Places(function, declarations, self.call, group)
        self.turns = [self.call]
        self.stacks: dict[SSAValue, Stack] = {}
        self.late = LateWrites(self.places)
        self._carried: dict[Scope, list[tuple[int, Code]]] = {}

    @property
    def turn(self) -> Scope:
        """The region's turn."""
        return self.turns[0]

    @abstractmethod
    def operation(self, op: Operation) -> None:
        """Writes any operation of a region."""

    def region_body(self, block: Block) -> None:
        self.late.slots |= slots_written_late(block, self.declarations)
        self._body(block)

    def _body(self, block: Block) -> None:
        for op in block.ops:
            self.operation(op)

    def body_operation(self, op: Operation) -> None:
        """Writes an operation that has a body, makes a stack, or changes a slot."""
        match op:
            case rt.LoopOp():
                self.emit(counted(self.function, op.count.data, lambda turn: self._loop(op, turn)))
            case rt.RepeatOp():
                self.emit(counted(self.function, op.count.data, lambda turn: self._repeat(op, turn)))
            case rt.WhenOp():
                self._when(op)
            case rt.StackOp():
                self._stack(op)
            case rt.WriteOp():
                self._write(op)
            case rt.StoreOp():
                slot = self.slot(op.symbol)
                code = [*self._element(slot, op.index), *self.value(op.value)]
                self.emit([*code, store(element_of(slot.type), self._offset(slot))])
            case _:
                raise VerifyException(f"wasm: {where(op)}: {op.name} is not legal here")

    # --- bodies -----------------------------------------------------------------------------------

    def _loop(self, op: rt.LoopOp, number: int) -> Code:
        """One turn of a loop."""
        scope = Scope(number, op.count.data)
        self.places.loops.append(Index(number, scope))
        self._one_of_many(op, scope, number)
        self.places.loops.pop()
        return scope.code

    def _repeat(self, op: rt.RepeatOp, number: int) -> Code:
        """One turn of a repeat."""
        scope = Scope(number, op.count.data)
        self.turns.append(scope)
        self._one_of_many(op, scope, number)
        self.end_turn(scope)
        self.turns.pop()
        return scope.code

    def _one_of_many(self, op: rt.TurnsOp, scope: Scope, number: int) -> None:
        """A body whose values are stacked, turn by turn."""
        self.scopes.append(scope)
        self.set_value(op.block.args[0], (get(number),))
        self._body(op.block)
        for value, result in zip(op.yielded, op.results, strict=True):
            stack = self._new_stack(result, op.count.data)
            scope.last += [*stack.at([get(number)]), *self.value(value), store(stack.element, stack.address)]
        self.scopes.pop()

    def _when(self, op: rt.WhenOp) -> None:
        scope = Scope(is_turn=False)
        self.scopes.append(scope)
        self._body(op.block)
        zeros: list[Instr] = []
        for value, result in zip(op.yielded, op.results, strict=True):
            type_ = WASM_TYPES[element_of(result.type)]
            local = self.function.new_local(type_)
            scope.last += [*self.value(value), put(local)]
            zeros += [Instr(f"{type_}.const"), put(local)]
            self.set_value(result, (get(local),))
        self.scopes.pop()
        self.emit(unless_zero(self.value(op.condition), scope.code, zeros))

    def end_turn(self, turn: Scope) -> None:
        """Writes take effect: all values are taken before any is put."""
        carried = self._carried.pop(turn, [])
        for _, value in carried:
            turn.last += value
        turn.last += [put(local) for local, _ in reversed(carried)]
        turn.last += self.late.commits.pop(turn, [])

    # --- stacks -----------------------------------------------------------------------------------

    def _new_stack(self, result: SSAValue, count: int) -> Stack:
        element = element_of(result.type)
        self.stacks[result] = Stack(self.declarations.memory.scratch(count * BYTES[element]), element)
        return self.stacks[result]

    def _stack(self, op: rt.StackOp) -> None:
        """A small one that is only reduced does not go through the memory."""
        values = [self.value(value) for value in op.values]
        if len(values) <= PARTIALS and all(isinstance(use.operation, rt.ReduceOp) for use in op.result.uses):
            type_ = WASM_TYPES[element_of(op.result.type)]
            kept = [code if is_trivial(code) else self.keep(code, type_) for code in values]
            self.stacks[op.result] = Stack(0, element_of(op.result.type), kept)
            return
        stack = self._new_stack(op.result, len(values))
        for k, value in enumerate(values):
            self.emit([const(0), *value, store(stack.element, stack.address + k * BYTES[stack.element])])

    # --- slots ------------------------------------------------------------------------------------

    def slot(self, symbol: SymbolRefAttr) -> rt.SlotOp:
        return self.declarations.slots[symbol.string_value()]

    def _offset(self, slot: rt.SlotOp) -> int:
        assert slot.offset is not None
        return slot.offset.data

    def read(self, slot: rt.SlotOp) -> int:
        """The local with the slot's value as it was when the turn began."""
        element, pointer = element_of(slot.type), self.places.slot_pointer(slot)
        code = [get(pointer), load(element, self._offset(slot))]
        what = ("slot", slot.sym_name.data, pointer)
        return self.places.once(self.places.home(slot), what, WASM_TYPES[element], lambda: code)

    def _write(self, op: rt.WriteOp) -> None:
        slot, value = self.slot(op.symbol), self.value(op.value)
        home, turn = self.places.home(slot), self.turns[-1]
        inside = self.scopes[self.scopes.index(turn) :]
        if next(s for s in reversed(self.scopes) if s.is_turn) is not (home if home in inside else turn):
            raise VerifyException(f"wasm: {where(op)}: slot {op.slot} is written in turns of a loop that share it")
        if op.slot in self.late.slots:
            self.late.write(slot, value, inside)
        elif home in inside:
            address = get(self.places.slot_pointer(slot))
            self.scope.last += [address, *value, store(element_of(slot.type), self._offset(slot))]
        else:
            self._carry(slot, value)

    def _carry(self, slot: rt.SlotOp, value: Code) -> None:
        """The slot's value stays in a local from turn to turn, and is stored when the copy is not meant any more."""
        element, turn, local = element_of(slot.type), self.turns[-1], self.read(slot)
        if self.scope is not turn:  # in a body that may not run
            following = self.function.new_local(WASM_TYPES[element])
            turn.first += [get(local), put(following)]
            self.scope.last += [*value, put(following)]
            value = (get(following),)
        self._carried.setdefault(turn, []).append((local, value))
        address = get(self.places.slot_pointer(slot))
        self.places.home(slot).last += [address, get(local), store(element, self._offset(slot))]

    # --- elements ---------------------------------------------------------------------------------

    def _element(self, slot: rt.SlotOp, index: SSAValue) -> list[Instr]:
        """The address of one of the slot's elements, but for its offset."""
        strides = integers(slot.strides)
        base = self.places.slot_pointer(slot, len(strides) - 1)
        return [get(base), *self.value(index), *times(strides[-1]), Instr("i32.add")]

    def load_element(self, op: rt.LoadOp) -> Code:
        """Kept at once: what stands behind it may store there."""
        slot = self.slot(op.symbol)
        element = element_of(slot.type)
        return self.keep([*self._element(slot, op.index), load(element, self._offset(slot))], WASM_TYPES[element])
