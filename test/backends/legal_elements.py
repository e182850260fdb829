"""Programs of the legal level with stacks, partial sums and working memory; see legal_drafts.py."""

from __future__ import annotations

from legal_drafts import effect, slot, type_of
from legal_programs import TYPES

from dspc.dialects import rt

# --- stacks and their elements --------------------------------------------------------------------


def picked(element: str) -> rt.ProgramOp:
    """Stacks of values and of loops, picked at constants and at what is computed, in loops, twice, in other bodies."""

    def into(source: str, name: str) -> str:
        if element == "bool":
            return f"%{name} = dsp.lt %zero, %{source} : (f32, f32) -> i1"
        return f"%{name} = dsp.{'neg' if element == 'f32' else 'convert'} %{source} : (f32) -> $T"

    def out(source: str, name: str) -> str:
        return f"%{name} = dsp.{'neg' if element == 'f32' else 'convert'} %{source} : ($T) -> f32"

    return effect([slot("at", "i32")], f"""
        %zero = dsp.constant 0.0 : f32
        %hundred = dsp.constant 100.0 : f32
        %big = dsp.mul %x, %hundred : f32
        {into("big", "v0")}
        %neg = dsp.neg %big : f32
        {into("neg", "v1")}
        %sum = dsp.add %big, %hundred : f32
        {into("sum", "v2")}
        %at = rt.read @at : i32
        %one = dsp.constant 1 : i32
        %two = dsp.constant 2 : i32
        %three = dsp.constant 3 : i32
        %five = dsp.constant 5 : i32
        %next_ = dsp.add %at, %one : i32
        %next = dsp.mod %next_, %three : i32
        rt.write @at %next : (i32) -> ()
        %s = rt.stack %v0, %v1, %v2, %v0, %v1 : ($T, $T, $T, $T, $T) -> !rt.stack<$T, 5>
        %p0 = rt.pick %s, %two : (!rt.stack<$T, 5>, i32) -> $T
        %p1 = rt.pick %s, %at : (!rt.stack<$T, 5>, i32) -> $T
        %t = $LOOP5 : () -> !rt.stack<$T, 5> {{
        ^bb0(%i: i32):
          %four = dsp.constant 4 : i32
          %j = dsp.sub %four, %i : i32
          %w = rt.pick %s, %j : (!rt.stack<$T, 5>, i32) -> $T
          %u = rt.stack %w, %v2 : ($T, $T) -> !rt.stack<$T, 2>
          %k_ = dsp.and %i, %one : i32
          %k = rt.pick %u, %k_ : (!rt.stack<$T, 2>, i32) -> $T
          rt.yield %k : ($T) -> ()
        }}
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        %p2 = rt.when %c : (i1) -> $T {{
          %q = rt.pick %t, %next : (!rt.stack<$T, 5>, i32) -> $T
          rt.yield %q : ($T) -> ()
        }}
        %r = rt.repeat {{count = 2}} : () -> !rt.stack<$T, 2> {{
        ^bb0(%turn: i32):
          %far = dsp.add %turn, %three : i32
          %g = rt.pick %t, %far : (!rt.stack<$T, 5>, i32) -> $T
          rt.yield %g : ($T) -> ()
        }}
        %p3 = rt.pick %r, %one : (!rt.stack<$T, 2>, i32) -> $T
        {out("p0", "o0")}
        {out("p1", "o1")}
        {out("p2", "o2")}
        {out("p3", "o3")}
    """, "%o0, %o1, %o2, %o3", T=TYPES[element])  # fmt: skip


