"""Random programs of the legal level: every kind of region, state, lines, loops in loops, voices.

They compute nothing sensible, but the legal level says what: two backends have to agree on every bit.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from legal_programs import TYPES, Text

from dspc.dialects.rt import ProgramOp
from dspc.dialects.scalar import ROWS

USABLE = [r for r in ROWS if not (r.name == "bitcast" and r.operands[0] in ("f32", "f64"))]
"""A float's bits are not looked at: NaNs are equal as a class only."""
COUNTS = (1, 2, 3, 5, 9)
VOICES = 3
CONSTANTS = {
    "f32": ("0.0", "-0.0", "1.0", "0.5", "-1.5", "0.015625", "3.25", "inf"),
    "f64": ("0.0", "-0.0", "1.0", "0.75", "-2.5", "1.0e-300"),
    "i32": ("0", "1", "-1", "7", "-2147483648", "31"),
    "u32": ("0", "1", "4294967295", "15", "2654435769"),
    "u64": ("0", "1", "18446744073709551615", "6364136223846793005"),
    "bool": ("true", "false"),
}
BUFFERS = ("f32", "f32", "f64", "i32")


class Stack(NamedTuple):
    """A stack's name, what it holds, and how many."""

    name: str
    element: str
    count: int

    @property
    def type(self) -> str:
        return f"!rt.stack<{TYPES[self.element]}, {self.count}>"


class Scope:
    """What may be used at a place: values by element, stacks; the counts of the loops round it, its repeats' names."""

    def __init__(self, outer: Scope | None = None, count: int | None = None, repeat: str | None = None):
        self.values: dict[str, list[str]] = {e: list(outer.values[e]) if outer else [] for e in TYPES}
        self.stacks: list[Stack] = list(outer.stacks) if outer else []
        self.loops: tuple[int, ...] = (*(outer.loops if outer else ()), *((count,) if count else ()))
        self.repeats: tuple[str, ...] = (*(outer.repeats if outer else ()), *((repeat,) if repeat else ()))


