"""The passes, by name, and the pipelines made of them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from xdsl.passes import ModulePass

MODULES: dict[str, str] = {
    "check-rates": "CheckRates",
    "inline": "Inline",
    "expand-math": "ExpandMath",
    "fold-constants": "FoldConstants",
    "hoist-control": "HoistControl",
    "cse": "Cse",
    "unroll-oscillators": "UnrollOscillators",
    "vectorize-voices": "VectorizeVoices",
    "expand-primitives": "ExpandPrimitives",
    "schedule": "Schedule",
    "fuse-buffers": "FuseBuffers",
    "lay-out-state": "LayOutState",
}
"""Our passes and their classes; the file is the name with underscores."""

UPSTREAM: dict[str, str] = {
    "canonicalize": "xdsl.transforms.canonicalize:CanonicalizePass",
    "dce": "xdsl.transforms.dead_code_elimination:DeadCodeElimination",
}
"""xDSL's passes that pipelines use; all are preserving."""

DEFINING = "check-rates,expand-math"
"""What a program means: the reference is taken after these."""


def pipeline(width: int = 1, max_error: float | None = None) -> str:
    """The pipeline for a target whose vectors have `width` lanes, as text for `dspopt -p`.

    Defining passes come first and depend on nothing of the target.
    """
    math = f"expand-math{{max-error={max_error}}}" if max_error is not None else "expand-math"
    lanes = f"unroll-oscillators{{width={width}}},vectorize-voices{{width={width}}}"
    return (
        f"check-rates,{math},inline,fold-constants,canonicalize,hoist-control,cse,dce,{lanes},"
        "fold-constants,expand-primitives,cse,dce,schedule,fuse-buffers,cse,dce,lay-out-state"
    )


def load_pass(name: str) -> type[ModulePass]:
    """The class of one of our passes, or of those of xDSL that we use."""
    if name in UPSTREAM:
        module, _, attribute = UPSTREAM[name].partition(":")
        return getattr(import_module(module), attribute)
    return getattr(import_module(f"dspc.passes.{name.replace('-', '_')}"), MODULES[name])


def all_passes() -> dict[str, type[ModulePass]]:
    """Every pass that our pipelines use, by name."""
    return {name: load_pass(name) for name in (*MODULES, *UPSTREAM)}


NAMESAKES = ("cse",)
"""Passes of ours whose name xDSL has too: in `xdsl-opt` it is xDSL's, in `dspopt` and `dspc` ours."""


def factories() -> dict[str, Callable[[], type[ModulePass]]]:
    """Our own passes for xDSL's registry, loaded when they are asked for."""
    return {name: (lambda n=name: load_pass(n)) for name in MODULES if name not in NAMESAKES}
