"""Changes programs at random, as people mistake them: one seed, one wrong program."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from random import Random
from typing import Any

import dspc

VALUES = """
    None True False 0 -1 1 2.5 -0.5 1e300 1e-320 2**40 10**400 10**5000 -10**400 float('nan') float('inf') 1j 'wet' '' b'x' () [] {} set()
    (1,2) [0.5] [[1],[1,2]] {'a':1} {1,2} range(3) iter([1]) object() dspc dspc.tanh lambda:0 lambda*_:0 lambda*_:None
    lambda*_:'a' lambda*_:(1,(2,)) lambda*_:[] lambda**k:0 print int float NotImplemented ... Ellipsis slice(1) type
    np.zeros(0) np.zeros((2,3)) np.zeros((0,3)) np.zeros((1,2,3)) np.array(['a']) np.array([1j]) np.array(None)
    np.array(0.5) np.float16(1) np.float32(0.5) np.int64(2**40) np.bool_(True) np.full(3,np.nan) np.array([1,2],object)
    np.zeros(3,np.float16) np.zeros(3,np.uint8) np.zeros(3,bool) np.array([1],'datetime64[s]') np.zeros(3)[::-1]
    np.longdouble(1) np.zeros(3,'>f4') np.ma.zeros(3) np.random np.datetime64('now')
    dspc.param(0.5,0.0,1.0) dspc.choice('a','b') dspc.button() dspc.input(2) dspc.table([1.0,2.0]) dspc.noise()
    dspc.frame dspc.sample_rate dspc.time dspc.transport dspc.transport.tempo dspc.f64(0.5) dspc.i32(3) dspc.u32(3)
    dspc.bool(1) dspc.stack([1.0,2.0]) dspc.rwtable(4) dspc.Saw() dspc.Mixer dspc.Feedback() dspc.inlet() dspc.outlet()
    dspc.note(frequency=100.0,gate=True) dspc.controller(1) dspc.matrix([[1.0]]) dspc.complex(1.0,2.0) dspc.Params
    dspc.bank(2,lambda_i:0.5*_i) dspc.effect dspc.stdlib stdlib.saw FOREIGN NOWHERE dspc.events.NoteOn(0,60,0.5)
