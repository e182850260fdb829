"""How an instrument takes its notes: what of a note before runs on, and which note gives way to a new one."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dspc.frontend import trace as tr
from dspc.frontend.errors import did_you_mean
from dspc.frontend.groups import has_params
from dspc.frontend.literals import describe, is_finite, is_one_of, plain, quoted, short
from dspc.frontend.params import ParamSpec, materialize
from dspc.frontend.signal import Signal, as_signal, constant

LEGATO, STEAL = 2, 16
"""Flags of programs, and the factor of the policy in them: see runtime/engine.h."""
POLICIES = ("oldest", "lowest", "highest", "quietest", "none")
"""Which note gives way, in the order of `enum dspc_steal`."""
GLIDE = "glide"
_EXAMPLE = 'glide=0.05, or glide=dspc.param(0.05, 0.0, 1.0, unit="s")'


@dataclass(frozen=True)
class Playing:
    """The options of an instrument beside its number of voices."""

    legato: bool = False
    glide: float | str | ParamSpec = 0.0
    steal: str = "oldest"

    @classmethod
    def checked(cls, voices: int, legato: bool, glide: Any, steal: Any) -> Playing:
        """The options, if they are some: raises DSP210 to DSP212."""
        if not isinstance(glide, str):
            _check_time(glide, "the glide of an instrument")
        if not is_one_of(steal, POLICIES):
            known = ", ".join(f'"{p}"' for p in POLICIES)
            raise tr.fail("DSP211", f"steal is one of {known}, not {quoted(steal)}", 'steal="oldest"')
        if voices == 1 and steal != "oldest":
            raise tr.fail("DSP212", "a mono instrument steals from no other voice: the newest key sounds",
                          "leave steal out, or give it more voices")  # fmt: skip
        glides = isinstance(glide, str | ParamSpec) or glide > 0
        if voices > 1 and legato and not glides:
            raise tr.fail("DSP212", f"legato means nothing to {voices} voices without a glide: each note has its own",
                          "voices=1 for one voice that plays on, or glide=0.05")  # fmt: skip
        return cls(legato, glide if isinstance(glide, str | ParamSpec) else float(plain(glide)), steal)

    def check_glide(self, arguments: Mapping[str, inspect.Parameter]) -> None:
        """Raises DSP210 if `glide` names no time among the function's keywords."""
        if not isinstance(self.glide, str):
            return
        keywords = {name: p.default for name, p in arguments.items() if p.default is not p.empty}
        if self.glide not in keywords:
            raise tr.fail("DSP210", f"glide names a keyword of the function, and there is no {quoted(self.glide)}",
                          did_you_mean(self.glide, keywords) or _EXAMPLE)  # fmt: skip
        _check_time(keywords[self.glide], f"{self.glide}, which glide names,")

    def seconds(self, arguments: Mapping[str, Any]) -> Signal | None:
        """The time of a glide in the running trace, of the function's arguments; None if nothing glides."""
        if isinstance(self.glide, str):
            return as_signal(arguments[self.glide], GLIDE)
        if isinstance(self.glide, ParamSpec):
            return as_signal(materialize(self.glide, GLIDE), GLIDE)
        return constant(self.glide, "f64") if self.glide > 0 else None

    @property
    def flags(self) -> int:
        """What the engine is told."""
        return LEGATO * self.legato | STEAL * POLICIES.index(self.steal)


def _check_time(value: Any, what: str) -> None:
    if isinstance(value, ParamSpec):
        if value.labels or value.element == "bool":
            raise tr.fail("DSP210", f"{what} is a time in seconds, not a choice or a button", _EXAMPLE)
        if value.min < 0:
            raise tr.fail("DSP210", f"{what} is a time, and its min is {value.min}", "begin its range at 0.0")
    elif has_params(value) or not is_finite(value) or isinstance(plain(value), bool):
        raise tr.fail("DSP210", f"{what} is a time in seconds, not {describe(value)}", _EXAMPLE)
    elif plain(value) < 0:
        raise tr.fail("DSP210", f"{what} is a time in seconds, not {short(plain(value))}", _EXAMPLE)