def mixing() -> rt.ProgramOp:
    """A stack is reduced in two ways and picked before, between and after; each turn picks all others' elements."""
    return effect([slot("a", dims=[4], init=0.25)], """
        %t = $LOOP4 : () -> $S4 {
        ^bb0(%i: i32):
          %a = rt.read @a : f32
          %n = dsp.convert %i : (i32) -> f32
          %b = dsp.mul %n, %x : f32
          %c = dsp.add %a, %b : f32
          rt.yield %c : (f32) -> ()
        }
        %zero = dsp.constant 0 : i32
        %one = dsp.constant 1 : i32
        %three = dsp.constant 3 : i32
        %p0 = rt.pick %t, %zero : ($S4, i32) -> f32
        %sum = rt.reduce %t {kind = "add", lanes = 4} : ($S4) -> f32
        %p1 = rt.pick %t, %zero : ($S4, i32) -> f32
        %most = rt.reduce %t {kind = "max", lanes = 3} : ($S4) -> f32
        %p2 = rt.pick %t, %one : ($S4, i32) -> f32
        %partial = rt.reduce %t {kind = "add", lanes = 4, partials = 16} : ($S4) -> f32
        $LOOP4 {
        ^bb0(%j: i32):
          %row = $LOOP4 : () -> $S4 {
          ^bb0(%k: i32):
            %jk = dsp.mul %j, %k : i32
            %m = dsp.and %jk, %three : i32
            %e = rt.pick %t, %m : ($S4, i32) -> f32
            %f = rt.pick %t, %k : ($S4, i32) -> f32
            %g = dsp.constant 0.0625 : f32
            %h = dsp.mul %f, %g : f32
            %l = dsp.sub %h, %e : f32
            rt.yield %l : (f32) -> ()
          }
          %mixed = rt.reduce %row {kind = "add", lanes = 4, partials = 16} : ($S4) -> f32
          %own = rt.pick %t, %j : ($S4, i32) -> f32
          %quarter = dsp.constant 0.25 : f32
          %less = dsp.mul %mixed, %quarter : f32
          %new = dsp.sub %less, %own : f32
          rt.write @a %new : (f32) -> ()
          rt.yield
        }
        %o = dsp.sub %p2, %p1 : f32
    """, "%p0, %sum, %most, %partial, %o")  # fmt: skip


def summed_elsewhere() -> rt.ProgramOp:
    """Stacks that are reduced in bodies that run more than once, or not at all: their leaves are needed again."""
    return effect([slot("a", dims=[5])], """
        %zero = dsp.constant 0.0 : f32
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        %t:3 = $LOOP5 : () -> ($S5, $S5, $S5) {
        ^bb0(%i: i32):
          %n = dsp.convert %i : (i32) -> f32
          %m = dsp.mul %n, %x : f32
          %a = rt.read @a : f32
          %b = dsp.add %a, %m : f32
          rt.write @a %b : (f32) -> ()
          rt.yield %b, %m, %n : (f32, f32, f32) -> ()
        }
        %u = $LOOP3 : () -> $S3 {
        ^bb0(%j: i32):
          %s = rt.reduce %t#0 {kind = "add", lanes = 5} : ($S5) -> f32
          %k = dsp.convert %j : (i32) -> f32
          %l = dsp.mul %s, %k : f32
          rt.yield %l : (f32) -> ()
        }
        %o0 = rt.reduce %u {kind = "add", lanes = 3} : ($S3) -> f32
        %v = rt.repeat {count = 3} : () -> $S3 {
        ^bb0(%turn: i32):
          %p = rt.reduce %t#1 {kind = "max", lanes = 4} : ($S5) -> f32
          %q = dsp.convert %turn : (i32) -> f32
          %r = dsp.sub %p, %q : f32
          rt.yield %r : (f32) -> ()
        }
        %o1 = rt.reduce %v {kind = "mul", lanes = 3} : ($S3) -> f32
        %o2 = rt.when %c : (i1) -> f32 {
          %w = rt.reduce %t#2 {kind = "add", lanes = 5} : ($S5) -> f32
          %y = dsp.mul %w, %x : f32
          rt.yield %y : (f32) -> ()
        }
    """, "%o0, %o1, %o2")  # fmt: skip


