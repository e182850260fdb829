"""Buses: channels that belong together, as one argument of a program or one result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, IntAttr, StringAttr, UnitAttr
from xdsl.ir import Attribute

from dspc.dialects import dsp
from dspc.frontend import trace as tr
from dspc.frontend.arrays import Array, stack_of
from dspc.frontend.errors import Place
from dspc.frontend.guard import declaring
from dspc.frontend.literals import describe, is_integer
from dspc.frontend.places import place_here
from dspc.frontend.primitive import primitive
from dspc.frontend.signal import NotASignal, Signal, as_signal, audio_float, constant

MOST_CHANNELS = 64
MAIN = "main"
"""The bus of the positional arguments, and of results that have no names."""


@dataclass(frozen=True)
class InputSpec(NotASignal):
    """A declared input bus; its name is that of the argument."""

    channels: int
    sidechain: bool
    place: Place | None = field(default=None, repr=False)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP225", "the declaration of an input bus", "make it the default of an effect's argument: " \
            "def f(x=dspc.input(2)): …"  # fmt: skip


@declaring(lambda: InputSpec(1, False))
def input(channels: int = 1, *, sidechain: bool = False) -> Any:
    """Declares an input bus, as the default of an argument of an effect: there it is a `Bus` of `channels` signals.

    Raises `DspError` DSP224 for other numbers of channels than 1 to 64.

    >>> key = input(2, sidechain=True)
    """
    if not is_integer(channels) or not 1 <= channels <= MOST_CHANNELS:
        raise tr.fail("DSP224", f"an input bus has 1 to {MOST_CHANNELS} channels, not {describe(channels)}",
                      "dspc.input(2) is stereo")  # fmt: skip
    if not isinstance(sidechain, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise tr.fail("DSP224", f"sidechain is True or False, not {describe(sidechain)}",
                      "dspc.input(2, sidechain=True)")  # fmt: skip
    return InputSpec(int(channels), sidechain, place_here())


class Bus(Array):
    """The channels of an input bus in a trace: an array of signals, and whether the host has connected it."""

    __slots__ = ("_channels", "_connected", "name")

    def __init__(self, name: str, channels: Sequence[Signal], connected: Signal | bool | None = None):
        """`connected` None: it is the host that says so."""
        super().__init__(stack_of(channels).ssa())
        self.name, self._channels, self._connected = name, tuple(channels), connected

    @property
    def connected(self) -> Signal:
        """Whether the host has connected the bus, a bool at control rate. One that is not is silent."""
        if self._connected is None:
            return primitive(dsp.ConnectedOp, results="bool", rate="control", bus=self.name)
        return as_signal(self._connected)

    def __iter__(self) -> Iterator[Signal]:
        return iter(self._channels)

    def __getitem__(self, index: Any) -> Any:
        if is_integer(index) and -len(self) <= index < len(self):
            return self._channels[index]
        return super().__getitem__(index)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP226", f"the bus {self.name} of {channels(len(self))}", f"take one of its channels: {self.name}[0]"


def channels(count: int) -> str:
    """`1 channel`, `2 channels`."""
    return f"{count} channel" + ("s" if count != 1 else "")


@dataclass(frozen=True)
class BusShape:
    """A bus of a program that is being traced: what hosts are told of it."""

    name: str
    channels: int
    sidechain: bool = False


def bus_attributes(buses: Sequence[BusShape]) -> ArrayAttr[Any] | None:
    """Buses as a program keeps them; None for a single unnamed one, which goes without saying."""
    if not buses or [b.name for b in buses] == [MAIN] and not buses[0].sidechain:
        return None
    return ArrayAttr([_attribute(b) for b in buses])


def _attribute(bus: BusShape) -> DictionaryAttr:
    side: dict[str, Attribute] = {"sidechain": UnitAttr()} if bus.sidechain else {}
    return DictionaryAttr({"name": StringAttr(bus.name), "channels": IntAttr(bus.channels), **side})


# --- inputs -----------------------------------------------------------------------------------------


def given_bus(spec: InputSpec, name: str, value: Any) -> Bus:
    """What a caller of a program gives for a bus: its channels, as a sequence or one signal.

    Raises `DspError` DSP227 for another number of channels.
    """
    parts = _parts(value)
    if len(parts) != spec.channels:
        remedy = f"give a tuple of {spec.channels} signals" if spec.channels > 1 else "give one signal"
        raise tr.fail("DSP227", f"the bus {name} has {channels(spec.channels)}, {len(parts)} are given", remedy)
    connected = value.connected if isinstance(value, Bus) else True
    return Bus(name, [as_signal(part, f"bus {name}") for part in parts], connected)


def silent_bus(spec: InputSpec, name: str) -> Bus:
    """A bus that the caller of a program leaves out.

    Raises `DspError` DSP227 if it is no side chain.
    """
    if not spec.sidechain:
        raise tr.fail("DSP227", f"the bus {name} is missing", f"give its {channels(spec.channels)}: {name}=…")
    return Bus(name, [constant(0.0, audio_float())] * spec.channels, False)


# --- outputs ----------------------------------------------------------------------------------------


def named_outputs(result: Any) -> dict[str, list[Any]]:
    """A program's results by bus: those of a dict by their names, any other as one.

    Raises `DspError` DSP228 for names or channels that a bus cannot have.
    """
    if not isinstance(result, Mapping):
        return {MAIN: _parts(result)}
    buses = {name: _parts(value) for name, value in cast(Mapping[Any, Any], result).items()}
    for name, parts in buses.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise tr.fail("DSP228", f"{describe(name)} cannot be the name of an output bus",
                          'a name is one word: return {"out": y, "reduction": gain}')  # fmt: skip
        if not parts:
            raise tr.fail("DSP228", f"the output bus {name} has no channel", "give it a signal, or leave it out")
    if not buses:
        raise tr.fail("DSP228", "the program returned no output bus", 'return {"out": y}')
    return buses


def _parts(value: Any) -> list[Any]:
    """The channels of an array, a list or a tuple; anything else is one."""
    return list(cast(Sequence[Any], value)) if isinstance(value, Array | list | tuple) else [value]
