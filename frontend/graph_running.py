"""Graphs in a trace: their nodes' functions are called, in order; a loop becomes a feedback."""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from typing import Any, cast

from dspc.frontend import trace as tr
from dspc.frontend.errors import DspError, did_you_mean
from dspc.frontend.feedback import feedback
from dspc.frontend.graph_nodes import NOTES, Block, Feedback
from dspc.frontend.graph_order import Component
from dspc.frontend.graph_ports import Expression, NotePort, Port
from dspc.frontend.graph_wiring import Link, Wiring, vertex_of
from dspc.frontend.literals import is_number
from dspc.frontend.notes import Note
from dspc.frontend.operators import OPERATIONS
from dspc.frontend.places import entrance
from dspc.frontend.refusals import Abandoned
from dspc.frontend.signal import Signal, SignalLike, as_signal

OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": OPERATIONS["div"], "negative": operator.neg,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    "index": operator.attrgetter("index"),
}  # fmt: skip

_playing: ContextVar[Note | None] = ContextVar("playing", default=None)


@contextmanager
def playing(note: Note) -> Generator[None, None, None]:
    """In here unconnected inlets of nodes, at any depth, take the note's frequency, gate and trigger."""
    token = _playing.set(note)
    try:
        yield
    finally:
        _playing.reset(token)


@entrance
def evaluate(wiring: Wiring, values: Mapping[str, Any]) -> list[Any]:
    """What leaves a graph, of what comes in: in the running trace, at the places where nodes are declared.

    Raises what went wrong while it was wired; errors of dspc are noted, all of them.
    """
    trace = tr.current()
    _check(wiring, trace)
    run = Run(wiring, values, {})
    for component in wiring.order:
        run.component(component)
    for link in wiring.finishes:
        note = _playing.get()
        assert note is not None
        with trace.at(link.place):
            note.finish(run.value(link))
    return [run.sum(wiring.outputs[name]) for name in wiring.boundary.own_outlets()]


def _check(wiring: Wiring, trace: tr.Trace) -> None:
    all_wirings = list(_nested(wiring))
    for one in all_wirings:
        if one.fault is not None:
            raise one.fault
    errors = [error for one in all_wirings for error in one.errors]
    for error in errors:
        trace.note(error)
    if errors:
        raise Abandoned


def _nested(wiring: Wiring) -> Iterator[Wiring]:
    """A graph's connections, and those of the graphs that are its nodes, each once."""
    seen: list[Wiring] = []
    waiting = [wiring]
    while waiting:
        one = waiting.pop(0)
        if one not in seen:
            seen.append(one)
            inner = [v.__core__.wired() for v in one.blocks()]
            waiting += [w for w in inner if isinstance(w, Wiring)]
    return iter(seen)


class Outlets:
    """What a node gave: by index, and if the result has names by name."""

    def __init__(self, result: Any, names: Sequence[str] | None, kind: str, inlets: Container[str] = ()):
        self.kind, self.inlets = kind, inlets
        if isinstance(result, dict):
            items = cast(dict[Any, Any], result)
            names, self.values = [str(name) for name in items], list(items.values())
        elif isinstance(result, tuple | list):
            self.values = list(cast(Sequence[Any], result))
            names = names or getattr(cast(Any, result), "_fields", ())
        else:
            self.values = [result]
        self.names = list(names or ())

    def get(self, key: str | int) -> Any:
        """Raises `DspError` DSP202 for an outlet that there is not."""
        index = self.names.index(key) if key in self.names else key
        if isinstance(index, int) and 0 <= index < len(self.values):
            return self.values[index]
        if isinstance(key, str):
            if key in self.inlets:
                raise tr.fail("DSP202", f"{key} is an inlet of {self.kind}: it gives no signal",
                              f"what {self.kind} gives is {self.kind} itself")  # fmt: skip
            known = f"its outlets are {', '.join(self.names)}" if self.names else f"they have no names: {self.kind}[0]"
            raise tr.fail("DSP202", f"{self.kind} has no outlet {key!r}", did_you_mean(key, self.names) or known)
        raise tr.fail("DSP202", f"{self.kind} has no outlet [{key}]", f"it has {len(self.values)}, counted from 0")


class Broken(Outlets):
    """The outlets of a node that could not be computed."""

    def __init__(self) -> None:
        super().__init__((), (), "")

    def get(self, key: str | int) -> Any:
        return Signal(tr.current().stand_in())


class Exported(Outlets):
    """What a loop gives to the nodes outside it."""

    def __init__(self, values: dict[str | int, Any]):
        super().__init__((), (), "")
        self.exports = values

    def get(self, key: str | int) -> Any:
        return self.exports[key]


