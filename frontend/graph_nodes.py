"""Nodes of graphs: the classes that are made of functions, and the feedback of one sample."""

from __future__ import annotations

import inspect
import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dspc.frontend import trace as tr
from dspc.frontend.declarations import Program, as_program
from dspc.frontend.errors import Place, did_you_mean
from dspc.frontend.graph_ports import Linkable, Port, Recorder, recording
from dspc.frontend.groups import has_params
from dspc.frontend.guard import declare, declaring, guarded
from dspc.frontend.literals import describe, is_integer
from dspc.frontend.params import ParamSpec
from dspc.frontend.places import place_here
from dspc.frontend.signal import NotASignal, SignalLike
from dspc.frontend.structure import check_plain, check_result

NOTES = ("frequency", "gate", "trigger")
"""Inlets that take the note's, in a Voice, if nothing is connected to them."""


@dataclass(frozen=True)
class Inlet:
    """What a node takes in: by name, and if it is one of the first, by index."""

    name: str
    required: bool


@dataclass(eq=False)
class Core:
    """A node, apart from its public face.

    `home` is the graph that it belongs to, or the class that declares it; a Voice `plays` notes, and is no node.
    """

    kind: str
    name: str
    place: Place | None
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    home: object = None
    plays: bool = False

    @abstractmethod
    def inlets(self) -> Mapping[str, Inlet]:
        """The inlets by name, in order."""

    def indexed(self) -> list[str]:
        """The names of the inlets that have an index too."""
        return list(self.inlets())

    def outlets(self) -> tuple[str, ...] | None:
        """The names of the outlets; None if only the result will tell."""
        return None

    @abstractmethod
    def call(self, values: Mapping[str, Any]) -> Any:
        """The results, of what comes in at the inlets: in the running trace."""

    @property
    def recorder(self) -> Recorder | None:
        """The connections inside the node, if it is a graph that is wired or being wired."""
        return None

    def wired(self) -> Recorder | None:
        """The connections inside the node, if it is a graph."""
        return None

    def give(self, name: str, value: Any) -> None:
        """Sets an inlet that is not connected to a constant. Raises `DspError` DSP207."""
        known = self.inlets()
        if name not in known:
            raise tr.fail("DSP207", f"{self.kind} has no inlet {name!r}",
                          did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}")  # fmt: skip
        check_constant(self.kind, name, value)
        self.given[name] = value


def check_constant(kind: str, name: str, value: Any) -> None:
    """Raises `DspError` DSP207 for a port, a signal or a parameter in place of a constant."""
    if isinstance(value, NotASignal | SignalLike):
        shown = "a signal" if isinstance(value, SignalLike) else value.refusal()[1]
        hint = f"connect it in graph: … >> self.node.{name}"
        if isinstance(value, ParamSpec):
            hint = f"make it an attribute of the graph's class, and connect it: self.{name} >> self.node.{name}"
        raise tr.fail("DSP207", f"{name} of {kind} is set to a constant, not to {shown}", hint)


class Block(Linkable):
    """A node, whatever it is made of. All but `__core__` belongs to the user: names are those of its ports."""

    __core__: Any  # a Core

    def __getitem__(self, index: Any) -> Any:
        return Port(self, index, "", place_here())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in ("input", "output") and name not in self.__core__.inlets():
            return Port(self, None, name.removesuffix("put"), place_here())
        return Port(self, name, "", place_here())

    def __setattr__(self, name: str, value: Any) -> None:
        self.__core__.give(name, value)

    def __repr__(self) -> str:
        core: Core = self.__core__
        return f"<node {core.kind}>" if core.name == core.kind else f"<node {core.name}: {core.kind}>"

    def __copied__(self, home: object, name: str) -> Block:
        """Another node that is declared alike."""
        made = object.__new__(type(self))
        core = replace(self.__core__, given=dict(self.__core__.given), home=home, name=name)
        object.__setattr__(made, "__core__", core)
        return made

    @guarded
    def __call__(self, *args: Any, **given: Any) -> Any:
        """Inside a trace: the node as a function of signals. Each call has its own state."""
        core: Core = self.__core__
        if recording.get() is not None:
            raise tr.fail("DSP201", f"the node {core.name} is called in graph, where there are no signals",
                          f"connect to it: … >> self.{core.name}")  # fmt: skip
        tr.current()
        names = core.indexed()
        if len(args) > len(names):
            raise tr.fail("DSP207", f"{core.kind} takes {len(names)} signals, not {len(args)}",
                          f"its inlets are {', '.join(names) or 'none'}")  # fmt: skip
        for name in given:
            if name not in core.inlets():
                raise tr.fail("DSP207", f"{core.kind} has no inlet {name!r}", did_you_mean(name, core.inlets()) or
                              f"it has {', '.join(core.inlets()) or 'none'}")  # fmt: skip
        values = {**core.given, **dict(zip(names, args, strict=False)), **given}
        for inlet in core.inlets().values():
            if inlet.required and inlet.name not in values:
                raise tr.fail("DSP203", f"{inlet.name} of {core.kind} is not given",
                              f"call it with a signal: node({', '.join(names)})")  # fmt: skip
        return core.call(values)

    def refusal(self) -> tuple[str, str, str]:
        return ("DSP201", f"the node {self.__core__.name}",
                "in a graph it is connected with >>; in a traced function it is called: dspc.Saw()(440.0)")  # fmt: skip


