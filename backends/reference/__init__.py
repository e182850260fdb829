"""The reference: every primitive's `step`, sample by sample, in numpy. The judge of all other backends."""

from dspc.backends.reference.machine import load

__all__ = ["load"]
