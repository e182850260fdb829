"""Wave shapers, without memory."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, clamp, scope, tanh


@scope("soft_clip")
def soft_clip(x: Operand) -> Signal:
    """Saturates smoothly to [-1, 1]: a rational curve near tanh, flat from 3 on.

    Args:
        x: the signal.
    Source: a Padé approximant of tanh, scaled to reach 1 at 3 exactly.

    Example:
        def warm(x, drive=dspc.param(4.0, 1.0, 20.0)):
            return soft_clip(drive * x)

    Plot: transfer
    """
    y = clamp(x, -3.0, 3.0)
    square = y * y
    return y * (27.0 + square) / (27.0 + 9.0 * square)


@scope("hard_clip")
def hard_clip(x: Operand, limit: Operand = 1.0) -> Signal:
    """Cuts off at plus and minus a limit.

    Args:
        x: the signal.
        limit: above 0.

    Example:
        def harsh(x):
            return hard_clip(8 * x, 0.5)

    Plot: transfer
    """
    return clamp(x, -limit, limit)


@scope("tanh_drive")
def tanh_drive(x: Operand, drive: Operand = 1.0) -> Signal:
    """tanh(drive x), in [-1, 1]: harder and louder with more drive.

    Args:
        x: the signal.
        drive: a factor, above 0.

    Example:
        def valve(x, drive=dspc.param(3.0, 1.0, 20.0)):
            return tanh_drive(x, drive)

    Plot: transfer
    """
    return tanh(x * drive)
