"""Programs of the legal level with lines at positions of their own, and voices; see legal_drafts.py."""

from __future__ import annotations

from legal_drafts import effect, line, slot, voiced

from dspc.dialects import rt

# --- lines with positions -------------------------------------------------------------------------


def standing_still() -> rt.ProgramOp:
    """A line that is entered into while the input is positive; its position passes 2^32, and stands still meanwhile."""
    return effect([line("l"), line("bank", "f64", dims=[3]), slot("at", "u32", 2**32 - 20)], """
        %zero = dsp.constant 0.0 : f32
        %one = dsp.constant 1 : i32
        %seven = dsp.constant 7 : i32
        %step = dsp.constant 1 : ui32
        %at = rt.read @at : ui32
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        %r:2 = rt.when %c : (i1) -> (f32, f32) {
          %p = rt.line_read @l %seven, %at : (i32, ui32) -> f32
          %w = dsp.sub %x, %p : f32
          rt.line_write @l %w, %at : (f32, ui32) -> ()
          %next = dsp.add %at, %step : ui32
          %q = rt.line_read @l %one, %next : (i32, ui32) -> f32
          rt.write @at %next : (ui32) -> ()
          %t = $LOOP3 : () -> $S3 {
          ^bb0(%i: i32):
            %d = dsp.add %i, %one : i32
            %e = rt.line_read @bank %d, %at : (i32, ui32) -> f64
            %xd = dsp.convert %x : (f32) -> f64
            %f = dsp.sub %xd, %e : f64
            rt.line_write @bank %f, %at : (f64, ui32) -> ()
            %g = dsp.convert %e : (f64) -> f32
            rt.yield %g : (f32) -> ()
          }
          %s = rt.reduce %t {kind = "add", lanes = 3} : ($S3) -> f32
          %u = dsp.add %p, %s : f32
          rt.yield %u, %q : (f32, f32) -> ()
        }
        %late = rt.line_read @l %seven, %at : (i32, ui32) -> f32
    """, "%r#0, %r#1, %late")  # fmt: skip


def running_fast() -> rt.ProgramOp:
    """Four samples enter a line at each sample of the stream; two are read between, one after them all."""
    return effect([line("l", samples=40), line("both")], """
        %four = dsp.constant 4 : ui32
        %three = dsp.constant 3 : i32
        %one = dsp.constant 1 : i32
        %ten = dsp.constant 10 : i32
        %half = dsp.constant 0.5 : f32
        %frame = rt.frame : ui32
        %base = dsp.mul %frame, %four : ui32
        %t = rt.repeat {count = 4} : () -> $S4 {
        ^bb0(%i: i32):
          %u = dsp.convert %i : (i32) -> ui32
          %at = dsp.add %base, %u : ui32
          %p = rt.line_read @l %three, %at : (i32, ui32) -> f32
          %q = rt.line_read @l %one, %at : (i32, ui32) -> f32
          %n = dsp.convert %i : (i32) -> f32
          %m = dsp.mul %p, %half : f32
          %o = dsp.sub %n, %m : f32
          %w = dsp.add %o, %x : f32
          rt.line_write @l %w, %at : (f32, ui32) -> ()
          %e = dsp.sub %q, %p : f32
          rt.yield %e : (f32) -> ()
        }
        %y = rt.reduce %t {kind = "add", lanes = 4} : ($S4) -> f32
        %z = rt.line_read @l %ten, %base : (i32, ui32) -> f32
        %r = rt.line_read @both %three : (i32) -> f32
        %s = dsp.sub %x, %r : f32
        rt.line_write @both %s, %frame : (f32, ui32) -> ()
    """, "%y, %z, %r")  # fmt: skip


# --- voices ---------------------------------------------------------------------------------------


