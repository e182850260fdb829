"""The connections of a graph: recorded and checked while its method `graph` runs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from dspc.frontend.errors import DspError, Place, did_you_mean
from dspc.frontend.graph_nodes import Block, Feedback, Inlet
from dspc.frontend.graph_order import Component, components
from dspc.frontend.graph_ports import Chain, Expression, Linkable, NotePort, Nothing, Port, Recorder
from dspc.frontend.literals import describe, is_integer, is_number, plain
from dspc.frontend.places import place_here
from dspc.frontend.signal import NotASignal, SignalLike
from dspc.frontend.trace import fail, is_stand_in


@dataclass(frozen=True)
class Link:
    """What is connected, and where that was written."""

    source: Any
    place: Place | None


class Boundary:
    """What a graph has by name: inlets that come in, outlets that leave, to be connected inside it."""

    @abstractmethod
    def own_inlets(self) -> dict[str, Inlet]:
        """What comes into the graph by name."""

    @abstractmethod
    def own_input(self, port: Port) -> str:
        """The name of an input channel. Raises `DspError` DSP202 for one that there is not."""

    @abstractmethod
    def own_outlet(self, port: Port) -> str:
        """The name of an outlet. Raises `DspError` DSP202 for one that there is not."""

    @abstractmethod
    def own_outlets(self) -> tuple[str, ...]:
        """The outlets by name, in order; channels are those that are connected so far."""


class Wiring(Recorder):
    """The connections of one graph: to the inlets of its nodes, and to its own outlets.

    `fault` is what the method `graph` raised that is no error of dspc, `is_running` whether it still runs.
    """

    def __init__(self, graph: Block, boundary: Boundary):
        self.graph, self.boundary = graph, boundary
        self.links: dict[Block, dict[str, list[Link]]] = {}
        self.outputs: dict[str, list[Link]] = {}
        self.finishes: list[Link] = []
        self.inputs_used = 0
        self.errors: list[DspError] = []
        self.fault: Exception | None = None
        self.is_running = False
        self.order: list[Component] = []

    def note(self, error: DspError) -> None:
        self.errors.append(error)

    # recording

    def link(self, source: Any, target: Any) -> Linkable:
        if any(isinstance(x, Nothing) or is_stand_in(x) for x in (source, target)):
            return Nothing()
        try:
            link = Link(self._source(source), place_here())
            tail = self._attach(target, link)
        except DspError as error:
            self.note(error)
            return Nothing()
        return Chain(source.head if isinstance(source, Chain) else source, tail)

    def combine(self, symbol: str, *operands: Any) -> Linkable:
        if any(isinstance(x, Nothing) or is_stand_in(x) for x in operands):
            return Nothing()
        try:
            label = symbol in ("==", "!=")  # of a choice: it has been checked
            parts = tuple(x if label and isinstance(x, str) else self._source(x) for x in operands)
        except DspError as error:
            self.note(error)
            return Nothing()
        return Expression(symbol, parts, place_here())

    def _source(self, thing: Any) -> Any:
        """What gives a signal: a port with its role and key known, an expression, a note's field, a number."""
        if isinstance(thing, Chain):
            if thing.tail is None:
                raise fail("DSP201", "the chain ends at an outlet of the graph itself, nothing comes out of that",
                           "connect what goes on before that; comparisons need brackets: (a > 0.5) >> b")  # fmt: skip
            return self._source(thing.tail)
        if isinstance(thing, Port | Block):
            return self._outlet(thing if isinstance(thing, Port) else Port(thing, None, "out"))
        if isinstance(thing, NotePort) and thing.field == "finish":
            raise fail("DSP201", "note.finish gives no signal", "connect to it what ends the voice, a bool")
        if isinstance(thing, Expression | NotePort):
            return thing
        if is_number(thing):
            return plain(thing)
        raise self._no_port(thing)

    def _no_port(self, thing: Any) -> DspError:
        if isinstance(thing, SignalLike):
            return fail("DSP201", "a signal cannot be connected: a graph is wired before there are signals",
                        "a function of signals becomes a node: Shape = dspc.node(shape)")  # fmt: skip
        if isinstance(thing, NotASignal):
            _, shown, hint = thing.refusal()
            return fail("DSP201", f"{shown} is no port", hint)
        hint = "for example self.osc >> self.output"
        if isinstance(thing, type) and issubclass(thing, Block):
            return fail("DSP201", f"the class {thing.__name__} is no port of a graph",
                        f"make a node of it: {thing.__name__}()")  # fmt: skip
        if callable(cast(object, thing)):
            hint = "make a node of it: Shape = dspc.node(shape), and Shape()"
        return fail("DSP201", f"{describe(thing)} is no port of a graph", hint)

    # roles

    def _outlet(self, port: Port) -> Port:
        """A port that gives a signal: an outlet of a node, or of what comes into this graph."""
        if port.block is self.graph:
            if port.side == "out":
                raise fail("DSP201", f"{port.shown()} is where the graph ends: it gives no signal",
                           "connect to it: … >> self.output", port.place)  # fmt: skip
            return Port(port.block, self._own_inlet(port), "in", port.place)
        if port.side == "in":
            raise fail("DSP201", f"{port.shown()} is an inlet: it gives no signal",
                       "connect to it, or take an outlet of the node", port.place)  # fmt: skip
        self._check_home(port.block)
        names = port.block.__core__.outlets()
        if names is None:
            key = port.key if isinstance(port.key, str) else _index(port, "outlet")
            return Port(port.block, key, "out", port.place)
        return Port(port.block, _named(port, names, names, "outlet"), "out", port.place)

    def _own_inlet(self, port: Port) -> str:
        if isinstance(port.key, str):
            return _named(port, self.boundary.own_inlets(), (), "inlet")
        name = self.boundary.own_input(port)
        self.inputs_used = max(self.inputs_used, (port.key or 0) + 1)
        return name

    def _attach(self, target: Any, link: Link) -> Any:
        """Adds a connection; returns what a chain goes on from."""
        if isinstance(target, Chain):
            if not isinstance(target.head, Block):
                raise self._no_inlet(target.head)
            self._attach(target.head, link)
            return target.tail
        if isinstance(target, NotePort) and target.field == "finish":
            self.finishes.append(link)
            return None
        if isinstance(target, Block):
            target = Port(target, None, "in")
        if not isinstance(target, Port):
            raise self._no_inlet(target)
        if target.block is self.graph:
            if target.side == "in" or str(target.key) in self.boundary.own_inlets():
                raise fail("DSP201", f"{target.shown()} comes from outside: nothing can be connected to it here",
                           "connect to self.output, or to a node", target.place)  # fmt: skip
            self.outputs.setdefault(self.boundary.own_outlet(target), []).append(link)
            return None
        if target.side == "out":
            raise fail("DSP201", f"{target.shown()} is an outlet: nothing can be connected to it",
                       "connect to an inlet of the node", target.place)  # fmt: skip
        self._check_home(target.block)
        core = target.block.__core__
        name = _named(target, core.inlets(), core.indexed(), "inlet")
        self.links.setdefault(target.block, {}).setdefault(name, []).append(link)
        return target.block

    def _no_inlet(self, target: Any) -> DspError:
        if isinstance(target, Expression):
            return fail("DSP201", f"{target.refusal()[1]} takes nothing in",
                        "put the connection in brackets: (self.osc >> self.filter) * 0.5")  # fmt: skip
        if isinstance(target, NotePort):
            return fail("DSP201", f"note.{target.field} comes from outside: nothing can be connected to it",
                        "connect to a node")  # fmt: skip
        if is_number(target):
            return fail("DSP201", f"{describe(target)} takes nothing in", "connect to a node, or to self.output")
        return self._no_port(target)

    def _check_home(self, block: Block) -> None:
        """Raises DSP205 for a node that is declared or made for another graph."""
        core = block.__core__
        if core.plays:
            raise fail("DSP208", f"{core.name} is a Voice: it plays notes, and is no node of a graph",
                       "make it a dspc.Node, with frequency and gate as inlets")  # fmt: skip
        if core.home is None or core.home is self.graph:
            return
        if isinstance(core.home, type):
            raise fail("DSP205", f"{core.name} of {core.home.__name__} is a declaration: each graph has its own copy",
                       f"use the graph's copy: self.{core.name}")  # fmt: skip
        owner = cast(Block, core.home).__core__
        raise fail("DSP205", f"the node {core.name} belongs to another graph, {owner.name}",
                   "connect the inlets and outlets of that graph; a graph's nodes are its own")  # fmt: skip

    # the whole

    def sources(self, vertex: Any) -> list[Any]:
        """What is read by a node or an expression."""
        if isinstance(vertex, Expression):
            return list(vertex.operands)
        inlets = self.links.get(vertex, {})
        return [link.source for name in vertex.__core__.inlets() for link in inlets.get(name, ())]

    def read(self, vertex: Any) -> list[Any]:
        """The nodes and expressions that a node or an expression reads."""
        return [v for source in self.sources(vertex) if (v := vertex_of(source, self.graph)) is not None]

    def blocks(self) -> list[Block]:
        """The nodes that are connected."""
        read = [v for c in self.order for v in (*c.vertices, *c.delays)]
        return list(dict.fromkeys(v for v in (*read, *self.links) if isinstance(v, Block)))

    def ends(self) -> Iterator[Link]:
        """What leaves the graph, first channels first."""
        for name in self.boundary.own_outlets():
            yield from self.outputs.get(name, ())
        yield from self.finishes

    def close(self) -> None:
        """Puts the nodes in the order in which they are computed; notes cycles."""
        ends = [v for link in self.ends() if (v := vertex_of(link.source, self.graph)) is not None]
        roots = [*ends, *self.links]  # what is wired and reaches no outlet is computed too: it may be a meter
        for component in components(roots, self.read, lambda v: isinstance(v, Feedback), list(self.links)):
            self.order.append(component)
            if component.cycle:
                self.note(self._cycle(component.cycle))

    def _cycle(self, vertices: list[Any]) -> DspError:
        names = [v.__core__.name for v in vertices if isinstance(v, Block)]
        last, first = vertices[-1], vertices[0]
        place = next((link.place for links in self.links.get(first, {}).values() for link in links
                      if vertex_of(link.source, self.graph) is last), None)  # fmt: skip
        return fail("DSP204", f"{' >> '.join([*names, names[0]])} is a cycle without a Feedback",
                    "declare again = dspc.Feedback(), and connect the way back through it", place)  # fmt: skip


