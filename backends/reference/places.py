"""Where in a program something is, as the reference sees it, and the steps of a body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from xdsl.ir import Operation, SSAValue

from dspc.backends.reference.memory import Component, Shape
from dspc.dialects.kit import Value
from dspc.dialects.types import SignalType, rate_of

Step = Callable[[], None]
PHASES = ("init", "control", "audio")


@dataclass
class Plan:
    """The steps of a body, phase by phase."""

    steps: dict[str, list[Step]] = field(default_factory=lambda: {p: [] for p in PHASES})

    def run(self, phase: str) -> None:
        for step in self.steps[phase]:
            step()

    def add_early(self, inner: Plan) -> None:
        """Takes over what a body does at prepare and at ticks."""
        self.steps["init"] += inner.steps["init"]
        self.steps["control"] += inner.steps["control"]


@dataclass(eq=False)
class Gate:
    """A condition of the current sample: an array over the lanes, or one for all."""

    value: Value = True


@dataclass(eq=False)
class Clock:
    """What delay lines count, where it is not the stream's samples."""

    position: Value = 0


@dataclass(eq=False)
class Age:
    """Steps since the last restart."""

    steps: Value = 0


@dataclass(frozen=True)
class Where:
    """The axes of values in a body, whose state it is, and what its state depends on."""

    shape: Shape = ()
    voices: bool = False
    component: Component | None = None
    gate: Gate | None = None
    restart: Gate | None = None
    ages: tuple[Age, ...] = ()
    clock: Clock | None = None

    @property
    def mask(self) -> Value | None:
        """Where state moves on at this sample; None: everywhere."""
        return self.gate.value if self.gate is not None else None

    @property
    def again(self) -> Value | None:
        """Where state is what it was at first; None: nowhere."""
        return self.restart.value if self.restart is not None else None

    def outside(self) -> Where:
        """For what belongs to the host and the ticks: it does not stand still or restart with a body."""
        return replace(self, gate=None, restart=None, ages=(), clock=None)


def phase_of_op(op: Operation) -> str:
    return phase_of(op.results[0])


def phase_of(value: SSAValue) -> str:
    """When a value is known."""
    rate = rate_of(value.type) if isinstance(value.type, SignalType) else "audio"
    return "init" if rate == "const" else rate
