"""Programs as they are declared: effects and instruments, their arguments, and their use in one another."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dspc.frontend import trace as tr
from dspc.frontend.buses import InputSpec, given_bus, silent_bus
from dspc.frontend.errors import Place, did_you_mean
from dspc.frontend.groups import constants, given, has_params
from dspc.frontend.guard import declare, declaring, guarded
from dspc.frontend.literals import describe, is_finite, is_integer, plain, shown
from dspc.frontend.places import place_here, place_of_function
from dspc.frontend.playing import Playing
from dspc.frontend.signal import NotASignal
from dspc.frontend.structure import check_plain

MOST_VOICES = 256
LONGEST_TAIL = 1000.0


@dataclass(eq=False)
class Program(NotASignal):
    """An effect or an instrument: a function, and what is known of it before it is traced.

    `constants` are its build constants that `configure` set, `declared` is where it was made, `tail` how many
    seconds it sounds after its input.
    """

    function: Callable[..., Any]
    kind: str
    voices: int = 0
    playing: Playing = Playing()
    constants: dict[str, Any] = field(default_factory=dict[str, Any])
    after_function: Callable[..., Any] | None = None
    declared: Place | None = field(default=None, repr=False)
    tail: float = 0.0

    def __post_init__(self) -> None:
        self.__name__ = getattr(self.function, "__name__", "program")
        self.__doc__ = self.function.__doc__
        self.__wrapped__ = self.function
        self.__module__ = getattr(self.function, "__module__", "")

    @property
    def name(self) -> str:
        """The function's name; `program` for a lambda."""
        return self.__name__ if self.__name__.isidentifier() else "program"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Inside a trace, an ordinary function: parameters that are not given become constants.

        Raises `DspError` DSP188 for arguments that it does not have or that are missing.
        """
        if tr.running() is None:
            raise tr.fail("DSP100", f"{self.name} is a program: calling it needs a trace that runs",
                          f"dspc.render({self.name}, …) runs it")  # fmt: skip
        return _call(self, args, kwargs)

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator: runs `function` once, on the mix of the voices; its parameters get ids `after.…`.

        Raises `DspError` DSP189 if the program is no instrument.
        """
        return _set_after(self, function)

    def configure(self, **constants: Any) -> Program:
        """The program with other build constants (keywords whose default is no parameter).

        Raises `DspError` DSP180 for other names.
        """
        return _configured(self, constants)

    def place(self) -> Place | None:
        """Where the function begins."""
        return place_of_function(self.function)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", f"the program {self.name}", f"call it: {self.name}(…) gives its signals"