""".replace("lambda_i:0.5*_i", "lambda_i:0.5").split()
VALUES = [v.replace("lambda", "lambda ") for v in VALUES]
SCOPE = "x y left right note gain mode self self.input self.output self.note i a z row band note.frequency mode.index".split()
WRAPPED = """
    {0}[0] | {0}[{0}] | {0}[::2] | {0}['a'] | {0}() | {0}(0) | {0}({0}) | {0}.value | {0}.sum() | {0}.real | not {0} | ~{0} | +{0}
    ({0} if {0} else 0) | ({0} and {0}) | ({0} or 0) | 0 < {0} < 1 | ({0} in [{0}]) | ({0} is None) | ({0} == None)
    ({0} != 'a') | ({0}, {0}) | [{0}] | {{'a': {0}}} | {{{0}: 1}} | [_c for _c in {0}] | (_c for _c in [{0}]) | (lambda: {0})
    (lambda *_: {0}) | min({0}, 0) | max({0}, {0}) | len({0}) | int({0}) | float({0}) | bool({0}) | complex({0}) | round({0}, 2)
    round({0}) | abs({0}) | sum([{0}, {0}]) | sum({0}) | list({0}) | tuple({0}) | sorted([{0}, {0}]) | range({0}) | str({0})
    f'{{{0}:.2f}}' | repr({0}) | hash({0}) | dict({0}) | iter({0}) | next({0}) | reversed({0}) | isinstance({0}, float) | any([{0}])
    divmod({0}, 2) | pow({0}, 2, 3) | math.sin({0}) | np.sin({0}) | np.array([{0}]) | np.asarray({0}) | np.where({0}, 0, 1)
    np.mean({0}) | np.sum([{0}]) | np.maximum({0}, 0) | np.clip({0}, 0, 1) | np.add.reduce({0}) | np.ones(3) * {0} | {0} * np.ones(3)
    np.float64(2) * {0} | {0} + 'a' | None + {0} | {0} @ {0} | {0} >> {0} | {0} << 1 | {0} ** -{0} | 0 ** {0} | {0} % 0 | {0} // 0
    copy.copy({0}) | copy.deepcopy({0}) | getattr({0}, 'nothing') | vars({0}) | dir({0}) | {0}.element | {0}.rate | {0}.nothing
    (yield {0}) | (yield) | type({0})() | type({0})({0}) | print({0}, file=QUIET) | operator.index({0}) | set([{0}]) | map({0}, [1])
    functools.partial({0}) | enumerate({0}) | zip({0}, {0}) | (*{0},) | (_w := {0}) | -{0} | 1 / {0} | {0} / {0} | [{0}] * 2 | {0} * [1]
    program | program({0}) | program() | dspc.render({0}, np.zeros(4)) | dspc.trace({0}) | dspc.trace(program)
    dspc.select({0}, {0}, {0}) | dspc.feedback({0}) | dspc.bank(2, {0}) | dspc.delay({0}, {0}) | dspc.when({0}, {0})
    dspc.feedback(lambda _y: {0}) | dspc.feedback(lambda _y: _y + {0}) | dspc.bank(2, lambda _i: {0}) | dspc.bank(2, lambda _i: {0}).sum()
    dspc.when(True, lambda: {0}) | dspc.control(lambda: {0}) | dspc.oversample(2, lambda: {0}) | dspc.restart(False, lambda: {0})
    dspc.undersample(2, lambda: {0}, filter='iir') | dspc.shared(lambda: {0}) | dspc.table_init(4, lambda: {0}) | dspc.ahead({0}, 3)
    dspc.stft({0}, lambda _z: _z * {0}) | dspc.stack([{0}, {0}]) | dspc.stack({0}) | dspc.lanes([{0}]) | dspc.delay({0}, 3)
    dspc.meter('m', {0}) | dspc.fir({0}, [1.0, {0}]) | dspc.biquads({0}, [[1.0, 0.0, 0.0, 1.0, 0.0, {0}]]) | dspc.node({0}) | dspc.note({0})
    dspc.select({0} > 0, {0}, 0) | dspc.i32({0}) | dspc.bool({0}) | dspc.effect({0}) | dspc.instrument({0}) | dspc.matrix({0})
    dspc.feedback(lambda _y: {0}, initial={0}) | dspc.feedback(lambda _y: {0}, initial=(0.0, {0})) | dspc.switch({0}, {{}})
    dspc.delay({0}, {0}, max={0}) | dspc.phasor({0}, reset={0}) | dspc.param({0}, 0, 1) | dspc.choice({0}) | dspc.table({0})({0})
""".replace("\n", "|").split("|")
WRAPPED = [w.strip() for w in WRAPPED if w.strip()]
FUNCTIONS = [f"dspc.{n}" for n in dspc.__all__ if n not in ("DspError", "DspErrors", "events")]
FUNCTIONS += "len int min max list iter str next sum self.connect dspc.Saw dspc.Mixer dspc.LowPass24 stdlib.adsr stdlib.pan".split()
KEYWORDS = """
    max min phase step reset initial interpolation boundary seed nonsense smooth scale unit id name default size hop window
    filter voices glide steal legato tail sidechain otherwise samples function frequency gate group bypass cutoff
""".split()
OPERATORS: list[type[ast.operator]] = [
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift,
    ast.RShift, ast.MatMult,
]  # fmt: skip
STATEMENTS = """
    return None | return | return 'a' | return (1, (2, 3)) | return [] | return {{}} | return {{'out': 1.0, 2: 0}} | return [[0]]
    return {{'a': None}} | return lambda: 0 | yield 1 | raise ValueError('mine') | raise KeyError(3) | assert {0} | assert not {0}
    while {0}: LIST.append(1 / (500 - len(LIST))) | for _ in {0}: pass | if {0}: return {0} | {0}[0] = 1 | {0}.other = 1 | {0} += 1 | del {0} | {0} = None
    {0} = {0} > 0 | {0}() | program({0}) | return program | return dspc | return {0}, | return {0}, {0}, 'a' | {0} = lambda: {0}
    print({0}, file=QUIET) | LIST.append({0}) | return LIST[0] | import nothing | from dspc import nothing | import random as {0} | pass
    class {0}: pass | def {0}(): pass | with {0}: pass | {0}, _b = {0} | _a, *_b = {0} | match {0}: case 0: pass | global LIST; LIST = {0}
    dspc.feedback(lambda y: LIST.append(y) or y) | return dspc.phasor(LIST[-1]) | 1 / 0 | LIST[0].nothing | raise StopIteration | raise SystemError
    try: {0}.x; except Exception: pass | {0}.after({0}) | {0}.configure(a=1) | dspc.meter('m', 1.0) | dspc.meter('m', {0}) | _u = _v
