"""Programs changed at random: they end well, in a DspError, or in what the user's own code raises.

A mutant is known by its number: `Random(number)` makes it again.
"""

from __future__ import annotations

from random import Random, SystemRandom

import pytest
from hypothesis import settings
from mutations import mutant
from outcomes import Disagreement, Hang, complaint, outcome
from seeds import Seed, seeds

from dspc.frontend.errors import DspError, all_errors

SEEDS = seeds()
CHUNK = 50
PLAYED = 25
"""One in so many mutants is also played, on two backends."""
COUNTS = (1, 1, 2, 3)
MANY = 2 * settings().max_examples
"""How many new mutants are tried where new ones are wanted: 10,000 by `make fuzz`."""


def made(number: int, counts: tuple[int, ...] = COUNTS) -> tuple[Seed, str]:
    random = Random(number)
    seed = random.choice(SEEDS)
    return seed, mutant(seed.source, seed.program, random, random.choice(counts))


def said(number: int, counts: tuple[int, ...] = COUNTS) -> str:
    """What is wrong with the outcome of a mutant; empty if nothing is."""
    seed, source = made(number, counts)
    try:
        error = outcome(source, seed.path, seed.program, play=number % PLAYED == 0)
    except (Disagreement, Hang) as problem:
        return f"mutant {number} of {seed.name}: {problem!r}\n{source}"
    wrong = complaint(error, seed.path)
    return f"mutant {number} of {seed.name}: {wrong}\n{source}" if wrong else ""


@pytest.mark.parametrize("first", range(0, 1000, CHUNK))
def test_wrong_programs_end_in_errors_of_theirs(first: int) -> None:
    wrong = [text for number in range(first, first + CHUNK) if (text := said(number))]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda s: s.name)
def test_the_programs_are_right_before(seed: Seed) -> None:
    assert outcome(seed.source, seed.path, seed.program) is None


def test_mutants_are_wrong_in_many_ways() -> None:
    """The test above tests something: most mutants are no good, and few are so for one reason."""
    codes: set[str] = set()
    fine = 0
    for number in range(150):
        seed, source = made(number)
        error = outcome(source, seed.path, seed.program)
        fine += error is None
        codes |= {one.code for one in all_errors(error)} if isinstance(error, DspError) else set()
    assert fine < 50 and len(codes) > 25


@pytest.mark.fuzz
@pytest.mark.slow
def test_new_wrong_programs() -> None:
    first = SystemRandom().randrange(10**6, 10**9)
    wrong = [text for number in range(first, first + MANY) if (text := said(number, (*COUNTS, 8)))]
    assert not wrong, "\n\n".join(wrong[:20])