class Run:
    """One evaluation of a graph: what has been computed of it so far."""

    def __init__(self, wiring: Wiring, values: Mapping[str, Any], done: dict[Any, Outlets]):
        self.wiring, self.values, self.done = wiring, values, done

    # reading

    def sum(self, links: Sequence[Link]) -> Any:
        """Several connections to one inlet add."""
        return reduce(operator.add, [self.value(link) for link in links])

    def value(self, link: Link) -> Any:
        """What comes over a connection."""
        with tr.current().at(link.place):
            try:
                return self.read(link.source)
            except DspError as error:
                tr.current().note(error)
                return Signal(tr.current().stand_in())

    def read(self, source: Any) -> Any:
        """A number, a signal, or what else an argument or a result may be."""
        if isinstance(source, Port):
            if source.block is self.wiring.graph:
                return self.values[cast(str, source.key)]
            return self.done[source.block].get(0 if source.key is None else source.key)
        if isinstance(source, Expression):
            return self.done[source].get(0)
        return getattr(_playing.get(), source.field) if isinstance(source, NotePort) else source

    # computing

    def component(self, component: Component) -> None:
        """A node or an expression; or a loop."""
        if component.delays:
            self._loop(component)
        else:
            self.vertex(component.vertices[0])

    def vertex(self, vertex: Any) -> None:
        trace = tr.current()
        place = vertex.place if isinstance(vertex, Expression) else vertex.__core__.place
        with trace.at(place):
            try:
                self.done[vertex] = self._expression(vertex) if isinstance(vertex, Expression) else self._node(vertex)
            except DspError as error:
                trace.note(error)
                self.done[vertex] = Broken()

    def _expression(self, expression: Expression) -> Outlets:
        values = [self.read(o) for o in expression.operands]
        if all(map(is_number, values)):
            values[0] = as_signal(values[0])
        return Outlets(OPERATORS[expression.symbol](*values), None, expression.symbol)

    def _node(self, block: Block) -> Outlets:
        core = block.__core__
        return Outlets(core.call(self._arguments(block)), core.outlets(), core.name, core.inlets())

    def _arguments(self, block: Block) -> dict[str, Any]:
        """What comes in at a node's inlets; those that keep their defaults are left out."""
        core, links, note = block.__core__, self.wiring.links.get(block, {}), _playing.get()
        values: dict[str, Any] = {}
        for name, inlet in core.inlets().items():
            if name in links:
                values[name] = self.sum(links[name])
            elif name in core.given:
                values[name] = core.given[name]
            elif name in NOTES and note is not None:
                values[name] = getattr(note, name)
            elif inlet.required:
                tr.current().note(_unconnected(block, name))
                values[name] = Signal(tr.current().stand_in())
        return values

    def _loop(self, component: Component) -> None:
        """A loop as `dspc.feedback`: its states are what the Feedback nodes take in."""
        delays: list[Feedback] = component.delays
        links = [self.wiring.links.get(d, {}).get("x", []) for d in delays]
        wanted = self._read_outside({*component.vertices, *delays})
        starts = tuple(d.__core__.initial for d in delays)
        exported: dict[tuple[Any, str | int], int] = {}

        def body(*previous: Signal) -> tuple[Any, ...]:
            inner = Run(self.wiring, self.values, dict(self.done))
            inner.done |= {d: Outlets(p, None, "") for d, p in zip(delays, previous, strict=True)}
            for vertex in component.vertices:
                inner.vertex(vertex)
            results = [inner.sum(taken) if taken else inner.missing(d) for d, taken in zip(delays, links, strict=True)]
            for i, (taken, before) in enumerate(zip(links, previous, strict=True)):
                if len(taken) == 1 and _has_element(results[i], before.element):
                    exported.setdefault(_key(taken[0].source), i)
            for source in wanted:
                if _key(source) not in exported:
                    exported[_key(source)] = len(results)
                    results.append(inner.read(source))
            return tuple(results)

        with tr.current().at(delays[0].__core__.place):
            results = feedback(body, starts)
        self._export(component, exported, results)

    def missing(self, delay: Block) -> Signal:
        """In place of what a Feedback should take in."""
        tr.current().note(_unconnected(delay, "x"))
        return Signal(tr.current().stand_in())

    def _export(self, component: Component, exported: dict[tuple[Any, str | int], int], results: Any) -> None:
        for vertex in (*component.vertices, *component.delays):
            if isinstance(results, tuple):
                values = cast(tuple[Any, ...], results)
                self.done[vertex] = Exported({key: values[at] for (v, key), at in exported.items() if v is vertex})
            else:  # the feedback could not be made, and stands for itself
                self.done[vertex] = Broken()

    def _read_outside(self, inside: set[Any]) -> list[Any]:
        """What others than the nodes of a loop read of it."""
        wiring = self.wiring
        readers = [v for c in wiring.order for v in (*c.vertices, *c.delays) if v not in inside]
        sources = [s for reader in readers for s in wiring.sources(reader)] + [link.source for link in wiring.ends()]
        return [s for s in sources if vertex_of(s, wiring.graph) in inside]


def _key(source: Any) -> tuple[Any, str | int]:
    """The node and outlet of a source, as one key; numbers and what comes from outside have their own."""
    if isinstance(source, Port):
        return source.block, 0 if source.key is None else source.key
    return source, 0


def _has_element(value: Any, element: str) -> bool:
    return isinstance(value, SignalLike) and value.element == element


def _unconnected(block: Block, name: str) -> DspError:
    core = block.__core__
    hint = f"connect it: … >> self.{core.name}.{name}"
    if not name.isidentifier():
        hint = f"connect it: … >> self.{core.name}[{core.indexed().index(name)}]"
    if name in NOTES:
        hint += "; in a Voice it takes the note's"
    return tr.fail("DSP203", f"{name} of {core.name} is not connected", hint, core.place)