""".replace("\n", "|").split("|")  # fmt: skip
STATEMENTS = [s.strip().replace("; ", "\n") for s in STATEMENTS if s.strip()]
DECORATORS = """
    dspc.effect dspc.effect() dspc.effect(3) dspc.effect(tail=-1) dspc.effect(tail='a') dspc.instrument dspc.instrument()
    dspc.instrument(voices=0) dspc.instrument(voices=1e9) dspc.instrument(voices=2.5) dspc.instrument(glide='x')
    dspc.instrument(steal=3) dspc.instrument(nonsense=1) dspc.instrument(voices=1,legato=2) dspc.shared dspc.node dspc.control
    staticmethod property dspc.trace dspc.param dspc.Params dspc.Voice functools.cache None 3 dspc.table dspc.bank
""".split()

Field = tuple[ast.AST, str, int | None]
"""A node, the name of one of its fields, and the place in that, if it is a list."""


def mutant(source: str, program: str, random: Random, count: int) -> str:
    """The source with so many random changes, in what the program's file defines."""
    tree = ast.parse(source)
    for _ in range(count):
        for _attempt in range(20):
            if _changed(tree, random):
                break
    return ast.unparse(ast.fix_missing_locations(tree)).replace("PROGRAM", program)


def _changed(tree: ast.Module, random: Random) -> bool:
    kinds: list[Callable[[ast.Module, Random], bool]] = [_expression] * 12 + [_call] * 6 + [_statement] * 3
    kinds += [_operator, _operator, _attribute, _attribute, _arguments, _arguments, _decorators, _constant, _constant]
    return random.choice(kinds)(tree, random)


def _fields(tree: ast.Module, wanted: type[ast.AST]) -> list[Field]:
    found: list[Field] = []
    for top in tree.body:
        if isinstance(top, ast.Import | ast.ImportFrom):
            continue
        if isinstance(top, wanted):
            found.append((tree, "body", tree.body.index(top)))
        for node in ast.walk(top):
            for name, value in ast.iter_fields(node):
                if isinstance(value, wanted):
                    found.append((node, name, None))
                elif isinstance(value, list):
                    found += [(node, name, i) for i, v in enumerate(value) if isinstance(v, wanted)]
    return found


def _get(field: Field) -> Any:
    node, name, index = field
    value = getattr(node, name)
    return value if index is None else value[index]


def _put(field: Field, value: ast.AST) -> None:
    node, name, index = field
    if index is None:
        setattr(node, name, value)
    else:
        getattr(node, name)[index] = value


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_read(field: Field) -> bool:
    return not isinstance(_get(field), ast.Slice | ast.Starred) and not isinstance(getattr(_get(field), "ctx", None), ast.Store | ast.Del) and field[1] not in ("annotation", "returns")


def _pick(tree: ast.Module, random: Random, wanted: type[ast.AST]) -> Field | None:
    fields = [f for f in _fields(tree, wanted) if wanted is not ast.expr or _is_read(f)]
    return random.choice(fields) if fields else None


def _expression(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.expr)
    if field is None or isinstance(field[0], ast.JoinedStr | ast.FormattedValue):
        return False
    old = _get(field)
    kind = random.randrange(10)
    if kind < 3:
        new = parsed(random.choice(VALUES))
    elif kind < 5:
        names = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)})
        new = parsed(random.choice([*names, random.choice(SCOPE)]))
    elif kind < 6:
        new = ast.Call(parsed(random.choice(FUNCTIONS)), random.choice([[old], [old, old], [], [old, parsed("2")]]), [])
    elif kind < 7:
        other = _pick(tree, random, ast.expr)
        new = copy.deepcopy(_get(other)) if other is not None else old
    else:
        text = f"({ast.unparse(ast.fix_missing_locations(old))})"
        try:
            new = parsed(random.choice(WRAPPED).format(text))
        except SyntaxError:  # such as quotes in an f-string
            return False
    _put(field, new)
    return True