class Generator:
    """Writes one program."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.text = Text(inputs=2)
        self.slots: list[tuple[str, str, tuple[int, ...], bool]] = []
        self.lines: list[tuple[str, tuple[int, ...], bool]] = []
        self.written: dict[str, tuple[str, ...]] = {}
        self.read: dict[str, list[tuple[str, ...]]] = {}
        self.count = 0
        self.out: list[str] = []

    def name(self) -> str:
        self.count += 1
        return f"%v{self.count}"

    def program(self) -> ProgramOp:
        self._declare()
        self._region("rt.init {} {", tick=True, voices=False)
        self._region("rt.tick {} {", tick=True, voices=False)
        buffers = {"f32": ["%in0", "%in1"], "f64": [], "i32": []}
        self.out += [f"%in{k} = rt.input {{channel = {k}}} : !rt.buffer<f32>" for k in range(2)]
        for _ in range(2):
            self._block(buffers, voices=False)
        self._voices(buffers)
        self._block(buffers, voices=False)
        outputs = [self.rng.choice(buffers["f32"]) for _ in range(3)] + buffers["f32"][-2:]
        types = ", ".join(["!rt.buffer<f32>"] * len(outputs))
        self.out.append(f"rt.output {', '.join(outputs)} : ({types}) -> ()")
        self.text.add(*self.out)
        return self.text.program()

    def _declare(self) -> None:
        self.text.slot("active", "bool", 1, (VOICES,), True, 4, "voice", "active")
        self.text.table("table", [0.25, -1.0, 3.5, 0.0])
        shapes = [(), (), (2,), (3,), (5,), (2, 3), (3, 2)]
        for k in range(30):
            element, dims, voice = (
                self.rng.choice(list(TYPES)),
                self.rng.choice(shapes),
                self.rng.random() < 0.4,
            )
            dims = (VOICES, *dims) if voice else dims
            self.text.slot(f"s{k}", element, self.rng.choice((0, 1)), dims, voice, self.rng.choice((0, 8, 24)))
            self.slots.append((f"s{k}", element, dims, voice))
        for k in range(4):
            dims, voice = self.rng.choice(shapes[:4]), self.rng.random() < 0.5
            dims = (VOICES, *dims) if voice else dims
            self.text.line(f"l{k}", dims=dims, samples=8, seconds=0.0001 * (k % 2), voice=voice)
            self.lines.append((f"l{k}", dims, voice))

    # --- regions ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Nothing has been used yet."""
        self.written.clear()
        self.read.clear()

    def _region(self, head: str, tick: bool, voices: bool) -> None:
        self._begin()
        self.out.append(head)
        self._body(Scope(), 14, tick, voices, depth=0)
        self.out += ["rt.yield", "}"]

    def _block(self, buffers: dict[str, list[str]], voices: bool) -> None:
        self._begin()
        args = [(e, self.rng.choice(buffers[e])) for e in BUFFERS if buffers[e] and self.rng.random() < 0.7]
        results = [self.rng.choice(BUFFERS) for _ in range(self.rng.randint(1, 3))]
        kinds = ", ".join(f"!rt.buffer<{e}>" for e, _ in args), ", ".join(f"!rt.buffer<{e}>" for e in results)
        offsets = [self.text.buffer(e) for e in results]
        names = ", ".join(b for _, b in args)
        made, scope = self.name(), Scope()
        options = f"{{offsets = {offsets}}} : ({kinds[0]}) -> ({kinds[1]})"
        head = f"{made}:{len(results)} = rt.rec {names} {options} {{"
        inner = [(self.name(), e) for e, _ in args]
        for name, element in inner:
            scope.values[element].append(name)
        self.out += [head, f"^bb0({', '.join(f'{n}: {e}' for n, e in inner)}):" if inner else ""]
        self._body(scope, 24, False, voices, depth=0)
        self._yield(scope, results)
        for k, element in enumerate(results):
            buffers[element].append(f"{made}#{k}")

    def _yield(self, scope: Scope, elements: list[str]) -> None:
        values = [self._value(scope, e) for e in elements]
        self.out += [f"rt.yield {', '.join(values)} : ({', '.join(TYPES[e] for e in elements)}) -> ()", "}"]

    def _voices(self, buffers: dict[str, list[str]]) -> None:
        args = [(e, b) for e in buffers for b in buffers[e]]
        results = ["f32", self.rng.choice(("f32", "f64", "i32"))]
        offsets = [self.text.buffer(e) for e in results]
        leaves = [self.text.buffer(e, VOICES) for e in results]
        kinds = ", ".join(f"!rt.buffer<{e}>" for e, _ in args), ", ".join(f"!rt.buffer<{e}>" for e in results)
        made = self.name()
        inner = {e: [f"%a{k}" for k, (x, _) in enumerate(args) if x == e] for e in buffers}
        heads = ", ".join(f"%a{k}: !rt.buffer<{e}>" for k, (e, _) in enumerate(args))
        options = f"count = {VOICES}, width = 1, offsets = {offsets}, leaves = {leaves}"
        names = ", ".join(b for _, b in args)
        self.out += [f"{made}:2 = rt.voices {names} {{{options}}} : ({kinds[0]}) -> ({kinds[1]}) {{"]
        self.out += [f"^bb0({heads}):"]
        self._region("rt.tick {} {", tick=True, voices=True)
        for _ in range(2):
            self._block(inner, voices=True)
        picked = [self.rng.choice(inner[e]) if inner[e] else self._constant_buffer(e) for e in results]
        self.out += [f"rt.yield {', '.join(picked)} : ({kinds[1]}) -> ()", "}"]
        for k, element in enumerate(results):
            buffers[element].append(f"{made}#{k}")

    def _constant_buffer(self, element: str) -> str:
        made, value = self.name(), self.name()
        options = f"{{offsets = [{self.text.buffer(element)}]}} : () -> !rt.buffer<{element}>"
        self.out += [f"{made} = rt.vec {options} {{",
                     f"{value} = dsp.constant {self.rng.choice(CONSTANTS[element])} : {element}",
                     f"rt.yield {value} : ({element}) -> ()", "}"]  # fmt: skip
        return made

    # --- operations -------------------------------------------------------------------------------

    def _body(self, scope: Scope, length: int, tick: bool, voices: bool, depth: int) -> None:
        for _ in range(length):
            kind = self.rng.random()
            if kind < 0.5:
                self._apply(scope)
            elif kind < 0.72:
                self._slot(scope, voices)
            elif kind < 0.8:
                self._line(scope, tick, voices)
            elif kind < 0.87 and depth < 2:
                self._loop(scope, tick, voices, depth)
            elif kind < 0.93:
                self._other(scope, tick)

    def _value(self, scope: Scope, element: str) -> str:
        """Something of the element, rather what was computed last."""
        there = scope.values[element]
        if there and self.rng.random() < 0.85:
            return self.rng.choice(there[-6:])
        return self._say(scope, element, f"dsp.constant {self.rng.choice(CONSTANTS[element])} : {TYPES[element]}")

    def _say(self, scope: Scope, element: str, text: str) -> str:
        name = self.name()
        self.out.append(f"{name} = {text}")
        scope.values[element].append(name)
        return name

    def _apply(self, scope: Scope) -> None:
        row = self.rng.choice(USABLE)
        operands = ", ".join([self._value(scope, e) for e in row.operands])
        types = ", ".join(TYPES[e] for e in row.operands)
        self._say(scope, row.result, f"dsp.{row.name} {operands} : ({types}) -> {TYPES[row.result]}")

    def _fits(self, dims: tuple[int, ...], voice: bool, scope: Scope, voices: bool, exactly: bool) -> bool:
        """Whether slots of this shape may be used here; written only where each turn has its own copy."""
        inner = dims[1:] if voice else dims
        allowed = voices or not voice
        return allowed and inner == scope.loops[: len(inner)] and (not exactly or len(inner) == len(scope.loops))

    def _slot(self, scope: Scope, voices: bool) -> None:
        write = self.rng.random() < 0.4
        fitting = [s for s in self.slots if self._fits(s[2], s[3], scope, voices, write)]
        if voices and write:
            fitting = [s for s in fitting if s[3]]
        fitting = [s for s in fitting if (self._may_be_written if write else self._may_be_read)(s[0], scope)]
        if not fitting:
            return
        name, element, _, _ = self.rng.choice(fitting)
        if write:
            self.written[name] = scope.repeats
            self.out.append(f"rt.write @{name} {self._value(scope, element)} : ({TYPES[element]}) -> ()")
        else:
            self.read.setdefault(name, []).append(scope.repeats)
            self._say(scope, element, f"rt.read @{name} : () -> {TYPES[element]}")

    def _may_be_written(self, name: str, scope: Scope) -> bool:
        """Once in a region; in a repeat only what is read nowhere else."""
        inside = all(scope.repeats[-1] in read for read in self.read.get(name, ())) if scope.repeats else True
        return inside and name not in self.written

    def _may_be_read(self, name: str, scope: Scope) -> bool:
        """What a repeat writes is read inside it."""
        written = self.written.get(name)
        return not written or written[-1] in scope.repeats

    def _line(self, scope: Scope, tick: bool, voices: bool) -> None:
        write = self.rng.random() < 0.5
        fitting = [s for s in self.lines if self._fits(s[1], s[2], scope, voices, write) and (voices == s[2])]
        if not fitting:
            return
        name, _, _ = self.rng.choice(fitting)
        if tick:
            if write:
                self.out.append(f"rt.line_clear @{name} {self._value(scope, 'bool')} : (i1) -> ()")
            return
        if write and name not in self.written:
            self.written[name] = ()
            value = self._value(scope, "f32")
            position, type_ = self._position(scope)
            self.out.append(f"rt.line_write @{name} {value}{position} : (f32{type_}) -> ()")
            return
        distance = self._bounded(scope, 7, 1)
        position, type_ = self._position(scope)
        self._say(scope, "f32", f"rt.line_read @{name} {distance}{position} : (i32{type_}) -> f32")

    def _position(self, scope: Scope) -> tuple[str, str]:
        """An operand that says where in a line, and its type; or none, for the frame."""
        return "", ""

    def _bounded(self, scope: Scope, mask: int, low: int) -> str:
        value, bits = self._value(scope, "i32"), self._say(scope, "i32", f"dsp.constant {mask} : i32")
        masked = self._say(scope, "i32", f"dsp.and {value}, {bits} : i32")
        least = self._say(scope, "i32", f"dsp.constant {low} : i32")
        return self._say(scope, "i32", f"dsp.max {masked}, {least} : i32")

    def _loop(self, scope: Scope, tick: bool, voices: bool, depth: int) -> None:
        count = self.rng.choice((2, 3, 5) if depth == 0 else (2, 3))
        elements = [self.rng.choice(("f32", "f64", "i32")) for _ in range(self.rng.randint(0, 2))]
        made, inner, index = self.name(), Scope(scope, count), self.name()
        kinds = ", ".join(f"!rt.stack<{e}, {count}>" for e in elements)
        given = f"{made}:{len(elements)} = " if elements else ""
        shown = f" : () -> ({kinds})" if elements else ""
        self.out += [f"{given}rt.loop {{count = {count}, width = 1, lanes = {count}}}{shown} {{"]
        self.out += [f"^bb0({index}: i32):"]
        inner.values["i32"].append(index)
        numbers = ", ".join(f"{self.rng.uniform(-2, 2):.4f}" for _ in range(count))
        self._say(inner, "f32", f"dsp.lanes {{values = array<f32: {numbers}>}} : () -> f32")
        self._body(inner, 10, tick, voices, depth + 1)
        if elements:
            self._yield(inner, elements)
        else:
            self.out += ["rt.yield", "}"]
        for k, element in enumerate(elements):
            self._stacked(scope, Stack(f"{made}#{k}", element, count))

    def _stacked(self, scope: Scope, stack: Stack) -> None:
        """Uses a stack at once."""
        kind, lanes = self.rng.choice(("add", "mul", "min", "max")), self.rng.randint(1, stack.count)
        options = f'{{kind = "{kind}", lanes = {lanes}}}'
        self._say(scope, stack.element, f"rt.reduce {stack.name} {options} : ({stack.type}) -> {stack.element}")

    def _other(self, scope: Scope, tick: bool) -> None:
        match self.rng.randint(0, 4 if tick else 3):
            case 0:
                self._say(scope, "u32", "rt.frame : () -> ui32")
            case 1:
                self._say(scope, "f64", "rt.sample_rate : () -> f64")
            case 2:
                self._say(scope, "i32", f"rt.longest @{self.rng.choice(self.lines)[0]} : () -> i32")
            case 3:
                self._say(scope, "f32", f"rt.lookup @table {self._bounded(scope, 3, 0)} : (i32) -> f32")
            case _:
                self._say(scope, "bool", "rt.tick_all : () -> i1")