def voices_when(count: int, width: int) -> rt.ProgramOp:
    """Bodies run while a voice is loud, with lanes while any is; what is written is chosen lane by lane."""
    groups = -(-count // width)
    declared = [
        slot("a", "f32", 0.5, [groups], width, True), slot("b", "f32", 0, [groups, 3], width, True),
        slot("runs", "u32", 0, [groups], width, True), slot("up", "bool", 1, [groups], width, True),
        slot("tick", "i32", 0, [groups], width, True),
    ]  # fmt: skip
    return voiced(declared, """
        %half = dsp.constant 0.5 : $F
        %limit = dsp.constant 1.5 : $F
        %n = dsp.convert %v : ($I) -> $F
        %m = dsp.mul %n, %half : $F
        %k = dsp.add %m, %x : $F
        %c = dsp.lt %limit, %k : ($F, $F) -> $O
        %old = rt.read @a : $F
        %r:2 = rt.when %c : ($O) -> ($F, $O) {
          %a = rt.read @a : $F
          %up = rt.read @up : $O
          %d = dsp.sub %x, %a : $F
          %e = dsp.select %up, %d, %k : ($O, $F, $F) -> $F
          %f = dsp.select %c, %e, %a : ($O, $F, $F) -> $F
          rt.write @a %f : ($F) -> ()
          %not = dsp.not %up : $O
          %g = dsp.select %c, %not, %up : ($O, $O, $O) -> $O
          rt.write @up %g : ($O) -> ()
          %runs = rt.read @runs : $U
          %one = dsp.constant 1 : $U
          %more = dsp.add %runs, %one : $U
          rt.write @runs %more : ($U) -> ()
          $LOOP3 {
          ^bb0(%i: i32):
            %b = rt.read @b : $F
            %b_ = dsp.add %b, %f : $F
            rt.write @b %b_ : ($F) -> ()
            rt.yield
          }
          rt.yield %f, %g : ($F, $O) -> ()
        }
        %t = $LOOP3 : () -> $S3 {
        ^bb0(%j: i32):
          %b1 = rt.read @b : $F
          rt.yield %b1 : ($F) -> ()
        }
        %s = rt.reduce %t {kind = "add", lanes = 3} : ($S3) -> $F
        %after = rt.read @a : $F
        %same = dsp.sub %after, %old : $F
        %run = rt.read @runs : $U
        %run_ = dsp.convert %run : ($U) -> $F
        %up_ = dsp.convert %r#1 : ($O) -> $F
        %o1 = dsp.add %s, %same : $F
        %o2 = dsp.add %run_, %up_ : $F
    """, "%r#0, %o1, %o2", count, width, """
        %v = rt.read @number : $I
        %two = dsp.constant 2 : $I
        %bit = dsp.and %v, %two : $I
        %c = dsp.convert %bit : ($I) -> $O
        rt.when %c : ($O) -> () {
          %t = rt.read @tick : $I
          %n = dsp.add %t, %two : $I
          %m = dsp.select %c, %n, %t : ($O, $I, $I) -> $I
          rt.write @tick %m : ($I) -> ()
          rt.yield
        }
    """)  # fmt: skip


def voices_elements(count: int, width: int) -> rt.ProgramOp:
    """Stacks and memories of voices, with one index for all and one for each; f32 and bool."""
    groups = -(-count // width)
    declared = [
        slot("m", "f32", 0.25, [groups, 8], width, True), slot("flags", "bool", 0, [groups, 4], width, True),
        slot("rows", "f64", 0, [groups, 2, 4], width, True), slot("shared", dims=[4]),
    ]  # fmt: skip
    return voiced(declared, """
        %seven = dsp.constant 7 : $I
        %three = dsp.constant 3 : $I
        %one = dsp.constant 1 : i32
        %frame = rt.frame : ui32
        %f = dsp.convert %frame : (ui32) -> i32
        %f_ = dsp.splat %f : (i32) -> $I
        %g = dsp.add %f_, %v : $I
        %own = dsp.and %g, %seven : $I
        %low = dsp.and %g, %three : $I
        %t = $LOOP8 : () -> $S8 {
        ^bb0(%i: i32):
          %a = rt.load @m %i : (i32) -> $F
          %h = dsp.constant 0.5 : $F
          %b = dsp.mul %a, %h : $F
          %c = dsp.add %b, %x : $F
          %i_ = dsp.splat %i : (i32) -> $I
          %n = dsp.convert %i_ : ($I) -> $F
          %d = dsp.sub %c, %n : $F
          rt.yield %d : ($F) -> ()
        }
        %p = rt.pick %t, %own : ($S8, $I) -> $F
        %q = rt.pick %t, %one : ($S8, i32) -> $F
        rt.store @m %own, %p : ($I, $F) -> ()
        %r = rt.load @m %low : ($I) -> $F
        rt.store @m %one, %q : (i32, $F) -> ()
        %s = rt.load @m %own : ($I) -> $F
        %e = dsp.lt %q, %s : ($F, $F) -> $O
        %was = rt.load @flags %low : ($I) -> $O
        rt.store @flags %low, %e : ($I, $O) -> ()
        %flag = rt.load @flags %one : (i32) -> $O
        %pair = rt.stack %was, %flag, %e : ($O, $O, $O) -> !rt.stack<$O, 3>
        %any = rt.reduce %pair {kind = "or", lanes = 2} : (!rt.stack<$O, 3>) -> $O
        %two = dsp.constant 2 : i32
        %third = rt.pick %pair, %two : (!rt.stack<$O, 3>, i32) -> $O
        %o0 = dsp.select %any, %r, %s : ($O, $F, $F) -> $F
        %o1 = dsp.convert %third : ($O) -> $F
        $LOOP2 {
        ^bb0(%row: i32):
          %w = rt.load @rows %low : ($I) -> $D
          %half = dsp.constant 0.5 : $D
          %w_ = dsp.mul %w, %half : $D
          %rd = dsp.convert %r : ($F) -> $D
          %y = dsp.add %w_, %rd : $D
          rt.store @rows %low, %y : ($I, $D) -> ()
          rt.yield
        }
        %sum = rt.reduce %t {kind = "add", lanes = 8, partials = 16} : ($S8) -> $F
        %long = $LOOP20 : () -> $S20 {
        ^bb0(%l: i32):
          %ls = dsp.splat %l : (i32) -> $I
          %lf = dsp.convert %ls : ($I) -> $F
          %lx = dsp.mul %lf, %x : $F
          %ly = dsp.add %lx, %r : $F
          rt.yield %ly : ($F) -> ()
        }
        %sums = rt.reduce %long {kind = "add", lanes = 19, partials = 16} : ($S20) -> $F
        %o3 = dsp.add %sums, %o1 : $F
        %k = dsp.constant 3 : i32
        %sh = rt.load @shared %k : (i32) -> f32
        %shone = dsp.constant 0.125 : f32
        %sh_ = dsp.add %sh, %shone : f32
        rt.store @shared %k, %sh_ : (i32, f32) -> ()
        %shs = dsp.splat %sh_ : (f32) -> $F
        %o2 = dsp.add %sum, %shs : $F
    """, "%o0, %o1, %o2, %o3", count, width)  # fmt: skip


def voices_lines(count: int, width: int) -> rt.ProgramOp:
    """Each voice's line has its own position, which stands still in some lanes; a repeat runs another one faster."""
    groups = -(-count // width)
    declared = [
        line("l", "f32", [groups], width, voice=True), line("fast", "f32", [groups], width, 9, True),
        slot("at", "u32", 2**32 - 9, [groups], width, True), slot("y", "f32", 0, [groups], width, True),
    ]  # fmt: skip
    return voiced(declared, """
        %zero = dsp.constant 0.0 : $F
        %half = dsp.constant 0.5 : $F
        %one = dsp.constant 1 : $U
        %five = dsp.constant 5 : $I
        %two = dsp.constant 2 : $I
        %n = dsp.convert %v : ($I) -> $F
        %m = dsp.mul %n, %half : $F
        %k = dsp.sub %x, %m : $F
        %c = dsp.lt %zero, %k : ($F, $F) -> $O
        %at = rt.read @at : $U
        %d = dsp.sub %five, %v : $I
        %d1 = dsp.max %d, %two : $I
        %r = rt.when %c : ($O) -> $F {
          %p = rt.line_read @l %d1, %at : ($I, $U) -> $F
          %w = dsp.sub %x, %p : $F
          %u = dsp.select %c, %w, %p : ($O, $F, $F) -> $F
          rt.line_write @l %u, %at : ($F, $U) -> ()
          %next = dsp.add %at, %one : $U
          %new = dsp.select %c, %next, %at : ($O, $U, $U) -> $U
          rt.write @at %new : ($U) -> ()
          rt.yield %u : ($F) -> ()
        }
        %frame = rt.frame : ui32
        %t = rt.repeat {count = 3} : () -> $S3 {
        ^bb0(%i: i32):
          %three = dsp.constant 3 : ui32
          %b = dsp.mul %frame, %three : ui32
          %iu = dsp.convert %i : (i32) -> ui32
          %pos = dsp.add %b, %iu : ui32
          %pos_ = dsp.splat %pos : (ui32) -> $U
          %e = rt.line_read @fast %d1, %pos_ : ($I, $U) -> $F
          %y = rt.read @y : $F
          %f = dsp.mul %y, %half : $F
          %g = dsp.add %f, %e : $F
          rt.write @y %g : ($F) -> ()
          %h = dsp.sub %k, %g : $F
          rt.line_write @fast %h, %pos_ : ($F, $U) -> ()
          rt.yield %g : ($F) -> ()
        }
        %last = dsp.constant 2 : i32
        %o1 = rt.pick %t, %last : ($S3, i32) -> $F
    """, "%r, %o1", count, width)  # fmt: skip


def beginning() -> rt.ProgramOp:
    """What `rt.init` sees of the stream: its frame, and that all is new."""
    return effect([slot("at", "u32"), slot("all", "bool")], """
        %at = rt.read @at : ui32
        %y = dsp.convert %at : (ui32) -> f32
    """, "%y", """
        rt.init {
          %frame = rt.frame : ui32
          %all = rt.tick_all : i1
          rt.write @at %frame : (ui32) -> ()
          rt.write @all %all : (i1) -> ()
          rt.yield
        }
    """)  # fmt: skip