# --- nodes of functions ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Callee:
    """A function that nodes are made of; `several` is the name of its `*arguments`."""

    function: Callable[..., Any]
    kind: str
    arguments: Mapping[str, inspect.Parameter]
    several: str | None


@dataclass(eq=False)
class FunctionCore(Core):
    """A node of a function: its arguments are inlets, what it returns are outlets."""

    callee: Callee = field(kw_only=True)
    count: int = 0

    def inlets(self) -> Mapping[str, Inlet]:
        found: dict[str, Inlet] = {}
        for name, p in self.callee.arguments.items():
            if p.kind is p.VAR_POSITIONAL:
                found |= {f"{name}[{i}]": Inlet(f"{name}[{i}]", True) for i in range(self.count)}
            else:
                found[name] = Inlet(name, p.default is p.empty)
        return found

    def call(self, values: Mapping[str, Any]) -> Any:
        function = self.callee.function
        bound = inspect.signature(function).bind_partial()
        for name, p in self.callee.arguments.items():
            if p.kind is p.VAR_POSITIONAL:
                bound.arguments[name] = tuple(values[f"{name}[{i}]"] for i in range(self.count))
            elif name in values:
                bound.arguments[name] = values[name]
            elif p.kind is not p.KEYWORD_ONLY and self._goes_on_after(name):
                bound.arguments[name] = p.default
        return check_result(function(*bound.args, **bound.kwargs), self.kind)

    def _goes_on_after(self, name: str) -> bool:
        """Whether what follows can be given by position only."""
        later = list(self.callee.arguments.values())[list(self.callee.arguments).index(name) + 1 :]
        return any(p.kind in (p.VAR_POSITIONAL, p.POSITIONAL_ONLY) for p in later)


