"""Parameters: what a host shows and moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, IntAttr, StringAttr, f64

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.choices import Choice, as_choice
from dspc.frontend.errors import Place
from dspc.frontend.guard import declaring
from dspc.frontend.literals import INTEGERS, describe, is_finite, is_integer, is_one_of, plain, quoted, short
from dspc.frontend.places import place_here
from dspc.frontend.signal import NotASignal, Signal, constant, precise

AUTOMATABLE, HIDDEN, BYPASS, MOMENTARY = 1, 2, 4, 8
SCALES = ("linear", "log")
LONGEST_ID = 64


@dataclass(frozen=True)
class ParamSpec(NotASignal):
    """A declared parameter; its id is the argument's name unless given. `place` is where it is declared."""

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
    place: Place | None = field(default=None, repr=False)

    def refusal(self) -> tuple[str, str, str]:
        return ("DSP125", "the declaration of a parameter",
                "make it the default of an argument: def f(x, cutoff=dspc.param(…))")  # fmt: skip


def _stand_in() -> ParamSpec:
    return ParamSpec(0.0, 0.0, 1.0)


@declaring(_stand_in)
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
    make an i32; a parameter with a step is not smoothed. Raises `DspError` DSP120 if the numbers do not fit
    together or an option has the wrong type, DSP124 for an id that cannot be one.

    >>> cutoff = param(1200.0, 20.0, 20_000.0, unit="Hz", scale="log")
    """
    for what, number in (("default", default), ("min", min), ("max", max), ("step", step), ("smooth", smooth)):
        if not (what == "step" and number is None):
            _check_number(what, number)
    _check_texts(name=name, id=id, unit=unit, group=group)
    flags = _flag("automatable", automatable) * AUTOMATABLE | _flag("hidden", hidden) * HIDDEN
    default, min, max, width = plain(default), plain(min), plain(max), plain(step or 0)
    check_range(default, min, max, scale)
    if width < 0 or smooth < 0:
        raise tr.fail("DSP120", "a parameter's step and smooth are not negative", "leave them out, or give 0")
    integral = isinstance(default, int) and isinstance(width, int) and width > 0
    if integral:
        _check_integers(min, max)
    return ParamSpec(
        default, min, max, id, name, unit, scale, float(width), 0.0 if width else float(smooth), group or "",
        flags | _flag("bypass", bypass) * BYPASS, (), "i32" if integral else "f32", place_here(),
    )  # fmt: skip


def _check_number(what: str, number: Any) -> None:
    if not is_finite(number):
        hint = "an on-off parameter is dspc.button(), or param(0, 0, 1, step=1)" if isinstance(number, bool) else (
            "for example dspc.param(1200.0, 20.0, 20_000.0)")  # fmt: skip
        raise tr.fail("DSP120", f"a parameter's {what} is a finite number, not {describe(number)}", hint)


def _check_texts(*, id: Any, **texts: Any) -> None:
    for what, text in {"id": id, **texts}.items():
        if text is not None and not isinstance(text, str):
            raise tr.fail("DSP120", f"a parameter's {what} is a text, not {describe(text)}", f'{what}="…"')
    if id is not None:
        check_id(id)


def check_id(id: str, place: Place | None = None) -> None:
    """Raises `DspError` DSP124 if a text cannot be a parameter's id."""
    parts = id.split(".")
    if len(id) > LONGEST_ID or not all(part.isidentifier() or part.isdecimal() for part in parts):
        raise tr.fail("DSP124", f"{quoted(id)} cannot be a parameter's id: that is names joined by points, "
                      f"at most {LONGEST_ID} characters", 'for example id="filter.cutoff"; '
                      "what is shown to people is name=", place)  # fmt: skip


def _flag(what: str, value: Any) -> int:
    if not isinstance(value, bool):
        raise tr.fail("DSP120", f"a parameter's {what} is True or False, not {describe(value)}", f"{what}=True")
    return int(value)


def check_range(default: float, low: float, high: float, scale: Any) -> None:
    """Raises `DspError` DSP120 if a parameter's numbers do not fit together."""
    if not low < high:
        raise tr.fail("DSP120", f"a parameter's min ({short(low)}) lies below its max ({short(high)})",
                      "swap or widen them")  # fmt: skip
    if not low <= default <= high:
        raise tr.fail("DSP120", f"the default {short(default)} is outside {short(low)} … {short(high)}",
                      "move the default or the range")  # fmt: skip
    if not is_one_of(scale, SCALES):
        raise tr.fail("DSP120", f"a parameter's scale is not {quoted(scale)}", 'use "linear" or "log"')
    if scale == "log" and low <= 0:
        raise tr.fail("DSP120", f"the min of a logarithmic parameter is above 0, not {short(low)}",
                      'raise min, or use scale="linear"')  # fmt: skip


