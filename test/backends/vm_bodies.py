"""Bodies, stacks and elements that the virtual machine runs block by block, or beside a circle."""

from __future__ import annotations

from legal_drafts import effect, line, slot

from dspc.dialects import rt


def nothing_kept() -> rt.ProgramOp:
    """Bodies that change nothing: one in another, with a loop, a repeat, a table and slots that others write."""
    declared = [slot("held", init=3), slot("late", init=-1), slot("sum", "u32", 5), slot("bank", dims=[3], init=0.5),
                line("l"), "rt.table @t {data = dense<[1.5, -2.0, 0.25]> : tensor<3xf32>}"]  # fmt: skip
    return effect(declared, """
        %zero = dsp.constant 0.0 : f32
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        %seven = dsp.constant 7 : ui32
        %sum = rt.read @sum : ui32
        %more = dsp.add %sum, %seven : ui32
        rt.write @sum %more : (ui32) -> ()
        rt.write @late %x : (f32) -> ()
        rt.line_write @l %x : (f32) -> ()
        %r:3 = rt.when %c : (i1) -> (f32, f64, i32) {
          %a = rt.read @late : f32
          %b = rt.read @held : f32
          %n = rt.read @sum : ui32
          %n_ = dsp.convert %n : (ui32) -> f32
          %two = dsp.constant 2 : i32
          %p = rt.line_read @l %two : (i32) -> f32
          %d = dsp.lt %p, %x : (f32, f32) -> i1
          %y = rt.when %d : (i1) -> f32 {
            %t = $LOOP3 : () -> $S3 {
            ^bb0(%i: i32):
              %k = rt.lookup @t %i : (i32) -> f32
              %m = rt.read @bank : f32
              %km = dsp.mul %k, %m : f32
              rt.yield %km : (f32) -> ()
            }
            %s = rt.reduce %t {kind = "add", lanes = 3} : ($S3) -> f32
            %z = dsp.mul %s, %a : f32
            rt.yield %z : (f32) -> ()
          }
          %u = rt.repeat {count = 4} : () -> $S4 {
          ^bb0(%j: i32):
            %f = dsp.convert %j : (i32) -> f32
            %g = dsp.mul %f, %b : f32
            rt.yield %g : (f32) -> ()
          }
          %one = dsp.constant 1 : i32
          %v = rt.pick %u, %one : ($S4, i32) -> f32
          %w = dsp.add %y, %v : f32
          %q = dsp.add %w, %n_ : f32
          %x_ = dsp.convert %x : (f32) -> f64
          rt.yield %q, %x_, %two : (f32, f64, i32) -> ()
        }
        %o1 = dsp.convert %r#1 : (f64) -> f32
        %o2 = dsp.convert %r#2 : (i32) -> f32
    """, "%r#0, %o1, %o2")  # fmt: skip


def picked_at_once() -> rt.ProgramOp:
    """An element for each sample, of values that differ from sample to sample."""
    return effect([], """
        %frame = rt.frame : ui32
        %f = dsp.convert %frame : (ui32) -> i32
        %three = dsp.constant 3 : i32
        %i = dsp.and %f, %three : i32
        %n = dsp.neg %x : f32
        %m = dsp.mul %x, %x : f32
        %c = dsp.constant 0.5 : f32
        %s = rt.stack %x, %n, %m, %c : (f32, f32, f32, f32) -> $S4
        %o0 = rt.pick %s, %i : ($S4, i32) -> f32
        %x_ = dsp.convert %x : (f32) -> f64
        %n_ = dsp.convert %n : (f32) -> f64
        %d = rt.stack %x_, %n_ : (f64, f64) -> !rt.stack<f64, 2>
        %one = dsp.constant 1 : i32
        %k = dsp.and %f, %one : i32
        %p = rt.pick %d, %k : (!rt.stack<f64, 2>, i32) -> f64
        %o1 = dsp.convert %p : (f64) -> f32
    """, "%o0, %o1")  # fmt: skip


def stacks_beside_a_circle() -> rt.ProgramOp:
    """What comes round chooses from values that do not, and sums them; they are made outside of the circle."""
    return effect([slot("s", init=0.5), slot("n", "i32"), slot("bank", dims=[2], init=1)], """
        %half = dsp.constant 0.5 : f32
        %three = dsp.constant 3 : i32
        %v = dsp.mul %x, %half : f32
        %x_ = dsp.convert %x : (f32) -> f64
        %v_ = dsp.convert %v : (f32) -> f64
        %t = rt.stack %x, %v, %half, %v : (f32, f32, f32, f32) -> $S4
        %d = rt.stack %x_, %v_ : (f64, f64) -> !rt.stack<f64, 2>
        %n = rt.read @n : i32
        %i = dsp.and %n, %three : i32
        %p = rt.pick %t, %i : ($S4, i32) -> f32
        %one = dsp.constant 1 : i32
        %k = dsp.and %n, %one : i32
        %q = rt.pick %d, %k : (!rt.stack<f64, 2>, i32) -> f64
        %q_ = dsp.convert %q : (f64) -> f32
        %s = rt.read @s : f32
        %c = dsp.lt %s, %p : (f32, f32) -> i1
        %r = rt.when %c : (i1) -> f32 {
          %a = rt.reduce %t {kind = "add", lanes = 4} : ($S4) -> f32
          %s1 = rt.read @s : f32
          %b = dsp.sub %a, %s1 : f32
          rt.write @s %b : (f32) -> ()
          %m = dsp.add %n, %one : i32
          rt.write @n %m : (i32) -> ()
          %e = dsp.add %b, %q_ : f32
          rt.yield %e : (f32) -> ()
        }
        %s2 = rt.read @s : f32
        %u = $LOOP2 : () -> $S2 {
        ^bb0(%j: i32):
          %w = rt.read @bank : f32
          %w1 = rt.pick %t, %j : ($S4, i32) -> f32
          %w2 = dsp.mul %w, %half : f32
          %w3 = dsp.add %w2, %w1 : f32
          %w4 = rt.read @s : f32
          %w5 = dsp.sub %w3, %w4 : f32
          rt.write @bank %w5 : (f32) -> ()
          rt.yield %w5 : (f32) -> ()
        }
        %y = rt.reduce %u {kind = "add", lanes = 2} : ($S2) -> f32
    """, "%r, %p, %s2, %y")  # fmt: skip


