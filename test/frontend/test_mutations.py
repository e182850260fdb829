"""Programs changed at random: they end well, in a DspError, or in what the user's own code raises."""

from __future__ import annotations

import ast
import linecache
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dspc
from dspc.frontend.errors import DspError, all_errors
from dspc.frontend.places import is_ours

SEEDS = [
    """
def program(x, gain=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice("dry", "wet")):
    y = dspc.select(mode == "wet", x * gain, x)
    return dspc.clamp(y, -1.0, 1.0)
""",
    """
def program(left, right, time=dspc.param(0.3, 0.0, 1.0)):
    late = dspc.delay(left, time * dspc.sample_rate, max=dspc.sample_rate)
    return left + late, dspc.feedback(lambda y: right + 0.5 * dspc.delay(y, 99))
""",
    """
def program(x, order=4):
    bank = dspc.bank(order, lambda i: dspc.phasor(100.0 * (i + 1)) * x)
    rows = dspc.bank([(1.0, 2), (3.0, 4)], lambda row: row[0] * row[1] * x)
    return bank.mean() + rows.max() * dspc.lanes([1, 2]) if order > 9 else bank.sum()
""",
    """
@dspc.instrument(voices=4)
def program(note, cutoff=dspc.param(800.0, 20.0, 20_000.0, scale="log")):
    note.finish(note.velocity < 0.01)
    a, b = dspc.feedback(lambda a, b: (0.5 * a + note.gate, a - b), (0.0, 1.0))
    return dspc.sin(a * cutoff / dspc.sample_rate) * note.random, b
""",
    """
table = dspc.table([0.0, 0.5, 1.0])
def helper(v, n=2):
    return v ** n if n > 0 else None
def program(x):
    i = dspc.i32(x) & 255 | dspc.i32(dspc.frame) >> 3
    return table(helper(x) + 1, boundary="wrap") + i // 7 % 3 + dspc.noise(7) + abs(round(-x))
""",
    """
class Part(dspc.Node):
    x, depth, out, again = dspc.inlet(), dspc.inlet(0.5), dspc.outlet(), dspc.Feedback()
    def graph(self):
        y = self.x + self.again * self.depth
        self.connect(y >> self.again, y >> self.out)
class program(dspc.Effect):
    inputs, mix, parts = 2, dspc.Mixer(2), [Part(), Part(depth=0.25)]
    gain, mode = dspc.param(0.5, 0.0, 1.0), dspc.choice("dry", "wet")
    def graph(self):
        self.connect(self.input[0] >> self.parts[0] >> self.mix[0], (self.mode == "wet") * self.gain >> self.mix[1])
        self.connect(self.mix >> self.output, self.input[1] - 0.5 >> self.parts[1] >> self.output[1])
""",
    """
def wobble(frequency, rate=5.0):
    return dspc.phasor(frequency * (1 + dspc.phasor(rate))), frequency
class program(dspc.Voice):
    voices, osc, env, amp = 4, dspc.node(wobble)(rate=3.0), dspc.ADSR(attack=0.01), dspc.Amplifier()
    def graph(self):
        self.connect(self.osc[0] >> self.amp >> self.output, self.env * self.note.velocity >> self.amp.gain)
        self.connect((self.note.velocity < 0.01) >> self.note.finish, self.osc[1] / 100 >> self.output[1])
    def after(self, left, right, mix=dspc.param(0.5, 0.0, 1.0)):
        return left * mix, right
""",
]

NAMES = """
    x y left note gain mode bank table i a dspc None dspc.noise helper dspc.sample_rate dspc.frame mode.index
    note.frequency bank.sum [x,1] (x,x) {} self self.input self.output self.mix[0] self.gain self.note self.parts
""".split()
CONSTANTS = "0 -1 1 2.5 1e300 2**40 float('nan') float('inf') True None 'wet' 1j ()".split()
FUNCTIONS = """
    dspc.tanh dspc.delay dspc.feedback dspc.bank dspc.select dspc.i32 dspc.bool dspc.min dspc.table dspc.lanes
    dspc.phasor dspc.noise dspc.param dspc.choice dspc.note dspc.effect dspc.controller dspc.u32 dspc.clamp
    len int min list iter str next sum dspc.Saw dspc.Mixer dspc.Feedback dspc.node dspc.inlet self.connect
""".split()
KEYWORDS = "max min phase step reset initial interpolation boundary seed nonsense".split()
FORMS = ["{0}[0]", "not {0}", "({0} if {0} else 0)", "lambda *_: {0}", "[c for c in {0}]", "{0}.value", "{0}()", "~{0}"]
OPERATORS: list[type[ast.operator]] = [
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift,
    ast.RShift, ast.MatMult,
]  # fmt: skip


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


