"""numba: the workloads as loops over samples in Python, compiled to functions that C can call."""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from bench.contenders import Contender, InC, code_bytes
from bench.measure import span
from bench.programs import CHANNELS


def missing() -> str | None:
    return None if importlib.util.find_spec("numba") else "no package numba"


def make(name: str, folder: Path, clock: ctypes.CDLL) -> dict[str, Contender]:
    """The kernel of a workload, compiled with fastmath."""
    from bench.peers import numba_kernels

    state = numba_kernels.STATES[name]()
    with span() as taken:
        compiled = _block_function(getattr(numba_kernels, name), state.dtype, CHANNELS[name])
    states: list[Any] = []

    def new(block: int) -> int:
        states.append(state.copy())
        return states[-1].ctypes.data

    size = _code_bytes(compiled, folder / f"numba_{name}.o")
    return {"numba": InC(*CHANNELS[name], compiled.address, new, clock, (compiled, states), first=1,
                         seconds=taken.cpu, bytes=size)}  # fmt: skip


def _block_function(kernel: Any, dtype: Any, channels: tuple[int, int]) -> Any:
    """A kernel of (state, x, y), a record and two arrays [channels, frames], as a block function that C can call."""
    import numba
    from numba import types

    inputs, outputs = channels
    pointed = _pointed()

    def run(state, n, x, y):
        first, made = numba.carray(x, (1,), np.uintp)[0], numba.carray(y, (1,), np.uintp)[0]
        kernel(numba.carray(state, (1,), dtype)[0], numba.carray(pointed(first), (inputs, n), np.float32),
               numba.carray(pointed(made), (outputs, n), np.float32))  # fmt: skip

    pointer = types.voidptr
    return numba.cfunc(types.void(pointer, types.intc, pointer, pointer))(run)


def _pointed() -> Any:
    """An intrinsic that makes a pointer of an address; numba has none."""
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def pointed(typing, address):
        def code(context, builder, signature, arguments):
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return types.voidptr(types.uintp), code

    return pointed


def _code_bytes(compiled: Any, path: Path) -> float:
    path.write_bytes(compiled._library._get_compiled_object())
    return code_bytes(path)
