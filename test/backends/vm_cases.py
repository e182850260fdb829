"""Programs of the legal level that the virtual machine computes in its own ways: block by block, or in circles."""

from __future__ import annotations

import re

from legal_programs import TYPES, Text, parse

from dspc.dialects import rt

B = "!rt.buffer<f32>"


def body(text: Text, *lines: str, result: str = "f32") -> rt.ProgramOp:
    """One region over input 0, `%x`, that yields `%y`; what is no f32 is an output by its conversion."""
    kind = f"!rt.buffer<{TYPES[result]}>"
    text.add(
        f"%in = rt.input {{channel = 0}} : {B}",
        f"%out = rt.rec %in {{offsets = [{text.buffer(result)}]}} : ({B}) -> {kind} {{", "^bb0(%x: f32):", *lines,
        f"rt.yield %y : ({TYPES[result]}) -> ()", "}",
    )  # fmt: skip
    if result == "f32":
        text.add(f"rt.output %out : ({B}) -> ()")
    else:
        text.add(
            f"%f = rt.vec %out {{offsets = [{text.buffer()}]}} : ({kind}) -> {B} {{", f"^bb0(%v: {TYPES[result]}):",
            f"%w = dsp.convert %v : ({TYPES[result]}) -> f32", "rt.yield %w : (f32) -> ()", "}",
            f"rt.output %f : ({B}) -> ()",
        )  # fmt: skip
    return text.program()


def running_sum(element: str, init: float) -> rt.ProgramOp:
    """Adds something to a slot; the old value, read twice, and the new one are both used."""
    t = TYPES[element]
    text = Text(inputs=1)
    text.slot("s", element, init)
    if element == "u64":
        step = ["%i = dsp.convert %x : (f32) -> ui32", "%c = dsp.convert %i : (ui32) -> ui64",
                "%k = dsp.constant 6364136223846793005 : ui64", "%d = dsp.add %c, %k : ui64"]  # fmt: skip
    elif element in ("i32", "u32"):
        step = ["%m = dsp.constant 1.0e9 : f32", "%z = dsp.mul %x, %m : f32", f"%d = dsp.convert %z : (f32) -> {t}"]
    else:
        step = [f"%d = dsp.convert %x : (f32) -> {t}"] if element == "f64" else ["%d = dsp.abs %x : f32"]
    result = "u32" if element == "u64" else element
    last = ["%y = dsp.convert %w : (ui64) -> ui32"] if element == "u64" else []
    w = "%w" if last else "%y"
    return body(
        text, f"%a = rt.read @s : () -> {t}", *step, f"%n = dsp.add %d, %a : {t}",
        f"%b = rt.read @s : () -> {t}", f"rt.write @s %n : ({t}) -> ()", f"%p = dsp.sub %n, %b : {t}",
        f"{w} = dsp.add %p, %a : {t}", *last, result=result,
    )  # fmt: skip


def one_sample_late(element: str) -> rt.ProgramOp:
    """Two slots in a row: the input two samples ago, and less the input now."""
    t = TYPES[element]
    text = Text(inputs=1)
    text.slot("a", element, 1)
    text.slot("b", element, 2)
    first = "%v = dsp.neg %x : f32" if element == "f32" else f"%v = dsp.convert %x : (f32) -> {t}"
    return body(
        text, first, f"%a = rt.read @a : () -> {t}", f"%b = rt.read @b : () -> {t}",
        f"rt.write @a %v : ({t}) -> ()", f"rt.write @b %a : ({t}) -> ()", f"%y = dsp.sub %b, %v : {t}",
        result=element,
    )  # fmt: skip


def spread() -> rt.ProgramOp:
    """Splats of one lane, of a value and of a constant, inside and outside of a circle."""
    text = Text(inputs=1)
    text.slot("s", init=2.0)
    return body(
        text, "%c = dsp.constant 0.25 : f32", "%d = dsp.splat %c : (f32) -> f32", "%e = dsp.splat %x : (f32) -> f32",
        "%a = rt.read @s : () -> f32", "%m = dsp.mul %a, %d : f32", "%n = dsp.add %m, %e : f32",
        "%o = dsp.splat %n : (f32) -> f32", "rt.write @s %o : (f32) -> ()", "%p = dsp.mul %o, %d : f32",
        "%y = dsp.add %p, %a : f32",
    )  # fmt: skip