class Mutation(ast.NodeTransformer):
    """Changes the expressions of a program whose numbers are in `chosen`."""

    def __init__(self, chosen: dict[int, int]):
        self.chosen, self.count = chosen, 0

    def visit(self, node: ast.AST) -> Any:
        if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), ast.Store):
            return self.generic_visit(node)
        number, self.count = self.count, self.count + 1
        changed = self.generic_visit(node)
        return changed if number not in self.chosen else changed_by(changed, self.chosen[number])


def changed_by(node: Any, draw: int) -> Any:
    """An expression in place of another; `draw` says which."""
    kind, pick = draw % 8, draw // 8
    if kind == 0:
        return expression(NAMES[pick % len(NAMES)])
    if kind == 1:
        return expression(CONSTANTS[pick % len(CONSTANTS)])
    if kind == 2 and isinstance(node, ast.BinOp):
        return ast.BinOp(node.right, OPERATORS[pick % len(OPERATORS)](), node.left)
    if kind == 3 and isinstance(node, ast.Call):
        return ast.Call(node.func, node.args[1:] or [node.func], node.keywords)
    if kind == 4 and isinstance(node, ast.Call):
        return ast.Call(node.func, node.args, [*node.keywords, ast.keyword(KEYWORDS[pick % len(KEYWORDS)], node.func)])
    if kind == 5:
        return ast.Call(expression(FUNCTIONS[pick % len(FUNCTIONS)]), [node], [])
    if kind == 6:
        return ast.Compare(node, [ast.Lt(), ast.Lt()], [node, expression("1")])
    if kind == 7:
        return expression(FORMS[pick % len(FORMS)].format(f"({ast.unparse(ast.fix_missing_locations(node))})"))
    return node


def mutated(source: str, chosen: dict[int, int]) -> str:
    tree = Mutation(chosen).visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree))


def outcome(source: str, file: str) -> BaseException | None:
    """What is raised while a file is run and its program is traced."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"dspc": dspc}
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
        try:
            code = compile(source, file, "exec")
        except SyntaxError:  # such as a keyword that is there twice: no Python, no program
            return None
    try:
        exec(code, namespace)
        dspc.trace(namespace["program"]).verify()
    except Exception as error:
        return error
    return None


def check(error: BaseException | None, source: str) -> None:
    """Errors have their place and text; others were raised by the user's code, not in dspc."""
    if isinstance(error, DspError):
        for one in all_errors(error):
            assert one.place is None or one.place.file.startswith("mutant"), source
            assert one.text().startswith(f"{one.place}: {one.code}: " if one.place else f"{one.code}: ")
            assert "\n" not in one.message and "<class" not in one.message and " object at 0x" not in one.message
    elif error is not None:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        assert at is not None and not is_ours(at.tb_frame.f_code.co_filename), (
            f"{type(error).__name__}: {error}\n{source}"
        )


@settings(max_examples=300)
@given(st.sampled_from(SEEDS), st.dictionaries(st.integers(0, 45), st.integers(0, 10_000), min_size=1, max_size=3))
def test_wrong_programs_end_in_errors_of_theirs(source: str, chosen: dict[int, int]) -> None:
    text = mutated(source, chosen)
    check(outcome(text, "mutant.py"), text)


@pytest.mark.parametrize("source", SEEDS)
def test_the_programs_are_right_before(source: str) -> None:
    assert outcome(source, "mutant.py") is None


@pytest.mark.fuzz
@pytest.mark.slow
@given(st.sampled_from(SEEDS), st.dictionaries(st.integers(0, 45), st.integers(0, 10_000), min_size=1, max_size=8))
def test_very_wrong_programs(source: str, chosen: dict[int, int]) -> None:
    text = mutated(source, chosen)
    check(outcome(text, "mutant.py"), text)