def vertex_of(source: Any, graph: Block) -> Any:
    """What has to be computed for a source; None for numbers, and for what comes into the graph."""
    if isinstance(source, Expression):
        return source
    return source.block if isinstance(source, Port) and source.block is not graph else None


def _named(port: Port, names: Any, indexed: Any, what: str) -> str:
    """The name of the inlet or outlet that a port means. Raises `DspError` DSP202 if there is none."""
    core, key = port.block.__core__, port.key
    if isinstance(key, str):
        if key in names:
            return key
        raise fail("DSP202", f"{core.name} has no {what} {key!r}",
                   did_you_mean(key, names) or f"it has {', '.join(names) or 'none'}", port.place)  # fmt: skip
    first = list(indexed)
    index = _index(port, what)
    if 0 <= index < len(first):
        return first[index]
    if key is None:
        raise fail("DSP202", f"{core.name} has no {what}", "connect to another node", port.place)
    listed = f"it has {_counted(len(first), what)}" + (f": {', '.join(first)}" if first else "")
    raise fail("DSP202", f"{core.name} has no {what} [{key}]", listed, port.place)


def _index(port: Port, what: str) -> int:
    key: Any = 0 if port.key is None else port.key
    if not is_integer(key):
        raise fail("DSP202", f"an {what} has a name or an index, not {describe(key)}",
                   f"for example {port.block.__core__.name}[0]", port.place)  # fmt: skip
    return int(key)


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("s" if n != 1 else "")
