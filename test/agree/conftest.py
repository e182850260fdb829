"""What the tests of agreement share: the caller's float mode."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from cffi import FFI


@pytest.fixture(scope="session")
def ftz(tmp_path_factory: pytest.TempPathFactory) -> Any:
    library = tmp_path_factory.mktemp("ftz") / "ftz.so"
    source = Path(__file__).with_name("ftz.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    ffi = FFI()
    ffi.cdef("unsigned ftz_set(int on); unsigned ftz_get(void);")
    return ffi.dlopen(str(library))