def lanes_of_turns(width: int, lanes: int) -> rt.ProgramOp:
    """A loop whose turns have lanes, which are leaves too: in trees, in partial sums, twice; some are missing."""
    turns = -(-lanes // width)
    numbers = ", ".join(f"{1.0 + (k * 37 % 101) / 7:.6f}" for k in range(lanes))
    return effect([], f"""
        %t:2 = rt.loop {{count = $N, width = $W, lanes = $L}} : () -> ($S, $M) {{
        ^bb0(%i: $IS):
          %k = dsp.lanes {{values = array<f32: {numbers}>}} : () -> $V
          %n = dsp.convert %i : ($IS) -> $V
          %s = dsp.splat %x : (f32) -> $V
          %m = dsp.mul %k, %s : $V
          %e = dsp.add %m, %n : $V
          %c = dsp.lt %e, %s : ($V, $V) -> $CS
          rt.yield %e, %c : ($V, $CS) -> ()
        }}
        %o0 = rt.reduce %t#0 {{kind = "add", lanes = $L, partials = 16}} : ($S) -> f32
        %o1 = rt.reduce %t#0 {{kind = "add", lanes = $L}} : ($S) -> f32
        %o2 = rt.reduce %t#0 {{kind = "max", lanes = $L}} : ($S) -> f32
        %any = rt.reduce %t#1 {{kind = "or", lanes = $L}} : ($M) -> i1
        %o3 = dsp.convert %any : (i1) -> f32
        %zero = dsp.constant 0 : i32
        %first = rt.pick %t#0, %zero : ($S, i32) -> $V
        %pair = rt.stack %first, %first : ($V, $V) -> !rt.stack<$V, 2>
        %o4 = rt.reduce %pair {{kind = "add", lanes = {2 * width - 1}}} : (!rt.stack<$V, 2>) -> f32
        %o5 = rt.reduce %pair {{kind = "add", lanes = {2 * width}, partials = 16}} : (!rt.stack<$V, 2>) -> f32
    """, "%o0, %o1, %o2, %o3, %o4, %o5", N=turns, L=lanes, W=width, V=type_of("f32", width),
        IS=type_of("i32", width), CS=type_of("bool", width),
        S=f"!rt.stack<vector<{width}xf32>, {turns}>", M=f"!rt.stack<vector<{width}xi1>, {turns}>")  # fmt: skip


def wide_stack(count: int) -> rt.ProgramOp:
    """More elements than a small stack of calls has room for; each turn picks another one's."""
    return effect([slot("a", "f64", dims=[count])], """
        %t = rt.loop {count = $N, width = 1, lanes = $N} : () -> !rt.stack<f64, $N> {
        ^bb0(%i: i32):
          %a = rt.read @a : f64
          %n = dsp.convert %i : (i32) -> f64
          %b = dsp.add %a, %n : f64
          rt.yield %b : (f64) -> ()
        }
        rt.loop {count = $N, width = 1, lanes = $N} {
        ^bb0(%j: i32):
          %last = dsp.constant $L : i32
          %k = dsp.sub %last, %j : i32
          %e = rt.pick %t, %k : (!rt.stack<f64, $N>, i32) -> f64
          %half = dsp.constant 0.5 : f64
          %f = dsp.mul %e, %half : f64
          %xd = dsp.convert %x : (f32) -> f64
          %g = dsp.add %f, %xd : f64
          rt.write @a %g : (f64) -> ()
          rt.yield
        }
        %y = rt.reduce %t {kind = "add", lanes = $N} : (!rt.stack<f64, $N>) -> f64
        %z = rt.reduce %t {kind = "add", lanes = $N, partials = 16} : (!rt.stack<f64, $N>) -> f64
        %p = dsp.convert %y : (f64) -> f32
        %q = dsp.convert %z : (f64) -> f32
    """, "%p, %q", N=count, L=count - 1)  # fmt: skip


# --- partial sums ---------------------------------------------------------------------------------


def partial_sums(
    count: int, lanes: int, element: str = "f32", loop: bool = True, partials: bool = True
) -> rt.ProgramOp:
    """The first `lanes` of `count` leaves, from a loop or written out; rounding tells in which order."""
    numbers = [round(1.0 + (k * 37 % 101) / 7, 6) for k in range(count)]
    if loop:
        made = f"""
        %t = rt.loop {{count = $N, width = 1, lanes = $N}} : () -> !rt.stack<$T, $N> {{
        ^bb0(%i: i32):
          %k = dsp.lanes {{values = array<f32: {", ".join(map(str, numbers))}>}} : () -> f32
          %m = dsp.mul %k, %big : f32
          %e = dsp.convert %m : (f32) -> $T
          rt.yield %e : ($T) -> ()
        }}"""
    else:
        made = "\n".join(
            f"%k{k} = dsp.constant {n} : f32\n%m{k} = dsp.mul %k{k}, %big : f32\n"
            f"%e{k} = dsp.convert %m{k} : (f32) -> $T"
            for k, n in enumerate(numbers)
        )
        names, types = ", ".join(f"%e{k}" for k in range(count)), ", ".join(["$T"] * count)
        made += f"\n%t = rt.stack {names} : ({types}) -> !rt.stack<$T, $N>"
    if element == "f32":
        made = made.replace("dsp.convert %m", "dsp.neg %m").replace(": (f32) -> $T", ": f32")
    back = "dsp.neg %y : f32" if element == "f32" else "dsp.convert %y : ($T) -> f32"
    return effect([], f"""
        %thousand = dsp.constant 1000.1 : f32
        %big = dsp.mul %x, %thousand : f32
        {made}
        %y = rt.reduce %t {{kind = "add", lanes = $L$PARTIALS}} : (!rt.stack<$T, $N>) -> $T
        %o = {back}
    """, "%o", N=count, L=lanes, T=TYPES[element], PARTIALS=", partials = 16" if partials else "")  # fmt: skip


def negative_zeros(count: int) -> rt.ProgramOp:
    """Nothing but -0: a partial sum that began with +0 would show."""
    return effect([], """
        %z = dsp.constant -0.0 : f32
        %t = rt.loop {count = $N, width = 1, lanes = $N} : () -> !rt.stack<f32, $N> {
        ^bb0(%i: i32):
          rt.yield %z : (f32) -> ()
        }
        %y = rt.reduce %t {kind = "add", lanes = $N, partials = 16} : (!rt.stack<f32, $N>) -> f32
        %s = rt.stack %z, %z, %z : (f32, f32, f32) -> $S3
        %w = rt.reduce %s {kind = "add", lanes = 3, partials = 16} : ($S3) -> f32
    """, "%y, %w", N=count)  # fmt: skip


# --- elements -------------------------------------------------------------------------------------


def stored(element: str) -> rt.ProgramOp:
    """Loads and stores take effect in order: within a turn, from turn to turn of loops, from sample to sample."""
    number = "%e = dsp.convert %n : (i32) -> $T" if element != "i32" else "%e = dsp.add %n, %n : i32"
    step = "%f = dsp.not %old : i1" if element == "bool" else "%f = dsp.add %old, %e : $T"
    back = "%g = dsp.convert %{0} : ($T) -> f32"
    if element == "f32":
        back = "%g = dsp.neg %{0} : f32"

    def out(source: str, name: str) -> str:
        return back.format(source).replace("%g", f"%{name}")

    return effect([slot("m", element, dims=[8], init=1), slot("at", "i32")], f"""
        %one = dsp.constant 1 : i32
        %seven = dsp.constant 7 : i32
        %at = rt.read @at : i32
        %n = dsp.add %at, %one : i32
        %k = dsp.and %n, %seven : i32
        rt.write @at %k : (i32) -> ()
        {number}
        %old = rt.load @m %k : (i32) -> $T
        {step}
        rt.store @m %k, %f : (i32, $T) -> ()
        %new = rt.load @m %k : (i32) -> $T
        rt.store @m %one, %old : (i32, $T) -> ()
        %again = rt.load @m %k : (i32) -> $T
        $LOOP6 {{
        ^bb0(%i: i32):
          %h = dsp.add %i, %one : i32
          %p = rt.load @m %i : (i32) -> $T
          %q = rt.load @m %h : (i32) -> $T
          {"%r = dsp.xor %p, %q : i1" if element == "bool" else "%r = dsp.sub %q, %p : $T"}
          rt.store @m %h, %r : (i32, $T) -> ()
          rt.yield
        }}
        %last = rt.load @m %seven : (i32) -> $T
        {out("old", "o0")}
        {out("new", "o1")}
        {out("again", "o2")}
        {out("last", "o3")}
    """, "%o0, %o1, %o2, %o3", T=TYPES[element])  # fmt: skip


def stored_in_bodies() -> rt.ProgramOp:
    """A loop's own memories; stores in bodies that may not run, in repeats, at ticks and at prepare."""
    fill = """
          $LOOP5 {
          ^bb0(%i: i32):
            %n = dsp.convert %i : (i32) -> f32
            rt.store @m %i, %n : (i32, f32) -> ()
            rt.yield
          }"""
    return effect([slot("m", dims=[5]), slot("rows", "i32", dims=[3, 4], init=2), slot("cube", dims=[2, 3, 2])], """
        %zero = dsp.constant 0.0 : f32
        %half = dsp.constant 0.5 : f32
        %i0 = dsp.constant 0 : i32
        %i1 = dsp.constant 1 : i32
        %i3 = dsp.constant 3 : i32
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        %o0 = rt.when %c : (i1) -> f32 {
          %a = rt.load @m %i1 : (i32) -> f32
          %b = dsp.add %a, %x : f32
          rt.store @m %i1, %b : (i32, f32) -> ()
          rt.yield %a : (f32) -> ()
        }
        %o1 = rt.load @m %i1 : (i32) -> f32
        %t = rt.repeat {count = 4} : () -> $S4 {
        ^bb0(%j: i32):
          %k = dsp.add %j, %i1 : i32
          %d = rt.load @m %j : (i32) -> f32
          %h = dsp.mul %d, %half : f32
          %e = dsp.add %h, %x : f32
          rt.store @m %k, %e : (i32, f32) -> ()
          %g = rt.load @m %i1 : (i32) -> f32
          rt.yield %g : (f32) -> ()
        }
        %o2 = rt.reduce %t {kind = "add", lanes = 4} : ($S4) -> f32
        %u = $LOOP3 : () -> !rt.stack<i32, 3> {
        ^bb0(%l: i32):
          %n = rt.load @rows %l : (i32) -> i32
          %xi = dsp.convert %x : (f32) -> i32
          %nx = dsp.add %n, %xi : i32
          %o = dsp.add %nx, %l : i32
          rt.store @rows %i3, %o : (i32, i32) -> ()
          %p = dsp.add %l, %i1 : i32
          %q = dsp.and %p, %i3 : i32
          rt.store @rows %q, %n : (i32, i32) -> ()
          %r = rt.load @rows %i3 : (i32) -> i32
          rt.store @rows %i0, %r : (i32, i32) -> ()
          rt.yield %r : (i32) -> ()
        }
        %s = rt.reduce %u {kind = "add", lanes = 3} : (!rt.stack<i32, 3>) -> i32
        %o3 = dsp.convert %s : (i32) -> f32
        %v = $LOOP2 : () -> $S2 {
        ^bb0(%row: i32):
          %w = $LOOP3 : () -> $S3 {
          ^bb0(%column: i32):
            %y = rt.load @cube %i0 : (i32) -> f32
            %z = dsp.mul %y, %half : f32
            %cf = dsp.convert %column : (i32) -> f32
            %zx = dsp.add %z, %cf : f32
            rt.store @cube %i0, %zx : (i32, f32) -> ()
            rt.store @cube %row, %x : (i32, f32) -> ()
            %back = rt.load @cube %i0 : (i32) -> f32
            rt.yield %back : (f32) -> ()
          }
          %sum = rt.reduce %w {kind = "add", lanes = 3} : ($S3) -> f32
          rt.yield %sum : (f32) -> ()
        }
        %o4 = rt.reduce %v {kind = "add", lanes = 2} : ($S2) -> f32
    """, "%o0, %o1, %o2, %o3, %o4", """
        rt.init {} {$FILL
          rt.yield
        }
        rt.tick {} {
          %f = rt.frame : ui32
          %mask = dsp.constant 32 : ui32
          %bit = dsp.and %f, %mask : ui32
          %c = dsp.convert %bit : (ui32) -> i1
          rt.when %c : (i1) -> () {$FILL
            rt.yield
          }
          rt.yield
        }
    """.replace("$FILL", fill))  # fmt: skip


def large_memory(count: int) -> rt.ProgramOp:
    """A memory of many elements, reached far apart; the signal goes round in it."""
    return effect([slot("m", dims=[count]), slot("at", "u32")], """
        %at = rt.read @at : ui32
        %big = dsp.constant 40503 : ui32
        %next = dsp.add %at, %big : ui32
        %size = dsp.constant $N : ui32
        %place = dsp.mod %next, %size : ui32
        rt.write @at %place : (ui32) -> ()
        %i = dsp.convert %place : (ui32) -> i32
        %j = dsp.convert %at : (ui32) -> i32
        %y = rt.load @m %j : (i32) -> f32
        %w = dsp.sub %x, %y : f32
        rt.store @m %i, %w : (i32, f32) -> ()
    """, "%y, %w", N=count)  # fmt: skip
