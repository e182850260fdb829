"""Graph classes: nodes are declared, then wired. `Voice` and `Effect` are programs, `Node` is a part of others.

    class Hollow(dspc.Voice):
        osc, filter, env, amp = dspc.Square(), dspc.LowPass(q=2.0), dspc.ADSR(), dspc.Amplifier()
        cutoff = dspc.param(900.0, 20.0, 20_000.0, unit="Hz", scale="log")

        def graph(self):
            self.connect(self.osc >> self.filter >> self.amp >> self.output,
                         self.cutoff >> self.filter.cutoff, self.env >> self.amp.gain)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import Any, ClassVar, cast

from dspc.frontend import trace as tr
from dspc.frontend.buses import InputSpec
from dspc.frontend.declarations import Program, converts, effect, instrument
from dspc.frontend.errors import DspError, MissingAttribute, did_you_mean
from dspc.frontend.graph_attributes import copied, declared_in, has_blocks, is_parameter, name_blocks
from dspc.frontend.graph_core import MOST_CHANNELS, GraphCore, InletDeclaration, OutletDeclaration
from dspc.frontend.graph_nodes import Block
from dspc.frontend.graph_ports import Chain, Nothing, Port, VoicesNote, recorder, recording
from dspc.frontend.graph_programs import GraphFunction, arguments
from dspc.frontend.guard import declare
from dspc.frontend.literals import describe, is_integer
from dspc.frontend.places import Place, place_here
from dspc.frontend.signal import NotASignal, SignalLike
from dspc.frontend.structure import check_plain


def _options(decorator: Callable[..., Any]) -> tuple[str, ...]:
    """What a decorator takes: attributes of a class that say it are no parameters of the program."""
    return tuple(n for n, p in inspect.signature(decorator).parameters.items() if p.kind is p.KEYWORD_ONLY)


EFFECT_OPTIONS, VOICE_OPTIONS = _options(effect), _options(instrument)
ONLY_VOICE = (*(n for n in VOICE_OPTIONS if n not in EFFECT_OPTIONS), "after")


def inlet(default: float | None = None) -> Any:
    """Declares an inlet of a Node class; without a default it has to be connected, or set when a node is made.

    Raises `DspError` DSP207 for a signal, a port or a parameter as the default.

    >>> class Halved(Node):
    ...     x, y = inlet(), outlet()
    ...     def graph(self):
    ...         self.connect(self.x * 0.5 >> self.y)
    >>> half = Halved()(noise())
    """
    if isinstance(default, NotASignal | SignalLike):
        declare(tr.fail("DSP207", "the default of an inlet is a number or another constant",
                        "connect signals to it: dspc.inlet(0.5)"))  # fmt: skip
        default = None
    return InletDeclaration(default, place_here())


def outlet() -> Any:
    """Declares an outlet of a Node class."""
    return OutletDeclaration(place_here())


class Graph(Block):
    """Base of graph classes. Nodes in its attributes are declarations: each instance has its own copies.

    An instance takes constants for inlets and other defaults for parameters by name, unless the class has its own
    `__init__`.
    """

    __declared__: ClassVar[Place | None] = None
    __broken__: ClassVar[bool] = False
    __reserved__: ClassVar[tuple[str, ...]] = ("connect", "graph")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__declared__ = None if cls.__module__ == __name__ else place_here()
        try:
            cls.__checked__()
        except DspError as error:
            declare(error)
            cls.__broken__ = True
        for name, value in vars(cls).items():
            name_blocks(value, name, cls)

    @classmethod
    def __checked__(cls) -> None:
        """Raises `DspError` DSP200, DSP209 for attributes that mean nothing."""
        for name in cls.__reserved__:
            value: Any = vars(cls).get(name)
            if isinstance(value, Block | InletDeclaration | OutletDeclaration) or is_parameter(value):
                raise tr.fail("DSP209", f"{name} of {cls.__name__} has a meaning of its own", "take another name")
        method: Any = vars(cls).get("graph")
        if method is None:
            return
        if not isinstance(method, FunctionType) or len(inspect.signature(method).parameters) != 1:
            raise tr.fail("DSP200", f"graph of {cls.__name__} is a method without other arguments than self",
                          "def graph(self): …")  # fmt: skip
        check_plain(method, f"graph of {cls.__name__}")

    @classmethod
    def __refuse__(cls, names: tuple[str, ...], kinds: Any, hint: str) -> None:
        for name, value in vars(cls).items():
            declares = isinstance(value, Block | InletDeclaration | OutletDeclaration) or is_parameter(value)
            if name in names and not declares or (kinds and isinstance(value, kinds)):
                what = name if name in names else f"{name}, {value.refusal()[1]},"
                raise tr.fail("DSP209", f"{what} means nothing in {cls.__name__}", hint)

    def __new__(cls, *args: Any, **given: Any) -> Any:
        made = object.__new__(cls)
        core = GraphCore(cls.__name__, cls.__name__, place_here(), graph=made)
        object.__setattr__(made, "__core__", core)
        object.__setattr__(made, "__made__", (args, given))
        core.parameters = dict(declared_in(cls, is_parameter))
        core.inlet_defaults = dict(declared_in(cls, _declares(InletDeclaration)))
        core.declared_outlets = tuple(name for name, _ in declared_in(cls, _declares(OutletDeclaration)))
        copies: dict[int, Block] = {}
        for name, value in declared_in(cls, has_blocks):
            object.__setattr__(made, name, copied(value, name, made, copies))
        made.__set_up__()
        return made

    def __set_up__(self) -> None:
        core = self.__core__
        for name in (*core.inlet_defaults, *core.declared_outlets):
            side = "in" if name in core.inlet_defaults else "out"
            object.__setattr__(self, name, Port(self, name, side))
        for name, value in core.parameters.items():
            object.__setattr__(self, name, core.port(name, value))

    def __init__(self, **given: Any):
        for name, value in given.items():
            try:
                self.__core__.give(name, value)
            except DspError as error:
                declare(error)

    def graph(self) -> None:
        """Connects the nodes: your class defines it."""
        raise tr.fail("DSP200", f"{self.__core__.kind} has no method graph", "def graph(self): self.connect(…)",
                      type(self).__declared__)  # fmt: skip

    def connect(self, *connections: Any) -> None:
        """Takes connections, as `self.osc >> self.output`; they are made by `>>` itself.

        Raises `DspError` DSP201 for what is none.
        """
        wiring = recorder()
        for number, thing in enumerate(connections):
            if not isinstance(thing, Chain | Nothing) and not tr.is_stand_in(thing):
                shown = thing.refusal()[1] if isinstance(thing, Block | Port) else describe(thing)
                wiring.note(tr.fail("DSP201", f"connect takes connections; number {number + 1} is {shown}",
                                    "self.connect(self.osc >> self.output)"))  # fmt: skip

    def __copied__(self, home: object, name: str) -> Block:
        args, given = cast(Any, self).__made__
        made = type(self)(*args, **given)
        core, mine = made.__core__, self.__core__
        core.name, core.place, core.home = name, mine.place, home
        core.given |= mine.given
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        core = self.__core__
        if name in core.own_inlets() or name in core.parameters:
            core.give(name, value)
        elif is_parameter(value):
            if core.wiring is not None:
                core.wiring.note(tr.fail("DSP209", f"the parameter {name} is declared too late, in graph",
                                         "make it an attribute of the class, or declare it in __init__"))  # fmt: skip
            core.parameters[name] = value
            object.__setattr__(self, name, core.port(name, value))
        else:
            name_blocks(value, name, self)
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        core, now = self.__core__, recording.get()
        if now is not None and now is not core.recorder:
            return Port(self, name, "", place_here())
        known = dict.fromkeys(n for n in (*vars(self), *dir(type(self))) if not n.startswith("_"))
        raise MissingAttribute("DSP202", f"{core.kind} has no {name}", place=place_here(),
                               hint=did_you_mean(name, known) or f"declare it in the class: {name} = …")  # fmt: skip


class Node(Graph):
    """A part of graphs: `x = dspc.inlet(default)` and `y = dspc.outlet()` are its ports, parameters are inlets too.

    In a trace an instance is called with signals, and gives its outlets.
    """

    @classmethod
    def __checked__(cls) -> None:
        super().__checked__()
        cls.__refuse__((*VOICE_OPTIONS, "after", "inputs"), InputSpec, "a Node's ports are inlet() and outlet()")


class Channels(Graph):
    """What programs have: channels by index."""

    __reserved__ = ("connect", "graph", "input", "output", "note", "after")
    __options__: ClassVar[tuple[str, ...]] = ()
    __template__: ClassVar[Program]

    @classmethod
    def __made_by__(cls, decorator: Callable[..., Any], positional: list[str]) -> Program:
        """A program with the options of the class, and what decorators look at."""
        parameters = {n: v for n, v in declared_in(cls, is_parameter) if n not in cls.__options__}

        def stub(*_: Any) -> float:
            return 0.0

        cast(Any, stub).__signature__ = inspect.Signature(arguments(positional, parameters))
        return decorator(**{name: getattr(cls, name) for name in cls.__options__ if hasattr(cls, name)})(stub)

    def __set_up__(self) -> None:
        self.__core__.has_channels = True
        for name in self.__options__:
            self.__core__.parameters.pop(name, None)
        super().__set_up__()

    def __call__(self, *args: Any, **given: Any) -> Any:
        """Inside a trace: one voice, given its note, or the effect, given its channels. Each call has its own state."""
        program = _as_program(self)
        assert program is not None
        return program(*args, **given)

    @property
    def output(self) -> Any:
        """The first output channel; `self.output[i]` is another one. There are as many as are connected."""
        return Port(self, None, "out")


class Effect(Channels):
    """An effect: `self.input[i]`, `self.output[i]`. It has the channels that are used, or as many `inputs` as it says.

    Other attributes say what else `@dspc.effect` takes.
    """

    __options__ = EFFECT_OPTIONS

    @classmethod
    def __checked__(cls) -> None:
        super().__checked__()
        cls.__refuse__(ONLY_VOICE, (InletDeclaration, OutletDeclaration, InputSpec),
                       "an effect has self.input[i] and self.output[i]")  # fmt: skip
        inputs = vars(cls).get("inputs", 0)
        if not is_integer(inputs) or not 0 <= inputs <= MOST_CHANNELS:
            raise tr.fail("DSP209", f"inputs of {cls.__name__} is a number of channels, 0 to {MOST_CHANNELS}, "
                          f"not {describe(inputs)}", "inputs = 2")  # fmt: skip
        cls.__template__ = cls.__made_by__(effect, [])

    def __new__(cls, *args: Any, **given: Any) -> Any:
        if _is_call(cls, args):
            return _called(cls, args, given)
        return super().__new__(cls, *args, **given)

    def __set_up__(self) -> None:
        inputs = getattr(type(self), "inputs", None)
        self.__core__.inputs = inputs if is_integer(inputs) else None
        self.__core__.takes_inputs = True
        super().__set_up__()

    @property
    def input(self) -> Any:
        """The first input channel; `self.input[i]` is another one."""
        return Port(self, None, "in")


class Voice(Channels):
    """An instrument: one voice of it. `self.note` has the note's fields, `self.output` is what sounds.

    Nodes whose `frequency`, `gate` or `trigger` is neither connected nor set take the note's. Attributes say how
    many `voices` there are, and what else `@dspc.instrument` takes; `after` is a method, a function or an Effect that
    runs once, on their mix.
    """

    __options__ = VOICE_OPTIONS

    @classmethod
    def __checked__(cls) -> None:
        super().__checked__()
        cls.__refuse__(("inputs",), (InletDeclaration, OutletDeclaration, InputSpec),
                       "a Voice has self.note and self.output[i]")  # fmt: skip
        cls.__template__ = cls.__made_by__(instrument, ["note"])

    def __new__(cls, *args: Any, **given: Any) -> Any:
        if _is_call(cls, args):
            return _called(cls, args, given)
        return super().__new__(cls, *args, **given)

    def __set_up__(self) -> None:
        self.__core__.plays = True
        super().__set_up__()

    @property
    def note(self) -> Any:
        """The note: its fields are ports; `note.finish` ends the voice when what is connected to it becomes true."""
        return VoicesNote()


# --- graphs as programs ---------------------------------------------------------------------------


def _declares(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _called(cls: type, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
    """A program's class as a function, in a trace."""
    program = _as_program(cls)
    assert program is not None
    return program(*args, **given)


