"""The primitives of `dsp`, a file for each kind. The folder is the list: a class in a new file is found."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from dspc.dialects.sample_op import SampleOp


def _defined_in(module: str) -> list[type[SampleOp]]:
    values: list[object] = list(vars(import_module(module)).values())
    classes = [v for v in values if isinstance(v, type) and issubclass(v, SampleOp)]
    return [c for c in classes if c.__module__ == module]


_MODULES = sorted(f"{__name__}.{found.name}" for found in pkgutil.iter_modules(__path__))
PRIMITIVES: tuple[type[SampleOp], ...] = tuple(kind for module in _MODULES for kind in _defined_in(module))
"""Every primitive of the dialect."""
