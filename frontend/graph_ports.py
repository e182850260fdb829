"""Ports of graphs: what `>>` connects, and what `+ - * /` and comparisons combine."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NoReturn

from dspc.frontend import trace as tr
from dspc.frontend.choices import label_index
from dspc.frontend.errors import DspError, MissingAttribute, Place, did_you_mean
from dspc.frontend.notes import FIELDS
from dspc.frontend.places import place_here
from dspc.frontend.signal import NotASignal

AS_FUNCTION = "write a function of signals, and make it a node: Shape = dspc.node(shape)"


class Recorder:
    """What connections are told to while `graph` runs."""

    @abstractmethod
    def link(self, source: Any, target: Any) -> Linkable:
        """Connects; returns what the chain goes on from."""

    @abstractmethod
    def combine(self, symbol: str, *operands: Any) -> Linkable:
        """What an operator makes of ports and numbers."""

    @abstractmethod
    def note(self, error: DspError) -> None:
        """Keeps an error; `graph` goes on, to find the others too."""


recording: ContextVar[Recorder | None] = ContextVar("recording", default=None)
"""The graph whose method `graph` runs, if one does."""


def recorder() -> Recorder:
    """The graph whose method `graph` runs. Raises `DspError` DSP205 if none does."""
    now = recording.get()
    if now is None:
        raise tr.fail("DSP205", "nodes are connected while a graph is wired, and none is",
                      "connect them in the method graph(self), as self.osc >> self.output")  # fmt: skip
    return now


class Linkable(NotASignal):
    """What `>>` starts from or leads to. Its arithmetic is done later, on signals."""

    __slots__ = ()
    __hash__ = object.__hash__
    __array_ufunc__ = None  # numpy's numbers leave operators to us

    def __rshift__(self, target: Any) -> Any:
        return recorder().link(self, target)

    def __rrshift__(self, source: Any) -> Any:
        return recorder().link(source, self)

    def __add__(self, o: Any) -> Any:
        return recorder().combine("+", self, o)

    def __radd__(self, o: Any) -> Any:
        return recorder().combine("+", o, self)

    def __sub__(self, o: Any) -> Any:
        return recorder().combine("-", self, o)

    def __rsub__(self, o: Any) -> Any:
        return recorder().combine("-", o, self)

    def __mul__(self, o: Any) -> Any:
        return recorder().combine("*", self, o)

    def __rmul__(self, o: Any) -> Any:
        return recorder().combine("*", o, self)

    def __truediv__(self, o: Any) -> Any:
        return recorder().combine("/", self, o)

    def __rtruediv__(self, o: Any) -> Any:
        return recorder().combine("/", o, self)

    def __neg__(self) -> Any:
        return recorder().combine("negative", self)

    def __lt__(self, o: Any) -> Any:
        return recorder().combine("<", self, o)

    def __le__(self, o: Any) -> Any:
        return recorder().combine("<=", self, o)

    def __gt__(self, o: Any) -> Any:
        return recorder().combine(">", self, o)

    def __ge__(self, o: Any) -> Any:
        return recorder().combine(">=", self, o)

    # What ports cannot do.

    def _refuse(self, what: str, hint: str = AS_FUNCTION) -> NoReturn:
        _, shown, _ = self.refusal()
        raise tr.fail("DSP201", f"{shown} {what}", hint)

    def __lshift__(self, _: Any) -> NoReturn:
        self._refuse("is connected with >>, not with <<", "write the source first: self.osc >> self.filter")

    def __bool__(self) -> NoReturn:
        self._refuse("has no truth value: it is a port of a graph", AS_FUNCTION + "; it chooses with dspc.select")

    def __iter__(self) -> Iterator[Any]:
        self._refuse("cannot be unpacked or iterated", "name its ports by their index: self.mixer[0]")

    def _unknown(self, _: Any) -> NoReturn:
        self._refuse("knows + - * / and comparisons only")

    __pow__ = __rpow__ = __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = _unknown
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _unknown


class Nothing(Linkable):
    """In place of what could not be made or connected: it makes no further errors."""

    def refusal(self) -> tuple[str, str, str]:
        return "DSP201", "a connection", AS_FUNCTION


@dataclass(frozen=True, eq=False)
class Port(Linkable):
    """An inlet or outlet of a node, by name or index; which of both, `>>` decides.

    `side` is "in" or "out" where it is clear; without a `key` the first one is meant.
    """

    block: Any
    key: str | int | None = None
    side: str = ""
    place: Place | None = None

    def __getitem__(self, index: Any) -> Port:
        if self.key is not None:
            self._refuse("has no parts")
        return Port(self.block, index, self.side, place_here())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise MissingAttribute("DSP202", f"the port {self.shown()} has no {name}",
                               hint="ports are connected with >>", place=place_here())  # fmt: skip

    def shown(self) -> str:
        """`osc.frequency`, `mixer[0]`, `output`."""
        core = self.block.__core__
        own = recording.get() is not None and recording.get() is core.recorder
        name = "" if own else core.name
        if self.key is None:
            return f"{name}.{self.side}put".lstrip(".")
        if isinstance(self.key, str):
            return f"{name}.{self.key}".lstrip(".")
        return f"{name or self.side + 'put'}[{self.key!r}]"

    def refusal(self) -> tuple[str, str, str]:
        return "DSP201", f"the port {self.shown()}", AS_FUNCTION


@dataclass(frozen=True, eq=False)
class ChoicePort(Port):
    """A choice of a graph class: `self.mode == "saw"` is a bool, `self.mode.index` an i32."""

    labels: tuple[str, ...] = ()

    def __eq__(self, label: object) -> Any:
        label_index(label, self.labels, str(self.key))
        return recorder().combine("==", self, label)

    def __ne__(self, label: object) -> Any:
        label_index(label, self.labels, str(self.key))
        return recorder().combine("!=", self, label)

    __hash__ = object.__hash__

    @property
    def index(self) -> Any:
        return recorder().combine("index", self)


@dataclass(frozen=True, eq=False)
class Expression(Linkable):
    """What is computed of ports and numbers by an operator."""

    symbol: str
    operands: tuple[Any, ...]
    place: Place | None = None

    def refusal(self) -> tuple[str, str, str]:
        what = {"negative": "-", "index": ".index"}.get(self.symbol, self.symbol)
        return "DSP201", f"the result of {what}", "it only gives a signal: connect to a node"


@dataclass(frozen=True, eq=False)
class NotePort(Linkable):
    """A field of the note that a Voice plays; `finish` is where to connect what ends the voice."""

    field: str

    def refusal(self) -> tuple[str, str, str]:
        return "DSP201", f"the port note.{self.field}", AS_FUNCTION


class VoicesNote(Linkable):
    """`self.note` in a Voice: its fields are ports."""

    def __getattr__(self, name: str) -> NotePort:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in (*FIELDS, "finish"):
            hint = did_you_mean(name, (*FIELDS, "finish")) or f"it has {', '.join(FIELDS)}"
            raise MissingAttribute("DSP133", f"a note has no {name}", hint=hint, place=place_here())
        return NotePort(name)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP201", "the note", "its fields are ports: self.note.frequency, self.note.velocity"


@dataclass(frozen=True, eq=False)
class Chain(Linkable):
    """`a >> b`: it goes on from `tail`; connecting to it means connecting to `head`."""

    head: Any
    tail: Any

    def refusal(self) -> tuple[str, str, str]:
        return "DSP201", "a chain", "connect it: … >> self.output"
