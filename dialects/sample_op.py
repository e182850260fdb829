"""What a primitive is: an operation whose meaning is its `step`, and the slots that it remembers in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from xdsl.ir import Operation
from xdsl.traits import EffectInstance, MemoryEffect, MemoryEffectKind, MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.syntax import CompactOp, ancestors


class Recursive(MemoryEffect):
    """Trait of what feeds back on itself: it reads what it remembers.

    Inside a `dsp.feedback` it also counts: if it is no longer finite, the whole feedback is put back. So there it
    stays even if nothing uses its results.
    """

    @classmethod
    def get_effects(cls, op: Operation) -> set[EffectInstance]:
        kinds = [MemoryEffectKind.READ]
        if any(outer.name == "dsp.feedback" for outer in ancestors(op)) or _shows(op):
            kinds.append(MemoryEffectKind.WRITE)
        return {EffectInstance(kind) for kind in kinds}


def _shows(op: Operation) -> bool:
    """Whether a body holds what others see even if nothing uses its results."""
    return bool(op.regions) and any(inner.has_trait(MemoryWriteEffect) for inner in op.walk() if inner is not op)


@dataclass(frozen=True)
class Slot:
    """A place that a primitive remembers in.

    `element` is a type's name, or `result` for that of the primitive's first result. `role` says who
    else knows it: "state" nobody; "param", "voice", "controller", "transport", "meter" and "bus" the engine (see
    runtime/engine.h); "init" what is computed once per prepare. A "line" is a delay line, read and written by
    distance from now, of `max_samples` and `max_seconds` together; no distance is below `min_samples`.
    """

    element: str = "result"
    init: float = 0.0
    role: str = "state"
    field: str = ""
    max_samples: int = 0
    max_seconds: float = 0.0
    min_samples: int = 1


class SampleOp(CompactOp):
    """A primitive. Its meaning is `step`, once a sample (once a tick at control rate).

    `tick` runs before the first `step` after each control tick. `s` holds the slots of `STATE`: reading
    gives the value at the sample's start, writing sets the next one.
    """

    STATE: ClassVar[dict[str, Slot]] = {}

    @property
    def recursive(self) -> bool:
        """Whether its floats feed back on themselves: then they are kept finite, as those of a `dsp.feedback`."""
        return self.has_trait(Recursive)

    def slots(self) -> dict[str, Slot]:
        """The slots of this very operation; most are the same for every instance."""
        return self.STATE

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        """Control-rate part; most primitives have none."""

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        """One sample's results: a value, or a tuple of them."""
        raise VerifyException(f"{self.name} has no step")
