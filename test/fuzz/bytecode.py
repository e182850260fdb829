"""Hostile bytecode: images with random changes and a right checksum, opened and played under sanitizers.

    python test/fuzz/bytecode.py [COUNT] [SEED]      # COUNT images of every sample program; 100,000 if not given

Whatever an image holds, it is refused, or the program that it is keeps to its memory.
"""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "backends")]

import legal_bodies
import legal_cases
import legal_elements
import legal_positions
import legal_recordings
import vm_bodies
import vm_cases
from rt.checks import ROOT, RUNTIME, compile_c

from dspc.backends.bytecode.emit import emit_bytes
from dspc.backends.bytecode.image import SECTIONS, SUMMED
from dspc.dialects import rt

HERE = Path(__file__).resolve().parent
HEAD, ENTRY = 24, 16
INTERESTING = (0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 255, 256, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000,
               0xFFFFFFF0, 0xFFFFFFFF)  # fmt: skip
FLAGS = ("-g", "-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer",
         "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")  # fmt: skip

SAMPLES: dict[str, Callable[[], rt.ProgramOp]] = {
    "leaky": legal_cases.leaky,
    "ticking": legal_cases.ticking,
    "handing_on": lambda: legal_cases.handing_on(True),
    "summing": lambda: legal_cases.summing(5, "max", 4),
    "nested": legal_cases.nested,
    "winding": legal_cases.winding,
    "voiced": lambda: legal_cases.voiced(3),
    "crossing": legal_cases.crossing,
    **{name: vm_cases.CASES[name] for name in ("late_f64", "phasors", "mixed_back", "read_far_inside", "ring")},
    "full": vm_cases.full,
    **{name: vm_bodies.CASES[name] for name in ("nothing_kept", "stacks_beside_a_circle", "recorded")},
    "now_and_again": legal_bodies.now_and_again,
    "with_turns": legal_bodies.with_turns,
    "stored_in_bodies": legal_elements.stored_in_bodies,
    "partial_sums": lambda: legal_elements.partial_sums(40, 37, "f64", True),
    "running_fast": legal_positions.running_fast,
    "voices_elements": lambda: legal_positions.voices_elements(3, 1),
    "wide": vm_cases.wide,
    "sounding": legal_recordings.sounding,
    "circling": legal_recordings.circling,
}
"""Between them they have every section, every kind of region and most instructions."""


class Counts(NamedTuple):
    refused: int
    played: int
    too_large: int


@cache
def host() -> Path:
    """The C program that opens images, built with AddressSanitizer and UndefinedBehaviorSanitizer."""
    sources = [HERE / "bytecode_host.c", RUNTIME / "engine.c", RUNTIME / "vm.c"]
    headers = [*RUNTIME.glob("*.h"), *RUNTIME.glob("*.inc")]
    text = b"".join(path.read_bytes() for path in (*sources, *sorted(headers)))
    out = ROOT / "build" / "fuzz" / f"bytecode-{zlib.crc32(text):08x}"
    return out if out.exists() else compile_c(out, *FLAGS, *sources)


def run(images: list[bytes]) -> Counts:
    """What became of the images. Raises AssertionError with the sanitizer's words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        path.write_bytes(b"".join(struct.pack("<I", len(image)) + image for image in images))
        options = {"ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=0"}
        done = subprocess.run([host(), path], env={**os.environ, **options}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    return Counts(*map(int, done.stdout.split()))


def mended(image: bytes) -> bytes:
    """The image with its size and its checksum put right."""
    head = image[:8] + struct.pack("<I", len(image))
    return head + struct.pack("<I", zlib.crc32(image[SUMMED:])) + image[SUMMED:]


class Mutator:
    """Changes of one image. Every section is chosen as often as any other, the head too."""

    def __init__(self, image: bytes, rng: random.Random):
        self.image, self.rng = image, rng
        self.spans = [(0, HEAD)]
        for k in range(len(SECTIONS)):
            offset, size, _, _ = struct.unpack_from("<4I", image, HEAD + ENTRY * k)
            self.spans += [(HEAD + ENTRY * k, ENTRY)] * (k % 4 == 0) + [(offset, size)] * (size > 0)

    def images(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            data = bytearray(self.image)
            for _ in range(self.rng.choice((1, 1, 1, 2, 3, 6))):
                self._change(data)
            yield mended(bytes(data))

    def _change(self, data: bytearray) -> None:
        rng = self.rng
        start, size = rng.choice(self.spans)
        width = rng.choice((1, 2, 4, 4, 4, 8))
        at = start + rng.randrange(max(1, size // width)) * width
        if at + width > len(data):
            return
        old = int.from_bytes(data[at : at + width], "little")
        other = rng.randrange(len(data) - width)
        new = rng.choice((
            old ^ (1 << rng.randrange(8 * width)), old + rng.choice((-64, -16, -4, -1, 1, 4, 16, 64)), old * 2,
            rng.choice(INTERESTING), rng.getrandbits(8 * width), int.from_bytes(data[other : other + width], "little"),
        ))  # fmt: skip
        data[at : at + width] = (new % (1 << (8 * width))).to_bytes(width, "little")


def fuzz(name: str, count: int, seed: int = 0) -> Counts:
    """Opens `count` changed images of a sample program."""
    mutator = Mutator(emit_bytes(SAMPLES[name]()), random.Random(f"{name} {seed}"))
    return run(list(mutator.images(count)))


def main(count: int = 100_000, seed: int = 0) -> None:
    for name in SAMPLES:
        total = Counts(0, 0, 0)
        for part in range(0, count, 5000):
            found = fuzz(name, min(5000, count - part), seed * 1_000_003 + part)
            total = Counts(*(a + b for a, b in zip(total, found, strict=True)))
        print(f"{name}: {total.refused} refused, {total.played} played, {total.too_large} too large", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