def signature(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The arguments of a program's function."""
    return inspect.signature(function).parameters


@guarded
def _call(program: Program, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The function's result; parameters that are not given are constants."""
    arguments = signature(program.function)
    try:
        bound = inspect.signature(program.function).bind(*args, **kwargs)
    except TypeError as error:
        unknown = next((name for name in kwargs if name not in arguments), None)
        hint = did_you_mean(unknown, arguments) if unknown is not None else ""
        raise tr.fail("DSP188", f"{program.name}: {error}",
                      hint or f"it has {', '.join(arguments) or 'no arguments'}") from None  # fmt: skip
    for name, p in arguments.items():
        default = program.constants.get(name, p.default)
        if isinstance(default, InputSpec):
            value = bound.arguments.get(name)
            bound.arguments[name] = silent_bus(default, name) if value is None else given_bus(default, name, value)
        elif name in bound.arguments:
            bound.arguments[name] = given(p.default, name, bound.arguments[name])
        elif p.default is not p.empty:
            bound.arguments[name] = constants(default, name)
    return program.function(*bound.args, **bound.kwargs)


@declaring(lambda: _unchanged)
def _set_after(program: Program, function: Callable[..., Any]) -> Callable[..., Any]:
    if program.kind != "instrument":
        raise tr.fail("DSP189", f"{program.name} is an effect: it has no voices that something could run after",
                      "call one effect in another: return space(*echo(left, right))")  # fmt: skip
    check_decorated("after", function)
    program.after_function = function
    return function


def _unchanged(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def _configured(program: Program, changes: dict[str, Any]) -> Program:
    defaults = {name: p.default for name, p in signature(program.function).items() if p.default is not p.empty}
    for name in changes:
        if name not in defaults:
            known = [n for n, default in defaults.items() if not has_params(default)]
            listed = f"it has {', '.join(known) or 'none'}"
            declare(tr.fail("DSP180", f"{program.name} has no build constant {name!r}",
                             did_you_mean(name, known) or listed))  # fmt: skip
        elif isinstance(defaults[name], InputSpec) and not isinstance(changes[name], InputSpec):
            declare(tr.fail("DSP180", f"{name} is an input bus of {program.name}, not a build constant",
                             f"give it other channels: {name}=dspc.input(4)"))  # fmt: skip
        elif has_params(defaults[name]):
            declare(tr.fail("DSP180", f"{name} is a parameter of {program.name}, not a build constant",
                             f'set it while it runs: engine.set("{name}", …)'))  # fmt: skip
    return replace(program, constants={**program.constants, **changes}, declared=place_here())


# --- decorators -----------------------------------------------------------------------------------


def check_decorated(decorator: str, function: Any) -> None:
    """Raises DSP181 for what is no function, DSP155 for generators and async functions."""
    if isinstance(function, Program):
        raise tr.fail("DSP181", f"{function.name} is a program already", "one decorator is enough")
    if not callable(function) or isinstance(function, type):
        raise tr.fail("DSP181", f"@dspc.{decorator} decorates a function, not {describe(function)}",
                      "write it above a def")  # fmt: skip
    check_plain(function, f"the function under @dspc.{decorator}")


def _silence(*_: Any) -> Program:
    """In place of a program that cannot be one."""
    return Program(lambda: 0.0, "effect")


@declaring(lambda: _silence)
def effect(function: Callable[..., Any] | None = None, *, tail: float = 0.0) -> Any:
    """Decorator: an effect. Positional arguments are input channels, results are output channels.

    An argument that is a `dspc.input(…)` is an input bus; a dict of results gives output buses their names. `tail`
    is how many seconds the effect still sounds after its input has ended. Raises `DspError` DSP181 for what is no
    function, DSP231 for a tail that is not a number of seconds.
    """
    _check_tail(tail)

    def decorate(f: Callable[..., Any]) -> Program:
        return _effect(f, float(tail))

    return decorate if function is None else decorate(function)


@declaring(_silence)
def _effect(f: Callable[..., Any], tail: float) -> Program:
    check_decorated("effect", f)
    return Program(f, "effect", declared=place_here(), tail=tail)


def _check_tail(tail: Any) -> None:
    if not is_finite(tail) or not 0 <= plain(tail) <= LONGEST_TAIL:
        raise tr.fail("DSP231", f"a tail is 0 to {LONGEST_TAIL:g} seconds, not {describe(tail)}",
                      "@dspc.effect(tail=2.5)")  # fmt: skip


@declaring(lambda: _silence)
def instrument(
    function: Callable[..., Any] | None = None,
    *,
    voices: int = 16,
    legato: bool = False,
    glide: Any = 0.0,
    steal: str = "oldest",
    tail: float = 0.0,
) -> Any:
    """Decorator: an instrument of `voices` voices (1: mono). The function receives the note first.

    Mono: the newest held key sounds, and the voice's state runs on. A note that takes it over from a held one shuts
    its gate for one sample, so that envelopes attack anew from where they are; with `legato` the gate stays open.
    `note.trigger` is true on the first sample of every note.

    `glide`: seconds in which `note.frequency` goes from one pitch to the next, in a line over the keys, however far:
    a number, a param (with the id `glide` unless it has its own), or the name of a keyword of the function. A mono
    voice glides from where its pitch is, if it still sounds; another voice from the note that was played last. With
    `legato` only notes glide that begin while another is held.

    `steal`: which note fades (over 64 samples) for a new one if all voices sound: of those that are released already,
    else of all, the "oldest", "lowest", "highest" or "quietest"; or "none": the new note is dropped. A key that is
    struck again while it sounds takes another voice.

    `tail`: how many seconds it still sounds after its last note.

    Raises `DspError` DSP181 for what is no function, DSP182 for other numbers of voices, DSP210 for a glide that is
    no time, DSP211 for another way to steal, DSP212 for options that mean nothing together, DSP231 for a tail that is
    not a number of seconds.
    """
    _check_tail(tail)
    if not is_integer(voices) or not 1 <= voices <= MOST_VOICES:
        raise tr.fail("DSP182", f"an instrument has 1 to {MOST_VOICES} voices, not {shown(voices)}",
                      "@dspc.instrument(voices=16)")  # fmt: skip
    if not isinstance(legato, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise tr.fail("DSP182", f"legato is True or False, not {describe(legato)}", "legato=True")
    playing = Playing.checked(int(voices), legato, glide, steal)

    def decorate(f: Callable[..., Any]) -> Program:
        return _instrument(f, int(voices), playing, float(tail))

    return decorate if function is None else decorate(function)


@declaring(_silence)
def _instrument(f: Callable[..., Any], voices: int, playing: Playing, tail: float) -> Program:
    check_decorated("instrument", f)
    playing.check_glide(signature(f))
    return Program(f, "instrument", voices, playing, declared=place_here(), tail=tail)


Conversion = Callable[[Any], Program | None]

_conversions: list[tuple[Callable[[Any], bool], Conversion]] = []


def converts(is_one: Callable[[Any], bool]) -> Callable[[Conversion], Conversion]:
    """Decorator of what makes a program of another kind of thing; it gives None for what is not of that kind.

    `is_one` says whether a file that defines the thing defines a program.
    """

    def decorate(conversion: Conversion) -> Conversion:
        _conversions.append((is_one, conversion))
        return conversion

    return decorate


def is_program(thing: Any) -> bool:
    """Whether a file that defines this defines a program; undecorated functions are none until they are named."""
    return isinstance(thing, Program) or any(is_one(thing) for is_one, _ in _conversions)
def as_program(thing: Any) -> Program:
    """The program itself; an undecorated function is an effect. Raises `DspError` DSP183 for anything else."""
    if isinstance(thing, Program):
        return thing
    for _, conversion in _conversions:
        program = conversion(thing)
        if program is not None:
            return program
    if isinstance(thing, type) or not callable(thing):
        raise tr.fail("DSP183", f"{describe(thing)} is not a program", "decorate a function with @dspc.effect")
    check_plain(thing, "a program's function")
    try:
        inspect.signature(thing)
    except ValueError:
        raise tr.fail("DSP183", f"{describe(thing)} does not say what its arguments are",
                      "write a function around it: lambda x: …") from None  # fmt: skip
    return Program(thing, "effect")
