"""The passes, by name, and the pipelines made of them. The folder is the list: a new file is a new pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files

from xdsl.passes import ModulePass

UPSTREAM: dict[str, str] = {
    "canonicalize": "xdsl.transforms.canonicalize:CanonicalizePass",
    "dce": "xdsl.transforms.dead_code_elimination:DeadCodeElimination",
}
"""xDSL's passes that pipelines use; all are preserving."""

DEFINING = "compensate-latency,count-turns,check-rates,divide-by-invariants,scale-early,expand-math"
"""What a program means: the reference is taken after these."""


def pipeline(width: int = 1, max_error: float | None = None) -> str:
    """The pipeline for a target whose vectors have `width` lanes, as text for `dspopt -p`.

    Defining passes come first and depend on nothing of the target.
    """
    math = "expand-math"
    if max_error is not None:  # the syntax of pipelines wants a point: 1.0e-05
        number = repr(float(max_error))
        math += f"{{max-error={number if '.' in number else number.replace('e', '.0e')}}}"
    lanes = f"unroll-oscillators{{width={width}}},vectorize-voices{{width={width}}}"
    return (
        f"compensate-latency,count-turns,check-rates,divide-by-invariants,scale-early,{math},inline,fold-constants,canonicalize,hoist-control,cse,dce,{lanes},"
        "share-lines,fold-constants,expand-primitives,reduce-strength,cse,dce,"
        f"pack-recursions{{width={width}}},schedule,"
        f"feed-forward{{width={width}}},vectorize-time{{width={width}}},fuse-buffers,cse,dce,lay-out-state"
    )


def _class_name(stem: str) -> str:
    return "".join(word.capitalize() for word in stem.split("_"))


def _in_folder() -> dict[str, str]:
    """Passes and their classes: `fuse-buffers` is `FuseBuffers` in `fuse_buffers.py`; other files only help."""
    found: dict[str, str] = {}
    for file in files(__name__).iterdir():
        stem, dot, suffix = file.name.partition(".")
        name = _class_name(stem)
        if dot + suffix == ".py" and f"class {name}(DspPass):" in file.read_text(encoding="utf-8"):
            found[stem.replace("_", "-")] = name
    text = pipeline()
    place = {name: match.start() for name in found if (match := re.search(rf"\b{name}\b(?!-)", text))}
    return {name: found[name] for name in sorted(found, key=lambda n: (place.get(n, len(text)), n))}


MODULES = _in_folder()
"""Our passes and their classes, those of the pipeline first and in its order."""


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
