"""What people write by mistake: values, expressions around others, statements, decorators, names of keywords."""

from __future__ import annotations

import ast

import dspc


def listed(text: str) -> list[str]:
    """The entries of a list that is written with bars."""
    return [entry.strip() for line in text.strip().splitlines() for entry in line.split(" | ")]


VALUES = listed(r"""
    None | True | False | 0 | -1 | 1 | 2.5 | -0.5 | 1e300 | 1e-320 | 2**40 | 10**400 | 10**5000 | -10**400
    float('nan') | float('inf') | 1j | 'wet' | '' | b'x' | () | [] | {} | set() | (1,2) | [0.5] | [[1],[1,2]]
    {'a':1} | {1,2} | range(3) | iter([1]) | object() | dspc | dspc.tanh | lambda :0 | lambda *_:0 | lambda *_:None
    lambda *_:'a' | lambda *_:(1,(2,)) | lambda *_:[] | lambda **k:0 | print | int | float | NotImplemented | ...
    Ellipsis | slice(1) | type | np.zeros(0) | np.zeros((2,3)) | np.zeros((0,3)) | np.zeros((1,2,3)) | np.array(['a'])
    np.array([1j]) | np.array(None) | np.array(0.5) | np.float16(1) | np.float32(0.5) | np.int64(2**40)
    np.bool_(True) | np.full(3,np.nan) | np.array([1,2],object) | np.zeros(3,np.float16) | np.zeros(3,np.uint8)
    np.zeros(3,bool) | np.array([1],'datetime64[s]') | np.zeros(3)[::-1] | np.longdouble(1) | np.zeros(3,'>f4')
    np.ma.zeros(3) | np.random | np.datetime64('now') | dspc.param(0.5,0.0,1.0) | dspc.choice('a','b') | dspc.button()
    dspc.input(2) | dspc.table([1.0,2.0]) | dspc.noise() | dspc.frame | dspc.sample_rate | dspc.time | dspc.transport
    dspc.transport.tempo | dspc.f64(0.5) | dspc.i32(3) | dspc.u32(3) | dspc.bool(1) | dspc.stack([1.0,2.0])
    dspc.rwtable(4) | dspc.Saw() | dspc.Mixer | dspc.Feedback() | dspc.inlet() | dspc.outlet()
    dspc.note(frequency=100.0,gate=True) | dspc.controller(1) | dspc.matrix([[1.0]]) | dspc.complex(1.0,2.0)
    dspc.Params | dspc.bank(2,lambda _i:0.5) | dspc.effect | dspc.stdlib | stdlib.saw | FOREIGN | NOWHERE
    dspc.events.NoteOn(0,60,0.5)
""")
"""In place of any value."""
NAMES = "x y left right note gain mode self self.input self.output self.note i a z row band note.frequency".split()
"""Beside the names that a program has itself."""
WRAPPED = listed(r"""
    {0}[0] | {0}[{0}] | {0}[::2] | {0}['a'] | {0}() | {0}(0) | {0}({0}) | {0}.value | {0}.sum() | {0}.real | not {0}
    ~{0} | +{0} | ({0} if {0} else 0) | ({0} and {0}) | ({0} or 0) | 0 < {0} < 1 | ({0} in [{0}]) | ({0} is None)
    ({0} == None) | ({0} != 'a') | ({0}, {0}) | [{0}] | {{'a': {0}}} | {{{0}: 1}} | [_c for _c in {0}]
    (_c for _c in [{0}]) | (lambda: {0}) | (lambda *_: {0}) | min({0}, 0) | max({0}, {0}) | len({0}) | int({0})
    float({0}) | bool({0}) | complex({0}) | round({0}, 2) | round({0}) | abs({0}) | sum([{0}, {0}]) | sum({0})
    list({0}) | tuple({0}) | sorted([{0}, {0}]) | range({0}) | str({0}) | f'{{{0}:.2f}}' | repr({0}) | hash({0})
    dict({0}) | iter({0}) | next({0}) | reversed({0}) | isinstance({0}, float) | any([{0}]) | divmod({0}, 2)
    pow({0}, 2, 3) | math.sin({0}) | np.sin({0}) | np.array([{0}]) | np.asarray({0}) | np.where({0}, 0, 1)
    np.mean({0}) | np.sum([{0}]) | np.maximum({0}, 0) | np.clip({0}, 0, 1) | np.add.reduce({0}) | np.ones(3) * {0}
    {0} * np.ones(3) | np.float64(2) * {0} | {0} + 'a' | None + {0} | {0} @ {0} | {0} >> {0} | {0} << 1 | {0} ** -{0}
    0 ** {0} | {0} % 0 | {0} // 0 | copy.copy({0}) | copy.deepcopy({0}) | getattr({0}, 'nothing') | vars({0})
    dir({0}) | {0}.element | {0}.rate | {0}.nothing | (yield {0}) | (yield) | type({0})() | type({0})({0})
    print({0}, file=QUIET) | operator.index({0}) | set([{0}]) | map({0}, [1]) | functools.partial({0})
    enumerate({0}) | zip({0}, {0}) | (*{0},) | (_w := {0}) | -{0} | 1 / {0} | {0} / {0} | [{0}] * 2 | {0} * [1]
    program | program({0}) | program() | dspc.render({0}, np.zeros(4)) | dspc.trace({0}) | dspc.trace(program)
    dspc.select({0}, {0}, {0}) | dspc.feedback({0}) | dspc.bank(2, {0}) | dspc.delay({0}, {0}) | dspc.when({0}, {0})
    dspc.feedback(lambda _y: {0}) | dspc.feedback(lambda _y: _y + {0}) | dspc.bank(2, lambda _i: {0})
    dspc.bank(2, lambda _i: {0}).sum() | dspc.when(True, lambda: {0}) | dspc.control(lambda: {0})
    dspc.oversample(2, lambda: {0}) | dspc.restart(False, lambda: {0})
    dspc.undersample(2, lambda: {0}, filter='iir') | dspc.shared(lambda: {0}) | dspc.table_init(4, lambda: {0})
    dspc.ahead({0}, 3) | dspc.stft({0}, lambda _z: _z * {0}) | dspc.stack([{0}, {0}]) | dspc.stack({0})
    dspc.lanes([{0}]) | dspc.delay({0}, 3) | dspc.meter('m', {0}) | dspc.fir({0}, [1.0, {0}])
    dspc.biquads({0}, [[1.0, 0.0, 0.0, 1.0, 0.0, {0}]]) | dspc.node({0}) | dspc.note({0})
    dspc.select({0} > 0, {0}, 0) | dspc.i32({0}) | dspc.bool({0}) | dspc.effect({0}) | dspc.instrument({0})
    dspc.matrix({0}) | dspc.feedback(lambda _y: {0}, initial={0}) | dspc.feedback(lambda _y: {0}, initial=(0.0, {0}))
    dspc.switch({0}, {{}}) | dspc.delay({0}, {0}, max={0}) | dspc.phasor({0}, reset={0}) | dspc.param({0}, 0, 1)
    dspc.choice({0}) | dspc.table({0})({0})
""")
"""Around an expression."""
STATEMENTS = listed(r"""
    return None | return | return 'a' | return (1, (2, 3)) | return [] | return {{}} | return {{'out': 1.0, 2: 0}}
    return [[0]] | return {{'a': None}} | return lambda: 0 | yield 1 | raise ValueError('mine') | raise KeyError(3)
    assert {0} | assert not {0} | while {0}: LIST.append(1 / (500 - len(LIST))) | for _ in {0}: pass
    if {0}: return {0} | {0}[0] = 1 | {0}.other = 1 | {0} += 1 | del {0} | {0} = None | {0} = {0} > 0 | {0}()
    program({0}) | return program | return dspc | return {0}, | return {0}, {0}, 'a' | {0} = lambda: {0}
    print({0}, file=QUIET) | LIST.append({0}) | return LIST[0] | import nothing | from dspc import nothing
    import random as {0} | pass | class {0}: pass | def {0}(): pass | with {0}: pass | {0}, _b = {0} | _a, *_b = {0}
    match {0}: case 0: pass | global LIST; LIST = {0} | dspc.feedback(lambda y: LIST.append(y) or y)
    return dspc.phasor(LIST[-1]) | 1 / 0 | LIST[0].nothing | raise StopIteration | raise SystemError
    try: {0}.x; except Exception: pass | {0}.after({0}) | {0}.configure(a=1) | dspc.meter('m', 1.0)
    dspc.meter('m', {0}) | _u = _v
""")
"""In place of a statement, or before one, with one of its names; `; ` ends a line."""
DECORATORS = listed(r"""
    dspc.effect | dspc.effect() | dspc.effect(3) | dspc.effect(tail=-1) | dspc.effect(tail='a') | dspc.instrument
    dspc.instrument() | dspc.instrument(voices=0) | dspc.instrument(voices=1e9) | dspc.instrument(voices=2.5)
    dspc.instrument(glide='x') | dspc.instrument(steal=3) | dspc.instrument(nonsense=1)
    dspc.instrument(voices=1,legato=2) | dspc.shared | dspc.node | dspc.control | staticmethod | property | dspc.trace
    dspc.param | dspc.Params | dspc.Voice | functools.cache | None | 3 | dspc.table | dspc.bank
""")
"""Above a function."""
KEYWORDS = listed(r"""
    max | min | phase | step | reset | initial | interpolation | boundary | seed | nonsense | smooth | scale | unit
    id | name | default | size | hop | window | filter | voices | glide | steal | legato | tail | sidechain
    otherwise | samples | function | frequency | gate | group | bypass | cutoff
""")
"""Of calls."""
FUNCTIONS = [f"dspc.{name}" for name in dspc.__all__ if name not in ("DspError", "DspErrors", "events")]
FUNCTIONS += "len int min max list iter str next sum self.connect dspc.Saw dspc.Mixer dspc.LowPass24".split()
FUNCTIONS += "stdlib.adsr stdlib.pan".split()
OPERATORS: list[type[ast.operator]] = [
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift,
    ast.RShift, ast.MatMult,
]  # fmt: skip
