"""Parameters: what a host shows and moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, IntAttr, StringAttr, f64

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.signal import Signal

AUTOMATABLE, HIDDEN, BYPASS, MOMENTARY = 1, 2, 4, 8


@dataclass(frozen=True)
class ParamSpec:
    """A declared parameter; its id is the argument's name unless given."""

    default: float
    min: float
    max: float
    id: str | None = None
    name: str | None = None
    unit: str = ""
    scale: str = "linear"
    step: float = 0.0
    smooth: float = 0.02
    group: str = ""
    flags: int = AUTOMATABLE
    labels: tuple[str, ...] = ()
    element: str = "f32"

    def named(self, id: str) -> ParamSpec:
        return self if self.id else replace(self, id=id)


def param(
    default: float,
    min: float,
    max: float,
    *,
    name: str | None = None,
    id: str | None = None,
    unit: str = "",
    scale: str = "linear",
    step: float | None = None,
    smooth: float = 0.02,
    group: str | None = None,
    automatable: bool = True,
    hidden: bool = False,
    bypass: bool = False,
) -> Any:
    """Declares a parameter, as the default of a keyword of an effect or an instrument.

    `smooth` is the time in seconds over which a change glides (0: it steps). An integral default and step
    make an i32. Raises `DspError` DSP120 if default, min, max and step do not fit together.
    """
    numbers = {"default": default, "min": min, "max": max, "step": step or 0.0, "smooth": smooth}
    for what, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise tr.fail("DSP120", f"a parameter's {what} is a finite number, not {number!r}", "")
    if not min < max:
        raise tr.fail("DSP120", f"a parameter's min ({min}) lies below its max ({max})", "swap or widen them")
    if not min <= default <= max:
        raise tr.fail("DSP120", f"the default {default} is outside {min} … {max}", "move the default or the range")
    if scale not in ("linear", "log"):
        raise tr.fail("DSP120", f"scale {scale!r} is not known", 'use "linear" or "log"')
    if scale == "log" and min <= 0:
        raise tr.fail("DSP120", "a logarithmic parameter's min is above 0", 'raise min, or use scale="linear"')
    if step is not None and step < 0 or smooth < 0:
        raise tr.fail("DSP120", "step and smooth are not negative", "")
    integral = isinstance(default, int) and isinstance(step, int) and step > 0
    flags = AUTOMATABLE * automatable | HIDDEN * hidden | BYPASS * bypass
    return ParamSpec(default, min, max, id, name, unit, scale, float(step or 0.0), 0.0 if step else smooth,
                     group or "", flags, (), "i32" if integral else "f32")  # fmt: skip


def choice(*labels: str, default: str | None = None, name: str | None = None, id: str | None = None) -> Any:
    """Declares a parameter that is one of several labels. `mode == "saw"` is a bool, `mode.index` an i32."""
    if len(labels) < 2 or len(set(labels)) != len(labels) or not all(isinstance(n, str) and n for n in labels):
        raise tr.fail("DSP121", "a choice has at least two different labels",
                      'for example dspc.choice("sine", "saw")')  # fmt: skip
    if default is not None and default not in labels:
        raise tr.fail("DSP121", f"the default {default!r} is not one of {', '.join(labels)}", "")
    index = labels.index(default) if default else 0
    return ParamSpec(index, 0, len(labels) - 1, id, name, step=1.0, smooth=0.0, labels=labels, element="i32")


def button(*, name: str | None = None, id: str | None = None) -> Any:
    """Declares a momentary bool: true while it is held."""
    return ParamSpec(0, 0, 1, id, name, step=1.0, smooth=0.0, flags=AUTOMATABLE | MOMENTARY, element="bool")


class Choice:
    """A choice parameter inside a trace."""

    def __init__(self, index: Signal, labels: Sequence[str], id: str):
        self.index, self.labels, self.id = index, tuple(labels), id

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, label: object) -> Signal:  # type: ignore[override]
        if label not in self.labels:
            raise tr.fail("DSP122", f"{label!r} is not a label of {self.id}", f"the labels are {', '.join(self.labels)}")
        return self.index == self.labels.index(str(label))

    def __ne__(self, label: object) -> Signal:  # type: ignore[override]
        return ~(self == label)


def materialize(spec: ParamSpec, id: str) -> Signal | Choice:
    """The parameter's signal in the running trace; declared twice under one id, it is one parameter."""
    trace = tr.current()
    spec = spec.named(id)
    assert spec.id is not None
    if spec.id in trace.params:
        raise tr.fail("DSP123", f"two parameters have the id {spec.id!r}", "give one of them another id=")
    info = DictionaryAttr({
        "id": StringAttr(spec.id),
        "name": StringAttr(spec.name or spec.id.replace("_", " ").replace(".", " ")),
        "unit": StringAttr(spec.unit),
        "group": StringAttr(spec.group),
        "labels": StringAttr("".join(f"{label}\n" for label in spec.labels)),
        "scale": StringAttr(spec.scale),
        "default": FloatAttr(float(spec.default), f64),
        "min": FloatAttr(float(spec.min), f64),
        "max": FloatAttr(float(spec.max), f64),
        "step": FloatAttr(float(spec.step), f64),
        "flags": IntAttr(spec.flags),
    })  # fmt: skip
    op = dsp.ParamOp.create(
        result_types=(signal(spec.element, "control"),),
        properties={"info": info, "smooth": FloatAttr(float(spec.smooth), f64)},
    )
    with trace.inside(trace.root):
        trace.add(op)
    op.results[0].name_hint = spec.id.replace(".", "_")
    value = Signal(op.results[0])
    made: Signal | Choice = Choice(value, spec.labels, spec.id) if spec.labels else value
    trace.params[spec.id] = made
    return made
