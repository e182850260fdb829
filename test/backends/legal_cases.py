"""Programs of the legal level, written by hand: each has something that a backend may get wrong."""

from __future__ import annotations

from legal_programs import Text

from dspc.dialects import rt

B, D = "!rt.buffer<f32>", "!rt.buffer<f64>"


def leaky() -> rt.ProgramOp:
    """A one-pole filter whose coefficient a tick computes from what it counts."""
    text = Text(inputs=1)
    text.slot("ticks")
    text.slot("a", init=0.5)
    text.slot("y")
    text.add(
        "rt.init {} {", "%r = rt.sample_rate : () -> f64", "%f = dsp.convert %r : (f64) -> f32",
        "rt.write @a %f : (f32) -> ()", "rt.yield", "}",
        "rt.tick {} {", "%n = rt.read @ticks : () -> f32", "%c = dsp.constant 1.0 : f32",
        "%m = dsp.add %n, %c : f32", "%a = dsp.div %c, %m : f32", "rt.write @ticks %m : (f32) -> ()",
        "rt.write @a %a : (f32) -> ()", "rt.yield", "}",
        f"%x = rt.input {{channel = 0}} : {B}",
        f"%o = rt.rec %x {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%s: f32):",
        "%a = rt.read @a : () -> f32", "%y = rt.read @y : () -> f32", "%p = dsp.mul %a, %y : f32",
        "%q = dsp.add %p, %s : f32", "rt.write @y %q : (f32) -> ()", "rt.yield %q : (f32) -> ()", "}",
        f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return text.program()


def ticking() -> rt.ProgramOp:
    """The program's ticks and a voice's, counted; what ticks see of frame and `tick_all`."""
    text = Text()
    text.slot("program", "u32")
    text.slot("active", "bool", dims=(2,), voice=True, role="voice", field="active", gap=8)
    text.slot("voice", "u32", dims=(2,), voice=True, gap=4)
    text.slot("all", "bool", dims=(2,), voice=True)
    text.slot("seen", "u32")
    one, to = "%c = dsp.constant 1 : ui32", ": (ui32) -> ()"
    text.add(
        "rt.tick {} {", "%n = rt.read @program : () -> ui32", one, "%m = dsp.add %n, %c : ui32",
        f"rt.write @program %m {to}", "%f = rt.frame : () -> ui32", f"rt.write @seen %f {to}", "rt.yield",
        "}",
        f"%v = rt.voices {{count = 2, width = 1, offsets = [{text.buffer()}], "
        f"leaves = [{text.buffer(copies=2)}]}} : () -> {B} {{",
        "rt.tick {} {", "%n = rt.read @voice : () -> ui32", one, "%m = dsp.add %n, %c : ui32",
        f"rt.write @voice %m {to}", "%a = rt.tick_all : () -> i1", "rt.write @all %a : (i1) -> ()",
        "rt.yield", "}",
        f"%b = rt.vec {{offsets = [{text.buffer()}]}} : () -> {B} {{", "%n = rt.read @voice : () -> ui32",
        "%x = dsp.convert %n : (ui32) -> f32", "rt.yield %x : (f32) -> ()", "}",
        f"rt.yield %b : ({B}) -> ()", "}",
        f"%p = rt.vec {{offsets = [{text.buffer()}]}} : () -> {B} {{", "%n = rt.read @program : () -> ui32",
        "%x = dsp.convert %n : (ui32) -> f32", "rt.yield %x : (f32) -> ()", "}",
        f"rt.output %v, %p : ({B}, {B}) -> ()",
    )  # fmt: skip
    return text.program()


def swapping() -> rt.ProgramOp:
    """Two slots swap their values at every sample."""
    text = Text()
    text.slot("a", init=1.0)
    text.slot("b", init=2.0)
    text.add(
        f"%o = rt.rec {{offsets = [{text.buffer()}]}} : () -> {B} {{", "%a = rt.read @a : () -> f32",
        "rt.write @b %a : (f32) -> ()", "%b = rt.read @b : () -> f32", "rt.write @a %b : (f32) -> ()",
        "rt.yield %b : (f32) -> ()", "}", f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return text.program()


def handing_on(nested: bool) -> rt.ProgramOp:
    """A loop writes what a later loop of the same sample reads: the later one sees the old values."""
    text = Text()
    text.slot("a", dims=(3, 5) if nested else (5,), gap=12)
    text.slot("b", dims=(3, 5) if nested else (5,))
    outer = ["rt.loop {count = 3, width = 1, lanes = 3} {", "^bb0(%j: i32):"] if nested else []
    text.add(
        f"%o = rt.rec {{offsets = [{text.buffer()}]}} : () -> {B} {{", "%c = dsp.constant 1.5 : f32", *outer,
        "rt.loop {count = 5, width = 1, lanes = 5} {", "^bb0(%i: i32):", "%a = rt.read @a : () -> f32",
        "%n = dsp.convert %i : (i32) -> f32", "%s = dsp.add %a, %n : f32", "%t = dsp.add %s, %c : f32",
        "rt.write @a %t : (f32) -> ()", "rt.yield", "}",
        "rt.loop {count = 5, width = 1, lanes = 5} {", "^bb0(%i: i32):", "%a = rt.read @a : () -> f32",
        "rt.write @b %a : (f32) -> ()", "rt.yield", "}",
        *(["rt.yield", "}"] if nested else []),
        "rt.yield %c : (f32) -> ()", "}", f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return text.program()


def summing(count: int, kind: str, lanes: int) -> rt.ProgramOp:
    """Oscillating values, one a turn, combined in the tree; the values change from sample to sample."""
    text = Text(inputs=1)
    text.slot("s", dims=(count,), init=0.25)
    numbers = ", ".join(f"{1.0 + k / 7:.6f}" for k in range(count))
    text.add(
        f"%x = rt.input {{channel = 0}} : {B}",
        f"%o = rt.rec %x {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%x_: f32):",
        f"%t = rt.loop {{count = {count}, width = 1, lanes = {count}}} : () -> !rt.stack<f32, {count}> {{",
        "^bb0(%i: i32):", f"%k = dsp.lanes {{values = array<f32: {numbers}>}} : () -> f32",
        "%s = rt.read @s : () -> f32", "%m = dsp.mul %s, %k : f32", "%a = dsp.sub %x_, %m : f32",
        "rt.write @s %a : (f32) -> ()", "rt.yield %a : (f32) -> ()", "}",
        f'%y = rt.reduce %t {{kind = "{kind}", lanes = {lanes}}} : (!rt.stack<f32, {count}>) -> f32',
        "rt.yield %y : (f32) -> ()", "}", f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return text.program()


def three_negative_zeros() -> rt.ProgramOp:
    """Three times -0 is -0: a leaf of +0 in place of the fourth would show."""
    text = Text()
    text.add(
        f"%o = rt.vec {{offsets = [{text.buffer()}]}} : () -> {B} {{",
        "%t = rt.loop {count = 3, width = 1, lanes = 3} : () -> !rt.stack<f32, 3> {", "^bb0(%i: i32):",
        "%z = dsp.constant -0.0 : f32", "rt.yield %z : (f32) -> ()", "}",
        '%y = rt.reduce %t {kind = "add", lanes = 3} : (!rt.stack<f32, 3>) -> f32',
        "rt.yield %y : (f32) -> ()", "}", f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return text.program()


def nested() -> rt.ProgramOp:
    """Loops in loops: slots and lines with two dimensions, with one, and one for all; f64 buffers."""
    text = Text()
    text.slot("s", "f64", dims=(3, 4), gap=16)
    text.slot("outer", "i32", dims=(3,), init=5)
    text.slot("shared", "i32", init=2)
    text.line("l", "f64", dims=(3, 4), samples=3)
    text.add(
        f"%o = rt.rec {{offsets = [{text.buffer()}, {text.buffer('f64')}]}} : () -> ({B}, {D}) {{",
        "%u = rt.loop {count = 3, width = 1, lanes = 3} : () -> !rt.stack<f64, 3> {", "^bb0(%i: i32):",
        "%t = rt.loop {count = 4, width = 1, lanes = 4} : () -> !rt.stack<f64, 4> {", "^bb0(%j: i32):",
        "%c = rt.read @outer : () -> i32", "%h = rt.read @shared : () -> i32", "%ij = dsp.add %i, %j : i32",
        "%k = dsp.add %ij, %c : i32", "%g = dsp.mul %k, %h : i32", "%f = dsp.convert %g : (i32) -> f64",
        "%s = rt.read @s : () -> f64", "%d = dsp.constant 2 : i32",
        "%past = rt.line_read @l %d : (i32) -> f64",
        "%n = dsp.add %s, %f : f64", "%w = dsp.sub %n, %past : f64", "rt.write @s %n : (f64) -> ()",
        "rt.line_write @l %w : (f64) -> ()", "rt.yield %w : (f64) -> ()", "}",
        '%y = rt.reduce %t {kind = "add", lanes = 4} : (!rt.stack<f64, 4>) -> f64',
        "%c = rt.read @outer : () -> i32", "%e = dsp.add %c, %i : i32", "rt.write @outer %e : (i32) -> ()",
        "rt.yield %y : (f64) -> ()", "}",
        '%y = rt.reduce %u {kind = "max", lanes = 3} : (!rt.stack<f64, 3>) -> f64',
        "%r = dsp.convert %y : (f64) -> f32", "rt.yield %r, %y : (f32, f64) -> ()", "}",
        f"%q = rt.vec %o#1 {{offsets = [{text.buffer()}]}} : ({D}) -> {B} {{", "^bb0(%v: f64):",
        "%n = dsp.neg %v : f64", "%r = dsp.convert %n : (f64) -> f32", "rt.yield %r : (f32) -> ()", "}",
        f"rt.output %o#0, %q : ({B}, {B}) -> ()",
    )  # fmt: skip
    text.regions = [line.replace("%o = rt.rec", "%o:2 = rt.rec") for line in text.regions]
    return text.program()


def winding() -> rt.ProgramOp:
    """A delay line whose distance changes with the frame; a tick now and then clears it."""
    text = Text(inputs=1)
    text.line("l", samples=20, seconds=0.0005)
    text.table("t", [0.5, -1.5, 2.5, 0.25])
    text.add(
        "rt.tick {} {", "%f = rt.frame : () -> ui32", "%m = dsp.constant 64 : ui32",
        "%z = dsp.constant 0 : ui32",
        "%r = dsp.mod %f, %m : ui32", "%c = dsp.eq %r, %z : (ui32, ui32) -> i1",
        "rt.line_clear @l %c : (i1) -> ()", "rt.yield", "}",
        f"%x = rt.input {{channel = 0}} : {B}",
        f"%o = rt.rec %x {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%s: f32):",
        "%f = rt.frame : () -> ui32", "%n = rt.longest @l : () -> i32",
        "%fi = dsp.convert %f : (ui32) -> i32",
        "%r = dsp.mod %fi, %n : i32", "%one = dsp.constant 1 : i32", "%d = dsp.add %r, %one : i32",
        "%past = rt.line_read @l %d : (i32) -> f32", "%three = dsp.constant 3 : i32",
        "%k = dsp.and %fi, %three : i32", "%g = rt.lookup @t %k : (i32) -> f32",
        "%p = dsp.mul %past, %g : f32",
        "%y = dsp.sub %s, %p : f32", "rt.line_write @l %y : (f32) -> ()", "rt.yield %y : (f32) -> ()", "}",
        f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return text.program()


def voiced(count: int) -> rt.ProgramOp:
    """Voices with state and a line; they yield f32, f64, two operands, and one buffer twice."""
    text = Text(inputs=1)
    text.slot("active", "bool", dims=(count,), voice=True, role="voice", field="active", gap=20)
    text.slot("y", "f32", dims=(count,), voice=True, gap=4, init=-0.0)
    text.slot("bank", "f32", dims=(count, 3), voice=True, gap=8)
    text.slot("shared", "f32", init=0.75)
    text.line("l", dims=(count, 3), samples=2, voice=True)
    results = [B, D, B, B, B]
    offsets = [text.buffer("f64" if r == D else "f32") for r in results]
    leaves = [text.buffer("f64" if r == D else "f32", count) for r in results]
    text.add(
        f"%x = rt.input {{channel = 0}} : {B}",
        f"%g = rt.vec %x {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%s: f32):",
        "%c = dsp.constant 0.5 : f32",
        "%y = dsp.mul %s, %c : f32", "rt.yield %y : (f32) -> ()", "}",
        f"%v:5 = rt.voices %g, %x {{count = {count}, width = 1, offsets = {offsets}, leaves = {leaves}}} "
        f": ({B}, {B}) -> ({', '.join(results)}) {{", f"^bb0(%in: {B}, %raw: {B}):",
        "rt.tick {} {", "%h = rt.read @shared : () -> f32", "rt.loop {count = 3, width = 1, lanes = 3} {",
        "^bb0(%i: i32):", "%n = dsp.convert %i : (i32) -> f32", "%b = rt.read @bank : () -> f32",
        "%s = dsp.add %b, %n : f32", "%p = dsp.mul %s, %h : f32", "rt.write @bank %p : (f32) -> ()",
        "rt.yield", "}",
        "rt.yield", "}",
        f"%a:2 = rt.rec %in {{offsets = [{text.buffer()}, {text.buffer('f64')}]}} : ({B}) -> ({B}, {D}) {{",
        "^bb0(%s: f32):", "%t = rt.loop {count = 3, width = 1, lanes = 3} : () -> !rt.stack<f32, 3> {",
        "^bb0(%i: i32):", "%b = rt.read @bank : () -> f32", "%d = dsp.constant 1 : i32",
        "%past = rt.line_read @l %d : (i32) -> f32", "%m = dsp.mul %b, %past : f32",
        "%w = dsp.sub %s, %m : f32",
        "rt.line_write @l %w : (f32) -> ()", "rt.yield %w : (f32) -> ()", "}",
        '%sum = rt.reduce %t {kind = "add", lanes = 3} : (!rt.stack<f32, 3>) -> f32',
        "%y = rt.read @y : () -> f32", "%h = rt.read @shared : () -> f32", "%p = dsp.mul %y, %h : f32",
        "%q = dsp.add %p, %sum : f32", "rt.write @y %q : (f32) -> ()", "%r = dsp.convert %q : (f32) -> f64",
        "rt.yield %q, %r : (f32, f64) -> ()", "}",
        f"%n = rt.vec %a#0 {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%s: f32):",
        "%m = dsp.neg %s : f32",
        "rt.yield %m : (f32) -> ()", "}",
        f"rt.yield %n, %a#1, %in, %raw, %n : ({', '.join(results)}) -> ()", "}",
        f"%d = rt.vec %v#1 {{offsets = [{text.buffer()}]}} : ({D}) -> {B} {{", "^bb0(%s: f64):",
        "%m = dsp.convert %s : (f64) -> f32", "rt.yield %m : (f32) -> ()", "}",
        f"rt.output %v#0, %d, %v#2, %v#3, %v#4 : ({', '.join([B] * 5)}) -> ()",
    )  # fmt: skip
    return text.program()


def crossing() -> rt.ProgramOp:
    """The channels change places, and one more is their sum."""
    text = Text(inputs=2)
    text.add(
        f"%a = rt.input {{channel = 0}} : {B}", f"%b = rt.input {{channel = 1}} : {B}",
        f"%s = rt.vec %a, %b {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%p: f32, %q: f32):",
        "%r = dsp.add %p, %q : f32", "rt.yield %r : (f32) -> ()", "}",
        f"rt.output %b, %a, %s, %b : ({', '.join([B] * 4)}) -> ()",
    )  # fmt: skip
    return text.program()


def chain(length: int) -> rt.ProgramOp:
    """A body in which every value is used twice, far apart."""
    text = Text(inputs=1)
    lines = ["%v0 = dsp.abs %s : f32", "%v1 = dsp.neg %s : f32"]
    for k in range(2, length):
        op = ("add", "mul", "min", "sub")[k % 4]
        lines.append(f"%v{k} = dsp.{op} %v{k - 1}, %v{max(0, k - 1 - 7919 * k % 200)} : f32")
    text.add(
        f"%x = rt.input {{channel = 0}} : {B}", f"%o = rt.rec %x {{offsets = [{text.buffer()}]}} : {B} {{",
        "^bb0(%s: f32):", *lines, f"rt.yield %v{length - 1} : (f32) -> ()", "}",
        f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return text.program()


def two_readers() -> rt.ProgramOp:
    """The inputs' sum and difference, from two regions: the first must not overwrite what the second reads."""
    text = Text(inputs=2)
    text.add(*(f"%in{k} = rt.input {{channel = {k}}} : {B}" for k in range(2)))
    for op in ("add", "sub"):
        text.add(
            f"%{op} = rt.vec %in0, %in1 {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%p: f32, %q: f32):",
            f"%r = dsp.{op} %p, %q : f32", "rt.yield %r : (f32) -> ()", "}",
        )  # fmt: skip
    text.add(f"rt.output %add, %sub : ({B}, {B}) -> ()")
    return text.program()
