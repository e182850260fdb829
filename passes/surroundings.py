"""Where an operation stands, as `expand-primitives` sees it: what its state is indexed by and depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xdsl.ir import SSAValue

from dspc.passes.guard_state import Component, Copies


@dataclass
class Where:
    """Voices, loops, lanes, the outermost feedback, and the bodies that hold state back.

    `active` says in which lanes state moves on (None: in all), `again` where it is what it was at first; `ages` are
    the steps since each restart around, `position` is what delay lines count (None: the stream's samples) and `turns`
    how many of it there are in a sample. `rate` is the phase in which the place runs.
    """

    voice: bool = False
    groups: int = 0
    width: int = 1
    loops: tuple[Copies, ...] = ()
    component: Component | None = None
    active: SSAValue | None = None
    again: SSAValue | None = None
    ages: tuple[SSAValue, ...] = ()
    position: SSAValue | None = None
    turns: int = 1
    rate: str = "audio"

    @property
    def dims(self) -> tuple[int, ...]:
        """Numbers of copies, outermost first."""
        turns = tuple(b.turns for b in self.loops)
        return (self.groups, *turns) if self.voice else turns

    def outside(self) -> Where:
        """For what belongs to the host and the ticks: it does not stand still or restart with a body."""
        return replace(self, active=None, again=None, ages=(), position=None, turns=1)
