"""A graph as a node: its inlets, its outlets, its connections, and what it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from dspc.frontend import trace as tr
from dspc.frontend.buses import MOST_CHANNELS
from dspc.frontend.errors import DspError, Place
from dspc.frontend.graph_nodes import Core, Inlet
from dspc.frontend.graph_ports import ChoicePort, Port, Recorder, recording
from dspc.frontend.graph_running import evaluate
from dspc.frontend.graph_wiring import Boundary, Wiring
from dspc.frontend.groups import made, with_default
from dspc.frontend.literals import describe, is_integer, quoted, short
from dspc.frontend.params import ParamSpec, as_constant, as_given
from dspc.frontend.places import place_of_function
from dspc.frontend.signal import NotASignal, Signal


@dataclass(frozen=True)
class InletDeclaration(NotASignal):
    """An inlet of a Node class; without a default it has to be connected."""

    default: Any = None
    place: Place | None = None

    def refusal(self) -> tuple[str, str, str]:
        return "DSP209", "the declaration of an inlet", "make it an attribute of a dspc.Node class: x = dspc.inlet()"


@dataclass(frozen=True)
class OutletDeclaration(NotASignal):
    """An outlet of a Node class."""

    place: Place | None = None

    def refusal(self) -> tuple[str, str, str]:
        return "DSP209", "the declaration of an outlet", "make it an attribute of a dspc.Node class: y = dspc.outlet()"


@dataclass(eq=False)
class GraphCore(Core, Boundary):
    """A graph. Its channels are counted when it is wired, unless `inputs` says how many come in."""

    graph: Any = field(kw_only=True)
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    inlet_defaults: dict[str, InletDeclaration] = field(default_factory=dict[str, InletDeclaration])
    declared_outlets: tuple[str, ...] = ()
    inputs: int | None = None
    takes_inputs: bool = False
    has_channels: bool = False
    wiring: Wiring | None = None

    # ports

    @property
    def recorder(self) -> Recorder | None:
        return self.wiring

    def inlets(self) -> Mapping[str, Inlet]:
        return {**{name: Inlet(name, True) for name in self.indexed() if name not in self.inlet_defaults},
                **self.own_inlets()}  # fmt: skip

    def indexed(self) -> list[str]:
        if not self.takes_inputs:
            return list(self.inlet_defaults)
        return [f"input[{i}]" for i in range(self.inputs if self.inputs is not None else self.wired().inputs_used)]

    def own_inlets(self) -> dict[str, Inlet]:
        """What comes into the graph by name: declared inlets, then parameters (`bands.0.gain`)."""
        declared = {name: Inlet(name, d.default is None) for name, d in self.inlet_defaults.items()}
        return {**declared, **{path: Inlet(path, False) for path in self.paths()}}

    def paths(self) -> dict[str, ParamSpec]:
        """The parameters, those in groups too, by their places."""
        found: dict[str, ParamSpec] = {}

        def make(spec: ParamSpec, path: str) -> None:
            found[path] = spec

        for name, value in self.parameters.items():
            made(value, name, make)
        return found

    def own_input(self, port: Port) -> str:
        """The name of an input channel. Raises `DspError` DSP202 for one that there is not."""
        if not self.takes_inputs:
            known = ", ".join(self.inlet_defaults) or "none yet: x = dspc.inlet()"
            raise tr.fail("DSP202", f"the inlets of {self.kind} have names, no indexes", f"they are {known}",
                          port.place)  # fmt: skip
        most = MOST_CHANNELS if self.inputs is None else self.inputs
        return f"input[{self._channel(port, 'input', most)}]"

    def own_outlet(self, port: Port) -> str:
        """The name of an outlet of the graph itself. Raises `DspError` DSP202 for one that there is not."""
        if not self.has_channels or port.side != "out":
            if port.key in self.declared_outlets:
                return str(port.key)
            known = f"its outlets are {', '.join(self.declared_outlets)}" if self.declared_outlets else (
                "connect to self.output")  # fmt: skip
            raise tr.fail("DSP202", f"{self.kind} has no outlet {port.key!r}", known, port.place)
        return f"output[{self._channel(port, 'output', MOST_CHANNELS)}]"

    def _channel(self, port: Port, side: str, most: int) -> int:
        key = 0 if port.key is None else port.key
        if is_integer(key) and 0 <= key < most:
            return int(key)
        shown = short(key) if is_integer(key) else quoted(key)
        declared = "" if self.inputs is None or side == "output" else f"; the class says inputs = {most}"
        raise tr.fail("DSP202", f"{side}[{shown}] is no channel: they are counted from 0, up to {most - 1}{declared}",
                      f"for example self.{side}[0]", port.place)  # fmt: skip

    def outlets(self) -> tuple[str, ...]:
        self.wired()
        return self.own_outlets()

    def own_outlets(self) -> tuple[str, ...]:
        """The outlets by name; channels are those that are connected so far."""
        if not self.has_channels or self.wiring is None:
            return self.declared_outlets
        return tuple(sorted(self.wiring.outputs, key=lambda name: int(name[len("output[") : -1])))

    def port(self, name: str, value: Any) -> Any:
        """What stands in the graph for a parameter, or a group of them."""

        def make(spec: ParamSpec, path: str) -> Port:
            if spec.labels:
                return ChoicePort(self.graph, path, "in", labels=spec.labels)
            return Port(self.graph, path, "in")

        return made(value, name, make)

    def give(self, name: str, value: Any) -> None:
        if name in self.parameters:
            self.parameters[name] = with_default(self.parameters[name], name, value)
        else:
            super().give(name, value)

    # connections

    @property
    def is_broken(self) -> bool:
        """Whether its class is wrong, which has been told: nothing is connected, nothing more is said."""
        return bool(getattr(cast(Any, type(self.graph)), "__broken__", False))

    def begins(self) -> Place | None:
        """Where its method `graph` begins."""
        return place_of_function(self.graph.graph)

    def wired(self) -> Wiring:
        """The connections; `graph` runs when they are first asked for."""
        if self.wiring is None:
            self.wiring = Wiring(self.graph, self)
            self.wiring.is_running = True
            token = recording.set(self.wiring)
            try:
                self._wire(self.wiring)
            except DspError as error:
                self.wiring.note(error)
            except Exception as error:  # the user's own affair: it is raised again in the trace
                self.wiring.fault = error
            finally:
                recording.reset(token)
                self.wiring.is_running = False
        return self.wiring

    def _wire(self, wiring: Wiring) -> None:
        if self.is_broken:
            return
        result = self.graph.graph()
        if result is not None:
            wiring.note(tr.fail("DSP200", f"graph of {self.kind} returned {describe(result)}: what it connects counts",
                                "connect instead: … >> self.output", self.begins()))  # fmt: skip
        if not wiring.errors:
            self._check_outlets(wiring)
        wiring.close()

    def _check_outlets(self, wiring: Wiring) -> None:
        if not self.has_channels:
            missing = [name for name in self.declared_outlets if name not in wiring.outputs]
            if not self.declared_outlets:
                wiring.note(tr.fail("DSP206", f"{self.kind} has no outlet", "declare one: out = dspc.outlet()",
                                    self.begins()))  # fmt: skip
        else:
            count = 1 + max((int(name[len("output[") : -1]) for name in wiring.outputs), default=0)
            missing = [f"output[{i}]" for i in range(count) if f"output[{i}]" not in wiring.outputs]
            missing = missing if wiring.outputs else ["output"]
        for name in missing:
            wiring.note(tr.fail("DSP206", f"{name} of {self.kind} is not connected",
                                f"connect to it: … >> self.{name}", self.begins()))  # fmt: skip

    # computing

    def call(self, values: Mapping[str, Any]) -> Any:
        wiring = self.wired()
        if self.is_broken:
            return Signal(tr.current().stand_in())
        if wiring.is_running:
            raise tr.fail("DSP200", f"{self.kind} is used while its own method graph runs",
                          "its nodes and its inputs are what graph connects")  # fmt: skip
        results = evaluate(wiring, self._with_defaults(values))
        if len(results) == 1:
            return results[0]
        return dict(zip(self.declared_outlets, results, strict=True)) if self.declared_outlets else tuple(results)

    def _with_defaults(self, values: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: d.default for name, d in self.inlet_defaults.items()} | dict(values)
        for path, spec in self.paths().items():
            found[path] = as_given(spec, path, values[path]) if path in values else as_constant(spec, path)
        return found

    def flat(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What is given for parameters and groups of them, by their places."""
        return {path: _at(arguments[parts[0]], parts[1:])
                for path in self.paths() if (parts := path.split("."))[0] in arguments}  # fmt: skip


def _at(value: Any, parts: list[str]) -> Any:
    """A part of a group, a list or a dict, by its place there."""
    for part in parts:
        if isinstance(value, dict):
            items = cast(dict[Any, Any], value)
            value = next(item for name, item in items.items() if str(name) == part)
        elif isinstance(value, list | tuple):
            value = cast(list[Any], value)[int(part)]
        else:
            value = getattr(value, part)
    return value
