"""Random statements: loops, banks, conditions, other rates, spectra, and arrays and tables that are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agree.grammar import (
    ARRAYS,
    BINS,
    COLUMNS,
    CONDITIONAL,
    FACTORS,
    INITIAL,
    LABELS,
    LANES,
    MEMORIES,
    NEXT,
    REDUCTIONS,
    SPECTRA,
    TABLES,
)  # fmt: skip
from agree.writer import Argument, Writer, targets

DEEPEST = 2


class Statements(Writer):
    """Statements, each of which names what it made."""

    in_voices = False
    parameters: tuple[dict[str, list[str]], list[str]] = ({}, [])
    """The names that are known also outside the voices, and the choices."""

    def statements(self, count: int, depth: int) -> None:
        for _ in range(count):
            if depth >= DEEPEST or self.chance(0.5):
                kind = self.rng.choice("ffffiubb")
                value = self.value(kind)
                self.line(f"{self.named(kind)} = {value}")
            else:
                self.rng.choice(self._larger())(depth)

    def _larger(self) -> list[Callable[[int], None]]:
        made: list[Callable[[int], None]] = [
            self.feedback, self.feedback, self.feedback, self.conditional, self.conditional, self.conditional,
            self.array, self.array, self.array_state, self.memory, self.memory, self.table,
        ]  # fmt: skip
        if self.affordable(max(LANES)):
            made += [self.bank, self.bank, self.bank, self.resampled, self.resampled, self.resampled, self.resampled]
        if self.choices:
            made.append(self.switch)
        if self.in_voices and "shared" not in self.bodies:
            made.append(self.shared)
        if not self.in_voices and not {"bank", "stft"} & set(self.bodies):
            made.append(self.meter)
        if self.may_be_late:
            made += [self.ahead, self.spectrum, self.spectrum] if self.affordable(16) else [self.ahead]
        return made

    # loops

    def feedback(self, depth: int) -> None:
        kinds = [self.rng.choice("ffffiibbu") for _ in range(self.rng.choice((1, 1, 2, 3)))]
        loop, states = self.fresh("loop"), [self.fresh(kind) for kind in kinds]
        more = [self.rng.choice("fib") for _ in range(self.rng.choice((0, 0, 1, 2)))]
        single = len(kinds) == 1 and not more and self.rng.random() < 0.75
        with self.body(f"def {loop}({', '.join(states)}):", "feedback"):
            for kind, state in zip(kinds, states, strict=True):
                self.names[kind].append(state)
            self.statements(self.rng.randint(0, 3), depth + 1)
            new = [self.expand(self.rng.choice(NEXT[k]), 1, s=s) for k, s in zip(kinds, states, strict=True)]
            self.returned([*new, *(self.value(kind) for kind in more)], single)
        first = [self.rng.choice(INITIAL[kind]) for kind in kinds]
        named = [self.named(kind) for kind in (*kinds, *more)]
        initial = first[0] if single else f"({', '.join(first)},)"
        self.line(f"{targets(named, single)} = dspc.feedback({loop}, {initial})")

    def array_state(self, depth: int) -> None:
        """A loop whose states are an array and a number."""
        loop, state, count, kind = self.fresh("loop"), self.fresh("s"), self.rng.choice((1, 2, 4, 9)), "f"
        last = self.fresh("f")
        numbers = ", ".join(COLUMNS["f"][:count])
        with self.body(f"def {loop}({state}, {last}):", "feedback"):
            self.arrays.append((state, kind, count))
            self.names["f"].append(last)
            self.statements(self.rng.randint(0, 2), depth + 1)
            new = self.expand(self.rng.choice(NEXT["array"]), 1, a=state, numbers=numbers, n=str(count))
            self.returned([new, self.expand(self.rng.choice(NEXT["f"]), 1, s=last)], single=False)
        array = self.fresh("array")
        self.line(f"{array}, {self.named('f')} = dspc.feedback({loop}, (np.array([{numbers}]), 0.5))")
        self.arrays.append((array, kind, count))

    def bank(self, depth: int) -> None:
        kinds = [self.rng.choice("ffiu") for _ in range(self.rng.choice((1, 1, 2)))]
        lane, argument, single = self.fresh("lane"), self.fresh("x"), len(kinds) == 1
        over, count, elements = self.argument(argument, depth)
        with self.body(f"def {lane}({argument}):", "bank", count):
            for kind, name in elements:
                self.names[kind].append(name)
            if self.chance(0.1):
                numbers = ", ".join(self.rng.choice(COLUMNS["f"]) for _ in range(count))
                self.line(f"{self.named('f')} = dspc.lanes([{numbers}])")
            self.statements(self.rng.randint(0, 2), depth + 1)
            self.returned([self.value(kind) for kind in kinds], single)
        banks = [self.fresh("bank") for _ in kinds]
        self.line(f"{targets(banks, single)} = dspc.bank({over}, {lane})")
        for kind, bank in zip(kinds, banks, strict=True):
            if self.chance(0.2):
                self.line(f"{self.keep(kind, count)} = {bank}.stack()")
                continue
            how = self.rng.choice(REDUCTIONS)
            self.line(f"{self.named('f' if how == 'mean' else kind)} = {bank}.{how}()")

    def argument(self, name: str, depth: int) -> tuple[str, int, Argument]:
        """What a bank runs over, its length, and what the function sees: a count, or a sequence of numbers, of rows,
        of signals, of rows of both, an array, or what is zipped."""
        choice, count = self.rng.random(), self.rng.choice((2, 3, 4, 3 if depth else 11))
        kind = self.rng.choice("fib")
        arrays = [a for a in self.arrays[-3:] if a[1] == "f"]
        if arrays and choice < 0.2:
            array, _, count = self.rng.choice(arrays)
            if self.chance(0.5):
                return array, count, [("f", name)]
            return f"zip({array}, range({count}), strict=True)", count, [("f", f"{name}[0]")]
        if choice < 0.5:
            count = self.rng.choice(LANES[: 4 if depth else None])
            return str(count), count, [("i", name)]
        if choice < 0.65:
            return f"[{', '.join(COLUMNS[kind][:count])}]", count, [(kind, name)]
        if choice < 0.8:
            return f"[{', '.join(self.operand(kind, 1) for _ in range(count))}]", count, [(kind, name)]
        first = COLUMNS["f"] if choice < 0.9 else [self.operand("f", 1) for _ in range(count)]
        rows = [f"({a}, {b})" for a, b in zip(first, COLUMNS["i"][:count], strict=False)]
        return f"[{', '.join(rows)}]", count, [("f", f"{name}[0]"), ("i", f"{name}[1]")]

    # conditions and other rates

    def function(self, depth: int, kind: str, times: int = 1, *, most: int = 3) -> tuple[str, list[str]]:
        """A function without arguments in which there may be state; its name, and the kinds of what it returns."""
        name, kinds = self.fresh("part"), [self.rng.choice("ffiub") for _ in range(self.rng.randint(1, most))]
        with self.body(f"def {name}():", kind, times):
            self.inside(kinds, depth)
        return name, kinds

    def inside(self, kinds: Sequence[str], depth: int) -> None:
        self.statements(self.rng.randint(0, 3), depth + 1)
        self.returned([self.value(kind) for kind in kinds], len(kinds) == 1)

    def given(self, kinds: Sequence[str], call: str) -> None:
        self.line(f"{targets([self.named(kind) for kind in kinds], len(kinds) == 1)} = {call}")

    def conditional(self, depth: int) -> None:
        how = self.rng.choice(tuple(CONDITIONAL))
        f, kinds = self.function(depth, how)
        call = self.expand(CONDITIONAL[how], 1, part=f)
        if how == "when" and self.chance(0.5):
            others = [self.operand(kind, 1) for kind in kinds]
            call = f"{call[:-1]}, otherwise={targets(others, len(kinds) == 1)})"
        self.given(kinds, call)

    def switch(self, depth: int) -> None:
        kinds = [self.rng.choice("ffib") for _ in range(self.rng.choice((1, 2)))]
        functions = {label: self.fresh("part") for label in LABELS}
        for name in functions.values():
            with self.body(f"def {name}():", "when"):
                self.inside(kinds, depth + 1)
        cases = ", ".join(f'"{label}": {name}' for label, name in functions.items())
        self.given(kinds, f"dspc.switch({self.rng.choice(self.choices)}, {{{cases}}})")

    def resampled(self, depth: int) -> None:
        how = self.rng.choice(("oversample", "undersample"))
        deep = any(kind in ("oversample", "undersample") for kind in self.bodies)
        filter = self.rng.choice(("fir", "fir", "iir", "hold") if self.may_be_late else ("iir", "hold"))
        factor = 2 if deep else self.rng.choice([n for n in FACTORS[filter] if n == 2 or self.affordable(n)])
        f, kinds = self.function(depth, how, factor if how == "oversample" else 1)
        chosen = "" if filter == "fir" and self.chance(0.5) else f', filter="{filter}"'
        self.given(kinds, f"dspc.{how}({factor}, {f}{chosen})")

    def shared(self, depth: int) -> None:
        """Outside the voices only the program's parameters are known."""
        name, kinds = self.fresh("part"), [self.rng.choice("ffib") for _ in range(self.rng.randint(1, 2))]
        with self.body(f"def {name}():", "shared"):
            bodies, choices, self.copies = self.bodies, self.choices, 1
            self.bodies, self.arrays, self.memories = ["shared"], [], []
            self.names, self.choices = {k: list(n) for k, n in self.parameters[0].items()}, self.parameters[1]
            self.names["f"].append("dspc.phasor(90.0)")
            self.inside(kinds, depth)
            self.bodies, self.choices = bodies, choices
        self.given(kinds, f"dspc.shared({name})")

    def spectrum(self, depth: int) -> None:
        """Frames of a signal, changed bin by bin."""
        name = self.fresh("bins")
        size, options = self.rng.choice([(size, options) for size, options in SPECTRA if self.affordable(size)])
        with self.body(f"def {name}(z):", "stft", size):
            self.names["f"] += ["z.real", "z.imag", "abs(z)", "z.phase", "z.frequency"]
            self.names["i"].append("z.bin")
            self.statements(self.rng.randint(0, 2), depth + 1)
            self.line(f"return {self.expand(self.rng.choice(BINS), 1)}")
        source = self.operand(self.rng.choice("ffi"), 1)
        self.line(f"{self.named('f')} = dspc.stft({source}, {name}, size={size}, {options})")

    def ahead(self, _: int) -> None:
        kind = self.rng.choice("ffib")
        value = self.operand(kind, 1)
        self.line(f"{self.named(kind)} = dspc.ahead({value}, {self.rng.choice((0, 1, 5, 33))})")

    def meter(self, _: int) -> None:
        kind = self.rng.choice("ffib")
        value = self.operand(kind, 1)
        self.line(f'{self.named(kind)} = dspc.meter("{self.fresh("meter")}", {value})')

    # arrays and memories

    def keep(self, kind: str, count: int) -> str:
        """The name of a new array."""
        name = self.fresh("array")
        self.arrays.append((name, kind, count))
        return name

    def array(self, _: int) -> None:
        """Of signals, or of what another array becomes."""
        floats = [a for a in self.arrays[-3:] if a[1] == "f"]
        if floats and self.chance(0.6):
            array, _, count = self.rng.choice(floats)
            columns = ", ".join(COLUMNS["f"][:count])
            text, length = self.rng.choice(ARRAYS)
            made = self.expand(text, 1, a=array, numbers=(columns * 2)[: len(columns)], n=str(count))
            length = length or count
            self.line(f"{self.keep('f', length)} = {made}")
            return
        kind, count = self.rng.choice("fffiub"), self.rng.choice((1, 2, 3, 5))
        elements = ", ".join(self.operand(kind, 1) for _ in range(count))
        self.line(f"{self.keep(kind, count)} = dspc.stack([{elements}])")

    def memory(self, depth: int) -> None:
        """A table; what is written into it does not depend on what is read of it."""
        content, kind = self.rng.choice(MEMORIES)
        name, value = self.fresh("memory"), "dspc.f32({f})" if kind == "f" else "{i}"
        index = self.rng.choice(("{i}", "dspc.i32(dspc.frame % 5)", "{u}", "{f}"))
        self.line(f"{name} = dspc.rwtable({content})")
        early = self.fresh(kind) if self.chance(0.3) else ""
        if early:
            self.line(f"{early} = {name}.read({self.expand(self.rng.choice(('{i}', '{f}')), 1)})")
        for _ in range(self.rng.choice((1, 1, 2))):
            way, written = self.rng.random(), f"{name}.write({self.expand(index, 1)}, {self.expand(value, 1)})"
            if way < 0.6:
                self.line(written)
            elif way < 0.8:
                self.line(f"dspc.bank(4, lambda lane: {name}.write(lane, {self.expand(value, 1)}))")
            elif kind == "f":
                self.line(f"dspc.feedback(lambda s: {name}.write({self.expand(index, 1)}, 0.5 * s + 0.25))")
        self.memories.append((name, kind))
        if early:
            self.names[kind].append(early)

    def table(self, _: int) -> None:
        content, kind = self.rng.choice(TABLES)
        name = self.fresh("table")
        self.line(f"{name} = dspc.table_init({content})")
        at = self.expand(self.rng.choice(('{f}, boundary="wrap"', "{i}", "50 * {f}")), 1)
        self.line(f"{self.named(kind)} = {name}({at})")
