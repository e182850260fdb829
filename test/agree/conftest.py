"""What the tests of agreement share: their order, and the caller's float mode."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from cffi import FFI

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of a program one after another, so that they share what is computed and compiled for it."""
    from agree.instruments import PROGRAMS

    order = {name: place for place, name in enumerate(PROGRAMS)}

    def program(item: pytest.Item) -> int | None:
        given = getattr(item, "callspec", None)
        return order.get(given.params.get("name")) if given and item.path.parent == HERE else None

    places = [place for place, item in enumerate(items) if program(item) is not None]
    ordered = sorted((items[place] for place in places), key=lambda item: program(item) or 0)
    for place, item in zip(places, ordered, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def ftz(tmp_path_factory: pytest.TempPathFactory) -> Any:
    library = tmp_path_factory.mktemp("ftz") / "ftz.so"
    source = Path(__file__).with_name("ftz.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    ffi = FFI()
    ffi.cdef("unsigned ftz_set(int on); unsigned ftz_get(void);")
    return ffi.dlopen(str(library))