def _is_call(cls: type, args: tuple[Any, ...]) -> bool:
    """Whether a program's class is called as a function, with signals, in a trace."""
    return bool(args) and tr.running() is not None and recording.get() is None and cls.__init__ is Graph.__init__


def _is_program(thing: Any) -> bool:
    """Whether this is an instrument or an effect, and no base of others."""
    if isinstance(thing, type):
        return issubclass(thing, Voice | Effect) and not thing.__subclasses__() and _lacking(thing) is None
    return isinstance(thing, Voice | Effect)


@converts(_is_program)
def _as_program(thing: Any) -> Program | None:
    """The program of a Voice or an Effect, class or instance; None for anything else."""
    cls: Any = cast(Any, thing if isinstance(thing, type) else type(thing))
    if not issubclass(cls, Block):
        return None
    if not issubclass(cls, Voice | Effect):
        raise tr.fail("DSP183", f"{cls.__name__} is a node, a part of graphs, not a program",
                      f"make it a dspc.Effect, or call it in a function: lambda x: {cls.__name__}()(x)")  # fmt: skip
    if cls.__broken__:  # it has been told
        return Program(lambda: 0.0, "effect")
    graph = _instance(cls) if isinstance(thing, type) else cast(Channels, thing)
    function = GraphFunction(graph, isinstance(graph, Voice))
    template: Program = cls.__template__
    if not isinstance(graph, Voice):
        return replace(template, function=function, declared=cls.__declared__)
    if template.kind != "instrument":  # it has been told why
        return template
    return replace(template, function=function, after_function=_after(graph), declared=cls.__declared__)


def _instance(cls: type) -> Channels:
    lacking = _lacking(cls)
    if lacking is not None:
        raise tr.fail("DSP183", f"{cls.__name__} cannot be made without arguments: {lacking}",
                      f"make an instance, and give that: {cls.__name__}(…)")  # fmt: skip
    return cls()


def _lacking(cls: type) -> str | None:
    """What an instance of the class cannot be made without; None if it can."""
    try:
        inspect.signature(cls.__init__).bind(None)
    except TypeError as error:
        return str(error)
    return None


def _after(voice: Voice) -> Callable[..., Any] | None:
    """What runs after the voices: a method, a function, or an effect's function."""
    after = getattr(voice, "after", None) if hasattr(type(voice), "after") else None
    if after is None:
        return None
    found = _as_program(after) or after
    if isinstance(found, Program):
        return found.function
    if not callable(found):
        raise tr.fail("DSP209", f"after of {type(voice).__name__} is {describe(found)}",
                      "after = Space, an Effect; or def after(self, left, right): …", voice.__declared__)  # fmt: skip
    return cast(Callable[..., Any], found)
