"""Instruments as they are traced: what the engine is told of them, glides, and what voices share."""

from __future__ import annotations

from typing import Any

import pytest
from tracing import body_of, operations

import dspc
from dspc.dialects import dsp
from dspc.dialects.layout import MAX_VOICES, ProgramFlag
from dspc.frontend.declarations import MOST_VOICES
from dspc.frontend.signal import Signal


def flags(**options: Any) -> ProgramFlag:
    made = body_of(dspc.trace(dspc.instrument(**options)(lambda note: note.velocity)))
    assert made.flags is not None
    return ProgramFlag(made.flags.data)


def test_the_engine_is_told_how_notes_are_taken() -> None:
    assert flags() == flags(steal="oldest", glide=0) == ProgramFlag.INSTRUMENT
    assert flags(voices=1, legato=True) == ProgramFlag.INSTRUMENT | ProgramFlag.MONO | ProgramFlag.LEGATO
    for steal in ("lowest", "highest", "quietest", "none"):
        assert flags(steal=steal) == ProgramFlag.INSTRUMENT | ProgramFlag[f"STEAL_{steal.upper()}"], steal
    assert flags(voices=2, legato=True, glide=0.1) == ProgramFlag.INSTRUMENT | ProgramFlag.LEGATO


def test_only_the_policy_that_needs_a_level_has_one() -> None:
    for steal, wanted in (("quietest", True), ("lowest", False)):
        (end,) = operations(dspc.instrument(steal=steal)(lambda note: note.velocity), "voice_end")
        assert isinstance(end, dsp.VoiceEndOp) and (end.has_level is not None) == wanted


@pytest.mark.parametrize("glide, ids", [
    (0.1, ["slide"]), ("slide", ["slide"]), (dspc.param(0.1, 0.0, 1.0), ["slide", "glide"]),
    (dspc.param(0.1, 0.0, 1.0, id="time"), ["slide", "time"]),
])  # fmt: skip
def test_a_glide_is_one_portamento(glide: Any, ids: list[str]) -> None:
    @dspc.instrument(voices=1, glide=glide)
    def lead(note: Any, slide: Any = dspc.param(0.1, 0.0, 1.0)) -> Any:
        return note.frequency * slide, dspc.bank(3, lambda i: dspc.phasor(note.frequency * i)).sum()

    ops = operations(lead)
    assert sum(op.name == "dsp.portamento" for op in ops) == 1
    assert [op.id for op in ops if isinstance(op, dsp.ParamOp)] == ids


def test_without_a_glide_there_is_none() -> None:
    def lead(note: Any, slide: Any = 0.0) -> Signal:
        return dspc.phasor(note.frequency)

    assert not operations(dspc.instrument(voices=1)(lead), "portamento")
    assert not operations(dspc.instrument(voices=1, glide=0.0)(lead), "portamento")
    assert not operations(dspc.instrument(voices=1, glide=0.1)(lambda note: note.velocity), "portamento")
    assert operations(dspc.instrument(voices=1, glide="slide")(lead).configure(slide=0.2), "portamento")


def test_an_instrument_inside_an_effect_takes_the_frequency_as_it_is() -> None:
    lead = dspc.instrument(voices=1, glide=0.1)(lambda note: dspc.phasor(note.frequency))
    assert not operations(dspc.effect(lambda x: x * lead(dspc.note(frequency=x))), "portamento")


def test_what_is_shared_stands_beside_the_voices() -> None:
    @dspc.instrument(voices=4)
    def lead(note: Any, rate: Any = dspc.param(5.0, 0.1, 20.0)) -> Any:
        def inner() -> tuple[Signal, Any]:
            return dspc.phasor(rate), {"a": [dspc.noise(), dspc.shared(lambda: dspc.phasor(2.0)), 0.5]}

        first, others = dspc.shared(inner)
        assert others["a"][2] == 0.5
        lanes = dspc.bank(3, lambda i: dspc.feedback(lambda y: 0.5 * y + i * dspc.shared(lambda: dspc.phasor(rate))))
        return first * note.velocity, others["a"][0] * others["a"][1], lanes.sum()

    ops = operations(lead)
    placed = {op.name: [o.parent_op() for o in ops if o.name == op.name] for op in ops}
    assert all(isinstance(p, dsp.ProgramOp) for p in placed["dsp.phasor"] + placed["dsp.noise"])
    assert len(placed["dsp.phasor"]) == 3


def test_outside_the_voices_shared_is_a_call() -> None:
    @dspc.instrument(voices=4)
    def lead(note: Any) -> Signal:
        return note.velocity

    @lead.after
    def mix(x: Signal) -> Signal:
        return x * dspc.bank(3, lambda i: dspc.shared(lambda: dspc.phasor(1.0 * i))).sum()

    @dspc.effect
    def alone(x: Signal) -> Signal:
        return dspc.feedback(lambda y: dspc.shared(lambda: 0.5 * y + x))

    for program in (lead, alone):
        dspc.trace(program).verify()
    (phasor,) = operations(lead, "phasor")
    assert isinstance(phasor.parent_op(), dsp.BankOp)


def test_the_engine_has_room_for_all_voices_of_an_instrument() -> None:
    (voices,) = operations(dspc.instrument(voices=MOST_VOICES)(lambda note: note.velocity), "voices")
    assert isinstance(voices, dsp.VoicesOp) and voices.count.data <= MAX_VOICES
