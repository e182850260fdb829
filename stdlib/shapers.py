"""Wave shapers, without memory."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, clamp, scope, tanh


@scope("soft_clip")
def soft_clip(x: Operand) -> Signal:
    """Saturates smoothly to [-1, 1]: a rational curve near tanh, flat from 3 on.

    Source: a Padé approximant of tanh, scaled to reach 1 at 3 exactly.
    """
    y = clamp(x, -3.0, 3.0)
    square = y * y
    return y * (27.0 + square) / (27.0 + 9.0 * square)


@scope("hard_clip")
def hard_clip(x: Operand, limit: Operand = 1.0) -> Signal:
    """Cuts off at plus and minus `limit`."""
    return clamp(x, -limit, limit)


@scope("tanh_drive")
def tanh_drive(x: Operand, drive: Operand = 1.0) -> Signal:
    """tanh(drive x): harder and louder with more drive."""
    return tanh(x * drive)
