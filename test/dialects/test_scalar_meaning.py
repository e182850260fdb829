"""What the rows of the scalar table mean: the same for a numpy scalar as for an array's element; operands stay."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from dspc.dialects.scalar import FLOATS, NUMPY_TYPES, ROWS, Row

NUMBERS = (0, 1, 2, 3, 7, 31, 32, 63, 255, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1, 2**63, 2**64 - 1)
REALS = (0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-40, -1e-40, 3e9, -3e9, 2147483648.0, -2147483648.0, 4294967295.0,
         4294967296.0, 1e30, -1e30, np.inf, -np.inf, np.nan)  # fmt: skip


def values(element: str) -> list[Any]:
    if element in FLOATS:
        return [NUMPY_TYPES[element](x) for x in REALS]
    kind = np.dtype(NUMPY_TYPES[element])
    return list(dict.fromkeys(np.array(NUMBERS, np.uint64).astype(kind)))


def same(a: Any, b: Any) -> bool:
    """Bit for bit; NaN as a class."""
    return a.tobytes() == b.tobytes() or bool(np.isnan(a) and np.isnan(b))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_scalars_and_arrays(row: Row) -> None:
    operands = list(product(*(values(element) for element in row.operands)))
    with np.errstate(all="ignore"):
        whole = row.numpy(*(np.array(column) for column in zip(*operands, strict=True)))
        for given, wanted in zip(operands, whole, strict=True):
            found = row.numpy(*given)
            assert isinstance(found, NUMPY_TYPES[row.result]), (row.key, given, type(found))
            assert same(found, wanted), (row.key, given, found, wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_operands_are_kept(row: Row) -> None:
    """Numpy writes into arrays that it takes for temporaries, if they are large."""
    operands = tuple(np.resize(np.array(values(element)), 100_000) for element in row.operands)
    before = tuple(a.copy() for a in operands)
    with np.errstate(all="ignore"):
        row.numpy(*operands)
    assert all(same(a, b) for a, b in zip(operands, before, strict=True))