def constant_written() -> rt.ProgramOp:
    """A trigger: true at the first sample only."""
    text = Text(inputs=1)
    text.slot("t", "bool", 1)
    return body(
        text, "%t = rt.read @t : () -> i1", "%f = dsp.constant false : i1", "rt.write @t %f : (i1) -> ()",
        "%z = dsp.constant 9.0 : f32", "%y = dsp.select %t, %z, %x : (i1, f32, f32) -> f32",
    )  # fmt: skip


def three_in_a_ring() -> rt.ProgramOp:
    """Slots that hand on their values in a ring, one of them through a sum."""
    text = Text(inputs=1)
    for k in range(3):
        text.slot(f"s{k}", init=k + 1)
    return body(
        text, *(f"%s{k} = rt.read @s{k} : () -> f32" for k in range(3)), "%n = dsp.add %s2, %x : f32",
        "rt.write @s0 %n : (f32) -> ()", "rt.write @s1 %s0 : (f32) -> ()", "rt.write @s2 %s1 : (f32) -> ()",
        "%y = dsp.mul %s1, %s2 : f32",
    )  # fmt: skip


def short_line(write_first: bool, distance: int, least: int = 0) -> rt.ProgramOp:
    """A line that is read at a distance below a block's length, without feedback."""
    text = Text(inputs=1)
    text.line("l", samples=40)
    if least:
        text.declared[-1] = re.sub(r"min_samples = \d+", f"min_samples = {least}", text.declared[-1])
    read = [f"%d = dsp.constant {distance} : i32", "%past = rt.line_read @l %d : (i32) -> f32"]
    write = ["rt.line_write @l %x : (f32) -> ()"]
    order = [*write, *read] if write_first else [*read, *write]
    return body(text, *order, "%y = dsp.sub %x, %past : f32")


def phasors(count: int) -> rt.ProgramOp:
    """A bank of oscillators: a sum in each turn, and what is computed from it."""
    text = Text(inputs=1)
    text.slot("phase", "u32", 12345, dims=(count,), gap=4)
    numbers = ", ".join(f"{1000.0 * (k + 1)}" for k in range(count))
    return body(
        text, f"%t = rt.loop {{count = {count}, width = 1, lanes = {count}}} : () -> !rt.stack<f32, {count}> {{",
        "^bb0(%i: i32):", f"%k = dsp.lanes {{values = array<f32: {numbers}>}} : () -> f32",
        "%f = dsp.mul %k, %x : f32", "%g = dsp.convert %f : (f32) -> i32", "%h = dsp.convert %g : (i32) -> ui32",
        "%c = dsp.constant 97531357 : ui32", "%d = dsp.add %c, %h : ui32", "%p = rt.read @phase : () -> ui32",
        "%n = dsp.add %p, %d : ui32", "rt.write @phase %n : (ui32) -> ()", "%e = dsp.constant 8 : ui32",
        "%q = dsp.shr %p, %e : ui32", "%r = dsp.convert %q : (ui32) -> f32", "rt.yield %r : (f32) -> ()", "}",
        f'%y = rt.reduce %t {{kind = "add", lanes = {count}}} : (!rt.stack<f32, {count}>) -> f32',
    )  # fmt: skip


def mixed_back(count: int) -> rt.ProgramOp:
    """A small reverberator: the taps' sum goes back into every tap."""
    text = Text(inputs=1)
    text.slot("tap", init=0.5, dims=(count,))
    stack = f"!rt.stack<f32, {count}>"
    return body(
        text, f"%t = rt.loop {{count = {count}, width = 1, lanes = {count}}} : () -> {stack} {{",
        "^bb0(%i: i32):", "%a = rt.read @tap : () -> f32", "rt.yield %a : (f32) -> ()", "}",
        f'%s = rt.reduce %t {{kind = "add", lanes = {count}}} : ({stack}) -> f32',
        "%m = dsp.mul %s, %x : f32",
        f"rt.loop {{count = {count}, width = 1, lanes = {count}}} {{", "^bb0(%i: i32):",
        "%b = rt.read @tap : () -> f32", "%f = dsp.convert %i : (i32) -> f32", "%g = dsp.add %m, %f : f32",
        "%n = dsp.sub %g, %b : f32", "rt.write @tap %n : (f32) -> ()", "rt.yield", "}",
        "%c = dsp.constant 0.01 : f32", "%y = dsp.mul %s, %c : f32",
    )  # fmt: skip


