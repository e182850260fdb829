"""What fails in dspc itself, or in what it cannot see into: an error with the user's line, not a bare exception."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from tracing import error_of

import dspc
from dspc.driver import compile as driver
from dspc.frontend import delays
from dspc.frontend.errors import DspError


def late(x: Any) -> Any:
    return dspc.delay(x, 3)


BROKEN: Any = {}.__getitem__
"""In place of a function of ours: it fails there, as it has no line of its own."""


def test_a_fault_of_ours_names_the_users_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delays, "_check_number", BROKEN)
    with pytest.raises(DspError) as caught:
        dspc.trace(late)
    error = caught.value
    assert (error.code, error.message) == ("DSP310", "dspc itself failed here: KeyError: 3")
    assert error.place and error.place.file == __file__ and "report it" in error.hint
    assert isinstance(error.__cause__, KeyError), "what went wrong is there for the report"


def test_a_fault_while_a_program_is_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "lower", lambda *_: BROKEN(3))
    with pytest.raises(DspError) as caught:
        dspc.render(late, np.zeros(4), backend="reference")
    assert caught.value.code == "DSP310" and caught.value.place and caught.value.place.file == __file__


def test_after_a_mistake_of_the_user_faults_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in may have caused them."""
    monkeypatch.setattr(delays, "_check_number", BROKEN)
    assert error_of(lambda x: dspc.select(x, x, 0) + dspc.delay(x, 3)).code == "DSP111"


@pytest.mark.parametrize("function", ["abc".count, bytes.fromhex])
def test_functions_that_are_not_pythons(function: Any) -> None:
    """They have no line: the error names that which gave them to dspc."""
    error = error_of(lambda x: dspc.feedback(function, initial=(0.0,)))
    assert error.code == "DSP311" and error.place and error.place.file == __file__


def test_a_trace_that_traces_itself() -> None:
    def program(x: Any) -> Any:
        dspc.trace(program)
        return x

    assert error_of(program).code == "DSP184"


def test_errors_of_a_trace_in_a_trace_are_told_once() -> None:
    def inner(x: Any) -> Any:
        return dspc.select(x, x, 0.0)

    def program(x: Any) -> Any:
        for _ in range(3):
            try:
                dspc.trace(inner)
            except DspError as error:
                kept = error
        raise kept

    assert error_of(program).code == "DSP111"


def test_sequences_without_end() -> None:
    assert error_of(lambda x: dspc.bank(itertools.count(), lambda i: i * x).sum()).code == "DSP161"
