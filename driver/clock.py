"""How long the stages of a compilation take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from xdsl.dialects.builtin import ModuleOp


@dataclass
class Stage:
    """One stage: its time, and the number of operations after it, if there is IR then."""

    name: str
    seconds: float = 0.0
    ops: int | None = None

    def counted(self, module: ModuleOp) -> None:
        """Notes how many operations a module has now."""
        self.ops = sum(1 for _ in module.walk()) - 1


@dataclass
class Clock:
    """The stages of one compilation, in order."""

    stages: list[Stage] = field(default_factory=list[Stage])

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Measures what happens inside; a stage that fails is not noted."""
        stage = Stage(name)
        start = time.perf_counter()
        yield stage
        stage.seconds = time.perf_counter() - start
        self.stages.append(stage)
