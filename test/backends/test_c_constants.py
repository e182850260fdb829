"""Constant arrays of the C backend, read back from what compilers made of them."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from dspc.backends.c.constants import READABLE, constant_array
from dspc.dialects.scalar import C_TYPES, NUMPY_TYPES

COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]


def read_back(text: str, name: str, element: str, count: int, compiler: str, folder: Path) -> np.ndarray:
    source, library = folder / "numbers.c", folder / "numbers.so"
    source.write_text(f"#include <stdint.h>\n{text}\nconst void *get(void) {{ return {name}; }}\n")
    flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library)]
    subprocess.run([compiler, *flags, str(source)], check=True)
    found = ctypes.CDLL(str(library))
    found.get.restype = ctypes.c_void_p
    size = np.dtype(NUMPY_TYPES[element]).itemsize
    return np.frombuffer(ctypes.string_at(found.get(), count * size), NUMPY_TYPES[element])


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("element", ["f32", "f64"])
@pytest.mark.parametrize("count", [1, READABLE, READABLE + 1])
def test_every_bit_is_kept(element: str, count: int, compiler: str, tmp_path: Path) -> None:
    """All bytes, what looks like trigraphs, escapes or the ends of strings, digits after octal escapes."""
    noise = np.random.default_rng(count).integers(0, 256, count * 8, np.uint8)
    awkward = np.frombuffer(b'\0000??/"??=\\n\x7f8\r\n%s\xff7' + bytes(range(256)), np.uint8)
    noise[8 : 8 + len(awkward)] = awkward[: len(noise) - 8]
    numbers = noise.view(NUMPY_TYPES[element])[:count].copy()
    numbers[np.isnan(numbers)] = -0.0
    text = constant_array("t", element, numbers)
    assert ("_image" in text) == (count > READABLE) and len(text.splitlines()) <= 2
    found = read_back(text, "t", element, count, compiler, tmp_path)
    assert found.tobytes() == numbers.tobytes()


def test_integers_stay_readable() -> None:
    assert constant_array("t", "i32", range(READABLE + 1)).startswith(
        f"static const {C_TYPES['i32']} t[] = {{(0), (1),"
    )
