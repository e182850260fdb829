"""Saved state: what it keeps, and that damage never changes anything."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from toy_programs import GAIN, ToyLibrary

from dspc.backends.engine import HostError
from dspc.dialects.layout import CORE_TICK_ALL

HEAD = struct.Struct("<4sII")


def packed(
    entries: dict[str, float], version: int = 1, magic: bytes = b"DSPS", count: int | None = None
) -> bytes:
    """State as the engine writes it, or nearly."""
    data = HEAD.pack(magic, version, len(entries) if count is None else count)
    for id, value in entries.items():
        data += struct.pack("<H", len(id)) + id.encode() + struct.pack("<d", value)
    return data + struct.pack("<I", zlib.crc32(data))


def test_save_is_what_it_says(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.set("gain", 0.3)
    engine.set("hold", 1)
    assert engine.save() == packed({"gain": 0.3, "filter.mode": 1.0, "cutoff": 1200.0}), "no momentary button"


def test_restore(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.set("cutoff", 500.0)
    engine.set("hold", 1)
    engine.process(frames=1)
    engine.restore(packed({"gain": 0.7, "unknown": 3.0, "filter.mode": 9.0, "hold": 1.0}))
    values = {id: p.value for id, p in engine.parameters.items()}
    assert values == {"gain": 0.7, "filter.mode": 2.0, "hold": 0.0, "cutoff": 1200.0}
    assert engine.core(GAIN, np.float32) == np.float32(0.7) and engine.core(CORE_TICK_ALL) == 1
    other = toy.engine()
    other.restore(engine.save())
    assert other.save() == engine.save()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"DSPS", packed({"gain": 0.5})[:-1], packed({"gain": 0.5}) + b"\0", packed({}, magic=b"DSPT"),
        packed({"gain": 0.5}, version=2), packed({"gain": 0.5}, count=2), packed({"gain": 0.5}, count=0),
        packed({"gain": 0.5}, count=2**32 - 1),
        packed({"gain": float("nan")}), packed({"gain": float("inf")}),
    ],
)  # fmt: skip
def test_what_is_not_state_is_refused(toy: ToyLibrary, data: bytes) -> None:
    engine = toy.engine()
    engine.set("gain", 0.3)
    before = engine.save()
    with pytest.raises(HostError, match="DSP307"):
        engine.restore(data)
    assert engine.save() == before


def test_empty_state_means_all_defaults(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.set("gain", 0.3)
    engine.restore(packed({}))
    assert engine.get("gain") == 1.0


def test_2000_corruptions_change_nothing(toy: ToyLibrary) -> None:
    rng = np.random.default_rng(11)
    engine = toy.engine()
    good = packed({"gain": 0.7, "filter.mode": 2.0, "cutoff": 100.0})
    before = engine.save()
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(int(rng.integers(1, 5))):
            data[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
        if rng.random() < 0.3:
            data = data[: rng.integers(len(data))]
        if bytes(data) == good:
            continue
        with pytest.raises(HostError):
            engine.restore(bytes(data))
        assert engine.save() == before
