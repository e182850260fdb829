"""Hostile bytecode does no harm: it is refused, or it keeps to its memory. Under AddressSanitizer and UBSan."""

from __future__ import annotations

import struct

import pytest
from fuzz.bytecode import ENTRY, HEAD, SAMPLES, SECTIONS, fuzz, mended, run

from dspc.backends.bytecode.emit import emit_bytes

LONG = 100_000


@pytest.mark.parametrize("name", SAMPLES)
def test_a_thousand_changes(name: str) -> None:
    found = fuzz(name, 1000)
    assert sum(found) == 1000 and found.refused > 500 and found.played > 100, found


def test_every_sample_is_sound() -> None:
    """Unchanged, all of them play."""
    assert run([emit_bytes(make()) for make in SAMPLES.values()]).played == len(SAMPLES)


def test_every_section_may_be_missing_or_moved() -> None:
    image = emit_bytes(SAMPLES["full"]())
    images: list[bytes] = []
    for k in range(len(SECTIONS)):
        at = HEAD + ENTRY * k
        offset, size, count, _ = struct.unpack_from("<4I", image, at)
        for entry in ((offset, 0, 0), (0, size, count), (offset + 8, size, count), (offset, size, 2**32 - 1)):
            images.append(mended(image[:at] + struct.pack("<4I", *entry, 0) + image[at + ENTRY :]))
    assert run(images).refused >= len(images) - len(SECTIONS)


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("name", SAMPLES)
def test_very_many_changes(name: str) -> None:
    for part in range(LONG // 5000):
        fuzz(name, 5000, part + 1)
