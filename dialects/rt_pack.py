"""Recursions of one shape side by side: `rt.pack`. The dialect's surface is `dialects/rt.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xdsl.dialects.builtin import ArrayAttr, IntAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.traits import IsolatedFromAbove, MemoryReadEffect, MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import element_of, width_of


class LanesAccessOp(CompactOp):
    """Reads or changes a slot of its own in each lane; lanes beyond the last slot hold 0."""

    symbols = prop_def(ArrayAttr[SymbolRefAttr])

    @property
    def slots(self) -> list[str]:
        return [symbol.string_value() for symbol in self.symbols]


@irdl_op_definition
class ReadLanesOp(LanesAccessOp):
    """The values of slots as they were when the sample began: lane k is that of slot k."""

    name = "rt.read_lanes"
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    @classmethod
    def make(cls, slots: Sequence[str], type_: Attribute, location: Any = None) -> ReadLanesOp:
        symbols = ArrayAttr([SymbolRefAttr(slot) for slot in slots])
        return cls.create(result_types=(type_,), properties={"symbols": symbols}, location=location)


@irdl_op_definition
class WriteLanesOp(LanesAccessOp):
    """What slots will be when the sample ends."""

    name = "rt.write_lanes"
    value = operand_def()
    traits = traits_def(MemoryWriteEffect())

    @classmethod
    def make(cls, slots: Sequence[str], value: SSAValue, location: Any = None) -> WriteLanesOp:
        symbols = ArrayAttr([SymbolRefAttr(slot) for slot in slots])
        return cls.create(operands=(value,), properties={"symbols": symbols}, location=location)


@irdl_op_definition
class PackOp(CompactOp):
    """Recursions of one shape, one in each of the first lanes of vectors, each with slots of its own.

    `places` has a number for each recursion: how many others stand before it in a series. The body computes one sample
    of all of them. Each argument is a vector, made of `feeds[i]` operands: 1 for all lanes, or one for each recursion.
    Where `links[i]` is not -1, a recursion that follows another takes what that one yielded there, at the same sample;
    the operands are then those of the recursions that follow none.

    Results are single lanes of what is yielded: `taken` has, for each, which value and which lane.

    What it computes is what the recursions do one after the other. So a target may let lane k run `places[k]` samples
    behind.
    """

    name = "rt.pack"
    inputs = var_operand_def()
    results_ = var_result_def()
    width = prop_def(IntAttr)
    places = prop_def(ArrayAttr[IntAttr])
    feeds = prop_def(ArrayAttr[IntAttr])
    links = prop_def(ArrayAttr[IntAttr])
    taken = prop_def(ArrayAttr[ArrayAttr[IntAttr]])
    body = region_def("single_block")
    traits = traits_def(IsolatedFromAbove(), MemoryWriteEffect())

    @property
    def block(self) -> Block:
        return self.body.block

    @property
    def count(self) -> int:
        """How many recursions there are."""
        return len(self.places)

    @property
    def offsets(self) -> list[int]:
        """For each recursion, how many others stand before it."""
        return [place.data for place in self.places]

    @property
    def heads(self) -> list[int]:
        """The lanes of recursions that follow none."""
        return [lane for lane, place in enumerate(self.offsets) if place == 0]

    @property
    def yielded(self) -> Sequence[SSAValue]:
        last = self.block.last_op
        return last.operands if last is not None else ()

    def fed(self) -> list[tuple[SSAValue, list[SSAValue], int]]:
        """Each argument with its operands and its link."""
        found: list[tuple[SSAValue, list[SSAValue], int]] = []
        at = 0
        for arg, count, link in zip(self.block.args, self.feeds, self.links, strict=True):
            found.append((arg, list(self.inputs[at : at + count.data]), link.data))
            at += count.data
        return found

    def samples(self) -> list[tuple[SSAValue, int, int]]:
        """Each result, with the number of the yielded value and the lane that it is."""
        return [(r, *(n.data for n in which)) for r, which in zip(self.results, self.taken, strict=True)]  # type: ignore[misc]

    def verify_(self) -> None:
        if not 1 < self.count <= self.width.data:
            raise VerifyException(f"{self.count} recursions in {self.width.data} lanes")
        if any(p != 0 and (k == 0 or p != self.offsets[k - 1] + 1) for k, p in enumerate(self.offsets)):
            raise VerifyException("places count up from 0, once or several times")
        if len(self.feeds) != len(self.block.args) or len(self.links) != len(self.block.args):
            raise VerifyException("feeds and links have a number for each argument")
        if sum(n.data for n in self.feeds) != len(self.inputs):
            raise VerifyException("feeds do not add up to the operands")
        self._verify_values()

    def _verify_values(self) -> None:
        for value in (*self.block.args, *self.yielded):
            if width_of(value.type) != self.width.data:
                raise VerifyException("arguments and yielded values have the lanes of the body")
        for arg, operands, link in self.fed():
            if len(operands) != (len(self.heads) if link >= 0 else 1) and (link >= 0 or len(operands) != self.count):
                raise VerifyException("an argument has one operand, or one for each recursion")
            if link >= len(self.yielded) or any(element_of(o.type) != element_of(arg.type) for o in operands):
                raise VerifyException("an argument has the type of its operands, and a link is a yielded value")
        if len(self.taken) != len(self.results):
            raise VerifyException("taken says what each result is")
        for result, value, lane in self.samples():
            if value >= len(self.yielded) or lane >= self.count:
                raise VerifyException("a result is a lane of a yielded value")
            if element_of(result.type) != element_of(self.yielded[value].type):
                raise VerifyException("a result has the type of the value it is a lane of")
