"""Calling a primitive: from an operation's class to a signal, for the file that defines one."""

from __future__ import annotations

from typing import overload

from xdsl.dialects.builtin import FloatAttr, IntAttr, StringAttr, f64
from xdsl.ir import Attribute

from dspc.dialects.sample_op import SampleOp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.literals import is_number, plain
from dspc.frontend.operators import Operand
from dspc.frontend.signal import Signal, as_signal, audio_float, constant, precise, rounded

Property = Attribute | float | str


@overload
def primitive(
    kind: type[SampleOp], *operands: Operand, results: str = "f32", rate: str = "audio", **properties: Property
) -> Signal: ...
@overload
def primitive(
    kind: type[SampleOp], *operands: Operand, results: tuple[str, ...], rate: str = "audio", **properties: Property
) -> tuple[Signal, ...]: ...
def primitive(
    kind: type[SampleOp],
    *operands: Operand,
    results: str | tuple[str, ...] = "f32",
    rate: str = "audio",
    **properties: Property,
) -> Signal | tuple[Signal, ...]:
    """The signal of a primitive, or a tuple if `results` is one; `results` are element types.

    Under precision="f64" an f32 result is an f64. Python numbers are passed to it as the program's float (bools as
    bool), signals as they are. Numbers and texts among the properties become attributes. Raises `VerifyException`
    if the class does not take what it is given.

        def leak(x, keep=0.99):
            return primitive(LeakOp, x, keep=keep)
    """
    names = (results,) if isinstance(results, str) else results
    op = kind.create(
        operands=[_operand(o).ssa for o in operands],
        result_types=[signal(precise(element), rate) for element in names],
        properties={name: _attribute(value) for name, value in properties.items()},
    )
    op.verify()
    tr.current().add(op)
    made = tuple(Signal(result) for result in op.results)
    return made[0] if isinstance(results, str) else made


def _operand(value: Operand) -> Signal:
    if is_number(value):
        number = plain(value)
        return constant(number, "bool" if isinstance(number, bool) else audio_float())
    return rounded(as_signal(value, "operand of a primitive"))


def _attribute(value: Property) -> Attribute:
    match value:
        case Attribute():
            return value
        case str():
            return StringAttr(value)
        case int():
            return IntAttr(value)
        case _:
            return FloatAttr(value, f64)
