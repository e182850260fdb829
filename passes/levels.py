"""Levels: what is true of a program at a point of its way, as predicates that can be checked.

    graph      signals only; no lanes, time or memory is decided
    rates      as graph; no operation mixes control values with audio
    lanes      as rates; banks and voices have their widths, and the values inside have them too
    expanded   as lanes; primitives, feedbacks and scopes are dissolved, what they remember is declared
    scheduled  regions in order; every value is a scalar, a vector, a stack or a buffer
    legal      as scheduled; only the scalar table's operations; everything has its place in memory
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from dspc.dialects import dsp
from dspc.dialects.syntax import location_of, where
from dspc.dialects.types import RATES, MemoryType, SignalType, rate_of, width_of
from dspc.frontend.errors import DspError, Place
from dspc.passes.levels_rt import Problem, laid_out, no_mathematics, regions

_ELEMENTWISE = (dsp.ScalarOp, dsp.MathOp, dsp.SanitizeOp)
_EVERY_SAMPLE = (dsp.FeedbackOp, dsp.VoicesOp, dsp.WhenOp, dsp.RestartOp, dsp.RepeatOp)
_STRUCTURE = (dsp.BankOp, dsp.VoicesOp, dsp.ScopeOp, dsp.ControlOp)


def check_level(module: ModuleOp, level: str, *, after: str = "") -> None:
    """Raises `DspError` (DSP401 … DSP406) for the first thing in a module that its level does not allow.

    `after` is the pass that should have brought the module there.
    """
    for number, name in enumerate(LEVELS, 1):
        if name == level:
            for op, problem in _problems(module, level):
                raise _error(f"DSP40{number}", level, op, problem, after)
            return
    raise ValueError(f"no level {level}; there are {', '.join(LEVELS)}")


def level_of(module: ModuleOp) -> str | None:
    """The level that a module certainly has: graph, expanded or scheduled; None if it has no programs."""
    if not any(op.name in ("dsp.program", "rt.program") for op in module.body.block.ops):
        return None
    claims = ("graph", "expanded", "scheduled")
    return next((level for level in claims if next(_problems(module, level), None) is None), None)


def _error(code: str, level: str, op: Operation, problem: str, after: str) -> DspError:
    at = location_of(op)
    start = f"after {after}" if after else f"at the level {level}"
    message = f"{start}: {problem}" + (f", {where(op)}" if at else "")
    hint = f"this is a mistake in the pass {after}, not in the program" if after else ""
    return DspError(code, message, hint=hint, place=Place(*at) if at else None)


def _problems(module: ModuleOp, level: str) -> Iterator[Problem]:
    for check in LEVELS[level]:
        yield from check(module)


# --- predicates: each yields what contradicts it --------------------------------------------------


def _signals_only(module: ModuleOp) -> Iterator[Problem]:
    for op in module.walk():
        if op.name.startswith("rt."):
            yield op, f"{op.name} belongs to a later level"
    yield from _typed_as_signals(module)


def _typed_as_signals(module: ModuleOp) -> Iterator[Problem]:
    for op in module.walk():
        values = [*op.results, *(a for region in op.regions for b in region.blocks for a in b.args)]
        if any(not isinstance(v.type, SignalType | MemoryType) for v in values):
            yield op, f"{op.name} has a value that is no signal"


def _no_mixed_rates(module: ModuleOp) -> Iterator[Problem]:
    for op in module.walk():
        if not _reads_every_sample(op):
            continue
        for operand in op.operands:
            if isinstance(operand.type, SignalType) and rate_of(operand.type) == "control":
                yield op, f"{op.name} takes a control value at audio rate"


def _reads_every_sample(op: Operation) -> bool:
    """Whether the operation needs its operands at each sample. Writes say when they are done."""
    if isinstance(op, _STRUCTURE) or op.name.startswith("rt."):
        return False
    if isinstance(op, dsp.OutputOp):
        return True
    if isinstance(op, dsp.YieldOp):
        return isinstance(op.parent_op(), _EVERY_SAMPLE)
    return any(isinstance(r.type, SignalType) and rate_of(r.type) == "audio" for r in op.results)


def _rates_rise(module: ModuleOp) -> Iterator[Problem]:
    """A value is never slower than what it is computed from."""
    for op in module.walk():
        if not isinstance(op, (*_ELEMENTWISE, dsp.ReduceOp, dsp.SplatOp)):
            continue
        highest = max((RATES.index(rate_of(o.type)) for o in op.operands), default=0)
        if RATES.index(rate_of(op.results[0].type)) < highest:
            yield op, f"{op.name} gives a {rate_of(op.results[0].type)} value from {RATES[highest]} ones"


def _none_of(module: ModuleOp, kinds: tuple[type[Operation], ...]) -> Iterator[Problem]:
    for op in module.walk():
        if isinstance(op, kinds):
            yield op, f"{op.name} remains"


def _widths_agree(module: ModuleOp) -> Iterator[Problem]:
    for op in module.walk():
        if isinstance(op, dsp.BankOp | dsp.VoicesOp) and not 1 <= op.width.data <= op.count.data:
            yield op, f"{op.name} has {op.count.data} copies in {op.width.data} lanes"
        if isinstance(op, _ELEMENTWISE):
            widths = {width_of(v.type) for v in (*op.operands, *op.results)}
            if len(widths) > 1:
                yield op, f"{op.name} mixes widths {', '.join(map(str, sorted(widths)))}"
            elif widths != {width_here(op)}:
                yield op, f"{op.name} has width {widths.pop()} where lanes are {width_here(op)}"


def width_here(op: Operation) -> int:
    """How many lanes the banks and voices around an operation have."""
    parent = op.parent_op()
    while parent is not None:
        if isinstance(parent, dsp.BankOp | dsp.VoicesOp) and parent.width.data > 1:
            return parent.width.data
        parent = parent.parent_op()
    return 1


def _primitives_are_gone(module: ModuleOp) -> Iterator[Problem]:
    yield from _none_of(module, (
        dsp.SampleOp, dsp.LineOp, dsp.FeedbackOp, dsp.ScopeOp, dsp.RestartOp, dsp.MemoryOp, dsp.TableInitOp, dsp.LoadOp,
        dsp.StoreOp,
    ))  # fmt: skip


def _vectors_agree(module: ModuleOp) -> Iterator[Problem]:
    """What is the same in all lanes may be a scalar once primitives are expanded, but meets no vector."""
    for op in module.walk():
        if isinstance(op, dsp.ScalarOp):
            widths = {width_of(v.type) for v in (*op.operands, *op.results)}
            if len(widths) > 1:
                yield op, f"{op.name} mixes widths {', '.join(map(str, sorted(widths)))}"


_GRAPH = (_signals_only, _rates_rise)
_RATES = (*_GRAPH, _no_mixed_rates)
_SCHEDULED = (regions, _vectors_agree)

LEVELS: dict[str, tuple[Callable[[ModuleOp], Iterator[Problem]], ...]] = {
    "graph": _GRAPH,
    "rates": _RATES,
    "lanes": (*_RATES, _widths_agree),
    "expanded": (_typed_as_signals, _primitives_are_gone, _rates_rise, _no_mixed_rates, _vectors_agree),
    "scheduled": _SCHEDULED,
    "legal": (*_SCHEDULED, no_mathematics, laid_out),
}
"""The predicates of every level, in the order in which a program passes them."""
