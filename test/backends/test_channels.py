"""Channels are of one type, which the host is told: every backend refuses others, before it writes beyond their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import vm_cases
from xdsl.utils.exceptions import VerifyException

from dspc.backends import get_backend
from dspc.backends.bytecode.emit import emit_bytes as bytecode
from dspc.backends.c import emit as c
from dspc.backends.engine import Engine
from dspc.backends.wasm.emit import emit_bytes as wasm
from dspc.frontend.errors import DspError


@pytest.mark.parametrize("backend", ["c", "wasm", "bytecode"])
def test_f64_as_flagged(backend: str) -> None:
    engine = Engine(get_backend(backend).load(vm_cases.wide()))
    x = np.random.default_rng(1).uniform(-1, 1, 50)
    found = engine.process(x)
    np.testing.assert_array_equal(found, [x + np.concatenate(([0.0], x[:-1])), x])


@pytest.mark.parametrize("make", [c, wasm])
def test_f64_without_the_flag(make: Callable[..., Any]) -> None:
    with pytest.raises(VerifyException, match="rt.input: inputs are f32, not f64"):
        make(vm_cases.wide(flags=0))


def test_f64_without_the_flag_as_bytecode() -> None:
    with pytest.raises(DspError, match="an input of f64") as caught:
        bytecode(vm_cases.wide(flags=0))
    assert caught.value.hint == "inputs are f32: convert it"
