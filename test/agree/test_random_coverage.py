"""The random programs reach the whole language: every name, operation, option, and every body in every other."""

from __future__ import annotations

from random import Random

from agree.features import Coverage, features
from agree.strategies import KINDS_OF_PROGRAMS, random_program

from dspc.frontend.program import trace

PROGRAMS = 900
"""At most."""


def test_random_programs_use_the_whole_language() -> None:
    coverage = Coverage()
    for seed in range(PROGRAMS):
        case = random_program(Random(seed), KINDS_OF_PROGRAMS[seed % len(KINDS_OF_PROGRAMS)])
        coverage.add(features(case, trace(case.build(), channels=case.channels)))
        if seed % 50 == 49 and not coverage.missing():
            break
    assert not coverage.missing(), f"{coverage.missing()}\n{coverage.table()}"
