"""Choices inside a trace: parameters that are one of several labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dspc.frontend import trace as tr
from dspc.frontend.errors import MissingAttribute, did_you_mean
from dspc.frontend.guard import guarded
from dspc.frontend.literals import is_integer, quoted
from dspc.frontend.operators import Operators
from dspc.frontend.places import place_here
from dspc.frontend.signal import NotASignal, Signal, SignalLike, as_signal, constant, emit


class Choice(Operators, NotASignal):
    """One of several labels: `mode == "saw"` is a bool, `mode.index` an i32."""

    __slots__ = ("id", "index", "labels")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, index: Signal, labels: Sequence[str], id: str):
        self.index, self.labels, self.id = index, tuple(labels), id

    def __repr__(self) -> str:
        return f"<choice {self.id}: {', '.join(self.labels)}>"

    def __eq__(self, label: object) -> Signal:  # type: ignore[override]
        return _is(self, label)

    def __ne__(self, label: object) -> Signal:  # type: ignore[override]
        return _is_not(self, label)

    def __bool__(self) -> bool:
        raise tr.fail("DSP101", f"the choice {self.id} has no truth value while the program is traced",
                      f'compare it: {self.id} == "{self.labels[0]}"')  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        hint = did_you_mean(name, ("index", "labels", "id")) or "it has .index"
        raise MissingAttribute("DSP106", f"a choice has no attribute {name!r}", hint=hint, place=place_here())

    def refusal(self) -> tuple[str, str, str]:
        hint = f'its number is {self.id}.index; compare it: {self.id} == "{self.labels[0]}"'
        return "DSP122", f"the choice {self.id}", hint


@guarded
def _is(choice: Choice, label: object) -> Signal:
    index = label_index(label, choice.labels, choice.id)
    return emit("eq", choice.index.signal(), constant(index, "i32"))


@guarded
def _is_not(choice: Choice, label: object) -> Signal:
    index = label_index(label, choice.labels, choice.id)
    return emit("ne", choice.index.signal(), constant(index, "i32"))


def label_index(label: object, labels: Sequence[str], id: str) -> int:
    """The number of a label. Raises `DspError` DSP122 for what is none."""
    if isinstance(label, str) and label in labels:
        return labels.index(label)
    meant = did_you_mean(label, labels) if isinstance(label, str) else ""
    hint = meant or f"its labels are {', '.join(labels)}"
    raise tr.fail("DSP122", f"{quoted(label)} is not a label of the choice {id}", hint)


def as_choice(value: Any, labels: Sequence[str], id: str) -> Choice:
    """A choice of what is given for one: a label, a number, an i32 signal, or another choice of the same labels.

    Raises `DspError` DSP122 for anything else.
    """
    if isinstance(value, Choice) and value.labels == tuple(labels):
        return value
    if is_integer(value) and 0 <= value < len(labels):
        return Choice(constant(value, "i32"), labels, id)
    if isinstance(value, SignalLike) and value.element == "i32":
        return Choice(as_signal(value), labels, id)
    return Choice(constant(label_index(value, labels, id), "i32"), labels, id)
