"""What the bytecode backend cannot take."""

from __future__ import annotations

from xdsl.ir import Operation

from dspc.dialects.syntax import location_of
from dspc.frontend.errors import DspError, Place


def refuse(op: Operation | None, message: str, hint: str, code: str = "DSP340") -> DspError:
    """An error at the user's line that the operation comes from.

    DSP340 not of the legal level for one lane, DSP341 too large for the machine, DSP342 a damaged image.
    """
    at = location_of(op) if op is not None else None
    return DspError(code, message, hint=hint, place=Place(*at) if at else None)
