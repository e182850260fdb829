"""The buses of a program that is being traced: which arguments they are, and which channels."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xdsl.ir import Attribute

from dspc.frontend import trace as tr
from dspc.frontend.buses import MAIN, Bus, BusShape, InputSpec, bus_attributes
from dspc.frontend.declarations import Program
from dspc.frontend.errors import DspError
from dspc.frontend.signal import Signal

Buses = Mapping[str, InputSpec]
"""The arguments that are buses, in order."""


def declared_buses(function: Callable[..., Any], constants: Mapping[str, Any]) -> dict[str, InputSpec]:
    """The arguments of an effect that are buses."""
    arguments = inspect.signature(function).parameters
    defaults = {name: constants.get(name, p.default) for name, p in arguments.items()}
    return {name: default for name, default in defaults.items() if isinstance(default, InputSpec)}


def refuse_buses(*functions: Callable[..., Any] | None) -> None:
    """Raises `DspError` DSP225 if one of an instrument's functions declares an input bus."""
    for function in functions:
        for name, spec in (declared_buses(function, {}) if function is not None else {}).items():
            raise tr.fail("DSP225", f"the argument {name} is an input bus, but an instrument has no inputs",
                          "only an effect has input buses", spec.place)  # fmt: skip


def wider(program: Program, why: str, hint: str) -> DspError:
    """The error for a program that cannot run once for each channel."""
    return tr.fail("DSP229", f"{program.name} cannot run on each channel: {why}", hint, program.place())


def bus_arguments(buses: Buses, signals: Sequence[Signal]) -> dict[str, Bus]:
    """What the arguments that are buses stand for; `signals` are the channels of all of them."""
    made: dict[str, Bus] = {}
    start = 0
    for name, spec in buses.items():
        connected = None if spec.sidechain else True
        made[name] = Bus(name, signals[start : start + spec.channels], connected)
        start += spec.channels
    return made


@dataclass
class Ports:
    """The buses of a program, in the order of its channels."""

    inputs: list[BusShape] = field(default_factory=list[BusShape])
    outputs: list[BusShape] = field(default_factory=list[BusShape])

    @property
    def main(self) -> int:
        """How many input channels there are without the side chains."""
        return sum(bus.channels for bus in self.inputs if not bus.sidechain)

    def declare(self, names: Sequence[str], buses: Buses) -> None:
        """Takes the input buses: positional arguments together are one.

        Raises `DspError` DSP230 if another has its name.
        """
        if names and MAIN in buses:
            raise tr.fail("DSP230", f"the bus {MAIN!r} is that of the positional arguments {', '.join(names)}",
                          "give the argument another name", buses[MAIN].place)  # fmt: skip
        own = [BusShape(MAIN, len(names))] if names else []
        self.inputs = own + [BusShape(name, spec.channels, spec.sidechain) for name, spec in buses.items()]

    def channel_names(self, buses: Buses) -> list[str]:
        """Names for the signals of all buses."""
        return [_channel(name, i, spec.channels) for name, spec in buses.items() for i in range(spec.channels)]

    def widen(self, names: Sequence[str], buses: Buses, count: int) -> list[str]:
        """Gives the one main channel `count` channels; names for the signals of all inputs."""
        self.inputs = [b if b.sidechain else BusShape(b.name, count) for b in self.inputs]
        return [_channel(next(iter(names), b.name) if b.name == MAIN else b.name, i, b.channels)
                for b in self.inputs for i in range(b.channels)]  # fmt: skip

    def copy(self, signals: Sequence[Signal], channel: int) -> list[Signal]:
        """The inputs of one run of a mono effect: its own main channel, and all side chains."""
        mine: list[Signal] = []
        start = 0
        for bus in self.inputs:
            mine += signals[start : start + bus.channels] if bus.sidechain else [signals[start + channel]]
            start += bus.channels
        return mine

    def properties(self) -> dict[str, Attribute]:
        """The buses as a program keeps them."""
        found = {"input_buses": bus_attributes(self.inputs), "output_buses": bus_attributes(self.outputs)}
        return {name: attribute for name, attribute in found.items() if attribute is not None}


def _channel(name: str, index: int, count: int) -> str:
    return name if count == 1 else f"{name}_{index}"