class FunctionNode(Block):
    """Base of the classes that `dspc.node` makes. Keywords set inlets that nothing is connected to."""

    __callee__: Callee

    def __init__(self, *args: Any, **given: Any):
        callee = self.__callee__
        core = FunctionCore(callee.kind, callee.kind, place_here(), callee=callee)
        object.__setattr__(self, "__core__", core)
        self._set_up(core, args, given)

    @declaring(lambda: None)
    def _set_up(self, core: FunctionCore, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        callee = core.callee
        if callee.several is None:
            if args:
                first = next(iter(callee.arguments), "")
                raise tr.fail("DSP207", f"{core.kind} takes its constants by name",
                              f"dspc.{core.kind}({first}=…)" if first else "it has no inlets")  # fmt: skip
        else:
            count = args[0] if len(args) == 1 else None
            core.count = count if is_integer(count) and count > 0 else 1
            if not is_integer(count) or count < 1:
                raise tr.fail("DSP207", f"{core.kind} takes the number of its inlets, 1 or more",
                              f"for example {core.kind}(2)")  # fmt: skip
        for name, value in given.items():
            core.give(name, value)


ACRONYMS = ("adsr", "ar", "dahdsr", "dc", "fdn", "fm", "lfo", "lr", "lufs", "rms", "svf")
"""Words of functions' names that classes write in capitals."""
COMPOUND = re.compile(r"(low|high|band|all)(pass|shelf|stop)$")


def class_name(function: str) -> str:
    """The name of a function's node class: `one_pole` is `OnePole`, `lowpass24` `LowPass24`, `adsr` `ADSR`."""
    return "".join(map(_capitalized, function.split("_")))


def _capitalized(word: str) -> str:
    letters = word.rstrip("0123456789")
    number = word[len(letters) :]
    compound = COMPOUND.fullmatch(letters)
    if compound is not None:
        return compound[1].capitalize() + compound[2].capitalize() + number
    return (letters.upper() if letters in ACRONYMS else letters[:1].upper() + letters[1:]) + number


def _no_node() -> type[FunctionNode]:
    """In place of a node class that cannot be one."""
    return _made(lambda: 0.0)


@declaring(_no_node)
def node(function: Callable[..., Any]) -> type[FunctionNode]:
    """Makes a node class of a function of signals, or of an effect.

    Its arguments are the node's inlets, in their order: signals may be connected to each of them, the constructor
    takes constants by name. Arguments without default have to be connected or given. Of a function of `*signals`
    the constructor takes the number. A result is the first outlet; a tuple has an outlet for each part, a dict and
    a named tuple have them by name too. Raises `DspError` DSP208 for what cannot be a node.

    >>> Halved = node(lambda x, gain=0.5: x * gain)
    >>> Halved(gain=0.25)
    <node Node>
    """
    return _made(function)


def _made(function: Any) -> type[FunctionNode]:
    plain = function.function if isinstance(function, Program) else function
    if isinstance(plain, type) and issubclass(plain, Block):
        raise tr.fail("DSP208", f"{plain.__name__} is a class of nodes already", f"make a node: {plain.__name__}()")
    if isinstance(plain, type) or not callable(plain) or isinstance(plain, Block):
        raise tr.fail("DSP208", f"a node class is made of a function, not of {describe(function)}",
                      "Wobble = dspc.node(wobble)")  # fmt: skip
    check_plain(plain, "the function of dspc.node")
    if isinstance(function, Program) and function.kind == "instrument":
        raise tr.fail("DSP208", f"{function.name} is an instrument: it plays notes, and a node has none",
                      "make a node of a function of frequency and gate, or a Node class")  # fmt: skip
    try:
        arguments = dict(inspect.signature(plain).parameters)
    except ValueError:
        raise tr.fail("DSP208", f"{describe(function)} does not say what its arguments are",
                      "write a function around it: dspc.node(lambda x: …)") from None  # fmt: skip
    for name, p in arguments.items():
        if p.kind is p.VAR_KEYWORD:
            raise tr.fail("DSP208", f"a node cannot have the inlets **{name}: they have no names",
                          "name every argument of the function")  # fmt: skip
    if not isinstance(function, Program) and any(has_params(p.default) for p in arguments.values()):
        function = as_program(function)  # parameters that are not connected are constants
    several = next((name for name, p in arguments.items() if p.kind is p.VAR_POSITIONAL), None)
    name = getattr(function, "__name__", "")
    kind = class_name(name) if name.isidentifier() else "Node"
    members = {
        "__callee__": Callee(function, kind, arguments, several),
        "__signature__": _constructor(arguments),
        "__doc__": f"{kind}: the node class of the function {name}.\n\n{function.__doc__ or ''}".rstrip(),
        "__module__": getattr(function, "__module__", __name__),
    }
    return type(kind, (FunctionNode,), members)


def _constructor(arguments: Mapping[str, inspect.Parameter]) -> inspect.Signature:
    """How a node is made, for whoever looks it up: the number of its `*arguments`, and constants by name."""
    kinds = inspect.Parameter
    several = [kinds("count", kinds.POSITIONAL_ONLY) for p in arguments.values() if p.kind is p.VAR_POSITIONAL]
    named = [kinds(name, kinds.KEYWORD_ONLY, default=None if p.default is p.empty else p.default)
             for name, p in arguments.items() if p.kind is not p.VAR_POSITIONAL]  # fmt: skip
    return inspect.Signature([*several, *named])


# --- feedback -------------------------------------------------------------------------------------


@dataclass(eq=False)
class FeedbackCore(Core):
    """One sample of delay: the wiring makes a loop of it, it is never called there."""

    initial: Any = 0.0

    def inlets(self) -> Mapping[str, Inlet]:
        return {"x": Inlet("x", True)}

    def call(self, values: Mapping[str, Any]) -> Any:
        raise tr.fail("DSP204", "a Feedback is wired in a graph, not called",
                      "in a traced function use dspc.feedback")  # fmt: skip


class Feedback(Block):
    """One sample of delay, which every cycle of a graph needs: what comes in leaves it with the next sample.

    `initial` is the first value that leaves it, and gives the type: float f32, int i32, bool. Raises `DspError`
    DSP207 for what is no number.
    """

    def __init__(self, initial: float = 0.0):
        core = FeedbackCore("Feedback", "Feedback", place_here(), initial=initial)
        object.__setattr__(self, "__core__", core)
        if not isinstance(initial, int | float):  # pyright: ignore[reportUnnecessaryIsInstance]
            core.initial = 0.0
            declare(tr.fail("DSP207", f"the first value of a Feedback is a number, not {describe(initial)}",
                            "dspc.Feedback(initial=0.0)"))  # fmt: skip