def a_circle_s_stack() -> rt.ProgramOp:
    """A stack of what comes round: whatever uses it comes round too, and what that needs."""
    return effect([slot("s", init=0.25), slot("m", dims=[4], init=1)], """
        %half = dsp.constant 0.5 : f32
        %s = rt.read @s : f32
        %n = dsp.mul %s, %half : f32
        %t = rt.stack %s, %n, %x : (f32, f32, f32) -> $S3
        %w = dsp.add %n, %x : f32
        rt.write @s %w : (f32) -> ()
        %u = rt.repeat {count = 3} : () -> $S3 {
        ^bb0(%j: i32):
          %a = rt.load @m %j : (i32) -> f32
          %p = rt.pick %t, %j : ($S3, i32) -> f32
          %b = dsp.sub %p, %a : f32
          rt.store @m %j, %b : (i32, f32) -> ()
          rt.yield %b : (f32) -> ()
        }
        %r = rt.reduce %u {kind = "max", lanes = 3} : ($S3) -> f32
        %i = dsp.convert %r : (f32) -> i32
        %zero = dsp.constant 0 : i32
        %two = dsp.constant 2 : i32
        %i0 = dsp.max %i, %zero : i32
        %i1 = dsp.min %i0, %two : i32
        %y = rt.pick %u, %i1 : ($S3, i32) -> f32
    """, "%r, %y")  # fmt: skip


def recorded() -> rt.ProgramOp:
    """A memory and two lines that a region only writes, or only reads: all samples of a block at once."""
    return effect([slot("m", dims=[16]), slot("d", "f64", dims=[8], init=1), line("l"), line("far", "f64"),
                   slot("heard")], """
        %frame = rt.frame : ui32
        %mask = dsp.constant 15 : ui32
        %low = dsp.and %frame, %mask : ui32
        %i = dsp.convert %low : (ui32) -> i32
        rt.store @m %i, %x : (i32, f32) -> ()
        %three = dsp.constant 3 : ui32
        %at = dsp.mul %frame, %three : ui32
        rt.line_write @l %x, %at : (f32, ui32) -> ()
        %two = dsp.constant 2 : i32
        %p = rt.line_read @far %two, %at : (i32, ui32) -> f64
        %seven = dsp.constant 7 : i32
        %k = dsp.and %i, %seven : i32
        %q = rt.load @d %k : (i32) -> f64
        %y_ = dsp.add %p, %q : f64
        %y = dsp.convert %y_ : (f64) -> f32
        %heard = rt.read @heard : f32
    """, "%y, %heard", """
        rt.tick {} {
          %five = dsp.constant 5 : i32
          %a = rt.load @m %five : (i32) -> f32
          rt.write @heard %a : (f32) -> ()
          %b = dsp.convert %a : (f32) -> f64
          rt.store @d %five, %b : (i32, f64) -> ()
          rt.yield
        }
    """)  # fmt: skip


def heard_elsewhere() -> rt.ProgramOp:
    """A loop reads what a body writes that may not run; the loop itself needs no circle."""
    return effect([slot("s", init=2), slot("n", "f64", 1)], """
        %zero = dsp.constant 0.0 : f32
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        rt.when %c : (i1) -> () {
          %s = rt.read @s : f32
          %a = dsp.add %s, %x : f32
          rt.write @s %a : (f32) -> ()
          %a_ = dsp.convert %a : (f32) -> f64
          rt.write @n %a_ : (f64) -> ()
          rt.yield
        }
        %t = $LOOP4 : () -> $S4 {
        ^bb0(%i: i32):
          %b = rt.read @s : f32
          %d = rt.read @n : f64
          %e = dsp.convert %d : (f64) -> f32
          %f = dsp.convert %i : (i32) -> f32
          %g = dsp.mul %b, %f : f32
          %h = dsp.sub %g, %e : f32
          rt.yield %h : (f32) -> ()
        }
        %y = rt.reduce %t {kind = "add", lanes = 4, partials = 16} : ($S4) -> f32
    """, "%y")  # fmt: skip


def moved_in_a_body() -> rt.ProgramOp:
    """Slots in registers whose new value is the result of a body, or the old value of one that a body reads last."""
    return effect([slot("a", init=1), slot("b", init=2), slot("c", init=3)], """
        %zero = dsp.constant 0.0 : f32
        %p = dsp.lt %zero, %x : (f32, f32) -> i1
        %a = rt.read @a : f32
        %b = rt.read @b : f32
        %r = rt.when %p : (i1) -> f32 {
          %c = rt.read @c : f32
          %d = dsp.add %c, %x : f32
          %e = dsp.sub %d, %a : f32
          rt.yield %e : (f32) -> ()
        }
        rt.write @a %r : (f32) -> ()
        rt.write @b %a : (f32) -> ()
        rt.write @c %b : (f32) -> ()
        %y = dsp.add %r, %b : f32
    """, "%y")  # fmt: skip


CASES = {
    case.__name__: case
    for case in (nothing_kept, picked_at_once, stacks_beside_a_circle, a_circle_s_stack, recorded, heard_elsewhere,
                 moved_in_a_body)
}  # fmt: skip
