"""Random programs with all that stands inside regions: repeats, bodies that may not run, stacks, working memory."""

from __future__ import annotations

from legal_programs import TYPES
from random_programs import VOICES, Generator, Scope, Stack

MEMORIES = ((8,), (3,), (2, 4), (3, 5), (2, 3, 2), (3, 2, 4))
YIELDED = ("f32", "f64", "i32", "u32", "bool")
KINDS = {"bool": ("or",)}
MOST_BODIES = 4
"""In a region, beside loops."""


class BodyGenerator(Generator):
    """Writes one program."""

    def __init__(self, seed: int):
        super().__init__(seed)
        self.memories: list[tuple[str, str, tuple[int, ...], bool]] = []
        self.bodies = 0

    def _begin(self) -> None:
        super()._begin()
        self.bodies = MOST_BODIES

    def _declare(self) -> None:
        super()._declare()
        for k in range(12):
            element, dims, voice = self.rng.choice(list(TYPES)), self.rng.choice(MEMORIES), self.rng.random() < 0.4
            dims = (VOICES, *dims) if voice else dims
            gap = self.rng.choice((0, 8)) if len(dims) > 1 else 0  # elements follow each other
            self.text.slot(f"m{k}", element, self.rng.choice((0, 1)), dims, voice, gap)
            self.memories.append((f"m{k}", element, dims, voice))

    def _body(self, scope: Scope, length: int, tick: bool, voices: bool, depth: int) -> None:
        """Half as many of the plain operations; what there is beside them often follows."""
        for _ in range(length // 2):
            super()._body(scope, 1, tick, voices, depth)
            kind = self.rng.random()
            if kind < 0.25 and self.bodies:
                self.bodies -= 1
                self.rng.choice((self._when, self._repeat))(scope, tick, voices, depth)
            elif kind < 0.5:
                self._element(scope, voices)
            elif kind < 0.6:
                self._stack(scope)
            elif kind < 0.7 and scope.stacks:
                self._pick(scope, self.rng.choice(scope.stacks))

    # --- bodies -----------------------------------------------------------------------------------

    def _when(self, scope: Scope, tick: bool, voices: bool, depth: int) -> None:
        elements = [self.rng.choice(YIELDED) for _ in range(self.rng.randint(0, 2))]
        condition, inner = self._value(scope, "bool"), Scope(scope)
        made = self._open(f"rt.when {condition} : (i1)", [TYPES[e] for e in elements])
        self._close(inner, elements, tick, voices, depth)
        for k, element in enumerate(elements):
            scope.values[element].append(f"{made}#{k}")

    def _repeat(self, scope: Scope, tick: bool, voices: bool, depth: int) -> None:
        count, index = self.rng.choice((1, 2, 3)), self.name()
        elements = [self.rng.choice(YIELDED) for _ in range(self.rng.randint(0, 2))]
        made = self._open(f"rt.repeat {{count = {count}}} : ()", [Stack("", e, count).type for e in elements])
        self.out.append(f"^bb0({index}: i32):")
        inner = Scope(scope, repeat=index)
        inner.values["i32"].append(index)
        self._close(inner, elements, tick, voices, depth)
        for k, element in enumerate(elements):
            self._stacked(scope, Stack(f"{made}#{k}", element, count))

    def _open(self, head: str, types: list[str]) -> str:
        """An operation up to its body; gives the results' name."""
        made = self.name()
        results = f"{made}:{len(types)} = " if types else ""
        self.out.append(f"{results}{head} -> ({', '.join(types)}) {{")
        return made

    def _close(self, inner: Scope, elements: list[str], tick: bool, voices: bool, depth: int) -> None:
        """The body and what it yields."""
        self._body(inner, 8, tick, voices, depth + 1)
        if elements:
            self._yield(inner, elements)
        else:
            self.out += ["rt.yield", "}"]

    # --- stacks -----------------------------------------------------------------------------------

    def _stack(self, scope: Scope) -> None:
        element, count = self.rng.choice(YIELDED), self.rng.choice((1, 2, 3, 7, 19, 34))
        stack = Stack(self.name(), element, count)
        values = ", ".join([self._value(scope, element) for _ in range(count)])
        types = ", ".join([TYPES[element]] * count)
        self.out.append(f"{stack.name} = rt.stack {values} : ({types}) -> {stack.type}")
        self._stacked(scope, stack)

    def _stacked(self, scope: Scope, stack: Stack) -> None:
        """It may be used later, too."""
        scope.stacks.append(stack)
        kind, lanes = self.rng.choice(KINDS.get(stack.element, ("add", "mul", "min", "max"))), stack.count
        lanes = self.rng.choice((lanes, self.rng.randint(1, lanes)))
        partials = ", partials = 16" if kind == "add" and self.rng.random() < 0.6 else ""
        options, type_ = f'{{kind = "{kind}", lanes = {lanes}{partials}}}', TYPES[stack.element]
        self._say(scope, stack.element, f"rt.reduce {stack.name} {options} : ({stack.type}) -> {type_}")

    def _pick(self, scope: Scope, stack: Stack) -> None:
        index, types = self._inside(scope, stack.count), f"({stack.type}, i32) -> {TYPES[stack.element]}"
        self._say(scope, stack.element, f"rt.pick {stack.name}, {index} : {types}")

    def _inside(self, scope: Scope, count: int) -> str:
        """An index below a count."""
        if self.rng.random() < 0.3:
            return self._say(scope, "i32", f"dsp.constant {self.rng.randrange(count)} : i32")
        most = self._say(scope, "i32", f"dsp.constant {count - 1} : i32")
        return self._say(scope, "i32", f"dsp.min {self._bounded(scope, 63, 0)}, {most} : i32")

    # --- memories ---------------------------------------------------------------------------------

    def _element(self, scope: Scope, voices: bool) -> None:
        """Loads or stores; voices store only what is theirs."""
        store = self.rng.random() < 0.5
        fitting = [m for m in self.memories if self._fits(m[2][:-1], m[3], scope, voices, False)]
        fitting = [m for m in fitting if not (store and voices and not m[3])]
        if not fitting:
            return
        name, element, dims, _ = self.rng.choice(fitting)
        index, type_ = self._inside(scope, dims[-1]), TYPES[element]
        if store:
            self.out.append(f"rt.store @{name} {index}, {self._value(scope, element)} : (i32, {type_}) -> ()")
        else:
            self._say(scope, element, f"rt.load @{name} {index} : (i32) -> {type_}")

    def _position(self, scope: Scope) -> tuple[str, str]:
        return (f", {self._value(scope, 'u32')}", ", ui32") if self.rng.random() < 0.5 else ("", "")
