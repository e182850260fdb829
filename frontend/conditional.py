"""Parts of a program that stand still, start again, or run once a tick: when, switch, restart, control."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from xdsl.dialects.builtin import ArrayAttr
from xdsl.ir import Block, Region

from dspc.dialects import dsp
from dspc.dialects.kit import TICK
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.arrays import Array, stack_of
from dspc.frontend.choices import Choice
from dspc.frontend.environment import frame
from dspc.frontend.errors import did_you_mean
from dspc.frontend.guard import guarded
from dspc.frontend.literals import describe, quoted
from dspc.frontend.mathematics import select
from dspc.frontend.operators import Operand
from dspc.frontend.signal import Signal, as_signal, condition, constant, emit, rounded
from dspc.frontend.sources import note_field
from dspc.frontend.structure import Rebuild, call, check_function, end_body, flatten


@dataclass(frozen=True)
class Result:
    """What a function returned: single signals, and what puts them back into its structure."""

    signals: list[Signal]
    rebuild: Rebuild


def taken_apart(result: Any, what: str) -> Result:
    """The single signals of a result; arrays are taken apart, and made again by `rebuild`."""
    leaves, rebuild = flatten(result)
    groups = [list(leaf) if isinstance(leaf, Array) else [as_signal(leaf, what)] for leaf in leaves]

    def again(signals: Sequence[Any]) -> Any:
        rest = list(signals)
        made: list[Any] = []
        for leaf, group in zip(leaves, groups, strict=True):
            part, rest = rest[: len(group)], rest[len(group) :]
            made.append(stack_of(part) if isinstance(leaf, Array) else part[0])
        return rebuild(made)

    return Result([rounded(s) for group in groups for s in group], again)


def conditional(
    kind: type[dsp.WhenOp | dsp.RestartOp], name: tr.Kind, holds: Signal, f: Callable[..., Any], speed: float = 1.0
) -> Result:
    """`f` in a body of its own that depends on a condition; `speed` is its sample rate's, relative to that outside."""
    trace = tr.current()
    body = tr.Body(name, speed=speed)
    with trace.inside(body):
        result = taken_apart(call(f, [], name, "no arguments"), f"result of {name}'s function")
        end_body(result.signals)
    op = trace.add(kind.create(
        operands=(holds.ssa,), regions=[Region(body.block)],
        result_types=[signal(s.element, "audio") for s in result.signals]))  # fmt: skip
    return Result([Signal(r) for r in op.results], result.rebuild)


@guarded
def when(active: Operand, f: Callable[..., Any], otherwise: Any = 0.0) -> Any:
    """`f()` while `active`; elsewhere the state inside stands still, and the result is `otherwise`.

    `f` is traced once. `otherwise` is a number or a signal, or as many in the structure of `f`'s result. Raises
    `DspError` DSP273 if `f` is no function, DSP111 if `active` is no bool, DSP274 if `otherwise` does not fit.

    >>> hiss = when(frame() < 24_000, lambda: noise())
    """
    check_function(f, "when", "dspc.when(active, lambda: …)", "DSP273")
    holds = condition(active, "first argument of when")
    made = conditional(dsp.WhenOp, "when", holds, f)
    return made.rebuild(_or_else(holds, made, otherwise))


def _or_else(holds: Signal, made: Result, otherwise: Any) -> list[Signal]:
    if isinstance(otherwise, float | int) and otherwise == 0:
        return made.signals  # a body that does not run gives 0
    others, _ = flatten(otherwise)
    others = [s for o in others for s in (list(o) if isinstance(o, Array) else [o])]
    if len(others) == 1:
        others *= len(made.signals)
    if len(others) != len(made.signals):
        raise tr.fail("DSP274", f"otherwise has {len(others)} values, the function of when returned "
                      f"{len(made.signals)}", "give one, or as many as the function returns")  # fmt: skip
    return [select(holds, a, b) for a, b in zip(made.signals, others, strict=True)]


@guarded
def restart(trigger: Operand, f: Callable[..., Any]) -> Any:
    """`f()`, whose state is put back to its initial values at every sample at which `trigger` is true.

    Raises `DspError` DSP273 if `f` is no function, DSP111 if `trigger` is no bool.

    >>> ramp = restart(frame() % 100 == 0, lambda: phasor(10.0))
    """
    check_function(f, "restart", "dspc.restart(trigger, lambda: …)", "DSP273")
    made = conditional(dsp.RestartOp, "restart", condition(trigger, "trigger of restart"), f)
    return made.rebuild(made.signals)