def _constant(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.Constant)
    if field is None or isinstance(field[0], ast.JoinedStr | ast.FormattedValue):
        return False
    _put(field, parsed(random.choice(VALUES)))
    return True


def _call(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.Call)
    if field is None:
        return False
    call: ast.Call = _get(field)
    kind = random.randrange(11)
    if kind == 0 and call.args:
        del call.args[random.randrange(len(call.args))]
    elif kind == 1 and len(call.args) > 1:
        random.shuffle(call.args)
    elif kind == 2:
        call.args.append(parsed(random.choice(VALUES)))
    elif kind == 3 and call.keywords:
        del call.keywords[random.randrange(len(call.keywords))]
    elif kind == 4 and call.keywords:
        keyword = random.choice(call.keywords)
        keyword.arg = keyword.arg[:-1] or "q" if keyword.arg else "q"
    elif kind == 5 and call.keywords:
        random.choice(call.keywords).value = parsed(random.choice(VALUES))
    elif kind == 6:
        call.keywords.append(ast.keyword(random.choice(KEYWORDS), parsed(random.choice(VALUES))))
    elif kind == 7:
        call.func = parsed(random.choice(FUNCTIONS))
    elif kind == 8 and call.args:
        index = random.randrange(len(call.args))
        call.args[index] = ast.Starred(call.args[index], ast.Load())
    elif kind == 9 and call.args:
        call.args[random.randrange(len(call.args))] = parsed(random.choice(VALUES))
    elif kind == 10:
        _put(field, call.func)
    else:
        return False
    return True


def _statement(tree: ast.Module, random: Random) -> bool:
    bodies = [n.body for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.For | ast.If)]
    if not bodies:
        return False
    body = random.choice(bodies)
    index = random.randrange(len(body))
    kind = random.randrange(7)
    if kind == 0:
        body[index] = ast.Pass()
    elif kind == 1:
        body.insert(index, body[index])
    elif kind == 2:
        random.shuffle(body)
    else:
        names = sorted({n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name)} - {"dspc", "np"}) or ["x"]
        try:
            new = ast.parse(random.choice(STATEMENTS).format(random.choice(names))).body
        except SyntaxError:
            return False
        body[index : index + (kind == 3)] = new
    return True


def _operator(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.BinOp)
    if field is None:
        return False
    operation = _get(field)
    operation.op = random.choice(OPERATORS)()
    if random.random() < 0.3:
        operation.left, operation.right = operation.right, operation.left
    return True


def _attribute(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.Attribute)
    if field is None:
        return False
    attribute: ast.Attribute = _get(field)
    others = [_get(f).attr for f in _fields(tree, ast.Attribute)]
    attribute.attr = random.choice([attribute.attr[:-1] or "q", attribute.attr + "s", random.choice(others), "nothing"])
    return True


def _arguments(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.arguments)
    if field is None:
        return False
    arguments: ast.arguments = _get(field)
    kind = random.randrange(8)
    if kind == 0 and arguments.args and len(arguments.args) > len(arguments.defaults):
        del arguments.args[0]
    elif kind == 1:
        arguments.args.insert(0, ast.arg("extra"))
    elif kind == 2 and arguments.defaults:
        del arguments.defaults[0]
    elif kind == 3 and arguments.defaults:
        arguments.defaults[random.randrange(len(arguments.defaults))] = parsed(random.choice(VALUES))
    elif kind == 4:
        arguments.vararg = ast.arg("rest")
    elif kind == 5:
        arguments.kwarg = ast.arg("options")
    elif kind == 6:
        arguments.kwonlyargs.append(ast.arg("late"))
        arguments.kw_defaults.append(parsed(random.choice(VALUES)) if random.random() < 0.5 else None)
    elif kind == 7 and len(arguments.defaults) < len(arguments.args):
        arguments.defaults.insert(0, parsed(random.choice(VALUES)))
    else:
        return False
    return True


def _decorators(tree: ast.Module, random: Random) -> bool:
    field = _pick(tree, random, ast.FunctionDef)
    if field is None:
        return False
    decorators: list[ast.expr] = _get(field).decorator_list
    kind = random.randrange(3)
    if kind == 0 and decorators:
        decorators.clear()
    elif kind == 1 and decorators:
        decorators[0] = parsed(random.choice(DECORATORS))
    else:
        decorators.insert(0, parsed(random.choice(DECORATORS)))
    return True
