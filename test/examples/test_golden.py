"""What the examples sound like, sample for sample, on every backend: hashes of samples, in golden.json.

A change that is meant to change the sound writes them again: pytest test/examples --update-golden.
"""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from excerpts import EXAMPLES, PRELUDE, render

from dspc.backends import BUILT_IN, get_backend
from dspc.driver.audio_files import sample_hash
from dspc.driver.compile import compile, play
from dspc.driver.programs import open_programs

GOLDEN = Path(__file__).with_name("golden.json")
BACKENDS = [n for n, where in BUILT_IN.items() if n != "reference" and find_spec(where.partition(":")[0])]
EXCERPTS: list[tuple[str, float, list[str]]] = [
    ("supersaw", 8.0, ["c"]),
    ("supersaw", 1.0, BACKENDS),
    ("duo", 1.0, BACKENDS),
    ("echo", 4.0, BACKENDS),
    ("ping_pong", 2.0, BACKENDS),
    ("spectral_gate", 2.0, BACKENDS),
    ("biquad", 4.0, BACKENDS),
    ("biquad", 0.02, ["reference"]),
    ("karplus_strong", 1.0, BACKENDS),
    ("freeverb", 2.0, BACKENDS),
    ("fm", 1.0, BACKENDS),
    ("supersaw_voice", 1.0, BACKENDS),
    ("equaliser", 1.0, BACKENDS),
    ("fdn", 1.0, BACKENDS),
    ("ladder_loop", 1.0, BACKENDS),
    ("band_loops", 1.0, BACKENDS),
    ("comb", 2.0, BACKENDS),
    ("compressor", 2.0, BACKENDS),
    ("drum_machine", 2.0, BACKENDS),
    ("lush", 1.0, BACKENDS),
    ("wavetables", 1.0, BACKENDS),
    ("granular", 1.0, BACKENDS),
    ("strings", 1.0, BACKENDS),
    ("mastering", 1.0, BACKENDS),
    ("vocoder", 1.0, BACKENDS),
    ("polysynth", 1.0, BACKENDS),
    ("fm_bell", 1.0, BACKENDS),
    ("drums", 2.0, BACKENDS),
    ("plate", 2.0, BACKENDS),
]
CASES = [(example, seconds, backend) for example, seconds, backends in EXCERPTS for backend in backends]


@pytest.mark.parametrize("backend", BACKENDS)
def test_backend_can_run(backend: str) -> None:
    assert get_backend(backend).missing() is None


@pytest.mark.parametrize("example, seconds, backend", CASES)
def test_golden(example: str, seconds: float, backend: str, request: pytest.FixtureRequest) -> None:
    name, found = f"{example} {seconds:g} s", sample_hash(render(example, backend, seconds))
    if request.config.getoption("--update-golden"):
        kept = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
        GOLDEN.write_text(json.dumps({**kept, name: found}, indent=1, sort_keys=True) + "\n")
    assert json.loads(GOLDEN.read_text())[name] == found


def test_duo_is_the_same_as_functions_and_as_a_graph() -> None:
    functions, graph = open_programs(str(EXAMPLES / "duo.py")).programs
    made = [play(compile(p, "c"), midi=PRELUDE, seconds=4.0) for p in (functions, graph)]
    assert (functions.name, graph.name) == ("duo", "Duo") and np.abs(made[0]).max() > 0.01
    np.testing.assert_array_equal(made[0].view(np.uint32), made[1].view(np.uint32))


def test_every_hash_is_used() -> None:
    assert set(json.loads(GOLDEN.read_text())) == {f"{example} {s:g} s" for example, s, _ in EXCERPTS}
