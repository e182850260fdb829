"""The large examples on every backend, in both precisions and in blocks of any length: the reference's bits.

They take the reference minutes, so these run with `make test-all`; test_golden.py compares a second or two of each, on
all backends but the reference, at every `make test`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agree.harness import difference, floats, run
from agree.instruments import EXAMPLES
from agree.test_backends import BACKENDS

import dspc
from dspc import stdlib
from dspc.backends import Backend, get_backend
from dspc.driver.compile import lower
from dspc.driver.programs import open_programs
from dspc.frontend.program import trace


@dspc.effect
def loudness(x: Any, y: Any) -> Any:
    """As if for a quarter of a second: what is measured over several steps of a tenth."""
    return tuple(dspc.oversample(16, lambda over=over: stdlib.lufs([x, y], over), filter="hold") for over in OVER)


OVER = ("momentary", "short", "integrated")
PRODUCTS = ("polysynth", "fm_bell", "drums", "strings", "mastering", "vocoder", "plate", "loudness")
FRAMES = 700


def played(program: Any, backend: Backend, precision: str, partition: tuple[int, ...] = ()) -> np.ndarray:
    return run(backend.load(lower(trace(program, precision), backend)), 48_000.0, partition, FRAMES)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("name", PRODUCTS)
def test_every_backend_has_the_reference_s_bits(name: str, precision: str) -> None:
    program = loudness if name == "loudness" else open_programs(str(EXAMPLES / f"{name}.py")).programs[0]
    wanted = played(program, get_backend("reference"), precision)
    assert np.isfinite(floats(wanted)).all() and all(channel.any() for channel in floats(wanted))
    for label, backend in BACKENDS.items():
        for partition in ((), (7, 64, 1, 130)):
            where = difference(played(program, backend, precision, partition), wanted)
            assert not where, f"{name} in {precision} on {label} in blocks of {partition}: {where}"