def read_far_inside() -> rt.ProgramOp:
    """Loops in loops that read what is written outside of them: as a sum, one sample late, and in a circle."""
    text = Text(inputs=1)
    for name, element in (("sum", "u32"), ("late", "f32"), ("circle", "f32")):
        text.slot(name, element, 3)
    text.slot("inner", dims=(2, 3), init=0.5)
    return body(
        text, "%t = rt.loop {count = 2, width = 1, lanes = 2} : () -> !rt.stack<f32, 2> {", "^bb0(%i: i32):",
        "%u = rt.loop {count = 3, width = 1, lanes = 3} : () -> !rt.stack<f32, 3> {", "^bb0(%j: i32):",
        "%a = rt.read @sum : () -> ui32", "%b = rt.read @late : () -> f32", "%c = rt.read @circle : () -> f32",
        "%d = rt.read @inner : () -> f32", "%e = dsp.convert %a : (ui32) -> f32", "%f = dsp.add %e, %b : f32",
        "%g = dsp.sub %f, %c : f32", "%h = dsp.mul %d, %g : f32", "rt.write @inner %g : (f32) -> ()",
        "rt.yield %h : (f32) -> ()", "}",
        '%r = rt.reduce %u {kind = "max", lanes = 3} : (!rt.stack<f32, 3>) -> f32', "rt.yield %r : (f32) -> ()", "}",
        '%y = rt.reduce %t {kind = "add", lanes = 2} : (!rt.stack<f32, 2>) -> f32',
        "%s = rt.read @sum : () -> ui32", "%one = dsp.constant 5 : ui32", "%n = dsp.add %s, %one : ui32",
        "rt.write @sum %n : (ui32) -> ()", "rt.write @late %x : (f32) -> ()", "%k = rt.read @circle : () -> f32",
        "%q = dsp.constant 0.5 : f32", "%l = dsp.mul %k, %q : f32", "%m = dsp.add %l, %x : f32",
        "rt.write @circle %m : (f32) -> ()",
    )  # fmt: skip


def single_turn() -> rt.ProgramOp:
    """A loop of one turn that writes a slot without a dimension of its own."""
    text = Text(inputs=1)
    text.slot("s", init=2.0)
    return body(
        text, "%t = rt.loop {count = 1, width = 1, lanes = 1} : () -> !rt.stack<f32, 1> {", "^bb0(%i: i32):",
        "%a = rt.read @s : () -> f32", "%b = dsp.add %a, %x : f32", "rt.write @s %b : (f32) -> ()",
        "rt.yield %a : (f32) -> ()", "}",
        '%r = rt.reduce %t {kind = "min", lanes = 1} : (!rt.stack<f32, 1>) -> f32', "%c = rt.read @s : () -> f32",
        "%y = dsp.sub %r, %c : f32",
    )  # fmt: skip


def only_written() -> rt.ProgramOp:
    """A meter: a slot that holds what the last sample was, for a tick to read."""
    text = Text(inputs=1)
    text.slot("last", init=7.0)
    text.slot("seen", init=-1.0)
    text.add("rt.tick {} {", "%l = rt.read @last : () -> f32", "rt.write @seen %l : (f32) -> ()", "rt.yield", "}")
    return body(text, "rt.write @last %x : (f32) -> ()", "%s = rt.read @seen : () -> f32", "%y = dsp.add %s, %x : f32")


CASES = {
    **{f"sum_{e}": lambda e=e: running_sum(e, 3) for e in ("f32", "f64", "i32", "u32", "u64")},
    **{f"late_{e}": lambda e=e: one_sample_late(e) for e in ("f32", "f64", "i32")},
    "constant": constant_written,
    "spread": spread,
    "ring": three_in_a_ring,
    "line_written_first": lambda: short_line(True, 3),
    "line_read_first": lambda: short_line(False, 1),
    "line_of_a_block": lambda: short_line(False, 16, 16),
    "phasors": lambda: phasors(5),
    "mixed_back": lambda: mixed_back(6),
    "read_far_inside": read_far_inside,
    "single_turn": single_turn,
    "only_written": only_written,
}


