"""A core in generated C beside the interpreter's of the legal level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from legal_interpreter import LegalCore
from legal_programs import agree
from vm_programs import EngineCore

from dspc.backends.c import FAST, Compiler, load
from dspc.dialects import rt


def compare(
    program: rt.ProgramOp, frames: int = 100, blocks: int = 100, frame: int = 0, size: int = 1 << 16,
    between: Callable[[Any, int], None] = lambda memory, done: None, seed: int = 1,
    compiler: Compiler | None = None, optimise: tuple[str, ...] = FAST,
) -> list[Any]:  # fmt: skip
    """Runs a program both ways, `blocks` frames a call; gives the outputs, which are the same.

    `between(memory, done)` may change cells before each call.
    """
    legal = LegalCore(program, size)
    core = EngineCore(load(program, compiler, optimise), legal)
    return agree(program, legal, core, frames, blocks, frame, between, seed)
