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