def full() -> rt.ProgramOp:
    """A program with all that hosts see: parameters, controllers, voices with every field, latency none."""
    text = Text(inputs=1)
    fields = ("active", "tick", "reset", "fade", "trigger", "gate", "key", "pitch", "velocity")
    ints = ("fade",)
    for name in fields:
        element = "i32" if name in ints else "f32" if name in ("key", "pitch", "velocity") else "bool"
        text.slot(name, element, -1 if name == "fade" else 0, (2,), True, 60, "voice", name)
    text.slot("env", dims=(2,), voice=True, gap=60)
    text.slot("gain", init=0.5, role="param", field="gain")
    text.slot("mode", "i32", role="param", field="mode")
    text.slot("wheel", init=0.25, role="controller", field="1")
    text.slot("peak", role="meter", field="0.level")
    text.slot("position", "f64", role="transport", field="position")
    text.slot("connected", "bool", role="bus", field="main")
    leaves = text.buffer(copies=2)
    text.add(
        f"%in = rt.input {{channel = 0}} : {B}",
        f"%v = rt.voices %in {{count = 2, width = 1, offsets = [{text.buffer()}], leaves = [{leaves}]}} : {B} {{",
        f"^bb0(%a: {B}):", "rt.tick {} {", "%q = rt.read @gate : () -> i1", "rt.write @active %q : (i1) -> ()",
        "%f = dsp.constant false : i1", "rt.write @tick %f : (i1) -> ()", "rt.write @reset %f : (i1) -> ()",
        "rt.yield", "}",
        f"%w = rt.rec %a {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%x: f32):",
        "%t = rt.read @trigger : () -> i1", "%f = dsp.constant false : i1", "rt.write @trigger %f : (i1) -> ()",
        "%k = rt.read @key : () -> f32", "%e = rt.read @env : () -> f32", "%g = rt.read @gain : () -> f32",
        "%s = dsp.select %t, %k, %e : (i1, f32, f32) -> f32", "%m = dsp.mul %s, %g : f32",
        "rt.write @env %m : (f32) -> ()", "%y = dsp.add %m, %x : f32", "rt.yield %y : (f32) -> ()", "}",
        f"rt.yield %w : ({B}) -> ()", "}",
        f"%o = rt.vec %v {{offsets = [{text.buffer()}]}} : {B} {{", "^bb0(%x: f32):",
        "%m = rt.read @mode : () -> i32", "%c = rt.read @wheel : () -> f32", "%f = dsp.convert %m : (i32) -> f32",
        "%g = dsp.add %f, %c : f32", "%y = dsp.mul %x, %g : f32", "rt.yield %y : (f32) -> ()", "}",
        f"rt.output %o : ({B}) -> ()",
    )  # fmt: skip
    return parse(text.text.replace("inputs = 1", 'inputs = 1, flags = 1, voices = 1, voice_slots = 2')
                 .replace("params = []", f"params = [{PARAMS}]"))  # fmt: skip


def wide(flags: int = 8) -> rt.ProgramOp:
    """Channels of f64: one goes through a slot, one is passed on."""
    text, channel = Text(inputs=1), "!rt.buffer<f64>"
    text.slot("z", "f64")
    text.add(
        f"%in = rt.input {{channel = 0}} : {channel}",
        f"%o = rt.rec %in {{offsets = [{text.buffer('f64')}]}} : {channel} {{", "^bb0(%x: f64):",
        "%s = rt.read @z : () -> f64", "%y = dsp.add %x, %s : f64", "rt.write @z %x : (f64) -> ()",
        "rt.yield %y : (f64) -> ()", "}", f"rt.output %o, %in : ({channel}, {channel}) -> ()",
    )  # fmt: skip
    return parse(text.text.replace("inputs = 1", f"inputs = 1, flags = {flags}"))


PARAMS = ", ".join(
    f'{{id = "{id}", name = "{id}", unit = "", group = "", labels = "{labels}", scale = "linear", default = {init}, '
    f"min = 0.0, max = {top}, step = {step}, flags = 1, type = {element}}}"
    for id, labels, init, top, step, element in (
        ("gain", "", 0.5, 1.0, 0.0, "f32"),
        ("mode", "one\\ntwo\\n", 0.0, 1.0, 1.0, "i32"),
        ("unread", "", 3.0, 9.0, 0.0, "f32"),
    )
)
