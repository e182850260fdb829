"""Errors of programs that use an engine, as against errors in DSP programs."""

from __future__ import annotations

from dspc.frontend.errors import DspError, place_here


class HostError(DspError, ValueError):
    """An engine was used wrongly.

    DSP300 no runtime, DSP301 unknown parameter, DSP302 channels, DSP303 frames, DSP304 an event's frame,
    DSP305 a note, DSP306 a value, DSP307 saved state, DSP308 prepare, DSP309 a core failed.
    """


def host_error(code: str, message: str, hint: str) -> HostError:
    """An error at the user's line that is running."""
    return HostError(code, message, hint=hint, place=place_here())


def cannot_prepare(name: str, sample_rate: float) -> HostError:
    """The error for a program that does not fit into memory, or a rate that is none."""
    if not 1e3 <= sample_rate <= 1e6:
        message = f"the sample rate is in 1,000..1,000,000 Hz, not {sample_rate:g}"
        return host_error("DSP308", message, "48_000 is usual")
    message = f"{name!r} cannot be prepared at {sample_rate:g} Hz"
    hint = "its delay lines and sounds need over 4 GiB, or it was made by another version of dspc"
    return host_error("DSP308", message, hint)