def _check_integers(low: float, high: float) -> None:
    first, last = INTEGERS["i32"]
    if not (float(low).is_integer() and float(high).is_integer() and first <= low and high <= last):
        raise tr.fail("DSP120", f"an integer parameter's min ({short(low)}) and max ({short(high)}) are 32-bit "
                      "integers", "write the default with a point for a float: 1.0")  # fmt: skip


@declaring(_stand_in)
def choice(*labels: str, default: str | None = None, name: str | None = None, id: str | None = None) -> Any:
    """Declares a parameter that is one of several labels. `mode == "saw"` is a bool, `mode.index` an i32.

    Raises `DspError` DSP121 for labels or a default that cannot be.

    >>> mode = choice("sine", "saw", default="saw")
    """
    if not all(isinstance(label, str) and label and label.isprintable() for label in labels):  # pyright: ignore[reportUnnecessaryIsInstance]
        wrong = next(n for n in labels if not (isinstance(n, str) and n and n.isprintable()))  # pyright: ignore[reportUnnecessaryIsInstance]
        raise tr.fail("DSP121", f"a choice's labels are texts, not {describe(wrong)}",
                      'for example dspc.choice("sine", "saw")')  # fmt: skip
    if len(labels) < 2 or len(set(labels)) != len(labels):
        raise tr.fail("DSP121", "a choice has at least two labels, all different",
                      'for example dspc.choice("sine", "saw")')  # fmt: skip
    if default is not None and not is_one_of(default, labels):
        raise tr.fail("DSP121", f"the default {quoted(default)} is not one of {', '.join(labels)}",
                      "use one of the labels")  # fmt: skip
    _check_texts(name=name, id=id)
    index = labels.index(default) if default is not None else 0
    return ParamSpec(index, 0, len(labels) - 1, id, name, step=1.0, smooth=0.0, labels=labels, element="i32",
                     place=place_here())  # fmt: skip


@declaring(_stand_in)
def button(*, name: str | None = None, id: str | None = None) -> Any:
    """Declares a momentary bool: true while it is held."""
    _check_texts(name=name, id=id)
    flags = AUTOMATABLE | MOMENTARY
    return ParamSpec(0, 0, 1, id, name, step=1.0, smooth=0.0, flags=flags, element="bool", place=place_here())


# --- in a trace -----------------------------------------------------------------------------------

AFTER = "after."
"""Ids that begin so belong to the function that runs after the voices."""


def materialize(spec: ParamSpec, argument: str, prefix: str = "") -> Signal | Choice:
    """The parameter's signal in the running trace. Notes DSP123 for an id that there is already."""
    trace = tr.current()
    id = prefix + (spec.id or argument)
    check_id(id, spec.place)
    inner = prefix.removeprefix(AFTER)
    spec = replace(spec, id=id, group=spec.group or _words(inner.rstrip(".")))
    with trace.back_in(trace.root), trace.at(spec.place):
        _check_own(id, prefix, spec.place)
        op = dsp.ParamOp.create(
            result_types=(signal(precise(spec.element), "control"),),
            properties={"info": _info(spec), "smooth": FloatAttr(float(spec.smooth), f64)},
        )
        trace.add(op)
    op.results[0].name_hint = id.replace(".", "_")
    value = Signal(op.results[0])
    trace.params.setdefault(id, spec.place)
    return Choice(value, spec.labels, id) if spec.labels else value


def _check_own(id: str, prefix: str, place: Place | None) -> None:
    """Notes what is wrong with an id; the parameter is there all the same."""
    trace = tr.current()
    if id in trace.params:
        before = trace.params[id]
        where = f"; the first is at line {before.line}" if before else ""
        trace.note(tr.fail("DSP123", f"two parameters have the id {id!r}{where}", "give one of them another id=",
                           place))  # fmt: skip
    elif not prefix.startswith(AFTER) and id.startswith(AFTER):
        trace.note(tr.fail("DSP124", f"the id {id!r} is not free: what begins with {AFTER!r} belongs to the "
                           "function that runs after the voices", "give it another id=", place))  # fmt: skip


def _info(spec: ParamSpec) -> DictionaryAttr:
    assert spec.id is not None
    shown = spec.name or _words(spec.id.removeprefix(AFTER))
    return DictionaryAttr({
        "id": StringAttr(spec.id),
        "name": StringAttr(shown),
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


def _words(id: str) -> str:
    return id.replace("_", " ").replace(".", " ")


def as_constant(spec: ParamSpec, argument: str) -> Signal | Choice:
    """The parameter's default as a constant signal: for a program that is called inside another one."""
    if spec.labels:
        return Choice(constant(is_integer(spec.default) and spec.default or 0, "i32"), spec.labels, argument)
    if spec.element == "f32":
        return constant(float(spec.default), "f64")
    return constant(bool(spec.default) if spec.element == "bool" else int(spec.default), spec.element)


def as_given(spec: ParamSpec, argument: str, value: Any) -> Any:
    """What a caller gives for a parameter: for a choice also a label, anything else as it is."""
    return as_choice(value, spec.labels, argument) if spec.labels else value