@guarded
def control(f: Callable[..., Any]) -> Any:
    """`f()` once in 16 samples, and at the first sample of a note; in between its values are held.

    State inside steps once a tick, and `dspc.sample_rate` is the rate of ticks. Raises `DspError` DSP273 if `f` is no
    function.

    >>> wobble = control(lambda: sin(6.283 * phasor(0.5)))
    """
    check_function(f, "control", "dspc.control(lambda: …)", "DSP273")
    trace = tr.current()
    due = emit("eq", emit("and", frame(), constant(TICK - 1, "u32")), constant(0, "u32"))
    if trace.innermost("voices") is not None:
        due = emit("or", due, note_field("trigger"))
    made = conditional(dsp.WhenOp, "control", due, f, 1.0 / TICK)
    return made.rebuild([held(due, s) for s in made.signals])


def held(due: Signal, value: Signal) -> Signal:
    """The value at the last sample at which `due` was true; at first 0."""
    type_ = signal(value.element, "audio")
    body = tr.Body("feedback", Block(arg_types=(type_,)))
    trace = tr.current()
    with trace.inside(body):
        end_body([emit("select", due, value, Signal(body.block.args[0]))])
    op = dsp.FeedbackOp.create(result_types=[type_], regions=[Region(body.block)],
                               properties={"initial": ArrayAttr([dsp.number_attr(0, type_)])})  # fmt: skip
    return Signal(trace.add(op).results[0])


@guarded
def switch(choice: Any, functions: Any) -> Any:
    """The result of the function under the label that is chosen; the others do not run, their state stands still.

    `functions` has a function for each label of the choice; all return the same structure. Raises `DspError` DSP275
    for what is no choice, or no such dict.

    >>> from dspc.frontend.choices import as_choice
    >>> shape = as_choice("hiss", ["hiss", "ramp"], "shape")
    >>> tone = switch(shape, {"hiss": lambda: noise(), "ramp": lambda: phasor(110.0)})
    """
    if not isinstance(choice, Choice):
        raise tr.fail("DSP275", f"switch takes a choice, not {describe(choice)}",
                      'mode=dspc.choice("saw", "square") in the program\'s arguments makes one')  # fmt: skip
    if not isinstance(functions, dict):
        raise tr.fail("DSP275", f"switch takes a dict of functions, not {describe(functions)}",
                      "{" + ", ".join(f'"{label}": lambda: …' for label in choice.labels) + "}")  # fmt: skip
    given = cast("dict[Any, Callable[..., Any]]", functions)
    _check_labels(choice, given)
    made = [(choice == label, given[label]) for label in choice.labels]
    results = [conditional(dsp.WhenOp, "when", holds, f) for holds, f in made]
    count = len(results[0].signals)
    for label, result in zip(choice.labels, results, strict=True):
        if len(result.signals) != count:
            raise tr.fail("DSP275", f"the function of {quoted(label)} returns {len(result.signals)} signals, that of "
                          f"{quoted(choice.labels[0])} {count}", "all return the same structure")  # fmt: skip
    chosen = results[-1].signals
    for (holds, _), result in zip(reversed(made[:-1]), reversed(results[:-1]), strict=True):
        chosen = [select(holds, a, b) for a, b in zip(result.signals, chosen, strict=True)]
    return results[0].rebuild(chosen)


def _check_labels(choice: Choice, functions: dict[Any, Any]) -> None:
    for label in functions:
        if label not in choice.labels:
            hint = did_you_mean(label, choice.labels) if isinstance(label, str) else ""
            raise tr.fail("DSP275", f"{quoted(label)} is not a label of the choice {choice.id}",
                          hint or f"its labels are {', '.join(choice.labels)}")  # fmt: skip
    missing = [label for label in choice.labels if label not in functions]
    if missing:
        raise tr.fail("DSP275", f"switch has no function for {', '.join(map(quoted, missing))}",
                      "give one for each label, for example lambda: 0.0")  # fmt: skip
    for label, f in functions.items():
        check_function(f, f"switch for {quoted(label)}", f'{{"{label}": lambda: …}}', "DSP275")
