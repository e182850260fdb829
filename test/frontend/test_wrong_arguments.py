"""Everything public, with every kind of wrong argument: an error that names the user's line, or a right result."""

from __future__ import annotations

import pytest
from mistakes import VALUES
from outcomes import complaint, outcome
from wrong_arguments import DECLARATIONS, DEFAULTS, HOST, IN_TRACE, calls, made_wrong

HEAD = """\
import numpy as np
import dspc
from dspc import stdlib
E = dspc.events
class Band(dspc.Params):
    frequency, kind = dspc.param(800.0, 20.0, 8000.0), dspc.choice("a", "b")
class Graph(dspc.Node):
    x, gain, out = dspc.inlet(), dspc.inlet(0.5), dspc.outlet()
    def graph(self):
        self.connect(self.x * self.gain >> self.out)
@dspc.effect
def part(x, gain=dspc.param(0.5, 0.0, 1.0), order=1):
    return x * gain * order
@dspc.instrument(voices=2)
def lead(note, slide=dspc.param(0.1, 0.0, 1.0)):
    return note.frequency * note.gate * slide
def plain(x, p=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice("a", "b")):
    return x * p
def voice(note, slide=dspc.param(0.1, 0.0, 1.0)):
    return note.velocity * slide
"""
INSIDE = "def program(x, p=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice('a', 'b')):\n    {}\n    return x\n"
DEFAULT = "def program(x, p={}):\n    return x\n"
OUTSIDE = "made = {}\ndef program(x):\n    return x\n"
HOSTED = "ENGINE = dspc.compile(plain, 'reference', 8000.0)\nLOADED = ENGINE._loaded\nSAVED = ENGINE.save()\n" + OUTSIDE
ALL = ((INSIDE, IN_TRACE), (DEFAULT, DEFAULTS), (OUTSIDE, DECLARATIONS), (HOSTED, HOST))
FILE = "wrong.py"


FEW = 10
"""One in so many values, other ones for each argument, unless all are wanted."""


def check(template: str, call: str, *, all_values: bool = False) -> None:
    found: dict[str, str] = {}
    for wrong in made_wrong(call, VALUES, 1 if all_values else FEW):
        said = complaint(outcome(HEAD + template.format(wrong), FILE, "program"), FILE)
        if said:
            found.setdefault(said.partition(": ")[2][-40:] + said[:20], f"{wrong}: {said}")
    assert not found, "\n".join(found.values())


@pytest.mark.parametrize("call", calls(IN_TRACE))
def test_in_a_program(call: str) -> None:
    check(INSIDE, call)


@pytest.mark.parametrize("call", calls(DEFAULTS))
def test_as_a_default(call: str) -> None:
    check(DEFAULT, call)


@pytest.mark.parametrize("call", calls(DECLARATIONS))
def test_in_a_declaration(call: str) -> None:
    check(OUTSIDE, call)


@pytest.mark.parametrize("call", calls(HOST))
def test_in_a_host(call: str) -> None:
    check(HOSTED, call)


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize(("template", "call"), [(t, c) for t, text in ALL for c in calls(text)])
def test_with_every_wrong_value(template: str, call: str) -> None:
    check(template, call, all_values=True)


@pytest.mark.parametrize(("template", "text"), [(INSIDE, IN_TRACE), (DEFAULT, DEFAULTS), (OUTSIDE, DECLARATIONS),
                                                (HOSTED, HOST)])  # fmt: skip
def test_the_calls_are_right_before(template: str, text: str) -> None:
    wrong = ("ENGINE.load", "dspc.read", "lead.after")
    for call in calls(text):
        if not call.startswith(wrong):
            assert outcome(HEAD + template.format(call), FILE, "program") is None, call
